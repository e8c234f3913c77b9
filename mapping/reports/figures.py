"""What both reports say of a round: counts, sums, and what is missing."""

from dataclasses import dataclass
from datetime import date

from malmoandan.organisations.models import Sector
from mapping.drawing import Drawn, Names
from mapping.index import Index, YearSum, current_index
from mapping.models import CooperationEdition, Party, RoundInvitation, SurveyRound
from mapping.pictures import MOST_YEARS

# So many names of those who did not answer; the rest is a number.
MOST_SILENT = 200


@dataclass(frozen=True)
class Missing:
    """What the reports have to say about what is not known."""

    invited: int
    answered: int
    silent: list[str]
    without: list[tuple[str, int]]
    no_amount: int
    money: list[YearSum]

    @property
    def silent_count(self) -> int:
        return self.invited - self.answered


@dataclass(frozen=True)
class Figures:
    """A published round in numbers, as of `day`."""

    survey_round: SurveyRound
    drawn: Drawn
    organisations: int
    departments: int
    missing: Missing

    @property
    def index(self) -> Index:
        return self.drawn.index

    @property
    def day(self) -> date:
        """The day that "ongoing" is told by."""
        return self.index.day

    @property
    def total(self) -> int:
        return self.drawn.total

    @property
    def ongoing(self) -> int:
        return self.drawn.bits("ongoing", "yes").bit_count()

    @property
    def last_whole_year(self) -> int:
        """The last calendar year that was over on the round's day."""
        return (self.survey_round.as_of or self.day).year - 1


def read_figures(survey_round: SurveyRound) -> Figures:
    """A fixed number of queries, whatever the number of cooperations."""
    index = current_index(survey_round)
    drawn = Drawn(index, index.all, Names.read())
    editions = CooperationEdition.objects.in_round(survey_round)
    parties = Party.objects.filter(edition__in=editions.values("pk"))
    civil = parties.filter(organisation__sector=Sector.CIVIL)
    return Figures(
        survey_round=survey_round,
        drawn=drawn,
        organisations=civil.values("organisation").distinct().count(),
        departments=sum(1 for slug in index.values("department") if drawn.bits("department", slug)),
        missing=_missing(survey_round, drawn),
    )


def _missing(survey_round: SurveyRound, drawn: Drawn) -> Missing:
    invited = RoundInvitation.objects.filter(round=survey_round)
    silent = invited.filter(reported_at__isnull=True).order_by("organisation__sort_key", "pk")
    return Missing(
        invited=invited.count(),
        answered=invited.filter(reported_at__isnull=False).count(),
        silent=list(silent.values_list("organisation__name", flat=True)[:MOST_SILENT]),
        without=[
            (dimension, drawn.without_any(dimension).bit_count())
            for dimension in ("area", "level", "step", "city_part", "year")
        ],
        no_amount=drawn.bits("amount", "unknown").bit_count(),
        money=drawn.money()[-MOST_YEARS:],
    )
