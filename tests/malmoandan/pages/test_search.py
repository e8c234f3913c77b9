"""The search across the site: what it finds, what it never shows, and how soon."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from challenges.actions import set_consents
from challenges.models import Group, NameBasis
from malmoandan.pages import search
from malmoandan.pages.models import News, SearchChange, SearchEntry
from malmoandan.publishing.search import Entry, Source
from signatures.models import Signature, State
from tests.browser import assert_well_formed, findings_in_all_looks, follow
from tests.challenges.seats import in_days, make_host, make_seat_coordinator
from tests.factories import make_organisation, make_signature, make_version
from tests.malmoandan.pages.publications import make_area, make_document, make_news

pytestmark = pytest.mark.django_db


def titles(client, query, **more):
    """The titles of the first page of hits, without their marks."""
    html = client.get("/sok/", {"q": query, **more}).content.decode()
    assert_well_formed(html)
    return [
        re.sub(r"<[^>]+>", "", hit)
        for hit in re.findall(r'<h3 class="register__name">(.*?)</h3>', html)
    ]


@pytest.mark.parametrize(
    "query",
    [
        "förening",  # another form of the word
        "FÖRENINGARNAS",
        "lokal",
        "lok",  # the beginning of a word
        "foreningar",  # without marks
        "föreningar och lokaler",  # a stop word among the words
        "lokaler föreningar",
        "förening–lokal",
        "2018",
        "STK-2018-938",
    ],
)
def test_words_are_found_in_any_form_and_by_their_beginning(client, query):
    make_news(title="Nya lokaler till föreningarna", lead="Se STK-2018-938.")
    make_news(title="Något helt annat")

    assert titles(client, query) == ["Nya lokaler till föreningarna"]


@pytest.mark.parametrize("query", ["mötet lokaler", "okaler", "för"])
def test_every_word_has_to_be_there(client, query):
    make_news(title="Nya lokaler")

    assert titles(client, query) == []


def test_all_kinds_are_found_counted_and_narrowed(client):
    make_version(title="Avsikten om samverkan")
    make_signature(organisation=make_organisation(name="Samverkan i Rosengård"))
    make_area("Samverkan för unga")
    make_news(title="Samverkan ökar")
    make_document(title="Samverkan i siffror")

    html = client.get("/sok/?q=samverkan").content.decode()

    assert "<strong>5</strong> träffar" in html
    for kind in ("avtal", "utmaning", "nyhet", "dokument", "organisation"):
        assert f"slag={kind}" in html
    assert titles(client, "samverkan", slag="dokument") == ["Samverkan i siffror"]
    assert client.get("/sok/?q=x&slag=nej").status_code == 400


def test_a_title_weighs_more_than_a_text(client):
    make_news(title="Allmänt", lead="Här nämns cykling.")
    make_news(title="Cykling", published_from=timezone.now() - timedelta(days=900))

    assert titles(client, "cykling") == ["Cykling", "Allmänt"]


@pytest.mark.parametrize("state", [s for s in State if s != State.PUBLISHED])
def test_an_organisation_is_not_public_before_its_signature_is(client, state):
    organisation = make_organisation(name="Hemliga klubben")
    signature = make_signature(State.PUBLISHED, organisation=organisation)
    assert titles(client, "hemliga") == ["Hemliga klubben"]

    more = {"declined_at": timezone.now(), "decline_reason": "x"} if state == "declined" else {}
    if more:
        more["decision_by"] = make_signature(State.DECLINED).decision_by
    Signature.objects.filter(pk=signature.pk).update(state=state, **more)

    assert titles(client, "hemliga") == []


def test_what_nobody_signed_for_is_never_found(client):
    make_organisation(name="Hemliga klubben", purpose="Hemligt ändamål")
    make_version(title="Hemligt utkast", published=False)

    assert titles(client, "hemliga") == titles(client, "hemligt") == []


def test_a_change_is_found_and_what_is_taken_back_is_gone_at_once(client):
    item = make_news(title="Cykelköket öppnar")
    assert titles(client, "cykelköket") == ["Cykelköket öppnar"]

    with connection.cursor() as cursor:  # by any hand
        cursor.execute("UPDATE pages_news SET title = 'Teatern öppnar'")
    assert titles(client, "cykelköket") == []
    assert titles(client, "teatern") == ["Teatern öppnar"]

    News.objects.update(published_from=None)
    assert titles(client, "teatern") == []
    item.delete()
    assert titles(client, "öppnar") == []


def test_what_waits_to_be_read_in_is_not_shown(client, monkeypatch):
    make_news(title="Cykelköket öppnar")
    assert titles(client, "cykelköket")

    News.objects.update(published_from=None)
    monkeypatch.setattr(search, "catch_up", lambda: 0)

    assert titles(client, "cykelköket") == []


def test_news_is_found_from_its_time_on(client):
    make_news(title="Kommande", published_from=timezone.now() + timedelta(hours=1))

    assert titles(client, "kommande") == []
    SearchEntry.objects.update(public_from=timezone.now() - timedelta(hours=1))
    assert titles(client, "kommande") == ["Kommande"]


def test_a_translation_is_found_and_shown_in_its_language(client):
    make_news(title="Ny plan", english_title="A new plan", english_lead="About cooperation.")

    assert titles(client, "cooperating", sprak="en") == ["A new plan"]
    assert titles(client, "plan", sprak="sv") == ["Ny plan"]


@pytest.mark.parametrize(
    "query",
    [
        "\0",
        "a\0b",
        "'; DROP TABLE pages_news; --",
        "& | ! ( ) <-> :* \\",
        "a:*b <2> c",
        "%_%",
        "\ud800",
        "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ²³ ﬁ",
        "\ue000mark\ue001",
        "ö" * 200,
        "x " * 100,
        "<script>alert(1)</script>",
        "{{ 7|add:7 }}",
        "\u202e\u200b",
    ],
)
def test_hostile_words_are_only_words(client, query):
    make_news(title="Nya lokaler")

    response = client.get("/sok/", {"q": query.encode("utf-8", "surrogatepass")})

    assert response.status_code == 200
    html = response.content.decode()
    assert_well_formed(html)
    assert "<script>alert" not in html
    assert News.objects.exists()


def test_too_long_a_query_is_refused_in_words(client):
    response = client.get("/sok/", {"q": "x" * 201})

    assert response.status_code == 400
    assert "Vi förstår inte" in response.content.decode()


def test_found_words_are_marked_and_markup_in_texts_is_escaped(client):
    make_news(
        title="<b>Lokaler</b> & <script>alert(1)</script>",
        lead="Lokaler <img src=x onerror=alert(1)> \ue000<mark>\ue001 </mark> finns.",
    )

    html = client.get("/sok/?q=lokal").content.decode()

    assert "&lt;b&gt;<mark>Lokaler</mark>&lt;/b&gt;" in html
    assert "<img" not in html
    assert "<script>alert" not in html
    assert_well_formed(html)


def test_people_on_seats_are_found_by_name_while_it_may_be_shown(client):
    area = make_area("Fritid")
    host = make_host(area, public=True, name="Alva Ek")
    make_host(area, name="Hemlig Värd", first_day=in_days(-9), last_day=in_days(-5))
    make_seat_coordinator(public=True, name="Cia Dahl")

    assert titles(client, "alva") == ["Fritid"]
    assert titles(client, "cia dahl") == ["Cia Dahl"]
    assert titles(client, "hemlig") == []

    set_consents(term=host, shows_name=False, shows_email=False)
    assert titles(client, "alva") == []


def test_a_group_is_found_by_its_task_and_its_members(client):
    task = {"task": "Lånar ut lokaler.", "first_day": in_days(-9)}
    group = Group.objects.create(kind=Group.Kind.WORKING, name="Arbetsgruppen", **task)
    shown = {"name_basis": NameBasis.CONSENT, "name_public_since": in_days(-9)}
    for name, public in (("Bo Berg", shown), ("Disa Hemlig", {})):
        group.members.create(sector="civil", name=name, first_day=in_days(-9), **public)

    assert titles(client, "lokal") == titles(client, "berg") == ["Arbetsgruppen"]
    assert titles(client, "disa") == []


def test_a_heading_is_set_apart_from_the_text_below_it(client):
    make_news(title="Lokaler", lead="Nytt.", text="## Låna gratis\n\nRing fritidskontoret.")

    html = client.get("/sok/?q=fritidskontoret").content.decode()
    assert "Låna gratis · Ring" in html


def test_no_hit_suggests_titles_that_look_alike(client):
    make_news(title="Samverkan i Rosengård")
    make_news(title="Rosengårds hemlighet", published_from=None)

    html = client.get("/sok/?q=Samvrkan i Rosngård").content.decode()

    assert "Menade du" in html
    assert "Samverkan i Rosengård" in html
    assert "hemlighet" not in html
    assert "Pröva färre" in client.get("/sok/?q=zzzzzz").content.decode()


def test_the_empty_search_says_what_can_be_found(client):
    for query in ({}, {"q": ""}, {"q": "  "}):
        html = client.get("/sok/", query).content.decode()
        assert "Början av ett ord räcker" in html
        assert_well_formed(html)
    assert "minst en bokstav" in client.get("/sok/?q=!?").content.decode()


def test_hits_come_in_pages_of_twenty_with_the_same_queries(
    transactional_db, client, django_assert_num_queries
):
    for number in range(10):
        make_news(title=f"Samverkan {number}")
    client.get("/sok/?q=samverkan")
    with django_assert_num_queries(3):
        client.get("/sok/?q=samverkan")

    published = timezone.now()
    News.objects.bulk_create(
        News(title=f"Samverkan {n}", lead="x", slug=f"s-{n}", published_from=published)
        for n in range(10_000)
    )
    while search.catch_up():
        pass

    with django_assert_num_queries(3):
        html = client.get("/sok/?q=samverkan&sida=3").content.decode()
    assert html.count('<h3 class="register__name">') == 20
    assert 'start="41"' in html
    assert 'aria-current="page"><span class="visually-hidden">Sida </span>3' in html


def test_one_search_reads_in_a_batch_and_the_worker_the_rest(client, monkeypatch):
    from malmoandan.pages.tasks import read_changes

    for number in range(7):
        make_news(title=f"Samverkan {number}")

    assert search.catch_up(most=3) == 3
    assert SearchChange.objects.count() > 0
    read_changes(0)
    assert SearchChange.objects.count() == 0
    assert SearchEntry.objects.count() == 7


def test_the_index_made_anew_is_the_same(client, capsys):
    make_news(title="Samverkan")
    make_signature()
    search.catch_up()
    before = set(SearchEntry.objects.values_list("kind", "key", "title", "text", "url"))
    SearchEntry.objects.filter(kind="nyhet").delete()

    call_command("rebuild_search")

    assert before == set(SearchEntry.objects.values_list("kind", "key", "title", "text", "url"))
    assert f"{len(before)} poster" in capsys.readouterr().out


def test_a_source_of_another_app_is_followed_from_the_next_migrate(client, monkeypatch):
    from malmoandan.accounts.models import User
    from tests.factories import make_user

    make_user(name="Alva")

    def entries(keys):
        for user in User.objects.filter(pk__in=keys):
            yield Entry(key=user.pk, title=f"Om {user.name}", text="", url="/om/")

    with_users = search.sources() | {"person": Source("person", "Personer", User, entries)}
    monkeypatch.setattr(search, "sources", lambda: with_users)
    search.watch_sources()
    assert titles(client, "alva") == ["Om Alva"]

    make_user(name="Bo")
    assert titles(client, "bo") == ["Om Bo"]


def test_changes_of_a_source_that_is_gone_are_forgotten(client):
    SearchEntry.objects.create(kind="borta", key=1, title="Borta", text="", url="/borta/")
    SearchChange.objects.create(kind="borta", key=1)

    assert titles(client, "borta") == []
    assert not SearchEntry.objects.filter(kind="borta").exists()


def test_a_search_asks_for_no_cookie_and_takes_no_post(client):
    assert client.get("/sok/?q=samverkan").cookies == {}
    assert client.post("/sok/").status_code == 405


def test_every_page_has_a_search_field(client):
    for address in ("/", "/om/", "/finns-inte/"):
        html = client.get(address).content.decode()
        assert '<form class="site-search" role="search" method="get" action="/sok/">' in html


def test_the_map_of_the_site_holds_public_addresses_alone(client, settings):
    item = make_news()
    make_news(title="Hemlig", published_from=None)
    make_signature()

    xml = client.get("/sitemap.xml").content.decode()

    assert f"<loc>{settings.BASE_URL}{item.get_absolute_url()}</loc>" in xml
    assert "hemlig" not in xml
    assert "?" not in xml.partition("?>")[2]
    assert f"Sitemap: {settings.BASE_URL}/sitemap.xml" in client.get("/robots.txt").content.decode()


def test_a_large_map_is_split(client, monkeypatch):
    monkeypatch.setattr("malmoandan.pages.site_map.MOST_ADDRESSES", 2)
    items = [make_news() for _number in range(3)]

    index = client.get("/sitemap.xml").content.decode()
    last = client.get("/sitemap.xml?del=2").content.decode()

    assert index.count("<sitemap>") == 2
    assert items[2].get_absolute_url() in last
    assert items[0].get_absolute_url() not in last
    for bad in ("0", "3", "-1", "x", "²", "9" * 50):
        assert client.get("/sitemap.xml", {"del": bad}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_search_is_accessible_in_every_look(live_server, browser_page):
    make_news(title="Samverkan " + "ö" * 120, lead="Om samverkan i Malmö.")
    make_document(title="Samverkan i siffror")

    for query in ("?q=samverkan", "?q=samvrkan", "", "?q=x&slag=nej"):
        browser_page.goto(f"{live_server.url}/sok/{query}")
        assert findings_in_all_looks(browser_page) == []


@pytest.mark.django_db(transaction=True)
def test_one_searches_from_any_page_without_scripts(live_server, browser_page_without_scripts):
    page = browser_page_without_scripts
    make_news(title="Samverkan ökar")
    page.goto(live_server.url + "/om/")

    page.get_by_role("searchbox", name="Sök på webbplatsen").fill("samverkar")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    follow(page, "Samverkan ökar")

    assert page.url.endswith("/nyheter/samverkan-okar/")


def test_an_organisation_of_a_round_is_found_once_the_round_is_public(client):
    from mapping.models import SurveyRound
    from tests.mapping.cooperations import make_edition, make_round

    survey_round = make_round(published=False)
    party = make_organisation(name="Cykelkökets vänner")
    make_edition(survey_round, parties=[party])
    assert titles(client, "cykelkökets") == []

    SurveyRound.objects.update(state="published", published_at=timezone.now())
    assert titles(client, "cykelkökets") == ["Cykelkökets vänner"]
    assert f'href="/organisationer/{party.slug}/"' in client.get("/sok/?q=vänner").content.decode()
    assert f"/organisationer/{party.slug}/</loc>" in client.get("/sitemap.xml").content.decode()

    SurveyRound.objects.update(state="closed", published_at=None)
    assert titles(client, "cykelkökets") == []


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("tillganglighet", "/tillganglighet/"),
        ("Kakor", "/integritet/"),
        ("öppna da", "/oppna-data/"),
        ("cookies&sprak=en", "/integritet/"),
    ],
)
@pytest.mark.django_db
def test_a_page_of_the_portals_own_is_found_by_what_people_call_it(client, asked, address):
    html = client.get(f"/sok/?q={asked}", follow=True).content.decode()
    assert f'<li><a href="{address}">' in html
    assert "Skriv minst en bokstav" not in html


@pytest.mark.django_db
def test_a_letter_or_another_kind_brings_no_page_of_the_portals_own(client):
    for query in ("q=om", "q=kakor&slag=nyhet", "q=kakor&sida=2", "q=kakor+xyz"):
        assert "<h2>Sidor</h2>" not in client.get(f"/sok/?{query}").content.decode()
