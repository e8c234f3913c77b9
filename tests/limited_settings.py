"""The portal's settings for web processes of the tests that ask until they are refused."""

from malmoandan.settings import *  # noqa: F403

ATTEMPTS = {**ATTEMPTS, "question": "5/m/ip"}  # noqa: F405
KEEP_PAGES = False  # what is kept in memory is not counted
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
