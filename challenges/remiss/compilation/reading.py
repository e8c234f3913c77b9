"""What several of the formats say in the same words."""

import re

from django.utils.translation import gettext as _

from challenges.remiss.compilation.contents import Answer, Compilation, Figures

# What neither Word nor a spreadsheet can hold: controls, halves of pairs, non-characters.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def paragraphs(text: str) -> list[str]:
    """What empty lines part from each other."""
    return [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r", "")) if part.strip()]


def for_xml(text: str) -> str:
    return _NOT_XML.sub("", text)


def key_figures(figures: Figures) -> list[tuple[str, int]]:
    """Each figure with what it counts, in the order in which all formats show them."""
    return [
        (_("Inbjudna att svara"), figures.invited),
        (_("Inbjudna som har svarat"), figures.answered),
        (_("Inbjudna som avstår från att yttra sig"), figures.abstained),
        (_("Inbjudna som inte har svarat"), figures.silent),
        (_("Inkomna svar"), figures.received),
        (_("Publicerade svar"), figures.published),
        (_("Svar som väntar på granskning"), figures.waiting),
        (_("Svar som inte publiceras"), figures.withheld),
        (_("Publicerade svar som kom för sent"), figures.late),
        (_("Grupper av nästan likalydande svar"), figures.campaigns),
        (_("Svar i sådana grupper"), figures.in_campaigns),
    ]


def section_title(compilation: Compilation, number: int) -> str:
    return next(s.title for s in compilation.sections if s.number == number)


def others_like(compilation: Compilation, answer: Answer) -> list[Answer]:
    same = answer.reference
    return [a for a in compilation.answers if a.campaign == same and a.reference != same]
