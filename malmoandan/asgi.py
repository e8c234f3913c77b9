"""The application that the web server runs: Django behind the body guard."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "malmoandan.settings")

import django
from django.conf import settings

# The guard's pages are templates, so Django must be ready before it is imported and made.
django.setup(set_prefix=False)

from malmoandan.running.body_guard import BodyGuard  # noqa: E402
from malmoandan.running.handler import SyncHandler  # noqa: E402
from malmoandan.running.outage import AnswerInTime  # noqa: E402

application = BodyGuard(
    AnswerInTime(SyncHandler()),
    max_bytes=settings.MAX_BODY_BYTES,
    max_seconds=settings.MAX_BODY_SECONDS,
)
