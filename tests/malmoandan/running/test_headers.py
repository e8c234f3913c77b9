"""The headers on every answer, whatever it is and whoever asks."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

pytestmark = pytest.mark.django_db
ANSWERS = ["/", "/finns-inte/", "/skriv-under/", "/undertecknare.json", "/robots.txt", "/admin/"]


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_says_what_a_browser_may_do_with_it(client, path):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    for directive in ("default-src 'none'", "object-src 'none'", "base-uri 'none'"):
        assert directive in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("path", ANSWERS)
def test_text_says_its_encoding(client, path):
    kind = client.get(path).headers.get("Content-Type", "")
    assert not kind.startswith("text/") or "charset=utf-8" in kind


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH"])
def test_other_methods_do_nothing(client, method):
    assert client.generic(method, "/").status_code == 405


def test_the_file_for_those_who_find_a_hole_is_fresh(client, settings):
    settings.SECURITY_CONTACT = "mailto:hal@example.org"
    answer = client.get("/.well-known/security.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert lines["Contact"] == "mailto:hal@example.org"
    left = datetime.fromisoformat(lines["Expires"]) - timezone.now()
    assert timedelta(days=100) < left < timedelta(days=365)
    assert lines["Canonical"].endswith("/.well-known/security.txt")


def test_cookies_are_for_this_host_and_no_script():
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
    assert {settings.SESSION_COOKIE_SAMESITE, settings.CSRF_COOKIE_SAMESITE} == {"Lax"}
    assert settings.SESSION_COOKIE_DOMAIN is settings.CSRF_COOKIE_DOMAIN is None
