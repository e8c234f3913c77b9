"""The portal's settings for processes that the tests start, with probes to look at them by."""

from malmoandan.settings import *  # noqa: F403

ROOT_URLCONF = "tests.probes"
PROCRASTINATE_IMPORT_PATHS = ["tests.probes"]
MAX_BODY_BYTES = 1024 * 1024
MAX_BODY_SECONDS = 2
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PROCRASTINATE_WORKER_DEFAULTS = {
    **PROCRASTINATE_WORKER_DEFAULTS,  # noqa: F405
    "update_heartbeat_interval": 1,
    "stalled_worker_timeout": 4,
    "fetch_job_polling_interval": 0.2,  # seconds until a job is seen whose time has come
}
