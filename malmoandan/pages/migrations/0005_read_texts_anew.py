"""Have every row of the search read in anew: headings are set apart from what follows them now."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("pages", "0004_newest_of_a_kind")]

    operations = [
        migrations.RunSQL(
            "INSERT INTO pages_searchchange (kind, key) SELECT kind, key FROM pages_searchentry",
            migrations.RunSQL.noop,
        )
    ]
