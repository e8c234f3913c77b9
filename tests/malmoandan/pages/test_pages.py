"""What holds for every general page, and what each says."""

import re

import pytest
from django.core.management import call_command

from tests.browser import assert_well_formed
from tests.challenges.seats import in_days, make_plan

PAGES = ["/", "/om/", "/tillganglighet/", "/integritet/"]
MISSING = "/finns-inte/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def content():
    call_command("load_content")


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("address", [*PAGES, MISSING])
def test_page_has_one_heading_a_title_and_its_language(client, content, address, language):
    html = client.get(address, {"sprak": language}).content.decode()

    assert_well_formed(html)
    assert html.count("<h1") == 1
    assert f'<html lang="{language}">' in html
    title = re.search(r"<title>(.*)</title>", html)[1]
    assert title.endswith(" – Malmöandan")
    assert len(title) > len(" – Malmöandan")


def test_an_address_that_leads_nowhere_offers_ways_on(client):
    response = client.get(MISSING)

    assert response.status_code == 404
    assert 'href="/undertecknare/"' in response.content.decode()


def test_start_page_of_an_empty_portal_says_so(client):
    html = client.get("/").content.decode()

    assert "Registret är tomt" in html
    assert_well_formed(html)


def test_start_page_shows_the_newest_signatures_and_how_many(client, content):
    html = client.get("/").content.decode()

    assert "7 december 2015" in html
    assert "Se alla 4" in html
    assert "Självständighet och oberoende" in html


def test_start_page_leads_to_the_areas_of_todays_plan_and_to_who_signed(client, content):
    html = client.get("/").content.decode()

    assert 'href="/utmaningar/ungas-halsa-och-livsstil/"' in html
    assert html.count('href="/utmaningar/') == 1 + 5  # the menu, and the areas
    address = re.search(r'href="(/organisationer/[a-z-]+/)"', html)[1]
    assert client.get(address).status_code == 200


def test_start_page_needs_few_queries_whatever_is_signed(
    client, content, django_assert_num_queries
):
    with django_assert_num_queries(8):
        client.get("/")


def test_a_visitor_who_looks_around_gets_no_cookie(client, content):
    for address in PAGES:
        assert client.get(address).cookies == {}, address


def test_language_choice_keeps_the_rest_of_the_address(client):
    html = client.get("/om/?q=kultur&sprak=en").content.decode()

    assert 'href="?q=kultur&amp;sprak=sv"' in html


def test_about_says_nothing_of_days_that_no_plan_covers(client, content):
    """Rule 15: the loaded plan ended in 2022."""
    html = client.get("/om/").content.decode()

    assert "gällde till och med 31 december 2022" in html
    assert "Därför säger portalen inget om vad Malmö stad är bunden av i dag." in html


def test_about_follows_a_new_plan(client, content):
    plan = make_plan("Klimat i vardagen", name="Planen från i år", first_day=in_days(-1))
    html = client.get("/om/").content.decode()

    assert f"{plan.name} gäller från och med" in html
    assert "bunden av" not in html
    assert "Klimat i vardagen" in html
    assert "Ungas hälsa och livsstil" not in html


def test_about_of_an_empty_portal_knows_no_plan(client):
    assert "inga uppgifter om någon antagen plan" in client.get("/om/").content.decode()


def test_the_menu_leads_to_the_own_pages_and_the_other_language(client):
    html = client.get("/om/", {"q": "kultur"}).content.decode()
    menu = html[html.index("<nav") : html.index("</nav>")]

    assert 'href="/mina-sidor/"' in menu
    assert 'href="?q=kultur&amp;sprak=en"' in menu


def test_current_page_is_marked_in_the_menu(client):
    html = client.get("/om/").content.decode()

    assert 'href="/om/" aria-current="page"' in html
    assert 'href="/undertecknare/" aria-current' not in html


@pytest.mark.parametrize("address", PAGES)
def test_general_pages_take_no_post(client, address):
    assert client.post(address).status_code == 405


def test_robots_and_favicon_are_answered(client):
    assert "Disallow: /admin/" in client.get("/robots.txt").content.decode()
    assert client.get("/favicon.ico").url.endswith("/img/mark.svg")


def test_error_pages_are_whole_pages(rf, settings):
    from malmoandan.pages import views

    request = rf.get("/")
    for response, status in [
        (views.bad_request(request, Exception()), 400),
        (views.permission_denied(request, Exception()), 403),
        (views.csrf_failure(request), 403),
        (views.server_error(request), 500),
    ]:
        assert response.status_code == status
        assert_well_formed(response.content.decode())
        assert response.content.decode().count("<h1") == 1


def test_a_form_sent_without_its_token_is_explained(settings):
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post("/skriv-under/", {"name": "x"})

    assert response.status_code == 403
    assert "Formuläret hann bli för gammalt" in response.content.decode()
