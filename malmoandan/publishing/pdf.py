"""HTML templates to PDFs that are archival (PDF/A-3a) and accessible (PDF/UA-1) in one file.

Why it is done this way: docs/decisions/0006-pdf-pipeline.md. What sets the pages (typesetting.py)
takes most of a second to load, so it is loaded when the first PDF is made: the web process makes
none.
"""

import hashlib
import multiprocessing
import unicodedata
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from malmoandan.running.starting import set_up_without_models

# Drawn where no font has the character; our own typeface has this one.
NO_GLYPH = "☐"
# Joiners spell words in Persian and in Indian scripts; all other unseen marks only deceive.
JOINERS = "\u200c\u200d"
# Characters of HTML: some 400 signatories. Beyond, memory grows by a hundred megabytes for each
# thousand, and a process never gives it back.
MOST_AT_HOME = 50_000


class PDFError(Exception):
    """The file would not be what we promise; it is not to be stored."""


@dataclass(frozen=True)
class SourceFile:
    """A file embedded in the PDF: what the document was made from, or its facts for machines."""

    name: str
    description: str
    content: str
    relationship: Literal["Source", "Data"] = "Source"


def render_pdf(
    template_name: str,
    context: dict[str, Any],
    *,
    title: str,
    language: str,
    made_at: datetime,
    source: SourceFile | None = None,
    data: SourceFile | None = None,
    fillable: bool = False,
) -> bytes:
    """A template that extends pdf/base.html as PDF/A-3a and PDF/UA-1.

    Nothing outside the HTML is read, neither files nor network: an address in it raises
    weasyprint.urls.FatalURLFetchingError. The same input gives the same bytes. With
    `fillable` its inputs become the fields of a form. Raises PDFError when the result is not
    what the two standards ask for.
    """
    context = {"title": title, "language": language, "made_at": made_at} | context
    with translation.override(language):
        html = _harmless(render_to_string(template_name, context))
    files = [file for file in (source, data) if file]
    order = (template_name, html, made_at, files, fillable)
    return _set(*order) if len(html) <= MOST_AT_HOME else _set_elsewhere(*order)


def _set(*order: Any) -> bytes:
    from malmoandan.publishing import typesetting

    return typesetting.typeset(*order)


def _set_elsewhere(*order: Any) -> bytes:
    """Set the pages in a process that ends when they are made, and so gives back its memory.

    One that is killed for what it uses takes no worker along: the job fails with
    BrokenProcessPool, and is tried again.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as process:
        return process.submit(_set_up_and_set, *order).result()


def _set_up_and_set(*order: Any) -> bytes:
    set_up_without_models()
    return _set(*order)


@cache
def layout_stamp(folder: str) -> str:
    """A hash of the templates in the folder and of what all PDFs share: a new layout, new PDFs."""
    root = Path(settings.BASE_DIR) / "templates"
    files = sorted(path for name in ("pdf", folder) for path in (root / name).iterdir())
    parts = [version("weasyprint").encode(), *(path.read_bytes() for path in files)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def standards_broken(data: bytes) -> list[str]:
    """What keeps the file from being PDF/A-3a and PDF/UA-1 at once; empty when it is both."""
    from malmoandan.publishing import typesetting

    return typesetting.standards_broken(data)


def _harmless(html: str) -> str:
    """The HTML without characters that PDF/A refuses, or that hide or turn the text around."""
    return html.translate({ord(c): _substitute(c) for c in set(html)})


def _substitute(character: str) -> str:
    if character in "\n\t" or character in JOINERS:
        return character
    match unicodedata.category(character):
        case "Cc" | "Cf" | "Zl" | "Zp":  # controls, direction marks, zero widths, separators
            return ""
        case "Co" | "Cn" | "Cs":  # private, unassigned, halves of a pair
            return NO_GLYPH
    return character
