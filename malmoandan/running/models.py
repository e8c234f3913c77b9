from django.db import models


class Backup(models.Model):
    """A backup that was finished: nothing of its content, for whoever asks when the last was."""

    made_at = models.DateTimeField(auto_now_add=True)
    size = models.PositiveBigIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}"


class Attempt(models.Model):
    """How often somebody has tried something within its time (running/attempts.py)."""

    key = models.CharField(max_length=64, primary_key=True, help_text="says nothing of who it was")
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
