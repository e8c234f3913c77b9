"""The cooperations of one round as bits, for counts, sums and pages in microseconds.

    index = current_index(survey_round)              # right as of now, in any process
    found = index.select(Selection(values={"form": "iop"}, words=("odling",)))
    index.count(found, "department")                 # {slug: number of cooperations}
    index.cross(found, "department", "area")         # {(department, area): number}
    index.money(found)                               # SEK by year and side, the unknown said
    index.organisations(found, most=20)              # [(organisation id, number)], most first
    index.page(found, order="title", start=0, size=50)   # ids of CooperationEdition

`found` is an int with a bit for each cooperation: `found.bit_count()` says how many, `&` and `|`
combine selections. docs/decisions/0019-mapping-index.md says why, and what it costs.
"""

from mapping.index.asking import DIMENSIONS, ORDERS, Selection, YearSum
from mapping.index.bits import Sliced, positions
from mapping.index.index import Index
from mapping.index.keeper import current_index, forget_indexes, read_ahead

__all__ = [
    "DIMENSIONS",
    "ORDERS",
    "Index",
    "Selection",
    "Sliced",
    "YearSum",
    "current_index",
    "forget_indexes",
    "positions",
    "read_ahead",
]
