"""Reads the text of a PDF or an office file; run as a program of its own by file_text.py.

The file comes on standard input, its ending as the argument, the text on standard output. Whoever
made the file may mean harm: the process gives up its memory, time, files and children first, and
imports nothing of the portal.
"""

import io
import os
import re
import resource
import sys
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from typing import IO
from xml.parsers import expat

MEGABYTE = 1024 * 1024
MOST_MEMORY = 768 * MEGABYTE
CPU_SECONDS = 30
MOST_PAGES = 400
LONGEST_TEXT = 200_000  # characters
PIECE = 64 * 1024

# Where the words lie in each kind of file, and in which elements.
WORD_PARTS = ["word/document.xml", "word/footnotes.xml", "word/endnotes.xml"]
_BREAKS = {"p", "h", "si", "is", "tab", "br", "cr", "s", "line-break", "table-cell", "tc"}


def limit_itself() -> None:
    """Give up what a text needs not: nothing raises these limits again."""
    os.nice(10)
    for limit, most in [
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ]:
        resource.setrlimit(limit, (most, most))


def pdf_texts(content: bytes) -> Iterator[str]:
    """The text page by page; a page that cannot be read is left out."""
    import pypdf

    reader = pypdf.PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        return
    for page in islice(reader.pages, MOST_PAGES):
        try:
            yield page.extract_text()
        except Exception:  # noqa: S112 - whatever is wrong with one, others may be whole
            continue


def docx_texts(content: bytes) -> Iterator[str]:
    return _texts(content, lambda name: name in WORD_PARTS, {"t"})


def xlsx_texts(content: bytes) -> Iterator[str]:
    def holds_words(name: str) -> bool:
        return name == "xl/sharedStrings.xml" or name.startswith("xl/worksheets/sheet")

    return _texts(content, holds_words, {"t"})


def open_document_texts(content: bytes) -> Iterator[str]:
    return _texts(content, lambda name: name == "content.xml", {"p", "h"})


READERS: dict[str, Callable[[bytes], Iterator[str]]] = {
    ".pdf": pdf_texts,
    ".docx": docx_texts,
    ".xlsx": xlsx_texts,
    ".odt": open_document_texts,
    ".ods": open_document_texts,
}


def _texts(content: bytes, wanted: Callable[[str], bool], holders: set[str]) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in filter(wanted, archive.namelist()):
            with archive.open(name) as part:
                yield from _words_in(part, holders)


class _Words:
    """Collects what stands in elements of the given names, of any namespace."""

    def __init__(self, holders: set[str]) -> None:
        self.holders = holders
        self.depth = 0
        self.found: list[str] = []

    def start(self, name: str, _attributes: object) -> None:
        self.depth += name.rpartition(" ")[2] in self.holders

    def end(self, name: str) -> None:
        local = name.rpartition(" ")[2]
        self.depth -= local in self.holders
        if local in _BREAKS:
            self.found.append("\n")

    def text(self, data: str) -> None:
        if self.depth:
            self.found.append(data)

    def refuse(self, *_declared: object) -> None:
        raise ValueError("declares entities")

    def take(self) -> str:
        taken, self.found = "".join(self.found), []
        return taken


def _words_in(part: IO[bytes], holders: set[str]) -> Iterator[str]:
    words, parser = _Words(holders), expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = words.start
    parser.EndElementHandler = words.end
    parser.CharacterDataHandler = words.text
    parser.StartDoctypeDeclHandler = words.refuse
    while piece := part.read(PIECE):
        parser.Parse(piece)
        yield words.take()


def tidy(text: str) -> str:
    """Words that a line's end had cut in two as one, and no characters that cannot be stored."""
    whole = re.sub(r"(?<=[^\W\d_])[-\u00ad\u2010]\n(?=[a-zåäöé])", "", text)
    return whole.replace("\0", " ").encode("utf-8", "replace").decode()


def main(ending: str) -> None:
    content = sys.stdin.buffer.read()
    limit_itself()
    left = LONGEST_TEXT
    for text in READERS[ending](content):
        tidied = tidy(text)[:left]
        sys.stdout.buffer.write(tidied.encode())
        sys.stdout.buffer.write(b"\n" if ending == ".pdf" else b"")
        sys.stdout.buffer.flush()  # what is read stays read, if the next page is the end of us
        left -= len(tidied)
        if left <= 0:
            return


if __name__ == "__main__":
    main(sys.argv[1])
