"""The register in figures, and its picture: signatures over time."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Min, Q
from django.db.models.functions import ExtractQuarter, ExtractYear
from django.utils import timezone
from django.utils.translation import gettext as _

from malmoandan.organisations.models import Kind
from malmoandan.publishing.pictures import Picture, spaced, step_chart
from signatures.models import AgreementVersion, Signature

# Up to so many years, a picture by quarter has room for its steps.
MOST_YEARS_BY_QUARTER = 3


@dataclass(frozen=True)
class RegisterFigures:
    """Those who have signed one text, in figures."""

    organisations: int
    umbrellas: int
    kinds: list[tuple[str, int]]
    first_day: date | None
    last_day: date | None


def figures(version: AgreementVersion) -> RegisterFigures:
    """Figures of one text's published signatures, in one query; kinds in their own order."""
    found = list(
        Signature.objects.published()
        .filter(version=version)
        .values_list("organisation__kind")
        .annotate(
            number=Count("pk"),
            umbrellas=Count("pk", filter=Q(organisation__is_umbrella=True)),
            first=Min("signed_on"),
            last=Max("signed_on"),
        )
        .order_by()
    )
    per_kind = {kind: number for kind, number, *_rest in found}
    return RegisterFigures(
        organisations=sum(per_kind.values()),
        umbrellas=sum(row[2] for row in found),
        kinds=[(str(k.label), per_kind[k.value]) for k in Kind if k.value in per_kind],
        first_day=min((row[3] for row in found), default=None),
        last_day=max((row[4] for row in found), default=None),
    )


def picture(versions: list[AgreementVersion]) -> Picture | None:
    """Signatures over time, by quarter at first and by year later; nothing before the first."""
    found = (
        Signature.objects.published()
        .filter(version__in=versions)
        .values_list(ExtractYear("signed_on"), ExtractQuarter("signed_on"))
        .annotate(Count("pk"))
        .order_by()
    )
    new = {(year, quarter): number for year, quarter, number in found}
    if not new:
        return None
    points = _points(new, timezone.localdate())
    described = {
        "total": spaced(points[-1][2]),
        "first": spaced(points[0][2]),
        "begin": points[0][0],
    }
    if points[0][2] == points[-1][2]:
        description = _("%(total)s undertecknare i dag, lika många som i början (%(begin)s).")
    else:
        description = _("%(total)s undertecknare i dag, mot %(first)s i början (%(begin)s).")
    return step_chart(
        title=_("Undertecknare över tid"),
        description=description % described,
        headers=[_("Period"), _("Nya"), _("Sammanlagt")],
        points=points,
    )


def _points(new: dict[tuple[int, int], int], today: date) -> list[tuple[str, int, int]]:
    """Periods without gaps from the first signature to today: name, new, total."""
    first_year = min(new)[0]
    last = max((today.year, (today.month + 2) // 3), max(new))
    by_quarter = last[0] - first_year < MOST_YEARS_BY_QUARTER
    points: list[tuple[str, int, int]] = []
    total = 0
    for year in range(first_year, last[0] + 1):
        quarters = [q for q in (1, 2, 3, 4) if min(new) <= (year, q) <= last]
        for group in [[q] for q in quarters] if by_quarter else [quarters]:
            came = sum(new.get((year, q), 0) for q in group)
            total += came
            name = _("%(year)s kv %(quarter)s") % {"year": year, "quarter": group[0]}
            points.append((name if by_quarter else str(year), came, total))
    return points
