"""A compilation as one Word file, with real headings, so that it can be edited and navigated."""

import io
from collections.abc import Iterable

from challenges.remiss.compilation.chapters import chapters
from challenges.remiss.compilation.contents import Answer, Compilation, Outcome, PositionRow
from challenges.remiss.compilation.reading import key_figures, others_like, section_title
from challenges.remiss.compilation.word_writer import Writer, empty_document


def render_word(compilation: Compilation) -> bytes:
    """The whole compilation as .docx."""
    title = f"Sammanställning av remissvar: {compilation.title}"
    document = empty_document(
        title=title, comments=compilation.address, made_at=compilation.made_at
    )
    writer = Writer(document)
    writer.paragraph(title, "Title")
    _write_facts(writer, compilation)
    _write_contents(writer, compilation)
    _write_overview(writer, compilation)
    _write_positions(writer, compilation)
    _write_outcomes(writer, compilation)
    _write_bodies(writer, compilation)
    _write_answers(writer, compilation)
    _write_texts(writer, compilation)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _write_facts(writer: Writer, compilation: Compilation) -> None:
    facts = [
        ("Diarienummer", compilation.registry_number),
        ("Avsändare", compilation.sender),
        ("Sista svarsdag", compilation.due_date.isoformat()),
        ("Läge", compilation.phase),
        ("Sammanställd", compilation.made_at.strftime("%Y-%m-%d %H.%M")),
        ("På webben", compilation.address),
    ]
    for label, value in facts:
        if value:
            writer.paragraph(f"{label}: {value}")


def _write_contents(writer: Writer, compilation: Compilation) -> None:
    writer.heading("Innehåll", 1)
    shown = ["Översikt", "Ställningstaganden"]
    shown += ["Så här blev det"] if compilation.outcomes else []
    shown += ["Remissinstanser", "Svaren och deras sammanfattningar"]
    shown += [section.title for section in compilation.sections]
    writer.field('TOC \\o "1-1" \\h \\z \\u', shown)


def _write_overview(writer: Writer, compilation: Compilation) -> None:
    writer.heading("Översikt", 1)
    writer.table(["Vad", "Antal"], key_figures(compilation.figures), [80, 20])
    for event in compilation.events:
        writer.paragraph(f"{event.day.isoformat()}: {event.what}. {event.reason}".strip())


def _write_positions(writer: Writer, compilation: Compilation) -> None:
    figures = compilation.figures
    writer.heading("Ställningstaganden", 1)
    writer.heading("Helheten, efter vem som svarar", 2)
    _write_counts(writer, compilation, "Grupp", figures.by_group)
    if figures.by_section:
        writer.heading("Avsnitt för avsnitt", 2)
        _write_counts(writer, compilation, "Avsnitt", figures.by_section)


def _write_counts(
    writer: Writer, compilation: Compilation, head: str, rows: list[PositionRow]
) -> None:
    words = [word.label.capitalize() for word in compilation.positions]
    widths = [15, *[78 // len(words)] * len(words)]
    widths.append(100 - sum(widths))
    writer.table([head, *words, "Svar"], [[r.label, *r.counts, r.total] for r in rows], widths)


def _write_outcomes(writer: Writer, compilation: Compilation) -> None:
    if not compilation.outcomes:
        return
    writer.heading("Så här blev det", 1)
    for outcome in compilation.outcomes:
        writer.heading(_about(compilation, outcome), 2)
        writer.texts(outcome.text)
        change = [outcome.day.isoformat(), outcome.change, outcome.link]
        writer.paragraph(" · ".join(part for part in change if part))


def _about(compilation: Compilation, outcome: Outcome) -> str:
    if outcome.reference:
        return f"Till svar {outcome.reference}"
    if outcome.section is not None:
        return section_title(compilation, outcome.section)
    return "Hela remissen"


def _write_bodies(writer: Writer, compilation: Compilation) -> None:
    writer.heading("Remissinstanser", 1)
    if not compilation.bodies:
        writer.paragraph("Ingen var särskilt inbjuden.")
        return
    writer.table(
        ["Namn", "Slag", "Svar", "Sista dag", "Referens"],
        [
            [
                body.name,
                body.kind,
                body.status_label.capitalize(),
                body.last_day.isoformat(),
                body.reference,
            ]
            for body in compilation.bodies
        ],
        [36, 15, 19, 13, 17],
    )


def _write_answers(writer: Writer, compilation: Compilation) -> None:
    writer.heading("Svaren och deras sammanfattningar", 1)
    for answer in compilation.answers:
        if answer.is_first:
            writer.heading(answer.name, 2)
            writer.paragraph(_facts_of(answer))
            if answer.position_label:
                writer.paragraph(answer.position_label.capitalize(), "Position")
            writer.texts(answer.summary)
            _write_notes(writer, compilation, answer)


def _facts_of(answer: Answer) -> str:
    facts = [
        answer.reference,
        answer.group_label,
        f"mottaget {answer.received_on.isoformat()}",
        "för sent" if answer.late else "",
        f"version {answer.version}" if answer.version > 1 else "",
        f"för {answer.on_behalf_of}" if answer.on_behalf_of else "",
        f"beslutat av {answer.decided_by}" if answer.decided_by else "",
        answer.decided_on.isoformat() if answer.decided_on else "",
    ]
    return " · ".join(fact for fact in facts if fact)


def _write_notes(writer: Writer, compilation: Compilation, answer: Answer) -> None:
    if answer.campaign:
        others = others_like(compilation, answer)
        writer.paragraph(f"{len(others) + 1} nästan likalydande svar. De andra: {_names(others)}")
    for mask in answer.masks:
        writer.paragraph(f"Maskerat {mask.day.isoformat()}: {mask.reason}. {mask.note}".strip())
    if answer.files:
        writer.paragraph("Bilagor på webben: " + ", ".join(file.name for file in answer.files))


def _write_texts(writer: Writer, compilation: Compilation) -> None:
    for chapter in chapters(compilation):
        writer.heading(chapter.section.title, 1)
        if not chapter.entries:
            writer.paragraph("Ingen har skrivit om det här avsnittet.")
        for entry in chapter.entries:
            writer.heading(f"{entry.answer.name} ({entry.answer.reference})", 2)
            if entry.text.position_label:
                writer.paragraph(entry.text.position_label.capitalize(), "Position")
            writer.texts(entry.text.text)
            if entry.also:
                names = _names(entry.also)
                writer.paragraph(f"Nästan samma text i {len(entry.also)} svar till: {names}")


def _names(answers: Iterable[Answer]) -> str:
    return ", ".join(f"{answer.name} ({answer.reference})" for answer in answers)
