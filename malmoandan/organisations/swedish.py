"""Swedish order and forgiving search as stored columns, and addresses made of names.

The columns need no collation of the server: the embedded PostgreSQL has no Swedish one. Both are
generated from the name by translate() in the collation "C", so raw SQL keeps them right too.
"""

import string
from collections.abc import Container

from django.db import models
from django.db.models import Func
from django.utils.text import slugify

# Letters with marks sort as their base letter; å, ä, ö come after z (the characters after "z"
# in ASCII are "{|}"); æ sorts as ä, ø as ö, ü as y, as in Swedish dictionaries.
_MARKED = "ÀÁÂÃĀĂĄÇĆČĎĐÈÉÊËĒĖĘĚĞÌÍÎÏĪİŁÑŃŇÒÓÔÕŌŔŘŚŠŞȘŤŢȚÙÚÛŪŮŲÝŸÜŹŻŽ"
_PLAIN = "aaaaaaacccddeeeeeeeegiiiiiilnnnooooorrssssttt" + "uuuuuuyyyzzz"
_OWN_ORDER = {"Å": "{", "Ä": "|", "Æ": "|", "Ö": "}", "Ø": "}"}
_NO_MARKS = {"Å": "a", "Ä": "a", "Æ": "a", "Ö": "o", "Ø": "o"}
# lower() in the collation "C" knows ASCII alone. Greek and Cyrillic names are searched for too.
_OTHER_CAPITALS = {
    capital: capital.lower()
    for capital in map(chr, range(0x370, 0x530))
    if capital.lower() != capital and len(capital.lower()) == 1
}
# Marks around a name do not count in its order.
_IGNORED = "\"'«»“”‘’„"


def _mapping(own: dict[str, str]) -> tuple[str, str]:
    upper = dict(zip(_MARKED, _PLAIN, strict=True)) | own
    lower = {letter.lower(): to for letter, to in upper.items() if len(letter.lower()) == 1}
    both = _OTHER_CAPITALS | upper | lower
    return "".join(both), "".join(both.values())


_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_WITHOUT_MARKS = str.maketrans(*_mapping(_NO_MARKS), _IGNORED)


class _Translate(Func):
    function = "translate"
    output_field = models.TextField(db_collation="C")
    own: dict[str, str]

    def as_sql(self, compiler, connection, **extra):  # type: ignore[no-untyped-def, override]
        source, target = _mapping(self.own)
        # Characters without a counterpart in the target are deleted by translate().
        source = (source + _IGNORED).replace("'", "''")
        return super().as_sql(
            compiler,
            connection,
            template=f"translate(lower((%(expressions)s) COLLATE \"C\"), '{source}', '{target}')",
            **extra,
        )


class SwedishOrder(_Translate):
    """The text as a key whose byte order is Swedish order."""

    own = _OWN_ORDER


class Unmarked(_Translate):
    """The text in lower case without marks: what a search compares with."""

    own = _NO_MARKS


def unmarked(text: str) -> str:
    """The same folding as Unmarked, for what a person typed in the search field."""
    return text.translate(_SMALL).translate(_WITHOUT_MARKS)


def free_slug(
    model: type[models.Model], name: str, *, otherwise: str, reserved: Container[str] = ()
) -> str:
    """An address from the name; a number sets apart rows of the same name.

    `otherwise` stands for a name without a letter or digit; `reserved` are addresses that lead
    elsewhere.
    """
    parted = name.replace("–", "-").replace("/", "-")  # as in 2027–2030
    base = slugify(unmarked(parted))[:70].strip("-") or otherwise
    rows = model._default_manager.filter(slug__startswith=base)
    taken = set(rows.values_list("slug", flat=True))
    slug, number = base, 2
    while slug in taken or slug in reserved:
        slug, number = f"{base}-{number}", number + 1
    return slug
