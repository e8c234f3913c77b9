"""Smaller answers for visitors whose browser takes them, as all do.

Only for what every visitor gets alike: a page that holds a secret beside what a stranger chose
would tell of the secret by its length.
"""

import gzip

import brotli
from django.http import HttpRequest

SMALLEST = 500  # bytes; below, the headers weigh more than what is won
# How hard to try: about a millisecond for a page, which then is sent many times.
BROTLI_QUALITY = 5
GZIP_LEVEL = 6
_TEXT = ("text/", "application/json", "application/atom+xml", "application/rdf+xml", "image/svg")


def is_worth_it(content_type: str, body: bytes) -> bool:
    return len(body) >= SMALLEST and content_type.startswith(_TEXT)


def accepted(request: HttpRequest) -> str:
    """The best encoding that the visitor takes: br, gzip, or an empty text for none."""
    told = request.headers.get("Accept-Encoding", "")
    taken = set()
    for part in told.lower().split(","):
        name, _semicolon, weight = part.partition(";")
        if weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}:
            taken.add(name.strip())
    return next((name for name in ("br", "gzip") if name in taken), "")


def compress(body: bytes, encoding: str) -> bytes:
    if encoding == "br":
        return bytes(brotli.compress(body, quality=BROTLI_QUALITY))
    # The same bytes each time: a time in them would make equal pages differ.
    return gzip.compress(body, GZIP_LEVEL, mtime=0)
