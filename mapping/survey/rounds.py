"""What a coordinator does with a round: invite, remind, open, close and publish it."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from malmoandan.accounts.models import User
from malmoandan.organisations.models import Organisation
from mapping.models import Cooperation, Objection, RoundInvitation, SurveyRound
from mapping.survey import tasks
from mapping.survey.writing import lock_key

State = SurveyRound.State
# Nobody is reminded twice within two days, also when a coordinator presses the button.
REMIND_AFTER = timedelta(days=2)


class WrongState(Exception):
    """The round is no longer where the coordinator saw it."""


@transaction.atomic
def begin(*, survey_round: SurveyRound) -> int:
    """Open the round and mail the invitations; return how many. Raises WrongState."""
    survey_round = _held(survey_round, State.DRAFT, State.CLOSED)
    survey_round.state = State.OPEN
    survey_round.full_clean()
    survey_round.save(update_fields=["state"])
    return _send_invitations(survey_round)


@transaction.atomic
def close(*, survey_round: SurveyRound) -> None:
    """Take no more reports. What was reported waits to be published. Raises WrongState."""
    survey_round = _held(survey_round, State.OPEN)
    survey_round.state = State.CLOSED
    survey_round.save(update_fields=["state"])


@transaction.atomic
def publish(*, survey_round: SurveyRound, by: User) -> None:
    """Let everyone see the round. Raises WrongState."""
    survey_round = _held(survey_round, State.CLOSED)
    survey_round.state = State.PUBLISHED
    survey_round.published_at, survey_round.published_by = timezone.now(), by
    survey_round.save(update_fields=["state", "published_at", "published_by"])
    survey_round.drafts.all().delete()
    Cooperation.objects.told_anew(survey_round).read_in_again()


@transaction.atomic
def invite(
    *, survey_round: SurveyRound, invited: Iterable[tuple[Organisation, str]]
) -> list[RoundInvitation]:
    """Ask these organisations, each at its address. One that is asked already gets the new
    address, and a mail when it changed. Before the round opens nobody gets a mail.
    Raises WrongState once the round is published.
    """
    survey_round = _held(survey_round, State.DRAFT, State.OPEN, State.CLOSED)
    made = []
    for organisation, email in invited:
        invitation, new = RoundInvitation.objects.get_or_create(
            round=survey_round,
            organisation=organisation,
            defaults={"email": User.objects.normalize_email(email)},
        )
        if not new and invitation.email != User.objects.normalize_email(email):
            invitation.email = User.objects.normalize_email(email)
            invitation.invited_at = None
            invitation.token = ""  # the earlier link went to somebody else
            invitation.save()
        made.append(invitation)
    if survey_round.state == State.OPEN:
        _send_invitations(survey_round)
    return made


@transaction.atomic
def remind(*, survey_round: SurveyRound) -> int:
    """Mail those who have not said that they are done; return how many. Raises WrongState."""
    survey_round = _held(survey_round, State.OPEN)
    if not survey_round.takes_reports:
        raise WrongState
    now = timezone.now()
    long_ago = Q(reminded_at=None) | Q(reminded_at__lte=now - REMIND_AFTER)
    silent = survey_round.invitations.filter(
        long_ago, reported_at=None, invited_at__lte=now - REMIND_AFTER
    ).exclude(email="")
    keys = list(silent.select_for_update(of=["self"]).values_list("pk", flat=True))
    RoundInvitation.objects.filter(pk__in=keys).update(
        reminded_at=now, reminders=F("reminders") + 1
    )
    for key in keys:
        tasks.mail_invitation.defer(message="reminder", invitation_id=key)
    return len(keys)


def waiting_objections(survey_round: SurveyRound) -> int:
    found = Objection.objects.waiting().filter(edition__from_round__lte=survey_round.number)
    return found.count()


def _send_invitations(survey_round: SurveyRound) -> int:
    unsent = survey_round.invitations.filter(invited_at=None).exclude(email="")
    keys = list(unsent.values_list("pk", flat=True))
    RoundInvitation.objects.filter(pk__in=keys).update(invited_at=timezone.now())
    for key in keys:
        tasks.mail_invitation.defer(message="invited", invitation_id=key)
    return len(keys)


def _held(survey_round: SurveyRound, *states: str) -> SurveyRound:
    """The round as it is now, once everybody who writes in it is done. Raises WrongState."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [lock_key(survey_round)])
    survey_round = SurveyRound.objects.select_for_update(of=["self"]).get(pk=survey_round.pk)
    if survey_round.state not in states:
        raise WrongState
    return survey_round
