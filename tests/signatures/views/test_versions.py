"""The pages of several texts: which one is newest, what changed, the plain twin, late drafts."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from malmoandan.organisations.models import Membership
from signatures.models import Signature, State, Translation
from signatures.versions import invitation
from tests.browser import assert_well_formed, findings_in_all_looks
from tests.factories import make_organisation, make_signature, make_user, make_version
from tests.people import sign_in
from tests.signatures.signing import ALVA, BO, ask_for_code, code_in, fill_in, sign

pytestmark = pytest.mark.django_db
TODAY = "2026-11-22 12:00"
SOON = date(2027, 1, 1)


def make_plain(version):
    return Translation.objects.create(
        version=version, kind="plain", language="sv", title="Lätt", text="# Lätt\n\nVi hjälps åt."
    )


def test_the_page_tells_which_text_is_newest_and_how_many_stand_behind_each(client):
    make_signature(version=make_version())
    version = make_version(text="# Ny\n\nNy text.")
    page = client.get("/avsiktsforklaring/").text
    assert_well_formed(page)
    assert "1 organisation har undertecknat version 1" in page
    assert "0 organisationer har undertecknat version 2" in page
    assert "/avsiktsforklaring/2/andringar/" in page
    assert version.text_sha256 in page


@time_machine.travel(TODAY, tick=False)
def test_a_coming_text_says_from_which_day_and_the_former_is_signed(client):
    make_version()
    make_version(text="# Ny\n\nNy text.", first_day=SOON)
    page = client.get("/avsiktsforklaring/").text
    assert "Den gäller att skriva under från 1 januari 2027" in page
    assert "Till dess är det version 1 som skrivs under" in page
    assert "Skriv under för er organisation" not in page
    former = client.get("/avsiktsforklaring/1/").text
    assert "Skriv under för er organisation" in former
    assert "/avsiktsforklaring/1/" in client.get("/skriv-under/").text


def test_the_plain_twin_has_a_page_and_never_stands_for_the_text(client):
    version = make_version()
    assert client.get("/avsiktsforklaring/lattlast/").status_code == 404
    make_plain(version)
    assert "Vi hjälps åt." in client.get("/avsiktsforklaring/lattlast/").text
    assert "Vi hjälps åt." in client.get("/avsiktsforklaring/1/lattlast/").text
    page = client.get("/avsiktsforklaring/").text
    assert "/avsiktsforklaring/1/lattlast/" in page
    assert "Vi hjälps åt." not in page
    assert "Vi vill samverka." in page


def test_changes_are_told_in_words_and_elements_and_not_by_colour_alone(client):
    make_version(text="# Avsikt\n\nVi vill samverka i staden.")
    make_version(text="# Avsikt\n\nVi vill samverka i <hela> staden.", changes="Nu hela staden.")
    page = client.get("/avsiktsforklaring/2/andringar/").text
    assert_well_formed(page)
    assert "Nu hela staden." in page
    assert '<ins><span class="visually-hidden">Nytt: </span>&lt;hela&gt; ' in page
    assert "<hela>" not in page


@pytest.mark.parametrize("address", ["1/andringar/", "3/andringar/", "2/andringar/"])
def test_there_are_no_changes_before_the_first_text_or_of_one_that_is_not_published(
    client, address
):
    make_version()
    make_version(published=False)
    assert client.get(f"/avsiktsforklaring/{address}").status_code == 404
    assert client.post("/avsiktsforklaring/1/andringar/").status_code == 405


def test_a_representative_gets_a_button_with_the_organisation_filled_in():
    signature = make_signature(organisation=make_organisation(name="Möllans odlare"))
    make_version()
    person = make_user()
    Membership.objects.create(organisation=signature.organisation, person=person)
    page = sign_in(person).get("/avsiktsforklaring/2/andringar/").text
    assert "Skriv under version 2 för Möllans odlare" in page
    stranger = sign_in(make_user()).get("/avsiktsforklaring/2/andringar/").text
    assert "Möllans odlare" not in stranger


def test_an_invitation_fills_in_the_form_and_proves_nothing(client, smtp):
    signature = make_signature(
        organisation=make_organisation(name="Möllans odlare", organisation_number="8020028711")
    )
    make_version()
    page = client.get(f"/skriv-under/?inbjudan={invitation(signature.organisation)}&version=2").text
    assert 'value="Möllans odlare"' in page
    assert signature.signatories.get().email not in page
    assert 'value="Möllans' not in client.get("/skriv-under/?inbjudan=hittepå").text
    sign(client, smtp)  # only the code signs
    newest = Signature.objects.get(version__number=2)
    assert (newest.organisation, newest.state) == (signature.organisation, State.SUBMITTED)


def test_a_draft_in_grace_goes_on_with_its_text_unless_the_new_one_is_asked_for(client, smtp):
    former = make_version(last_day=date(2026, 11, 22))
    with time_machine.travel(TODAY) as clock:
        fill_in(client)
        make_version(first_day=date(2026, 11, 23))
        clock.move_to("2026-11-24 12:00")
        assert "Du fortsätter med version 1" in client.get("/skriv-under/").text
        moved = client.get("/skriv-under/?version=2").text
        assert "Du fortsätter" not in moved
        assert 'value="Möllans odlare"' in moved
        assert 'value="2026-03-11"' not in moved  # the decision was about the former text
        ask_for_code(client)
        client.post("/skriv-under/kod/", {"code": code_in(smtp.to(ALVA["email"])[-1])})
    assert Signature.objects.get().version == former


@pytest.mark.parametrize("step", ["firmatecknare", "kontrollera", "slutfor"])
def test_after_the_grace_each_step_says_so_and_offers_the_new_text(client, step):
    former = make_version(last_day=date(2026, 11, 22))
    with time_machine.travel(TODAY) as clock:
        fill_in(client)
        make_version(first_day=date(2026, 11, 23))
        clock.move_to("2026-11-30 12:00")
        page = client.get(f"/skriv-under/{step}/").text
        assert "till och med 29 november 2026" in page
        assert "Skriv under version 2" in page
        assert 'value="Möllans odlare"' in client.get("/skriv-under/").text
    assert not Signature.objects.filter(version=former).exists()


def test_a_co_signatory_who_comes_too_late_is_told(client, smtp):
    version = make_version()
    sign(client, smtp, ALVA, BO)
    version.last_day = timezone.localdate() - timedelta(days=8)
    version.save(update_fields=["last_day"])
    token = Signature.objects.get().signatories.last().token
    page = client.get(f"/skriv-under/bekrafta/{token}/").text
    assert "Tiden för att bekräfta är ute" in page
    client.post(f"/skriv-under/bekrafta/{token}/")
    assert not smtp.to(BO["email"])


def test_the_pages_hold_in_all_looks(portal, browser_page):
    long = "# Avsikt\n\nVi vill samverka i staden.\n\n## Mål\n\n- Dialog\n- Mångfald\n\n"
    make_version(text=long + "Gammalt stycke.")
    make_plain(make_version(text=long.replace("i staden", "överallt") + "Nytt stycke, helt annat."))
    for address in ("", "2/andringar/", "2/lattlast/"):
        browser_page.goto(f"{portal.url}/avsiktsforklaring/{address}")
        assert findings_in_all_looks(browser_page) == []
