"""The fields of the dialogues that anyone may see. Nothing of those who sign up."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from challenges.dialogues.listing import public_dialogues
from challenges.models import Dialogue
from challenges.models.dialogues import STOCKHOLM
from malmoandan.publishing.exports import Column, Row


def rows() -> Iterator[Row]:
    """Public dialogues, the latest first; two queries for any number of rows."""
    found = public_dialogues().order_by("-starts_at", "-pk")
    for dialogue in found.iterator(chunk_size=2000):
        yield {"dialogue": dialogue}


def _hour(moment: Any) -> str:
    return str(moment.astimezone(STOCKHOLM).isoformat(timespec="minutes"))


def _of(row: Row) -> Dialogue:
    dialogue: Dialogue = row["dialogue"]
    return dialogue


COLUMNS = [
    Column("rubrik", _("Rubrik"), _("Dialogens rubrik."), lambda r: _of(r).title, width=48),
    Column("webbadress", _("Webbadress"), _("Sidan om dialogen."),
           lambda r: settings.BASE_URL + _of(r).get_absolute_url(), "anyURI", 48),
    Column("motesform", _("Mötesform"), _("Till exempel dialogforum eller seminarium."),
           lambda r: str(_of(r).get_form_display())),
    Column("lage", _("Läge"), _("Öppen för anmälan, hållen eller inställd."),
           lambda r: str(_of(r).get_state_display())),
    Column("sammankallande", _("Sammankallande"), _("Den sektor som bjuder in, eller båda."),
           lambda r: str(_of(r).get_sector_display())),
    Column("borjar", _("Börjar"), _("Dag och klockslag med tidszon (ISO 8601)."),
           lambda r: _hour(_of(r).starts_at), width=24),
    Column("slutar", _("Slutar"), _("Dag och klockslag med tidszon (ISO 8601)."),
           lambda r: _hour(_of(r).ends_at), width=24),
    Column("plats", _("Plats"), _("Var dialogen hålls. Tomt när den bara är på nätet."),
           lambda r: _of(r).place or None, width=36),
    Column("samhallsutmaningar", _("Samhällsutmaningar"),
           _("De utmaningar som dialogen gäller, med semikolon mellan."),
           lambda r: "; ".join(area.name for area in _of(r).areas.all()) or None, width=40),
    Column("antal_platser", _("Antal platser"), _("Tomt när antalet inte är begränsat."),
           lambda r: _of(r).seats, "integer", 14),
]  # fmt: skip
