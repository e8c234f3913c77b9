"""What an organisation reports for: its own cooperations in a round, and those others tell of."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from malmoandan.organisations.models import Organisation
from mapping.models import (
    Confirmation,
    CooperationEdition,
    EditionQuerySet,
    Ending,
    Party,
    ReportDraft,
    RoundInvitation,
    SurveyRound,
)

LEFT, CONFIRMED, CHANGED, NEW, ENDED = "left", "confirmed", "changed", "new", "ended"
WORDS: dict[str, Promise | str] = {
    LEFT: _("inte besvarad än"),
    CONFIRMED: _("bekräftad"),
    CHANGED: _("ändrad"),
    NEW: _("ny"),
    ENDED: _("avslutad"),
}
MOST_PREDECESSORS = 50


def reporting_for(organisation: Organisation) -> list[int]:
    """The organisation and those it came after: a department answers for its predecessors."""
    keys, newest = [organisation.pk], [organisation.pk]
    while newest and len(keys) < MOST_PREDECESSORS:
        found = Organisation.objects.filter(successor__in=newest).exclude(pk__in=keys)
        newest = list(found.values_list("pk", flat=True))
        keys += newest
    return keys


def own_editions(survey_round: SurveyRound, organisation: Organisation) -> EditionQuerySet:
    """What the round says so far of the cooperations that the organisation has reported.

    One that nobody is said to have reported belongs to its parties.
    """
    keys = reporting_for(organisation)
    party = Party.objects.filter(edition=OuterRef("pk"), organisation__in=keys)
    own = Q(reported_by__in=keys) | Q(Exists(party), reported_by__isnull=True)
    return CooperationEdition.objects.in_round(survey_round).filter(own)


def told_by_others(survey_round: SurveyRound, organisation: Organisation) -> EditionQuerySet:
    """What somebody else reported, with the organisation as a party."""
    keys = reporting_for(organisation)
    party = Party.objects.filter(edition=OuterRef("pk"), organisation__in=keys)
    found = CooperationEdition.objects.in_round(survey_round).filter(Exists(party))
    return found.filter(reported_by__isnull=False).exclude(reported_by__in=keys)


def own_endings(survey_round: SurveyRound, organisation: Organisation) -> Any:
    """What the organisation said in this round has ended."""
    endings = Ending.objects.filter(round=survey_round, organisation=organisation)
    return endings.select_related("edition__cooperation").order_by("edition__sort_key", "pk")


def with_status(editions: EditionQuerySet, survey_round: SurveyRound) -> Any:
    """Annotates what `status` reads."""
    confirmed = Confirmation.objects.filter(edition=OuterRef("pk"), round=survey_round)
    earlier = CooperationEdition.objects.filter(
        cooperation=OuterRef("cooperation"), from_round__lt=OuterRef("from_round")
    )
    return editions.annotate(is_confirmed=Exists(confirmed), has_earlier=Exists(earlier))


def status(edition: Any, survey_round: SurveyRound) -> str:
    """What the round has heard of the cooperation: LEFT, CONFIRMED, CHANGED or NEW."""
    if edition.from_round_id == survey_round.number:
        return CHANGED if edition.has_earlier else NEW
    return CONFIRMED if edition.is_confirmed else LEFT


@dataclass
class Progress:
    """How far one invited organisation has come."""

    invitation: RoundInvitation
    counts: Counter[str]
    drafts: int

    @property
    def answered(self) -> int:
        return sum(self.counts[word] for word in (CONFIRMED, CHANGED, NEW, ENDED))

    @property
    def state(self) -> str:
        """done, begun or nothing."""
        if self.invitation.reported_at:
            return "done"
        return "begun" if self.answered or self.drafts else "nothing"


def progress(survey_round: SurveyRound) -> list[Progress]:
    """Every invited organisation in Swedish order: a fixed number of queries for any number."""
    invitations = list(
        survey_round.invitations.select_related("organisation").order_by(
            "organisation__sector", "organisation__sort_key", "pk"
        )
    )
    counts = _counts(survey_round)
    drafts = Counter(
        ReportDraft.objects.filter(round=survey_round).values_list("organisation", flat=True)
    )
    return [
        Progress(each, counts.get(each.organisation_id, Counter()), drafts[each.organisation_id])
        for each in invitations
    ]


def _counts(survey_round: SurveyRound) -> dict[int, Counter[str]]:
    found: dict[int, Counter[str]] = {}
    editions = CooperationEdition.objects.in_round(survey_round).filter(reported_by__isnull=False)
    new = Q(from_round=survey_round.number)
    groups = (
        with_status(editions, survey_round)
        .order_by()
        .annotate(is_new=new)
        .values_list("reported_by", "is_new", "has_earlier", "is_confirmed")
        .annotate(number=Count("pk"))
    )
    for organisation, is_new, has_earlier, is_confirmed, number in groups:
        word = (CHANGED if has_earlier else NEW) if is_new else CONFIRMED if is_confirmed else LEFT
        found.setdefault(organisation, Counter())[word] += number
    endings = Ending.objects.filter(round=survey_round).order_by().values_list("organisation")
    for organisation, number in endings.annotate(number=Count("pk")):
        found.setdefault(organisation, Counter())[ENDED] += number
    return found
