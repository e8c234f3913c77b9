"""The coordinators' desk for remisses: every address for every role, and the ways through it."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from challenges.remiss.models import (
    Masking,
    Referral,
    ReferralDocument,
    ReferralRecipient,
    ReferralResponse,
    Reply,
)
from malmoandan.organisations.models import Kind, Sector
from tests.challenges.remiss.referrals import (
    PDF,
    Publication,
    State,
    make_attachment,
    make_document,
    make_masking,
    make_recipient,
    make_referral,
    make_reply,
    make_response,
    make_section,
    make_version,
)
from tests.factories import make_organisation, make_user
from tests.people import make_coordinator, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return sign_in(make_coordinator("anna@example.org"), second_factor=True)


@pytest.fixture
def referral():
    return make_referral(sections=2)


def url(name, *arguments):
    return reverse(f"admin:remiss_{name}", args=arguments)


def in_days(days):
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def every_address():
    """Each address of the desk with whether a coordinator may open it by GET."""
    referral = make_referral(sections=1)
    draft = make_referral(State.DRAFT)
    body = make_recipient(referral)
    response = make_response(referral, recipient=body)
    version = response.counting_version
    masking = make_masking(version)
    file, document = make_attachment(version), make_document(draft)
    reply = make_reply(referral)
    lists = ["referral", "referralrecipient", "referralresponse", "reply"]
    rows = [("referral", referral), ("referral", draft), ("referralrecipient", body)]
    rows += [("referralresponse", response), ("reply", reply)]
    found = [(url(f"{name}_changelist"), 200) for name in lists]
    found += [
        (url(f"{name}_{page}", row.pk), 200) for name, row in rows for page in ("change", "history")
    ]
    found += [(url("referral_add"), 200), (url("reply_add"), 200)]
    found += [(url("referral_delete", draft.pk), 200), (url("referral_delete", referral.pk), 403)]
    found += [(url("referralrecipient_delete", body.pk), 403), (url("referralrecipient_add"), 403)]
    found += [(url("referralresponse_delete", response.pk), 403)]
    found += [(url("referralresponse_add"), 403)]
    pages = ["overview", "add_document", "paste", "choose", "enter"]
    found += [(url(page, referral.pk), 200) for page in pages]
    found += [(url("enter", draft.pk), 403), (url("overview", draft.pk), 200)]
    whats = ["oppna", "bjud-in", "flytta-dagen", "stang", "oppna-igen", "aterkoppla", "redovisa"]
    found += [(url("decide", referral.pk, what), 200) for what in [*whats, "ny-lank"]]
    found += [(url("decide", referral.pk, "radera"), 404), (url("overview", 0), 404)]
    found += [(url("document_file", document.pk), 200), (url("response_attachment", file.pk), 200)]
    found += [(url("mask", response.pk), 200), (url("withhold", response.pk), 200)]
    found += [(url("publish", response.pk), 403), (url("unmask", masking.pk), 403)]
    found += [(url("invite_again", body.pk), 403), (url("bounced", body.pk), 403)]
    return found


def test_a_coordinator_opens_every_page_and_nothing_changes_by_opening_it(desk):
    found = {
        address: (desk.get(address).status_code, wanted) for address, wanted in every_address()
    }
    assert {address: codes for address, codes in found.items() if codes[0] != codes[1]} == {}
    assert ReferralResponse.objects.get().publication == Publication.WAITING
    assert Masking.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", ["stranger", "member", "first_factor", "staff"])
def test_nobody_else_gets_in(role, method):
    clients = {
        "stranger": lambda: Client(),
        "member": lambda: sign_in(make_user()),
        "first_factor": lambda: sign_in(make_coordinator()),
        # Someone who may enter the admin, but has no right to anything in it.
        "staff": lambda: sign_in(make_user(is_staff=True), second_factor=True),
    }
    client = clients[role]()
    codes = {a: getattr(client, method)(a).status_code for a, _wanted in every_address()}
    assert {a: code for a, code in codes.items() if code not in {302, 403, 404}} == {}
    assert ReferralResponse.objects.get().publication == Publication.WAITING
    assert Masking.objects.exists()
    assert not ReferralRecipient.objects.bounced().exists()


def test_every_page_has_one_heading_and_is_well_formed(desk):
    from tests.browser import assert_well_formed

    for address, wanted in every_address():
        answer = desk.get(address)
        if wanted == 200 and answer["Content-Type"].startswith("text/html"):
            assert answer.text.count("<h1") == 1, address
            assert_well_formed(answer.text)


def test_a_referral_is_made_with_sections_and_opened(desk):
    sent = {
        "title": "Plan för torg",
        "registry_number": "STK-2026-1",
        "sender": "Stadskontoret",
        "background": "Vi frågar.",
        "due_date": in_days(30),
        "contact_name": "Registrator",
        "contact_email": "r@example.org",
        "sections-TOTAL_FORMS": "1",
        "sections-INITIAL_FORMS": "0",
        "sections-0-order": "1",
        "sections-0-kind": "question",
        "sections-0-title": "Vad tycker ni?",
        "sections-0-asks_position": "on",
        "documents-TOTAL_FORMS": "0",
        "documents-INITIAL_FORMS": "0",
    }
    assert desk.post(url("referral_add"), sent).status_code == 302
    referral = Referral.objects.get()
    assert referral.sections.count() == 1
    page = desk.get(url("overview", referral.pk))
    assert referral.preview_token in page.text
    answer = desk.post(url("decide", referral.pk, "oppna"), follow=True)
    assert "öppen för svar" in answer.text
    referral.refresh_from_db()
    assert referral.opened_by.email == "anna@example.org"


def test_a_draft_that_lacks_something_is_told_what(desk):
    draft = make_referral(State.DRAFT, sender="")
    answer = desk.post(url("decide", draft.pk, "oppna"))
    assert answer.status_code == 422
    assert "Skriv vem som är avsändare." in answer.text
    assert "minst ett avsnitt" in answer.text


def test_what_was_sent_out_cannot_be_written_over(desk, referral):
    section = referral.sections.first()
    sent = {
        "title": "Något annat",
        "background": "Annat",
        "due_date": in_days(99),
        "sender": "Ny avsändare",
        "contact_email": "ny@example.org",
        "sections-TOTAL_FORMS": "1",
        "sections-INITIAL_FORMS": "1",
        "sections-0-id": section.pk,
        "sections-0-title": "Ändrad fråga",
        "documents-TOTAL_FORMS": "0",
        "documents-INITIAL_FORMS": "0",
    }
    desk.post(url("referral_change", referral.pk), sent)
    former = referral.title, referral.due_date, section.title
    referral.refresh_from_db()
    section.refresh_from_db()
    assert (referral.title, referral.due_date, section.title) == former
    assert referral.sender == "Ny avsändare"


def test_moving_the_day_needs_a_day_and_a_reason_and_keeps_what_was_typed(desk, referral):
    address = url("decide", referral.pk, "flytta-dagen")
    answer = desk.post(address, {"due_date": "03/11/2026", "reason": "Många bad om det."})
    assert answer.status_code == 422
    assert "Många bad om det." in answer.text
    assert "Fel:" in answer.text
    assert desk.post(address, {"due_date": in_days(-1), "reason": "x"}).status_code == 422
    desk.post(address, {"due_date": in_days(44), "reason": "Många bad om det."})
    referral.refresh_from_db()
    assert referral.due_date.isoformat() == in_days(44)
    assert "Många bad om det." in desk.get(url("overview", referral.pk)).text


def test_a_decision_that_somebody_else_made_first_is_told(desk):
    closed = make_referral(State.CLOSED)
    answer = desk.post(url("decide", closed.pk, "stang"), {"reason": "Klart."})
    assert answer.status_code == 422
    assert "Det går inte längre" in answer.text


def test_a_document_is_judged_by_its_content_and_a_good_one_outlives_an_error(desk, referral):
    address = url("add_document", referral.pk)
    evil = SimpleUploadedFile("plan.pdf", b"<script>alert(1)</script>")
    assert desk.post(address, {"title": "Plan", "file": evil}).status_code == 422
    wrong = desk.post(address, {"title": "", "file": SimpleUploadedFile("plan.exe", PDF)})
    assert wrong.status_code == 422
    kept = wrong.context["form"]["kept_file"].value()
    assert "Vald fil: plan.pdf" in wrong.text
    desk.post(address, {"title": "Planen", "kept_file": kept})
    document = ReferralDocument.objects.get()
    assert (document.file_name, document.size) == ("plan.pdf", len(PDF))
    assert default_storage.exists(document.stored_name)


def test_a_pasted_list_is_previewed_and_added_all_or_none(desk, referral):
    address = url("paste", referral.pk)
    bad = desk.post(address, {"rows": "Ängen;angen@example.org\nTorget;", "add": "1"})
    assert bad.status_code == 422
    assert "E-postadressen saknas." in bad.text
    assert "Torget;" in bad.text
    assert not ReferralRecipient.objects.exists()
    rows = "Ängen;angen@example.org\nTorget;torget@example.org"
    preview = desk.post(address, {"rows": rows})
    assert preview.status_code == 200
    assert not ReferralRecipient.objects.exists()
    desk.post(address, {"rows": rows, "add": "1"})
    assert referral.recipients.count() == 2
    again = desk.post(address, {"rows": rows, "add": "1"})
    assert "Finns redan på remisslistan." in again.text
    assert referral.recipients.count() == 2


def test_bodies_are_chosen_by_filter_and_each_needs_an_address(desk, referral):
    city = make_organisation(name="Miljöförvaltningen", kind=Kind.DEPARTMENT, sector=Sector.CITY)
    make_organisation(name="Ängen")
    address = f"{url('choose', referral.pk)}?sector=city&kind=department"
    assert "Ängen" not in desk.get(address).text
    without = desk.post(address, {"chosen": city.pk})
    assert without.status_code == 422
    assert "Skriv en e-postadress" in without.text
    assert desk.post(address, {}).status_code == 422
    desk.post(address, {"chosen": city.pk, f"email-{city.pk}": "miljo@example.org"})
    body = referral.recipients.get()
    assert (body.organisation, body.kind) == (city, "department")
    assert "Miljöförvaltningen" not in [
        line["organisation"].name for line in desk.get(address).context["lines"]
    ]


def test_a_later_day_is_granted_in_the_bodys_own_form(desk, referral):
    body = make_recipient(referral)
    fields = {
        "name": body.name,
        "kind": body.kind,
        "email": "NY@example.org",
        "due_date": in_days(32),
        "reminders-TOTAL_FORMS": "0",
        "reminders-INITIAL_FORMS": "0",
    }
    wrong = desk.post(url("referralrecipient_change", body.pk), fields | {"due_date": in_days(5)})
    assert "senare än remissens sista svarsdag" in wrong.text
    assert desk.post(url("referralrecipient_change", body.pk), fields).status_code == 302
    body.refresh_from_db()
    assert (body.email, body.due_date.isoformat()) == ("ny@example.org", in_days(32))


def test_an_address_that_bounced_waits_on_the_first_page_until_it_is_changed(desk, referral):
    body = make_recipient(referral)
    desk.post(url("bounced", body.pk))
    assert body.name in desk.get("/admin/").text
    assert body.name in desk.get(url("overview", referral.pk)).text
    desk.post(url("invite_again", body.pk))
    body.refresh_from_db()
    assert body.bounced_at is None


def test_an_answer_waits_on_the_first_page_and_the_next_one_follows(desk, referral):
    first, second = make_response(referral), make_response(referral)
    assert first.name in desk.get("/admin/").text
    answer = desk.post(url("publish", first.pk), {"version": "1"})
    assert answer.url == url("referralresponse_change", second.pk)
    assert desk.post(url("publish", second.pk), {"version": "1"}).url == "/admin/"
    assert not ReferralResponse.objects.waiting().exists()


def test_an_answer_that_was_corrected_meanwhile_is_not_published(desk, referral):
    response = make_response(referral)
    make_version(response, summary="Vi ändrade oss.")
    answer = desk.post(url("publish", response.pk), {"version": "1"}, follow=True)
    assert "har rättats" in answer.text
    assert "Vi ändrade oss." in answer.text
    assert ReferralResponse.objects.waiting().exists()


def test_many_are_published_from_the_list(desk, referral):
    rows = [make_response(referral) for _number in range(3)]
    sent = {"action": "publish_chosen", "_selected_action": [row.pk for row in rows]}
    answer = desk.post(url("referralresponse_changelist"), sent, follow=True)
    assert "3 svar är publicerade." in answer.text


def test_an_answer_is_withheld_with_a_reason(desk, referral):
    response = make_response(referral)
    assert desk.post(url("withhold", response.pk), {"reason": ""}).status_code == 422
    desk.post(url("withhold", response.pk), {"reason": "Innehåller hot."})
    response.refresh_from_db()
    assert response.publication == Publication.WITHHELD


def test_words_are_masked_wherever_they_stand_in_the_part(desk, referral):
    text = "Fråga Bo Berg.\n\nBo  Berg vet."
    response = make_response(referral, summary=text)
    address = url("mask", response.pk)
    sent = {"part": "summary", "words": "Bo Berg", "reason": "personal_data", "note": ""}
    desk.post(address, sent)
    spans = [masking.span for masking in Masking.objects.all()]
    assert [text[start:end] for start, end in spans] == ["Bo Berg", "Bo  Berg"]
    missing = desk.post(address, sent | {"words": "Ada"})
    assert missing.status_code == 422
    assert "De orden står inte där." in missing.text
    assert desk.post(address, sent | {"part": "section-1"}).status_code == 422
    page = desk.get(url("referralresponse_change", response.pk))
    assert "Bo Berg vet" in page.text.replace("  ", " ")  # the original stays for coordinators
    desk.post(url("unmask", Masking.objects.first().pk))
    assert Masking.objects.count() == 1


def test_an_attachment_is_hidden_as_a_whole(desk, referral):
    response = make_response(referral)
    file = make_attachment(response.counting_version)
    sent = {"part": f"attachment-{file.pk}", "words": "", "reason": "secrecy", "note": ""}
    desk.post(url("mask", response.pk), sent)
    assert Masking.objects.get().attachment == file


def letter(**changed):
    return {
        "origin": "letter",
        "received_on": in_days(0),
        "kind": "organisation",
        "name": "Ängens vänner",
        "summary": "Vi är för.",
    } | changed


def test_a_letter_is_entered_with_its_scan_and_late_when_it_came_late(desk):
    referral = make_referral(due_date=timezone.localdate() - timedelta(days=3), sections=1)
    section = referral.sections.get()
    sent = letter(**{f"text-{section.pk}": "Bra fråga.", f"position-{section.pk}": "rejects"})
    sent["file"] = SimpleUploadedFile("brev.pdf", PDF)
    answer = desk.post(url("enter", referral.pk), sent, follow=True)
    assert "märkt som sent" in answer.text
    response = ReferralResponse.objects.get()
    version = response.counting_version
    assert (response.origin, response.entered_by.email) == ("letter", "anna@example.org")
    assert version.late
    assert version.sections.get().position == "rejects"
    assert version.attachments.get().file_name == "brev.pdf"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"received_on": "2199-01-01"}, "framtiden"),
        ({"received_on": "igår"}, "Skriv datumet"),
        ({"name": ""}, "Skriv namnet"),
        ({"summary": ""}, "Svaret säger inget än."),
        ({"kind": "bolag"}, "kind"),
        ({"file": SimpleUploadedFile("svar.pdf", b"MZ\x90")}, "Filen"),
    ],
)
def test_a_letter_with_a_mistake_is_not_entered_and_what_was_typed_stays(
    desk, referral, changed, told
):
    answer = desk.post(url("enter", referral.pk), letter(contact_person="Ada Ek", **changed))
    assert answer.status_code == 422
    assert told in answer.text
    assert "Ada Ek" in answer.text
    assert not ReferralResponse.objects.exists()


def test_replies_wait_until_they_are_published_from_the_overview(desk, referral):
    section = referral.sections.first()
    sent = {"referral": referral.pk, "section": section.pk, "text": "Vi ändrade."}
    assert desk.post(url("reply_add"), sent).status_code == 302
    assert section.title in desk.get("/admin/").text
    desk.post(url("decide", referral.pk, "aterkoppla"))
    assert Reply.objects.published().get().published_by.email == "anna@example.org"


def test_a_reply_to_another_referrals_section_is_refused(desk, referral):
    sent = {"referral": referral.pk, "section": make_section(make_referral()).pk, "text": "x"}
    answer = desk.post(url("reply_add"), sent)
    assert "hör till en annan remiss" in answer.text
    assert not Reply.objects.exists()


def test_the_overview_needs_as_many_queries_for_ten_bodies_as_for_a_hundred(
    desk, referral, django_assert_max_num_queries
):
    for _number in range(40):
        make_response(referral, recipient=make_recipient(referral))
    with django_assert_max_num_queries(32):
        page = desk.get(url("overview", referral.pk))
    assert page.context["progress"].answered == 40
    assert "<svg" in page.text


def test_the_lists_need_no_more_queries_for_more_rows(
    desk, referral, django_assert_max_num_queries
):
    for _number in range(30):
        make_response(referral, recipient=make_recipient(referral))
    for name in ("referral", "referralrecipient", "referralresponse"):
        with django_assert_max_num_queries(26):
            assert desk.get(url(f"{name}_changelist")).status_code == 200


def test_a_draft_is_read_by_who_has_its_link_and_says_that_it_is_a_preview(client):
    draft = make_referral(State.DRAFT, title="Plan för torg", sections=1)
    document = make_document(draft)
    address = reverse("remiss:preview", args=[draft.preview_token])
    page = client.get(address)
    assert "förhandsvisning av ett utkast" in page.text
    assert page.text.count("<h1") == 1
    assert "no-store" in page["Cache-Control"]
    file = reverse("remiss:preview_document", args=[draft.preview_token, document.pk])
    assert client.get(file).getvalue() == PDF
    assert client.post(address).status_code == 405
    other = make_document(make_referral(State.DRAFT))
    wrong = reverse("remiss:preview_document", args=[draft.preview_token, other.pk])
    assert client.get(wrong).status_code == 404
    public = make_referral()
    for token in (public.preview_token, "x"):
        assert client.get(reverse("remiss:preview", args=[token])).status_code == 404
