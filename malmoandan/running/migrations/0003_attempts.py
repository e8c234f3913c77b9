from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("running", "0002_backups")]

    operations = [
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "key",
                    models.CharField(
                        help_text="says nothing of who it was",
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("count", models.PositiveIntegerField()),
                ("ends_at", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
