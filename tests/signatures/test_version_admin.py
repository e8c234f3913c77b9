"""A coordinator prepares the next text, sees it as all will, and publishes it for ever."""

from datetime import date

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from signatures.models import AgreementVersion, Translation
from tests.browser import assert_well_formed
from tests.factories import make_signature, make_user, make_version
from tests.people import make_coordinator, sign_in

pytestmark = pytest.mark.django_db
TEXTS = "/admin/signatures/agreementversion/"


@pytest.fixture
def desk():
    return sign_in(make_coordinator(), second_factor=True)


def form_of(version, **changed):
    """What the form sends for a text that follows the version."""
    data = {
        "agreement": version.agreement_id,
        "title": "Avsiktsförklaring",
        "text": "# Avsiktsförklaring\r\n\r\nVi vill samverka mer.",
        "principles": "Dialog\r\nMångfald\r\n",
        "adopted_on": "2026-12-01",
        "first_day": "2027-01-01",
        "grace_days": "7",
        "changes": "Mer samverkan.",
        "translations-TOTAL_FORMS": "1",
        "translations-INITIAL_FORMS": "0",
        "translations-0-kind": "plain",
        "translations-0-language": "sv",
        "translations-0-title": "Lätt",
        "translations-0-text": "# Lätt\r\n\r\nVi hjälps åt.",
    }
    return data | changed


def address(version, step="change"):
    return f"{TEXTS}{version.pk}/{step}"


def test_a_new_text_begins_with_the_former_and_its_translations(desk):
    former = make_version(text="# Avsikt\n\nDen förra texten.")
    Translation.objects.create(version=former, language="en", title="In English", text="# Former")
    page = desk.get(f"{TEXTS}add/").text
    assert_well_formed(page)
    assert "Den förra texten." in page
    assert "In English" in page
    assert "Dialog\nÖppenhet och insyn" in page


def test_what_is_saved_has_the_next_number_canonical_text_and_its_translations(desk):
    former = make_version()
    odd = "# A\u0308ndring\r\n\r\nDold\u200b text.\r\n"
    answer = desk.post(f"{TEXTS}add/", form_of(former, text=odd))
    assert answer.status_code == 302, answer.context["errors"]
    version = AgreementVersion.objects.get(published_at=None)
    assert (version.number, version.text) == (2, "# Ändring\n\nDold text.\n")
    assert version.principles == ["Dialog", "Mångfald"]
    assert version.plain.text.startswith("# Lätt")
    assert desk.get("/avsiktsforklaring/2/").status_code == 404


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"text": "Utan rubrik."}, "Börja texten med dess rubrik"),
        ({"text": "# En\r\n\r\n# Två"}, "flera rubriker med ett #"),
        ({"principles": "x" * 101}, "högst 100 tecken på varje rad"),
        ({"last_day": "2026-12-31"}, "Sista dagen kan inte ligga före den första."),
        ({"first_day": "03/11/2026"}, "Skriv datumet som år-månad-dag"),
        ({"first_day": "2015-12-07"}, "Välj en senare dag."),
        ({"translations-0-language": "en"}, "Lätt svenska skrivs på svenska."),
        ({"translations-0-kind": "translation"}, "Välj ett annat språk"),
    ],
)
def test_what_is_wrong_is_said_in_swedish(desk, changed, words):
    answer = desk.post(f"{TEXTS}add/", form_of(make_version(), **changed))
    assert words in answer.text
    assert AgreementVersion.objects.count() == 1


def test_one_text_is_worked_on_at_a_time_and_can_be_removed_until_it_is_published(desk):
    former = make_version()
    draft = make_version(published=False)
    assert "Version 2 är redan under arbete" in desk.post(f"{TEXTS}add/", form_of(former)).text
    assert desk.post(address(former, "delete/"), {"post": "yes"}).status_code == 403
    desk.post(address(draft, "delete/"), {"post": "yes"})
    assert list(AgreementVersion.objects.all()) == [former]


def test_the_preview_is_the_public_page_with_a_banner_for_coordinators_alone(desk, client):
    make_version()
    draft = make_version(text="# Ny\n\nEtt utkast.", published=False, first_day=date(2027, 1, 1))
    Translation.objects.create(
        version=draft, kind="plain", language="sv", title="Lätt", text="# Lätt\n\nVi hjälps åt."
    )
    for query, words in [
        ("", "Ett utkast."),
        ("?visa=andringar", "Ett utkast."),
        ("?visa=lattlast", "Vi hjälps åt."),
    ]:
        page = desk.get(address(draft, f"forhandsvisa/{query}")).text
        assert_well_formed(page)
        assert "Förhandsvisning." in page
        assert words in page
    for stranger in (client, sign_in(make_user())):
        assert "Ett utkast." not in stranger.get(address(draft, "forhandsvisa/"), follow=True).text


def test_publishing_asks_first_and_then_invites(desk):
    make_signature(signatories=2)
    draft = make_version(published=False, first_day=date(2027, 1, 1))
    asked = desk.get(address(draft, "publicera/")).text
    assert "kan aldrig ändras" in asked
    assert "2 inbjudningar" in asked
    draft.refresh_from_db()
    assert draft.published_at is None
    for _click in range(2):
        page = desk.post(address(draft, "publicera/"), follow=True).text
    assert "Version 2 är publicerad." in page
    assert ProcrastinateJob.objects.filter(task_name="signatures.mail_invitation").count() == 2
    assert desk.get("/avsiktsforklaring/2/").status_code == 200


def test_a_published_text_is_read_and_only_its_last_day_can_be_set(desk):
    version = make_version()
    page = desk.get(address(version, "change/")).text
    assert "Texten är publicerad och kan inte ändras." in page
    assert 'name="text"' not in page
    desk.post(
        address(version, "change/"),
        form_of(version, text="# Kapad", last_day="2027-12-31") | {"translations-TOTAL_FORMS": "0"},
    )
    version.refresh_from_db()
    assert version.last_day == date(2027, 12, 31)
    assert "Vi vill samverka." in version.text


def test_a_member_of_nothing_cannot_publish(client):
    draft = make_version(published=False)
    for stranger in (client, sign_in(make_user())):
        stranger.post(address(draft, "publicera/"))
    draft.refresh_from_db()
    assert draft.published_at is None
