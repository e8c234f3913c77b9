from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from mapping.models import NotedChange

# Longer than an index is kept without being used (mapping/index/keeper.py).
KEPT = timedelta(hours=24)


@app.periodic(cron="33 4 * * *")
@app.task(name="mapping.forget_notes", queueing_lock="mapping.forget_notes")
def forget_notes(timestamp: int) -> None:
    """Delete notes of changes that every index in use has read in since."""
    NotedChange.objects.filter(noted_at__lt=timezone.now() - KEPT).delete()
