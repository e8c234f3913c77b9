"""News: who reads what when, at which address, and how coordinators write."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from lxml import etree

from malmoandan.pages.models import News
from tests.browser import assert_well_formed, findings_in_all_looks
from tests.malmoandan.pages.publications import make_area, make_news
from tests.people import make_coordinator, sign_in

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def form(**changed):
    return {
        "title": "Dialog om fritid",
        "lead": "Kom och prata om fritid.",
        "text": "## Program\n\n- Kaffe",
        "author": "coordinators",
        "published_from_0": "",
        "published_from_1": "",
        "english_title": "",
        "english_lead": "",
        "english_text": "",
    } | changed


@pytest.fixture
def coordinator():
    return sign_in(make_coordinator(), second_factor=True)


def test_a_news_item_is_read_by_anyone_without_a_cookie(client):
    item = make_news(title="Ny samordnare", text="## Vem\n\nEn **ny** person.")

    response = client.get(item.get_absolute_url())

    html = response.content.decode()
    assert "<h2>Vem</h2>" in html
    assert "Samordnarna" in html
    assert response.cookies == {}
    assert_well_formed(html)


@pytest.mark.parametrize("later", [None, timedelta(minutes=5)])
def test_a_draft_is_not_there_for_anyone_but_coordinators(client, coordinator, later):
    item = make_news(title="Hemlig", published_from=later and timezone.now() + later)

    assert client.get(item.get_absolute_url()).status_code == 404
    assert sign_in(make_coordinator()).get(item.get_absolute_url()).status_code == 404
    for address in ("/nyheter/", "/nyheter.atom", "/"):
        assert "Hemlig" not in client.get(address).content.decode()
    preview = coordinator.get(item.get_absolute_url())
    assert "Bara samordnarna" in preview.content.decode() or "Förhandsvisning" in (
        preview.content.decode()
    )
    assert preview["Cache-Control"] == "private, no-store"


def test_a_staff_member_without_the_right_cannot_preview():
    from tests.factories import make_user

    other = sign_in(make_user(is_staff=True), second_factor=True)

    assert other.get(make_news(published_from=None).get_absolute_url()).status_code == 404


@pytest.mark.parametrize("mark", ["#", "##", "####"])
def test_the_largest_heading_of_a_text_is_the_second_of_the_page(client, mark):
    item = make_news(text=f"{mark} Vem\n\n{mark}# Mer\n")

    html = client.get(item.get_absolute_url()).content.decode()

    assert "<h2>Vem</h2>" in html
    assert "<h3>Mer</h3>" in html


def test_the_address_stays_when_the_title_changes():
    item = make_news(title="Årets dialog 2018–2022")
    item.title = "Något annat"
    item.save()

    assert item.get_absolute_url() == "/nyheter/arets-dialog-2018-2022/"
    assert make_news(title="Årets dialog 2018–2022").slug == "arets-dialog-2018-2022-2"
    assert make_news(title="خبر").slug == "nyhet"


def test_the_list_is_newest_first_in_pages_of_ten(client):
    now = timezone.now()
    for number in range(12):
        make_news(title=f"Nummer {number}", published_from=now - timedelta(days=number))

    first = client.get("/nyheter/").content.decode()
    second = client.get("/nyheter/?sida=2").content.decode()

    assert first.index("Nummer 0") < first.index("Nummer 9")
    assert "Nummer 10" not in first
    assert "Nummer 11" in second
    assert client.get("/nyheter/?sida=99").content.decode().count("Nummer 11") == 1


def test_the_filter_shows_one_area_and_refuses_an_unknown_one(client):
    area = make_area("Jämlik fritid")
    make_news(title="Om fritid", areas=[area])
    make_news(title="Om annat")

    html = client.get(f"/nyheter/?omrade={area.slug}").content.decode()

    assert "Om fritid" in html
    assert "Om annat" not in html
    for bad in ("finns-inte", "\0", "1' OR 1=1"):
        response = client.get("/nyheter/", {"omrade": bad})
        assert response.status_code == 400
        assert_well_formed(response.content.decode())


def test_an_empty_list_says_so(client):
    make_area("Tom")

    assert "Inga nyheter ännu" in client.get("/nyheter/").content.decode()
    assert "den utmaningen" in client.get("/nyheter/?omrade=tom").content.decode()


def test_the_list_needs_the_same_queries_for_10_and_10_000_rows(client, django_assert_num_queries):
    area = make_area()
    now = timezone.now()
    for _number in range(10):
        make_news(areas=[area])
    with django_assert_num_queries(4):
        client.get("/nyheter/")

    News.objects.bulk_create(
        News(title="Många", lead="x", slug=f"m-{number}", published_from=now)
        for number in range(10_000)
    )

    with django_assert_num_queries(4):
        assert "Många" in client.get("/nyheter/?sida=700").content.decode()


def test_the_feed_holds_public_news_with_lasting_ids(client, settings):
    area = make_area("Jämlik fritid")
    item = make_news(title="Nytt & <b>nyttigt</b>\x0b", areas=[area])
    make_news(title="Annat")

    response = client.get("/nyheter.atom?omrade=jamlik-fritid")

    entries = etree.fromstring(response.content).findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["Nytt & <b>nyttigt</b>"]
    assert entries[0].find(f"{ATOM}link").get("href") == (
        settings.BASE_URL + item.get_absolute_url()
    )
    assert client.get("/nyheter.atom?omrade=nej").status_code == 400


def test_an_english_version_is_shown_in_english_and_else_the_swedish(client):
    make_news(title="Ny plan", english_title="New plan", english_lead="In English.")
    make_news(title="Bara svenska")

    html = client.get("/nyheter/?sprak=en").content.decode()

    assert "New plan" in html
    assert "Ny plan" not in html
    assert 'lang="sv">Bara svenska' in html


def test_markup_and_scripts_in_a_text_are_shown_not_obeyed(client):
    item = make_news(
        title="<script>alert(1)</script>",
        lead='"><img src=x onerror=alert(1)>',
        text="<script>x</script>\n\n[x](javascript:alert(1)) ![](https://example.org/spy.png)",
    )

    for address in (item.get_absolute_url(), "/nyheter/", "/"):
        html = client.get(address).content.decode()
        assert "<script>" not in html
        assert "<img" not in html
        assert 'href="javascript' not in html


def test_a_coordinator_writes_previews_and_publishes(client, coordinator):
    area = make_area()
    response = coordinator.post("/admin/pages/news/add/", form(areas=[area.pk]))
    item = News.objects.get()
    assert response.status_code == 302
    assert client.get(item.get_absolute_url()).status_code == 404

    changed = form(published_from_0="2018-06-13", published_from_1="12:00", areas=[area.pk])
    coordinator.post(f"/admin/pages/news/{item.pk}/change/", changed)

    html = client.get(item.get_absolute_url()).content.decode()
    assert "13 juni 2018" in html
    history = coordinator.get(f"/admin/pages/news/{item.pk}/history/").content.decode()
    assert f"Samhällsutmaning {area}: Tillagd" in history
    assert "Offentlig från" in history


def test_wrong_input_is_explained_in_swedish(coordinator):
    wrong = form(title="", lead="Ring 850709-9805", english_title="Only a title")

    html = coordinator.post("/admin/pages/news/add/", wrong).content.decode()

    assert "måste fyllas i" in html
    assert "personnummer" in html
    assert News.objects.count() == 0


def test_half_an_english_version_is_refused(coordinator):
    html = coordinator.post(
        "/admin/pages/news/add/", form(english_title="Only a title")
    ).content.decode()

    assert "En engelsk version behöver både rubrik och ingress" in html


def test_a_draft_can_be_deleted_and_what_is_public_cannot(coordinator):
    draft, public = make_news(published_from=None), make_news()

    for item, status in ((draft, 302), (public, 403)):
        address = f"/admin/pages/news/{item.pk}/delete/"
        assert coordinator.post(address, {"post": "yes"}).status_code == status
    assert list(News.objects.all()) == [public]


def test_the_start_page_and_the_areas_page_show_the_newest(client):
    call_command("load_content")
    from challenges.models import ChallengeArea

    area = ChallengeArea.objects.first()
    item = make_news(title="Nytt om området", areas=[area])

    for address in ("/", f"/utmaningar/{area.slug}/"):
        assert f'href="{item.get_absolute_url()}"' in client.get(address).content.decode()


@pytest.mark.parametrize("address", ["/nyheter/", "/nyheter/nytt/"])
def test_news_pages_take_no_post(client, address):
    assert client.post(address).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_news_pages_are_accessible_in_every_look(live_server, browser_page):
    make_area("Jämlik fritid")
    item = make_news(title="Ö" * 150, text="## Vad\n\n- ett\n- två\n\n[länk](https://example.org)")

    for address in ("/nyheter/", item.get_absolute_url(), "/nyheter/?omrade=nej"):
        browser_page.goto(live_server.url + address)
        assert findings_in_all_looks(browser_page) == []
