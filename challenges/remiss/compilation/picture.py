"""The picture of the positions, in page and PDF alike."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from challenges.remiss.compilation.contents import Figures, PositionRow, Word
from malmoandan.publishing.pictures.base import Picture
from malmoandan.publishing.pictures.shares import share_chart


def positions_by_section(figures: Figures, positions: Sequence[Word]) -> Picture | None:
    """How the whole and each section was judged; None while nobody has answered."""
    if not figures.published:
        return None
    whole = figures.by_group[0]
    rows = [PositionRow("whole", _("Förslaget som helhet"), whole.counts), *figures.by_section]
    kinds = [word.label[:1].upper() + word.label[1:] for word in positions]
    return share_chart(
        title=_("Ställningstaganden till helheten och till varje avsnitt"),
        description=_("Siffran till höger säger hur många publicerade svar raden gäller."),
        headers=[_("Avsnitt"), *kinds, _("Svar")],
        kinds=kinds,
        rows=[(row.label, row.counts) for row in rows],
    )
