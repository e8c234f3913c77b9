"""Jobs of the queue about dialogues. They carry row ids, never a name or an address."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from challenges.data_kept import SIGN_UPS
from challenges.dialogues import mails
from challenges.models import Dialogue, Invitation, Participant
from malmoandan.accounts.models import User
from malmoandan.running import history
from malmoandan.running.queue import MAIL_RETRY, drop_jobs


@app.task(name="challenges.mail_participant", retry=MAIL_RETRY)
def mail_participant(message: str, participant_id: int) -> None:
    participant = Participant.objects.select_related("dialogue").filter(pk=participant_id).first()
    # It may have been deleted in the meantime, or have another state, of which a mail tells too.
    if participant and mails.still_true(message, participant):
        mails.TO_PARTICIPANTS[message](participant)


@app.task(name="challenges.mail_dialogue_invitation", retry=MAIL_RETRY)
def mail_invitation(invitation_id: int) -> None:
    invitation = Invitation.objects.select_related("dialogue").filter(pk=invitation_id).first()
    if invitation and invitation.dialogue.takes_sign_ups:
        mails.invitation(invitation)


@app.task(name="challenges.mail_notes_wait", retry=MAIL_RETRY)
def mail_notes_wait(dialogue_id: int, user_id: int) -> None:
    dialogue = Dialogue.objects.get(pk=dialogue_id)
    if dialogue.has_unpublished:
        mails.notes_wait(dialogue, User.objects.get(pk=user_id))


def mail(message: str, participants: Iterable[Participant]) -> None:
    """Queue one of the messages in mails.TO_PARTICIPANTS, a job of its own for each."""
    for participant in participants:
        mail_participant.defer(message=message, participant_id=participant.pk)


@app.periodic(cron="7 * * * *")
@app.task(name="challenges.remind_participants")
def remind_participants(timestamp: int) -> None:
    """Remind, once, those who have had a seat since before the day before."""
    now = timezone.now()
    # Two days and an hour: the day before begins at most so long before the dialogue.
    soon = Dialogue.objects.filter(
        state=Dialogue.State.INVITED, starts_at__gt=now, starts_at__lt=now + timedelta(hours=49)
    )
    for dialogue in soon:
        if dialogue.reminder_due_at <= now:
            _remind(dialogue)


def _remind(dialogue: Dialogue) -> None:
    to_remind = dialogue.participants.seated().filter(
        reminded_at=None, since__lt=dialogue.reminder_due_at
    )
    for participant in to_remind:
        with transaction.atomic():
            # Counted in the database: two workers at the same minute send one reminder.
            if to_remind.filter(pk=participant.pk).update(reminded_at=timezone.now()):
                mail("reminder", [participant])


@app.periodic(cron="23 4 * * *")
@app.task(name="challenges.forget_participants")
def forget_participants(timestamp: int) -> None:
    """Delete who signed up and who was invited, with their history, some days after the meeting."""
    over = Dialogue.objects.filter(ends_at__lt=SIGN_UPS.served_its_time())
    for model, argument in [(Participant, "participant_id"), (Invitation, "invitation_id")]:
        rows = model._default_manager.filter(dialogue__in=over)
        with transaction.atomic():
            drop_jobs(argument, rows.values_list("pk", flat=True))
            history.forget(rows)
            # Who left again has no row any more.
            history.events_of(model).filter(dialogue__in=over).delete()
