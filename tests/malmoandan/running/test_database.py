import pytest
from django.db import DataError, InterfaceError, OperationalError
from django.urls import path

from malmoandan.running.database import is_out_of_reach
from malmoandan.urls import urlpatterns as portal


def lose_the_database(request):
    raise OperationalError("server closed the connection unexpectedly")


def make_a_mistake(request):
    raise ValueError


urlpatterns = [*portal, path("borta/", lose_the_database), path("fel/", make_a_mistake)]
handler500 = "malmoandan.pages.views.server_error"


@pytest.fixture
def visit(client, settings):
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False
    return client.get


def test_a_lost_database_gives_a_page_that_says_when_to_come_back(visit):
    response = visit("/borta/")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "60"
    assert "tillfälligt fel hos oss" in response.content.decode()


def test_the_page_brings_its_style_under_a_strict_policy(visit):
    response = visit("/borta/")
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "<style>" in response.content.decode()


def test_our_own_mistakes_are_no_503(visit):
    assert visit("/fel/").status_code == 500


@pytest.mark.parametrize(
    ("error", "expected"),
    [(OperationalError(), True), (InterfaceError(), True), (DataError(), False), (None, False)],
)
def test_what_counts_as_out_of_reach(error, expected):
    assert is_out_of_reach(error) is expected
