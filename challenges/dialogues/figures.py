"""How the two sides share dialogues and outcomes, year by year, as pictures with tables."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from challenges.dialogues.listing import parity_counts
from challenges.models import Side
from malmoandan.publishing.pictures import Picture, bar_chart


def dialogue_pictures() -> Iterator[Picture]:
    """One of held dialogues, one of published outcomes; each only when there is something."""
    titles = {
        "dialogues": (
            _("Vem som har bjudit in till dialogerna"),
            _("Hållna dialoger per år. De som båda bjöd in till räknas hos båda."),
        ),
        "outcomes": (
            _("Vem som tar resultaten vidare"),
            _("Publicerade resultat efter dialogens år. De som båda tar vidare räknas hos båda."),
        ),
    }
    counts = parity_counts()
    for what, (title, description) in titles.items():
        shares = _shares(counts, what)
        if shares:
            yield bar_chart(
                title=title,
                description=description,
                headers=[_("År"), str(Side.CITY.label), str(Side.CIVIL.label)],
                groups=[(str(year), *sides) for year, sides in shares.items()],
            )


def _shares(counts: list[dict[str, int | str]], what: str) -> dict[int, tuple[int, int]]:
    """For each year from the first to the last with any: the city's and the civil sector's."""
    found = {(row["year"], row["sector"]): int(row[what]) for row in counts if row[what]}
    years = [int(year) for year, _side in found]
    return {
        year: (_sum(found, year, Side.CITY), _sum(found, year, Side.CIVIL))
        for year in (range(min(years), max(years) + 1) if years else ())
    }


def _sum(found: dict[tuple[int | str, int | str], int], year: int, side: Side) -> int:
    return found.get((year, side.value), 0) + found.get((year, Side.BOTH.value), 0)
