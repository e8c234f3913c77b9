"""Local clock times in Malmö, also on the two nights a year when the clock is changed."""

from datetime import UTC, date, datetime, time

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from challenges.models.dialogues import STOCKHOLM


def local_moment(day: date, clock: time) -> datetime:
    """The moment when the clocks in Malmö show that time.

    Raises ValidationError for a time that the clock skips in spring, and for one that it shows
    twice in autumn: nobody could tell which of the two is meant. docs/decisions/0016
    """
    first = datetime.combine(day, clock, STOCKHOLM)
    second = first.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.utcoffset() < second.utcoffset():  # type: ignore[operator]
        raise ValidationError(
            _("Den tiden finns inte den natten: klockan ställs fram från 02.00 till 03.00.")
        )
    raise ValidationError(
        _(
            "Den tiden kommer två gånger den natten, för klockan ställs tillbaka från 03.00 "
            "till 02.00. Välj en tid före 02.00 eller från 03.00."
        )
    )
