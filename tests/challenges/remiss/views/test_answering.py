"""Answering, step by step: what goes wrong first."""

from datetime import UTC, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from challenges.remiss.mails import INVITED
from challenges.remiss.models import ReferralResponse, ResponseDraft, ResponseVersion
from tests.browser import assert_well_formed
from tests.challenges.remiss.answering import (
    ASSOCIATION,
    DEPARTMENT,
    OPINION,
    PERSON,
    address,
    answer,
    ask_for_code,
    begin,
    fill_in,
)
from tests.challenges.remiss.referrals import (
    State,
    in_malmo,
    make_draft,
    make_recipient,
    make_referral,
    make_section,
)
from tests.factories import make_user
from tests.hostile_files import pdf
from tests.mailbox import text_of
from tests.people import sign_in
from tests.signatures.signing import code_in

pytestmark = pytest.mark.django_db
STEPS = ["", "svaret/", "bilagor/", "utkast/", "kasta/", "kontrollera/"]


@pytest.mark.parametrize("step", [*STEPS, "kod/", "skicka/", "kvitto/", "bilagor/1/"])
def test_a_draft_that_is_none_is_not_found(client, step):
    referral = make_referral()
    page = client.get(f"/remiss/{referral.slug}/svara/gissning/{step}", follow=True)
    assert page.status_code == 404


@pytest.mark.parametrize("step", [*STEPS, "skicka/", "kvitto/"])
def test_a_draft_is_found_under_its_own_referral_alone(client, step):
    draft, other = make_draft(), make_referral()
    assert client.get(f"/remiss/{other.slug}/svara/{draft.token}/{step}").status_code == 404


def test_the_number_of_a_draft_is_not_its_address(client):
    draft = make_draft()
    assert client.get(f"/remiss/{draft.referral.slug}/svara/{draft.pk}/").status_code == 404


def test_a_draft_referral_takes_no_answers_and_is_not_found(client):
    referral = make_referral(State.DRAFT)
    assert client.get(f"/remiss/{referral.slug}/svara/").status_code == 404
    assert client.post(f"/remiss/{referral.slug}/svara/", ASSOCIATION).status_code == 404
    assert client.get(address(make_draft(referral))).status_code == 404


def test_a_closed_referral_says_so_and_keeps_nothing(client):
    referral = make_referral(State.CLOSED)
    assert "Svarstiden för" in client.get(f"/remiss/{referral.slug}/svara/").text
    client.post(f"/remiss/{referral.slug}/svara/", ASSOCIATION)
    assert not ResponseDraft.objects.exists()


def test_another_bodys_link_is_not_found(client):
    recipient, other = make_recipient(), make_referral()
    page = client.get(f"/remiss/{other.slug}/svara/?{INVITED}={recipient.token}")
    assert page.status_code == 404


def test_an_invited_body_is_recognised_by_its_own_link(client):
    recipient = make_recipient(name="Kulturförvaltningen", kind="department")
    page = client.get(f"/remiss/{recipient.referral.slug}/svara/?{INVITED}={recipient.token}")

    assert 'value="Kulturförvaltningen"' in page.text
    assert page.context["form"].initial["kind"] == "department"
    draft = begin(client, recipient.referral, DEPARTMENT, **{INVITED: recipient.token})
    assert draft.recipient == recipient


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("kind", "", "Välj vem som svarar."),
        ("kind", "king", "alternativ"),
        ("name", "", "Skriv namnet på den som svarar."),
        ("name", "…", "bokstäver"),
        ("name", "Bo 850709-9805", "personnummer"),
        ("email", "bo", "e-postadress, till exempel"),
        ("decided_on", "03/11/2026", "år-månad-dag"),
        ("decided_on", "2999-01-01", "framtiden"),
        ("on_behalf_of", "x" * 301, "300"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_kept_as_typed(client, field, typed, said):
    referral = make_referral()
    data = ASSOCIATION | {"draft_id": str(uuid4()), field: typed}

    page = client.post(f"/remiss/{referral.slug}/svara/", data)

    assert page.status_code == 422
    assert said in str(page.context["form"].errors[field])
    assert ResponseDraft.objects.get().data["respondent"][field] == typed
    assert_well_formed(page.content)


def test_a_null_byte_is_dropped(client):
    draft = begin(client, make_referral(), name="Möl\0lan")
    assert draft.data["respondent"]["name"] == "Möllan"


def test_a_draft_is_kept_from_the_first_step_on_although_it_is_not_finished(client):
    draft = begin(client, make_referral(), {"name": "Halva nam", "save": "1"})
    assert draft.data["respondent"] == {"name": "Halva nam"}
    assert "Utkastet är sparat" in client.get(address(draft, "utkast/")).text


def test_the_first_step_sent_twice_is_one_draft(client):
    referral, number = make_referral(), str(uuid4())
    for _click in range(2):
        client.post(f"/remiss/{referral.slug}/svara/", ASSOCIATION | {"draft_id": number})
    assert ResponseDraft.objects.count() == 1


def test_two_tabs_do_not_replace_each_other_in_silence(client):
    draft = begin(client, make_referral())
    seen = client.get(address(draft, "svaret/")).context["seen"]
    client.post(address(draft, "svaret/"), {"summary": "Från den ena fliken", "seen": seen})

    page = client.post(address(draft, "svaret/"), {"summary": "Från den andra", "seen": seen})

    assert page.status_code == 409
    assert "Från den andra" in page.text
    draft.refresh_from_db()
    assert draft.data["answer"]["summary"] == "Från den ena fliken"
    again = {"summary": "Från den andra", "seen": page.context["seen"]}
    assert client.post(address(draft, "svaret/"), again).status_code == 302


def test_an_empty_answer_is_led_back_to_be_written(client):
    draft = fill_in(client, make_referral(), opinion={})
    page = client.get(address(draft, "kontrollera/"), follow=True)
    assert "Svaret är tomt" in page.text


def test_a_file_alone_is_an_answer(client):
    draft = fill_in(client, make_referral(), opinion={})
    client.post(address(draft, "bilagor/"), {"file": SimpleUploadedFile("a.pdf", pdf())})
    assert client.get(address(draft, "kontrollera/")).status_code == 200


def test_what_is_missing_is_shown_with_its_reason(client):
    draft = begin(client, make_referral(), ASSOCIATION | {"name": ""})
    page = client.get(address(draft, "kontrollera/"), follow=True)
    assert "Skriv namnet på den som svarar." in page.text


def test_every_section_is_answered_by_itself(client, smtp):
    referral = make_referral(sections=2)
    first, second = referral.sections.all()
    opinion = {f"s{first.pk}-position": "rejects", f"s{second.pk}-text": "Skriv tydligare."}

    version = answer(client, smtp, referral, opinion=opinion).sent_version

    rows = [(row.section, row.position, row.text) for row in version.sections.all()]
    assert rows == [(first, "rejects", ""), (second, None, "Skriv tydligare.")]
    assert version.position is None


def test_a_section_that_asks_no_position_has_none(client):
    referral = make_referral()
    section = make_section(referral, asks_position=False)
    draft = begin(client, referral)
    page = client.get(address(draft, "svaret/"))
    assert f"s{section.pk}-position" not in page.text


def test_the_code_sends_the_answer_and_the_receipt_says_so(client, smtp):
    draft = answer(client, smtp, make_referral(), DEPARTMENT)

    response = ReferralResponse.objects.get()
    version = draft.sent_version
    assert (response.name, response.email) == ("Kulturförvaltningen", "kultur@example.org")
    assert (version.on_behalf_of, version.decided_by) == ("Kulturnämnden", "Kulturnämnden")
    assert (version.number, version.late, version.position) == (1, False, "supports")
    page = client.get(address(draft), follow=True)
    assert response.reference in page.text
    assert draft.data == {}


def test_the_code_sent_twice_makes_one_answer_and_the_same_receipt(client, smtp):
    draft = fill_in(client, make_referral())
    ask_for_code(client, draft)
    code = {"code": code_in(smtp.to("alva@example.org")[-1])}
    for _click in range(2):
        page = client.post(address(draft, "kod/"), code, follow=True)
        assert page.redirect_chain[-1][0].endswith("/kvitto/")
    assert ResponseVersion.objects.count() == 1


def test_an_answer_that_changed_after_the_check_is_checked_again(client, smtp):
    draft = fill_in(client, make_referral())
    ask_for_code(client, draft)
    client.post(address(draft, "svaret/"), {"summary": "Något annat"})

    code = code_in(smtp.to("alva@example.org")[-1])
    page = client.post(address(draft, "kod/"), {"code": code}, follow=True)

    assert "har ändrats sedan du kontrollerade" in page.text
    assert not ResponseVersion.objects.exists()


def test_a_stale_check_page_sends_no_code(client, smtp):
    draft = fill_in(client, make_referral())
    page = client.post(address(draft, "kontrollera/"), {"seen": "gammal"})
    assert page.status_code == 409
    assert smtp.messages == []


def test_another_persons_proven_address_sends_nothing(client):
    draft = fill_in(client, make_referral())
    other = sign_in(make_user("other@example.org"))
    assert other.post(address(draft, "skicka/")).url.endswith("/kontrollera/")
    assert not ResponseVersion.objects.exists()


def test_without_a_mail_server_the_answer_waits(client, smtp):
    draft = fill_in(client, make_referral())
    smtp.stop()
    page = ask_for_code(client, draft)
    assert page.status_code == 503
    assert "Svaret finns kvar här" in page.text


def test_abstaining_is_one_short_path(client, smtp):
    referral = make_referral()
    draft = begin(client, referral, abstain="1")
    assert "Avstår från att yttra sig" in client.get(address(draft, "kontrollera/")).text
    ask_for_code(client, draft)
    client.post(address(draft, "kod/"), {"code": code_in(smtp.to("alva@example.org")[-1])})
    assert ResponseVersion.objects.get().position == "abstains"


@pytest.mark.parametrize(("ticked", "public"), [({"name_public": "on"}, True), ({}, False)])
def test_a_private_persons_name_is_public_only_with_consent(client, smtp, ticked, public):
    answer(client, smtp, make_referral(), PERSON | {"decided_by": "Ingen"}, **ticked)
    response = ReferralResponse.objects.get()
    assert response.name_public is public
    assert response.shown_name == ("Bo Al" if public else "Privatperson")
    assert response.counting_version.decided_by == ""


def test_who_has_an_invited_bodys_address_answers_for_it_without_its_link(client, smtp):
    recipient = make_recipient(email="alva@example.org")
    answer(client, smtp, recipient.referral)
    assert ReferralResponse.objects.get().recipient == recipient


def test_a_private_person_does_not_answer_for_the_invited_body(client, smtp):
    recipient = make_recipient(email="bo@example.org")
    answer(client, smtp, recipient.referral, PERSON, **{INVITED: recipient.token})
    assert ReferralResponse.objects.get().recipient is None


def test_a_second_answer_of_one_body_is_its_next_version_and_the_first_sender_is_told(
    client, smtp, run_jobs
):
    recipient = make_recipient()
    answer(client, smtp, recipient.referral, ASSOCIATION, **{INVITED: recipient.token})
    answer(client, smtp, recipient.referral, DEPARTMENT, **{INVITED: recipient.token})
    run_jobs()

    response = ReferralResponse.objects.get()
    assert [version.number for version in response.versions.all()] == [1, 2]
    assert response.counting_version.decided_by == "Kulturnämnden"
    assert response.email == "kultur@example.org"
    assert "ersätter det svar som du skickade in" in text_of(smtp.to("alva@example.org")[-1])


# 2026: the clocks go forward on 29 March and back on 25 October.
DAYS = [(2026, 3, 28), (2026, 3, 29), (2026, 10, 24), (2026, 10, 25), (2026, 6, 1)]


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize(("seconds", "late"), [(-1, False), (0, True)])
def test_the_last_day_ends_at_midnight_in_malmo_to_the_second(client, smtp, day, seconds, late):
    midnight = (in_malmo(*day) + timedelta(days=1)).astimezone(UTC)  # the next day by the wall
    with time_machine.travel(in_malmo(*day, 12), tick=False) as clock:
        referral = make_referral(due_date=in_malmo(*day).date())
        draft = fill_in(client, referral)
        clock.move_to(midnight - timedelta(minutes=5))
        ask_for_code(client, draft)
        clock.move_to(midnight + timedelta(seconds=seconds))
        client.post(address(draft, "kod/"), {"code": code_in(smtp.to("alva@example.org")[-1])})

        version = ResponseVersion.objects.get()
        page = client.get(address(draft, "kvitto/"))
    assert version.late is late
    assert ("Du började i tid" in page.text) is late


def test_what_is_begun_after_the_day_is_taken_and_marked(client, smtp):
    referral = make_referral(due_date=in_malmo(2020, 1, 1).date())
    assert "Du kan svara ändå" in client.get(f"/remiss/{referral.slug}/svara/").text
    draft = answer(client, smtp, referral)
    page = client.get(address(draft, "kvitto/"))
    assert draft.sent_version.late
    assert "för sent inkommet" in page.text
    assert "Du började i tid" not in page.text


def test_a_bodys_own_later_day_counts(client, smtp):
    referral = make_referral(due_date=in_malmo(2020, 1, 1).date())
    recipient = make_recipient(referral, due_date=in_malmo(2999, 1, 1).date())
    version = answer(client, smtp, referral, **{INVITED: recipient.token}).sent_version
    assert (version.late, version.due_date.year) == (False, 2999)


def test_what_was_begun_before_a_coordinator_closed_is_taken_and_marked(client, smtp):
    referral = make_referral()
    draft = fill_in(client, referral)
    referral.state = State.CLOSED
    referral.closed_at = draft.saved_at
    referral.closed_by = make_user()
    referral.save()
    ask_for_code(client, draft)
    client.post(address(draft, "kod/"), {"code": code_in(smtp.to("alva@example.org")[-1])})
    assert ResponseVersion.objects.get().late


def test_a_sent_draft_changes_no_more(client, smtp):
    draft = answer(client, smtp, make_referral())
    for step in STEPS:
        assert client.post(address(draft, step), OPINION).url.endswith("/kvitto/")
    assert ResponseVersion.objects.count() == 1


def test_a_draft_can_be_thrown_away(client):
    draft = begin(client, make_referral())
    client.post(address(draft, "kasta/"))
    assert client.get(address(draft)).status_code == 404


def test_the_warning_about_public_records_stands_where_one_writes(client):
    draft = begin(client, make_referral(sections=1))
    for step in ["", "svaret/", "bilagor/", "kontrollera/"]:
        client.post(address(draft, "svaret/"), OPINION)
        page = client.get(address(draft, step))
        assert "allmän handling" in page.text
        assert page["Cache-Control"].startswith("max-age=0")
