"""Sending an answer: once, however often and from wherever it is asked."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction

from challenges.remiss import drafts
from challenges.remiss.actions import drafts as actions
from challenges.remiss.actions.sending import AnotherAddress, NotComplete, send
from challenges.remiss.models import ReferralResponse, ResponseDraft, ResponseVersion
from challenges.remiss.shown import shown_summary
from tests.challenges.remiss.answering import ASSOCIATION, OPINION
from tests.challenges.remiss.referrals import (
    make_draft,
    make_draft_attachment,
    make_masking,
    make_recipient,
    make_referral,
)
from tests.factories import make_user


def make_checked_draft(referral=None, *, email="alva@example.org", opinion=OPINION, **fields):
    data = {"respondent": ASSOCIATION | {"email": email}, "answer": opinion}
    draft = make_draft(referral, data=data, owner_email=email, **fields)
    return actions.mark_checked(draft=draft, seen=drafts.digest(draft))


def at_once(calls):
    """Run all at the same time, each with a connection of its own; return what they gave."""

    def run(call):
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=10) as threads:
        return list(threads.map(run, calls))


@pytest.mark.django_db(transaction=True)
def test_one_draft_sent_twenty_times_at_once_is_one_version():
    draft, alva = make_checked_draft(), make_user("alva@example.org")

    sent = at_once([lambda: send(draft=draft, by=alva)] * 20)

    assert {version.pk for version in sent} == {ResponseVersion.objects.get().pk}
    assert _receipts() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_drafts_of_one_body_sent_at_once_are_one_version_each():
    recipient, alva = make_recipient(), make_user("alva@example.org")
    begun = [make_checked_draft(recipient.referral, recipient=recipient) for _n in range(20)]

    sent = at_once([lambda draft=draft: send(draft=draft, by=alva) for draft in begun])

    response = ReferralResponse.objects.get()
    assert sorted(version.number for version in sent) == list(range(1, 21))
    assert response.versions.count() == 20
    assert _receipts() == 20


@pytest.mark.django_db(transaction=True)
def test_a_correction_sent_while_the_body_sends_another_loses_none():
    recipient, alva = make_recipient(), make_user("alva@example.org")
    send(draft=make_checked_draft(recipient.referral, recipient=recipient), by=alva)
    response = ReferralResponse.objects.get()
    begun = [
        make_checked_draft(recipient.referral, recipient=recipient, response=given)
        for given in [response, None] * 5
    ]

    at_once([lambda draft=draft: send(draft=draft, by=alva) for draft in begun])

    assert sorted(response.versions.values_list("number", flat=True)) == list(range(1, 12))


@pytest.mark.django_db
def test_what_fails_on_the_way_leaves_nothing_behind():
    draft, alva = make_checked_draft(language="x" * 10), make_user("alva@example.org")
    with connection.cursor() as cursor:  # the database refuses the version
        cursor.execute("ALTER TABLE remiss_responseversion ADD CHECK (number > 1) NOT VALID")

    with pytest.raises(DatabaseError), transaction.atomic():
        send(draft=draft, by=alva)

    assert not ReferralResponse.objects.exists()
    draft.refresh_from_db()
    assert draft.data["answer"] == OPINION


@pytest.mark.django_db
def test_nobody_sends_with_another_address():
    with pytest.raises(AnotherAddress):
        send(draft=make_checked_draft(), by=make_user("bo@example.org"))


@pytest.mark.django_db
@pytest.mark.parametrize("opinion", [{}, {"position": "", "summary": " "}, {"position": "maybe"}])
def test_what_says_nothing_or_is_wrong_is_not_sent(opinion):
    with pytest.raises(NotComplete):
        send(draft=make_checked_draft(opinion=opinion), by=make_user("alva@example.org"))


@pytest.mark.django_db
def test_a_draft_that_was_thrown_away_is_not_sent():
    draft = make_checked_draft()
    actions.throw_away(draft=draft)
    with pytest.raises(ResponseDraft.DoesNotExist):
        send(draft=draft, by=make_user("alva@example.org"))


@pytest.mark.django_db
def test_a_draft_that_changed_since_the_check_is_not_sent():
    draft = make_checked_draft()
    actions.save_step(draft=draft, step=drafts.ANSWER, data={"summary": "Något annat"})
    with pytest.raises(actions.ChangedMeanwhile):
        send(draft=draft, by=make_user("alva@example.org"))


@pytest.mark.django_db
def test_a_correction_waits_for_a_look_again_and_keeps_the_earlier_version():
    referral, alva = make_referral(), make_user("alva@example.org")
    first = send(draft=make_checked_draft(referral), by=alva)
    response = first.response
    response.publication = ReferralResponse.Publication.PUBLISHED
    response.published_at, response.published_by = first.received_at, make_user()
    response.save()
    make_masking(first, 0, len(first.summary))
    corrected = {"summary": f"Nej. {first.summary}"}

    second = send(draft=make_checked_draft(referral, response=response, opinion=corrected), by=alva)

    response.refresh_from_db()
    assert response.publication == ReferralResponse.Publication.WAITING
    assert [v.summary for v in response.versions.all()] == [first.summary, corrected["summary"]]
    assert shown_summary(second) == "Nej. [maskerat]"  # what was masked stays so
    assert response.counting_version == second


@pytest.mark.django_db
def test_files_go_along_with_the_version():
    draft = make_checked_draft()
    file = make_draft_attachment(draft)
    draft = actions.mark_checked(draft=draft, seen=drafts.digest(draft))

    version = send(draft=draft, by=make_user("alva@example.org"))

    (kept,) = version.attachments.all()
    assert (kept.stored_name, kept.sha256, kept.file_name) == (
        file.stored_name,
        file.sha256,
        file.file_name,
    )


@pytest.mark.django_db(transaction=True)
def test_each_who_sends_for_a_body_gets_the_receipt_of_that_version(smtp, run_jobs):
    recipient = make_recipient()
    for email in ("alva@example.org", "bo@example.org"):
        draft = make_checked_draft(recipient.referral, email=email, recipient=recipient)
        send(draft=draft, by=make_user(email))
    run_jobs()

    receipts = [m for m in smtp.messages if str(m["Subject"]).strip().startswith("Kvitto")]
    assert sorted(m["To"] for m in receipts) == ["alva@example.org", "bo@example.org"]


def _receipts():
    from procrastinate.contrib.django.models import ProcrastinateJob

    return ProcrastinateJob.objects.filter(task_name="remiss.mail_receipt").count()
