"""Texts of agreements are CommonMark; this is the one way they become HTML."""

from dataclasses import dataclass
from functools import cache

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt


@cache
def _parser() -> MarkdownIt:
    # Pictures would fetch from other hosts; markup in the text is shown, never obeyed.
    return MarkdownIt("commonmark", {"html": False}).disable("image")


SENTENCE_ENDS = (".", "!", "?", ":", "…")


@dataclass(frozen=True)
class Block:
    """A paragraph, heading or item of a list, without markup. The tag is h1 to h6, li or p."""

    tag: str
    text: str


def blocks(text: str) -> list[Block]:
    """The text's parts in order, each with its words alone; for comparing two texts."""
    found: list[Block] = []
    tags: list[str] = []
    for token in _parser().parse(text):
        if token.nesting == 1:
            tags.append(token.tag)
        elif token.nesting == -1:
            tags.pop()
        elif token.children is not None:
            words = "".join(
                " " if child.type in {"softbreak", "hardbreak"} else child.content
                for child in token.children
            )
            tag = "li" if "li" in tags else tags[-1]
            found.append(Block(tag, words.strip()))
        elif token.content:  # a code block
            found.append(Block("p", token.content.strip()))
    return found


def plain(text: str) -> str:
    """The text's words in one line; a heading or item is set apart from what follows it."""
    parts = [block.text for block in blocks(text)]
    return " ".join(part if part.endswith(SENTENCE_ENDS) else f"{part} ·" for part in parts).rstrip(
        " ·"
    )


def render_markdown(text: str, *, shift: int = 1) -> SafeString:
    """The text as HTML, with every heading moved down `shift` levels (at most to h6).

    A page has its own h1, so a text's first heading is an h2 there; a document that is the
    text takes shift=0.
    """
    tokens = _parser().parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + shift)}"
    html = _parser().renderer.render(tokens, _parser().options, {})
    return mark_safe(html)  # noqa: S308 - the parser escapes all markup
