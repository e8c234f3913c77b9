"""The portal's settings with the floors beside its pages, for the benchmark's own web server."""

from malmoandan.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.floors"
TEMPLATES[0]["DIRS"].append(BASE_DIR / "tests" / "bench" / "templates")  # noqa: F405
WHITENOISE_ROOT = DATA_DIR / "golv"  # noqa: F405 - files with addresses of their own
WHITENOISE_ROOT.mkdir(exist_ok=True)
BASE_URL = "http://localhost:8000"  # the same for every port: a stored PDF is of one address
# One visitor asks more than a whole office may.
ATTEMPTS = {**ATTEMPTS, "question": "1000000/m/ip"}  # noqa: F405
