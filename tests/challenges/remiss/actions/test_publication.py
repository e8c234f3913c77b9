"""Answers are published by somebody who has read them; replies tell each one once."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from challenges.remiss.actions import entering, publication, replies
from challenges.remiss.models import Masking, ReferralResponse
from challenges.remiss.shown import shown_attachments, shown_summary, shown_text
from malmoandan.running import history
from tests.challenges.remiss.actions.test_referrals import at_once
from tests.challenges.remiss.referrals import (
    PDF,
    Publication,
    State,
    make_attachment,
    make_masking,
    make_recipient,
    make_referral,
    make_reply,
    make_response,
    make_section,
    make_version,
)
from tests.factories import make_user
from tests.mailbox import text_of


@pytest.mark.django_db
def test_publishing_says_who_and_when_and_twice_changes_nothing():
    response, by = make_response(), make_user()
    assert publication.publish(response=response, by=by, version=1)
    assert not publication.publish(response=response, by=make_user())
    response.refresh_from_db()
    assert (response.publication, response.published_by) == (Publication.PUBLISHED, by)


@pytest.mark.django_db
def test_a_version_that_nobody_has_looked_at_is_not_published():
    response = make_response()
    make_version(response, summary="Nytt")
    with pytest.raises(publication.NewerVersion):
        publication.publish(response=response, by=make_user(), version=1)
    response.refresh_from_db()
    assert response.publication == Publication.WAITING


@pytest.mark.django_db
def test_a_published_answer_can_be_withheld_and_published_again():
    response, by = make_response(publication=Publication.PUBLISHED), make_user()
    withheld = publication.withhold(response=response, reason="Innehåller hot.", by=by)
    assert withheld.published_at is None
    assert publication.publish(response=withheld, by=by)
    response.refresh_from_db()
    assert response.withheld_reason == ""


@pytest.mark.django_db
def test_many_are_published_at_once_but_not_those_that_were_withheld():
    waiting = [make_response() for _number in range(3)]
    withheld = make_response(publication=Publication.WITHHELD)
    assert publication.publish_many(responses=[*waiting, withheld], by=make_user()) == 3
    withheld.refresh_from_db()
    assert withheld.publication == Publication.WITHHELD


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_take_turns():
    response, by = make_response(), make_user()
    raised = at_once(
        lambda: publication.publish(response=response, by=by),
        lambda: publication.withhold(response=response, reason="Hot", by=by),
        lambda: publication.publish_many(responses=[response], by=by),
    )
    assert raised == [None] * 3
    assert ReferralResponse.objects.get().publication != Publication.WAITING


@pytest.mark.django_db
def test_a_masking_can_be_taken_back_and_its_history_stays():
    masking = make_masking(make_response().counting_version)
    publication.unmask(masking=masking)
    assert not Masking.objects.exists()
    assert history.events_of(Masking).count() == 2


def enter(referral, recipient=None, **changed):
    fields = {
        "respondent": {"kind": "organisation", "name": "Ängen", "origin": "letter", "email": ""},
        "version": {"summary": "Bra.", "position": "supports"},
        "sections": {},
        "files": [],
        "received_on": timezone.localdate(),
        "by": make_user(),
    } | changed
    return entering.enter(referral=referral, recipient=recipient, **fields)


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "late"), [(0, False), (1, True)])
def test_whether_a_letter_is_late_follows_from_the_day_it_came(days, late):
    last_day = timezone.localdate() - timedelta(days=5)
    referral = make_referral(due_date=last_day)
    version = enter(referral, received_on=last_day + timedelta(days=days))
    assert version.late is late
    assert version.due_date == last_day


@pytest.mark.django_db
def test_a_letter_from_a_body_with_a_later_day_is_in_time():
    referral = make_referral(due_date=timezone.localdate() - timedelta(days=2))
    body = make_recipient(referral, due_date=timezone.localdate())
    assert not enter(referral, body).late


@pytest.mark.django_db
def test_what_was_masked_is_masked_in_the_next_version_where_it_still_stands():
    referral = make_referral()
    body, section, other = make_recipient(referral), make_section(referral), make_section(referral)
    first = make_response(
        referral,
        recipient=body,
        summary="Ring Anna Ek om odlingen.",
        sections={section: "Anna Ek bor på Ängsgatan 7.", other: "Anna Ek igen."},
    ).counting_version
    make_masking(first, 5, 12)
    in_section = first.sections.get(section=section)
    make_masking(first, 15, 26, Masking.Part.SECTION, section_answer=in_section, note="Adress.")
    hidden = make_attachment(first, PDF)
    make_masking(first, 0, 0, Masking.Part.ATTACHMENT, attachment=hidden)
    files = [(f"remiss/{number}.pdf", SimpleUploadedFile("brev.pdf", content))
             for number, content in enumerate([PDF, PDF + b"annan"])]  # fmt: skip
    version = enter(
        referral,
        body,
        version={"summary": "Fråga Anna\nEk, eller Bo."},
        sections={section: (None, "Hon bor på Ängsgatan 7, Ängsgatan 7."), other: (None, "Nej.")},
        files=files,
    )
    assert shown_summary(version) == "Fråga [maskerat], eller Bo."
    answer = version.sections.get(section=section)
    assert shown_text(version, answer) == "Hon bor på [maskerat], [maskerat]."
    assert [file.sha256 == hidden.sha256 for file in shown_attachments(version)] == [False]
    assert {m.note for m in version.maskings.filter(part="section")} == {"Adress."}
    assert version.maskings.count() == 4


@pytest.mark.django_db
def test_an_entered_answer_of_a_body_that_has_answered_is_the_next_version():
    referral = make_referral()
    body = make_recipient(referral)
    first = make_response(referral, recipient=body, publication=Publication.PUBLISHED)
    section = make_section(referral)
    file = SimpleUploadedFile("brev.pdf", PDF)
    version = enter(
        referral,
        body,
        sections={section: ("rejects", "Nej.")},
        files=[("remissvar/abc.pdf", file)],
    )
    assert (version.response, version.number) == (first, 2)
    assert version.response.publication == Publication.WAITING
    assert version.sections.get().text == "Nej."
    assert version.attachments.get().content_type == "application/pdf"


@pytest.mark.django_db(transaction=True)
def test_two_who_enter_the_same_letter_at_once_make_one_answer():
    referral = make_referral()
    body = make_recipient(referral)
    assert at_once(*[lambda: enter(referral, body)] * 3) == [None] * 3
    assert sorted(ReferralResponse.objects.get().versions.values_list("number", flat=True)) == [
        1,
        2,
        3,
    ]


def test_replies_become_public_together_and_each_one_concerned_gets_one_mail(run_jobs, smtp):
    referral = make_referral(State.CLOSED)
    one, other = make_response(referral), make_response(referral)
    make_response(referral, email="", origin="letter")
    make_reply(referral, response=one)
    by = make_user()
    assert replies.publish(referral=referral, by=by) == 1
    assert replies.publish(referral=referral, by=by) == 0
    run_jobs()
    assert [mail["To"] for mail in smtp.messages] == [one.email]
    make_reply(referral, section=make_section(referral))
    make_reply(referral, response=one)
    assert replies.publish(referral=referral, by=by) == 2
    run_jobs()
    assert len(smtp.to(one.email)) == 2
    (mail,) = smtp.to(other.email)
    assert other.reference in text_of(mail)
    assert not referral.replies.waiting().exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_replies_at_once_publish_them_once():
    referral, by = make_referral(State.CLOSED), make_user()
    make_reply(referral)
    counts = []
    at_once(*[lambda: counts.append(replies.publish(referral=referral, by=by))] * 3)
    assert sorted(counts) == [0, 0, 1]
