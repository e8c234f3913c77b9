import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from malmoandan.organisations.models import Organisation
from signatures.models import Signature, State
from tests.factories import make_signature, make_user, make_version
from tests.mailbox import text_of
from tests.signatures.signing import (
    ALVA,
    BO,
    ORGANISATION,
    ask_for_code,
    code_in,
    fill_in,
    sign,
    signatories,
)

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def version(db):
    return make_version()


def test_one_person_signs_in_five_screens(client, smtp):
    answer = sign(client, smtp)
    signature = Signature.objects.get()
    assert answer.url == f"/skriv-under/klart/{signature.reference}/"
    receipt = client.get(answer.url)
    assert signature.reference in receipt.text
    assert "Tack, nu är det undertecknat" in receipt.text
    assert signature.state == State.SUBMITTED
    assert signature.organisation.website == "https://mollansodlare.se"


@pytest.mark.django_db(transaction=True)
def test_two_persons_sign_jointly_by_mail(client, smtp, run_jobs):
    sign(client, smtp, ALVA, BO)
    run_jobs()
    link = re.search(r"https?://\S+?(/skriv-under/bekrafta/\S+)", text_of(smtp.to(BO["email"])[0]))[
        1
    ]
    bo = Client()
    assert "Möllans odlare" in bo.get(link).text
    assert (
        Signature.objects.get().state == State.WAITING
    )  # a link that is followed confirms nothing
    code_page = bo.post(link)
    answer = bo.post(code_page.url, {"code": code_in(smtp.to(BO["email"])[-1])})
    assert "Tack, nu är det undertecknat" in bo.get(answer.url).text
    run_jobs()
    assert Signature.objects.get().state == State.SUBMITTED
    for address in (ALVA["email"], BO["email"]):
        assert smtp.to(address)[-1]["Subject"].strip().startswith("Kvitto")


def test_errors_keep_what_was_typed_and_say_so_with_a_4xx(client):
    answer = client.post("/skriv-under/", ORGANISATION | {"organisation_number": "802002-8712"})
    assert answer.status_code == 422
    assert 'value="802002-8712"' in answer.text
    assert 'value="Möllans odlare"' in answer.text
    assert "<title>Fel:" in answer.text
    assert not Organisation.objects.exists()


def test_a_persons_number_is_refused_and_nowhere_stored(client):
    answer = client.post("/skriv-under/", ORGANISATION | {"organisation_number": "850709-9805"})
    assert answer.status_code == 422
    assert "personnummer" in answer.text
    assert "8507099805" not in str(dict(client.session)).replace("-", "")


def test_minutes_are_kept_when_another_field_is_wrong(client, smtp):
    minutes = SimpleUploadedFile("Protokoll årsmöte.pdf", PDF)
    wrong = client.post("/skriv-under/", ORGANISATION | {"name": "", "minutes": minutes})
    assert wrong.status_code == 422
    assert "Protokoll årsmöte.pdf" in wrong.text
    sign(client, smtp)
    signature = Signature.objects.get()
    assert signature.minutes_name == "Protokoll årsmöte.pdf"
    assert signature.minutes.read() == PDF


def test_minutes_can_be_replaced_and_removed(client):
    for content in (PDF, PDF + b"\n"):
        minutes = SimpleUploadedFile("protokoll.pdf", content)
        client.post("/skriv-under/", ORGANISATION | {"minutes": minutes})
    kept = client.session["signing"]["minutes"]
    assert default_storage.listdir("protokoll")[1] == [kept.split("/")[1]]
    client.post("/skriv-under/", ORGANISATION | {"remove_minutes": "on"})
    assert client.session["signing"]["minutes"] == ""
    assert default_storage.listdir("protokoll")[1] == []


def test_a_file_that_is_no_document_is_refused_beside_its_field(client):
    macro = SimpleUploadedFile("protokoll.pdf", b"MZ program")
    answer = client.post("/skriv-under/", ORGANISATION | {"minutes": macro})
    assert answer.status_code == 422
    assert "Filen går inte att läsa" in answer.text
    assert client.session["signing"]["minutes"] == ""


def test_answers_can_be_changed_before_the_code(client):
    fill_in(client)
    assert client.get("/skriv-under/kontrollera/").text.count("Möllans odlare") == 1
    back = client.post("/skriv-under/", ORGANISATION | {"name": "Möllans grannar"})
    assert back.url == "/skriv-under/kontrollera/"
    assert "Möllans grannar" in client.get(back.url).text
    assert 'value="Alva Ek"' in client.get("/skriv-under/firmatecknare/").text


def test_a_row_is_added_without_scripts_and_keeps_what_was_typed(client):
    client.post("/skriv-under/", ORGANISATION)
    answer = client.post("/skriv-under/firmatecknare/", signatories(ALVA, BO) | {"add": "1"})
    assert 'value="bo@example.org"' in answer.text
    assert 'value="Alva Ek"' in answer.text
    assert 'name="fler-1-name"' in answer.text


def test_a_number_of_rows_that_is_none_is_refused(client):
    client.post("/skriv-under/", ORGANISATION)
    for data in ({"fler-TOTAL_FORMS": "många"}, {"fler-TOTAL_FORMS": "många", "add": "1"}, {}):
        answer = client.post("/skriv-under/firmatecknare/", ALVA | data)
        assert answer.status_code in {200, 422}


def test_the_whole_text_must_be_accepted(client, smtp):
    fill_in(client)
    answer = client.post("/skriv-under/kontrollera/", {})
    assert answer.status_code == 422
    assert "Kryssa i rutan" in answer.text
    assert smtp.messages == []


def test_a_wrong_code_signs_nothing_and_the_right_one_still_works(client, smtp):
    fill_in(client)
    ask_for_code(client)
    code = code_in(smtp.messages[-1])
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert client.post("/skriv-under/kod/", {"code": wrong}).status_code == 422
    assert not Signature.objects.exists()
    client.post("/skriv-under/kod/", {"code": f" {code[:3]} {code[3:]} "})
    assert Signature.objects.count() == 1


def test_a_late_code_leads_back_with_everything_filled_in(client, smtp):
    fill_in(client)
    ask_for_code(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        answer = client.post("/skriv-under/kod/", {"code": code_in(smtp.messages[-1])}, follow=True)
    assert answer.redirect_chain[-1][0] == "/skriv-under/kontrollera/"
    assert "gått ut" in answer.text
    assert "Möllans odlare" in answer.text
    assert not Signature.objects.exists()


def test_too_many_wrong_codes_lead_back_with_everything_filled_in(client, smtp):
    fill_in(client)
    ask_for_code(client)
    code = code_in(smtp.messages[-1])
    for _attempt in range(5):
        answer = client.post("/skriv-under/kod/", {"code": f"{(int(code) + 1) % 1_000_000:06d}"})
    assert answer.url == "/skriv-under/kontrollera/"
    client.post("/skriv-under/kod/", {"code": code})
    assert not Signature.objects.exists()


def test_a_double_click_on_the_code_is_one_signature(client, smtp):
    fill_in(client)
    ask_for_code(client)
    before = client.cookies["sessionid"].value
    code = {"code": code_in(smtp.messages[-1])}
    first = client.post("/skriv-under/kod/", code)
    client.cookies["sessionid"] = before  # the reply, and its new cookie, were lost
    again = client.post("/skriv-under/kod/", code)
    assert again.url == first.url
    assert client.get(again.url).status_code == 200
    assert Signature.objects.count() == 1


def test_two_tabs_are_one_signature(client, smtp):
    fill_in(client)
    ask_for_code(client)
    ask_for_code(client)  # the other tab
    client.post("/skriv-under/kod/", {"code": code_in(smtp.messages[-1])})
    late = client.post("/skriv-under/kontrollera/", {"whole_text": "on"}, follow=True)
    assert "inget påbörjat undertecknande" in late.text
    assert Signature.objects.count() == 1


def test_an_expired_session_ends_in_a_clear_page(client):
    for path in ("firmatecknare", "kontrollera", "slutfor"):
        answer = client.get(f"/skriv-under/{path}/", follow=True)
        assert answer.redirect_chain[-1][0] == "/skriv-under/"
        assert "inget påbörjat undertecknande" in answer.text


def test_a_mail_server_that_is_down_is_said_and_nothing_is_lost(client, smtp):
    fill_in(client)
    smtp.stop()
    answer = ask_for_code(client)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "Möllans odlare" in answer.text
    smtp.start()
    assert ask_for_code(client).url == "/skriv-under/kod/"


def test_the_same_person_signing_again_gets_the_same_reference(client, smtp):
    first = sign(client, smtp).url
    assert sign(Client(), smtp).url == first
    assert Signature.objects.count() == 1


def test_somebody_else_is_shown_that_the_organisation_has_signed(client, smtp):
    sign(client, smtp)
    other = Client()
    answer = sign(other, smtp, BO)
    page = other.get(answer.url)
    assert "har redan skrivit under" in page.text
    assert "Alva" not in page.text


def test_a_receipt_is_for_those_who_signed(client, smtp):
    answer = sign(client, smtp)
    assert Client().get(answer.url).status_code == 404
    assert Client().get("/skriv-under/klart/MA-0000-0000/").status_code == 404
    stranger = Client()
    stranger.force_login(make_user())
    assert stranger.get(answer.url).status_code == 404


def test_signing_as_another_than_the_signed_in_person_keeps_the_form(client, smtp):
    client.force_login(make_user())
    answer = sign(client, smtp)
    assert client.get(answer.url).status_code == 200
    assert Signature.objects.get().signatories.get().person.email == ALVA["email"]


def test_a_text_that_is_closed_says_so(client, version):
    version.last_day = timezone.localdate() - timedelta(days=1)
    version.save()
    assert "går inte att skriva under nu" in client.get("/skriv-under/").text


def test_a_confirmation_that_is_settled_says_so(client):
    waiting = make_signature(State.WAITING).signatories.get()
    declined = make_signature(State.DECLINED).signatories.get()
    published = make_signature(State.PUBLISHED).signatories.get()
    path = "/skriv-under/bekrafta/{}/"
    assert "Skicka koden" in client.get(path.format(waiting.token)).text
    assert "väntar inte längre" in client.post(path.format(declined.token)).text or (
        "redan bekräftat" in client.post(path.format(declined.token)).text
    )
    assert "redan bekräftat" in client.post(path.format(published.token)).text
    assert client.get(path.format("okand")).status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client, method):
    for path in ("", "firmatecknare/", "kontrollera/", "slutfor/"):
        assert getattr(client, method)(f"/skriv-under/{path}").status_code == 405


def test_a_full_disk_is_said_and_the_former_file_stays(client, settings, tmp_path):
    client.post("/skriv-under/", ORGANISATION | {"minutes": SimpleUploadedFile("a.pdf", PDF)})
    stored = client.session["signing"]["minutes"]
    wall = tmp_path / "wall"
    wall.write_text("a file where the folder should be")
    settings.MEDIA_ROOT = wall
    page = client.post(
        "/skriv-under/", ORGANISATION | {"minutes": SimpleUploadedFile("b.pdf", PDF)}
    )
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "60"
    assert "Vi kan inte ta emot filen just nu" in page.text
    assert client.session["signing"]["minutes"] == stored
