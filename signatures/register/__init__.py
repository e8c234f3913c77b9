"""The public register: who has signed the declaration, by what rows, filters and figures."""

from signatures.register.columns import COLUMNS
from signatures.register.figures import RegisterFigures, figures, picture
from signatures.register.filters import KIND_WORDS, RegisterFilter, declaration_versions
from signatures.register.rows import PAGE_SIZE, entries_in_words, latest, page, rows

__all__ = [
    "COLUMNS",
    "KIND_WORDS",
    "PAGE_SIZE",
    "RegisterFigures",
    "RegisterFilter",
    "declaration_versions",
    "entries_in_words",
    "figures",
    "latest",
    "page",
    "picture",
    "rows",
]
