import pytest

pytest_plugins = ["tests.browser"]


@pytest.fixture(autouse=True)
def _quick_and_local(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.MEDIA_ROOT = tmp_path / "files"
