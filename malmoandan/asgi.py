"""The application that the web server runs: Django behind the body guard."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "malmoandan.settings")

from django.conf import settings
from django.core.asgi import get_asgi_application

from malmoandan.running.body_guard import BodyGuard

application = BodyGuard(get_asgi_application(), max_bytes=settings.MAX_BODY_BYTES)
