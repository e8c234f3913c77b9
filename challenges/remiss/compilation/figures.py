"""The figures of a referral: the one count that page and files show."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from challenges.remiss.compilation.contents import Figures, PositionRow, Word
from challenges.remiss.models import (
    Position,
    Referral,
    ReferralResponse,
    RespondentKind,
    ResponseVersion,
    SectionAnswer,
    ShownAnswer,
)

NO_POSITION = "none"
UMBRELLA = "umbrella"
PUBLISHED = ReferralResponse.Publication.PUBLISHED


def positions() -> list[Word]:
    """All positions, and what stands for none, in the order of the list."""
    words = [Word(position.value, str(position.label)) for position in Position]
    return [*words, Word(NO_POSITION, _("inget angivet"))]


def groups() -> list[Word]:
    """Those who answer. An umbrella's answer counts apart from its members' (rule 8)."""
    return [
        Word(UMBRELLA, _("Paraplyorganisation")),
        *(Word(kind.value, str(kind.label)) for kind in RespondentKind),
    ]


def group_of(response: ReferralResponse) -> str:
    organisation = response.organisation
    return UMBRELLA if organisation and organisation.is_umbrella else response.kind


def figures(referral: Referral) -> Figures:
    """Six queries, whatever the number of answers."""
    listed = referral.recipients.with_status()
    statuses = Counter(listed.values_list("status", flat=True))  # type: ignore[misc]
    by_publication = dict(
        referral.responses.values_list("publication").annotate(Count("pk")).order_by()
    )
    counting = ResponseVersion.objects.counting().filter(
        response__referral=referral, response__publication=PUBLISHED
    )
    campaigns = ShownAnswer.objects.filter(
        response__referral=referral, response__publication=PUBLISHED, first__isnull=False
    ).aggregate(groups=Count("first", distinct=True), answers=Count("pk"))
    return Figures(
        invited=sum(statuses.values()),
        answered=statuses["answered"],
        abstained=statuses["abstained"],
        silent=statuses["silent"],
        received=sum(by_publication.values()),
        published=by_publication.get(PUBLISHED, 0),
        waiting=by_publication.get(ReferralResponse.Publication.WAITING, 0),
        withheld=by_publication.get(ReferralResponse.Publication.WITHHELD, 0),
        late=counting.filter(late=True).count(),
        campaigns=campaigns["groups"],
        in_campaigns=campaigns["answers"],
        by_group=_by_group(counting),
        by_section=_by_section(referral),
    )


def _by_group(counting: Any) -> list[PositionRow]:
    umbrella = F("response__organisation__is_umbrella")
    found = (
        counting.values_list("response__kind", umbrella, "position")
        .annotate(Count("pk"))
        .order_by()
    )
    per_group: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for kind, is_umbrella, position, number in found:
        per_group[UMBRELLA if is_umbrella else kind][position or NO_POSITION] += number
    everybody: Counter[str] = sum(per_group.values(), Counter())
    rows = [_row("all", _("Alla svar"), everybody)]
    return rows + [_row(g.key, g.label, per_group[g.key]) for g in groups() if per_group[g.key]]


def _by_section(referral: Referral) -> list[PositionRow]:
    counting = ResponseVersion.objects.counting().filter(
        response__referral=referral, response__publication=PUBLISHED
    )
    found = (
        SectionAnswer.objects.filter(version__in=counting)
        .filter(~Q(text="") | Q(position__isnull=False))
        .values_list("section_id", "position")
        .annotate(Count("pk"))
        .order_by()
    )
    per_section: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for section, position, number in found:
        per_section[section][position or NO_POSITION] += number
    asked: Iterable[tuple[int, str]] = referral.sections.filter(asks_position=True).values_list(
        "pk", "title"
    )
    return [_row(str(key), title, per_section[key]) for key, title in asked]


def position_rows(counted: Figures) -> list[tuple[Word, list[int]]]:
    """The positions on the whole, one a row: how many of all, and of each group of respondents."""
    columns = [row.counts for row in counted.by_group]
    return [(word, list(counts)) for word, *counts in zip(positions(), *columns, strict=True)]


def _row(key: str, label: str, counted: Counter[str]) -> PositionRow:
    return PositionRow(key, label, [counted[word.key] for word in positions()])
