"""What has served its time goes when the clock says so, and not a day before."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone
from pghistory.models import Context

from challenges import tasks as challenges
from challenges.models import Participant
from challenges.remiss import answer_tasks as remiss
from challenges.remiss.data_kept import ADDRESSES
from challenges.remiss.personal_data import NOWHERE
from malmoandan.accounts import tasks as accounts
from malmoandan.accounts.data_kept import HISTORY, UNUSED
from malmoandan.accounts.models import User
from malmoandan.organisations.models import Membership
from malmoandan.running import history
from malmoandan.running import tasks as running
from mapping.data_kept import DRAFTS, INVITATIONS
from mapping.models import ReportDraft, ReportFile, RoundInvitation, SurveyRound
from mapping.survey import daily as mapping
from signatures import tasks as signatures
from signatures.data_kept import UNFINISHED, UNPUBLISHED
from signatures.models import Signatory, Signature, State
from tests.challenges.dialogues.dialogues import make_dialogue, make_participant
from tests.challenges.remiss.referrals import make_recipient, make_referral
from tests.factories import make_organisation, make_signature, make_user
from tests.mapping.survey.rounds import make_open_round
from tests.people import make_coordinator

pytestmark = pytest.mark.django_db


def run(job, *, days):
    """Run the job as if that many days had gone by."""
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=True):
        getattr(job, "func", job)(timestamp=0)


def test_a_signature_that_nobody_confirmed_is_forgotten_with_its_history():
    make_signature(State.WAITING, signatories=2)
    run(signatures.forget_unpublished, days=UNFINISHED.days() - 1)
    assert Signatory.objects.count() == 2
    run(signatures.forget_unpublished, days=UNFINISHED.days() + 1)
    assert not Signature.objects.exists()
    assert not history.events_of(Signatory).exists()
    assert not history.events_of(Signature).exists()


@pytest.mark.parametrize("state", [State.DECLINED, State.WITHDRAWN])
def test_what_was_decided_without_being_public_is_forgotten(state):
    fields = {"withdrawn_at": timezone.now()} if state == State.WITHDRAWN else {}
    make_signature(state, **fields)
    run(signatures.forget_unpublished, days=UNPUBLISHED.days() - 1)
    assert Signature.objects.exists()
    run(signatures.forget_unpublished, days=UNPUBLISHED.days() + 1)
    assert not Signature.objects.exists()


def test_what_was_public_stays_as_proof_and_what_waits_for_a_decision_waits():
    make_signature(State.PUBLISHED)
    make_signature(State.WITHDRAWN, published_at=timezone.now(), withdrawn_at=timezone.now())
    make_signature(State.SUBMITTED)
    run(signatures.forget_unpublished, days=5000)
    assert Signature.objects.count() == 3


def test_an_account_that_nothing_depends_on_goes():
    now = timezone.now()
    for name in ("alone", "represents", "works"):
        make_user(f"{name}@example.org", last_login=now, is_staff=name == "works")
    represents = User.objects.get(email="represents@example.org")
    Membership.objects.create(organisation=make_organisation(), person=represents)
    run(accounts.remove_unused, days=UNUSED.days() - 1)
    assert User.objects.count() == 3
    run(accounts.remove_unused, days=UNUSED.days() + 1)
    left = set(User.objects.values_list("email", flat=True))
    assert left == {"represents@example.org", "works@example.org"}
    assert not history.events_of(User).filter(email="alone@example.org").exists()


def test_history_forgets_former_names_and_addresses_and_who_it_was():
    signatory = make_signature().signatories.get()
    old_name, old_address = signatory.name, signatory.email
    signatory.name, signatory.email = "Nytt Namn", "ny@example.org"
    signatory.save()
    Context.objects.create(metadata={"user": 7, "url": "/admin/"})
    LogEntry.objects.log_actions(make_coordinator().pk, [signatory], CHANGE, single_object=True)
    events = history.events_of(Signatory).filter(pgh_obj_id=signatory.pk)
    run(accounts.age_history, days=HISTORY.days() - 1)
    assert events.filter(name=old_name, email=old_address).exists()
    run(accounts.age_history, days=HISTORY.days() + 1)
    assert not events.filter(name=old_name).exists()
    assert list(events.exclude(name="").values_list("name", flat=True)) == ["Nytt Namn"]
    assert events.filter(email="").count() == events.count() - 1
    assert not Context.objects.filter(metadata__has_key="user").exists()
    assert Context.objects.filter(metadata__url="/admin/").exists()
    assert not LogEntry.objects.exists()


def test_history_of_rows_that_are_gone_keeps_no_name():
    membership = Membership.objects.create(organisation=make_organisation(), person=make_user())
    membership.check_note = "Bo visade legitimation."
    membership.save()
    membership.delete()
    run(accounts.age_history, days=HISTORY.days() + 1)
    events = history.events_of(Membership)
    assert set(events.values_list("check_note", flat=True)) == {""}
    assert set(events.values_list("person", flat=True)) == {User.objects.stand_in().pk}


def test_what_was_said_in_public_is_not_aged():
    dialogue = make_dialogue(title="Bo Bergs dialog")
    dialogue.title = "Ny titel"
    dialogue.save()
    run(accounts.age_history, days=HISTORY.days() + 1)
    assert history.events_of(type(dialogue)).filter(title="Bo Bergs dialog").exists()


def test_who_left_a_dialogue_again_is_forgotten_with_the_others(settings):
    dialogue = make_dialogue()
    make_participant(dialogue, email="left@example.org").delete()
    make_participant(dialogue)
    after = (dialogue.ends_at - timezone.now()).days + settings.PARTICIPANTS_KEPT_DAYS
    run(challenges.forget_participants, days=after - 1)
    assert history.events_of(Participant).filter(email="left@example.org").exists()
    run(challenges.forget_participants, days=after + 1)
    assert not Participant.objects.exists()
    assert not history.events_of(Participant).exists()


def test_invited_addresses_go_long_after_the_last_day():
    referral = make_referral()
    recipient = make_recipient(referral, email="bo@example.org")
    last = (referral.due_date - timezone.localdate()).days + ADDRESSES.days()
    run(remiss.forget_addresses, days=last)
    recipient.refresh_from_db()
    assert recipient.email == "bo@example.org"
    run(remiss.forget_addresses, days=last + 1)
    recipient.refresh_from_db()
    assert recipient.email.endswith(NOWHERE)
    events = history.events_of(type(recipient))
    assert not events.filter(email="bo@example.org").exists()
    changes = events.count()
    run(remiss.forget_addresses, days=last + 2)
    assert events.count() == changes  # once, and not each night


def test_reporters_drafts_and_files_go_when_nobody_works_on_them():
    survey_round, organisation = make_open_round(), make_organisation()
    ReportDraft.objects.create(round=survey_round, organisation=organisation, data={"title": "x"})
    file = ReportFile(round=survey_round, organisation=organisation, name="Bo.xlsx")
    file.file.save("x.xlsx", ContentFile(b"x"))
    run(mapping.daily, days=DRAFTS.days() - 1)
    assert ReportFile.objects.exists()
    run(mapping.daily, days=DRAFTS.days() + 1)
    assert not ReportFile.objects.exists()
    assert not file.file.storage.exists(file.file.name)
    assert ReportDraft.objects.exists()  # the round is open still
    SurveyRound.objects.update(state=SurveyRound.State.CLOSED)
    run(mapping.daily, days=DRAFTS.days() + 1)
    assert not ReportDraft.objects.exists()


def test_the_rounds_addresses_go_in_the_end():
    survey_round = make_open_round(state=SurveyRound.State.CLOSED)
    RoundInvitation.objects.create(
        round=survey_round, organisation=make_organisation(), email="bo@example.org"
    )
    last = (survey_round.last_day - timezone.localdate()).days + INVITATIONS.days()
    run(mapping.daily, days=last - 1)
    assert RoundInvitation.objects.get().email == "bo@example.org"
    run(mapping.daily, days=last + 2)
    assert RoundInvitation.objects.get().email == ""
    assert not history.events_of(RoundInvitation).exclude(email="").exists()


def test_counters_with_addresses_go_when_they_count_no_more(settings):
    table = {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
    }
    settings.CACHES = {**settings.CACHES, "default": table}
    caches["default"].set("allauth:rl:ip:198.51.100.7", [1.0], 60)
    caches["default"].set("allauth:rl:ip:198.51.100.8", [1.0], 60 * 60 * 48)
    run(running.remove_old_attempts, days=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache")
        [[left]] = cursor.fetchall()
    assert left.endswith("198.51.100.8")
