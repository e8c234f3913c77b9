"""The rows that are measured: made once, and kept in the benchmark's data folder."""

from datetime import timedelta

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from challenges.models import ChallengeArea, Dialogue
from challenges.remiss.models import Position, Referral, ReferralResponse
from challenges.remiss.shown_answers import catch_up, group
from malmoandan.organisations.models import Organisation
from malmoandan.pages import search
from tests.challenges.dialogues.dialogues import make_dialogue
from tests.challenges.remiss.referrals import make_recipient, make_referral, make_response
from tests.factories import make_many_signatures

SIGNATURES = 10_000
COOPERATIONS = 100_000
ORGANISATIONS = 100_000
ANSWERS = 1_000
DIALOGUES = 40
REFERRAL = "Bänkens remiss"


def fill() -> None:
    """Fill an empty database with the real content and invented rows in numbers."""
    call_command("migrate", verbosity=0)
    if Organisation.objects.count() < SIGNATURES:
        call_command("load_content")
        make_many_signatures(SIGNATURES)
        call_command(
            "make_invented_round",
            cooperations=COOPERATIONS,
            organisations=ORGANISATIONS,
            verbosity=0,
        )
    if not Referral.objects.filter(title=REFERRAL).exists():
        _dialogues()
        _referral()
        call_command("rebuild_search")
    # What a migration has noted for the search is the worker's to read in, not a visitor's.
    while search.catch_up():
        pass
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # else the database does it while it is measured


def _dialogues() -> None:
    """An area where much has happened."""
    area = ChallengeArea.objects.get(slug="jamlik-fritid-och-kultur")
    for days_ago in range(DIALOGUES):
        start = timezone.now() - timedelta(days=days_ago * 20 + 1)
        make_dialogue(Dialogue.State.HELD, areas=[area], starts_at=start)
    for days in range(1, 4):
        make_dialogue(areas=[area], starts_at=timezone.now() + timedelta(days=days))


def _referral() -> None:
    """A referral that is over, whose answers are all shown."""
    referral = make_referral(Referral.State.CLOSED, title=REFERRAL, sections=5)
    sections = list(referral.sections.all())
    positions = Position.values
    for number in range(ANSWERS):
        said = f"Svar {number}: " + f"vi vill se mer av {_THINGS[number % 7]} i förslaget. " * 8
        make_response(
            referral,
            publication=ReferralResponse.Publication.PUBLISHED,
            recipient=make_recipient(referral) if number % 2 else None,
            summary=said,
            position=positions[number % len(positions)],
            sections={s: (positions[(number + s.order) % len(positions)], said) for s in sections},
        )
    while catch_up(referral):
        pass
    group(referral)


_THINGS = ["kultur", "idrott", "odling", "skola", "samråd", "mötesplatser", "stöd"]


def referral() -> Referral:
    return Referral.objects.get(title=REFERRAL)
