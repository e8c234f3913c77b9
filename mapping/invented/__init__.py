"""An invented round to try the mapping with: never loaded by itself, marked wherever it is shown.

The rows go in by COPY, without history: 100,000 cooperations take well under a minute.
"""

from datetime import date
from random import Random
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from malmoandan.organisations.models import Organisation
from malmoandan.running import history
from mapping.invented.inventor import Inventor, Size
from mapping.invented.words import MARK, NOTE, SLUG
from mapping.models import (
    FIRST_INVENTED,
    Amount,
    Area,
    Confirmation,
    Cooperation,
    CooperationEdition,
    Objection,
    Party,
    RoundInvitation,
    SurveyRound,
)

__all__ = ["AlreadyThereError", "Size", "make", "remove"]

_TABLES = (
    *(Amount, Area, Confirmation, Cooperation, CooperationEdition, Objection, Organisation, Party),
    *(RoundInvitation, SurveyRound),
)


class AlreadyThereError(Exception):
    """There is an invented round already."""


@transaction.atomic
def make(size: Size, *, seed: int) -> list[SurveyRound]:
    """Make two published invented rounds, the later with what changed since the earlier.

    Raises AlreadyThereError.
    """
    if SurveyRound.objects.filter(invented=True).exists():
        raise AlreadyThereError
    random = Random(seed)  # noqa: S311 - nothing here is secret
    with history.paused(*_TABLES):
        rounds = [_make_round(years_ago) for years_ago in (1, 0)]
        Inventor(size, random, rounds).run()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # so that the first page is not planned for empty tables
    return rounds


@transaction.atomic
def remove() -> int:
    """Take away all that was invented, with its history; return how many cooperations that was."""
    rounds = SurveyRound.objects.filter(invented=True)
    editions = CooperationEdition.objects.filter(from_round__in=rounds.values("number"))
    cooperations = Cooperation.objects.filter(slug__startswith=SLUG)
    number = cooperations.count()
    parts: list[QuerySet[Any]] = [
        Amount.objects.filter(party__edition__in=editions),
        *[
            model._default_manager.filter(edition__in=editions)
            for model in (Party, Area, Confirmation, Objection)
        ],
        editions,
        cooperations,
        RoundInvitation.objects.filter(round__in=rounds),
        rounds,
        Organisation.objects.filter(slug__startswith=SLUG, name__endswith=MARK),
    ]
    with history.paused(*_TABLES):
        for rows in parts:
            history.events_of(rows.model).filter(pgh_obj_id__in=rows.values("pk")).delete()
            # In the order of the keys, past what models would do one by one.
            rows._raw_delete(rows.db)
    return number


def _make_round(years_ago: int) -> SurveyRound:
    today = timezone.localdate()
    year = today.year - years_ago
    return SurveyRound.objects.create(
        number=FIRST_INVENTED + year,
        name=f"Påhittad kartläggning {year}",
        as_of=min(date(year, 10, 1), today),
        first_day=min(date(year, 9, 1), today),
        last_day=min(date(year, 10, 1), today),
        state=SurveyRound.State.PUBLISHED,
        published_at=timezone.now(),
        made_by="kommandot make_invented_round",
        note=NOTE,
        invented=True,
    )
