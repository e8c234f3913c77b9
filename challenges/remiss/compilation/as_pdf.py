"""A compilation as PDFs: first a volume with overview and summaries, then the texts.

WeasyPrint keeps every page in memory until the file is written, so the texts are parted into
volumes of a bounded number of words (docs/decisions/0018-near-identical-answers.md).
"""

from challenges.remiss.compilation.chapters import volumes
from challenges.remiss.compilation.contents import Compilation
from challenges.remiss.compilation.picture import positions_by_section
from malmoandan.publishing.pdf import render_pdf

LANGUAGE = "sv"  # the answers are in Swedish, and so is what stands around them


def number_of_volumes(compilation: Compilation) -> int:
    return 1 + len(volumes(compilation))


def render_volume(compilation: Compilation, number: int) -> bytes:
    """The PDF of that volume, 1 being the overview. Raises IndexError when there is none."""
    texts = volumes(compilation)
    context = {
        "compilation": compilation,
        "number": number,
        "volumes": 1 + len(texts),
        "parts": list(enumerate(texts, start=2)),
    }
    title = f"Sammanställning av remissvar: {compilation.title}"
    if len(texts) > 0:
        title += f" (del {number} av {1 + len(texts)})"
    if number == 1:
        context["picture"] = positions_by_section(compilation.figures, compilation.positions)
        template = "remiss/pdf/overview.html"
    else:
        context["chapters"] = texts[number - 2]
        template = "remiss/pdf/texts.html"
    return render_pdf(
        template, context, title=title, language=LANGUAGE, made_at=compilation.made_at
    )
