"""Addresses for many new cooperations at once, in one query."""

from collections.abc import Collection, Sequence

from django.utils.text import slugify

from malmoandan.organisations.swedish import unmarked
from mapping.models import Cooperation


def free(titles: Sequence[str], reserved: Collection[str]) -> list[str]:
    """One address for each title; a number sets apart what has the same title."""
    bases = [slugify(unmarked(title))[:70].strip("-") or "samverkan" for title in titles]
    pattern = "^(" + "|".join(sorted(set(bases))) + ")(-[0-9]+)?$"
    found = Cooperation.objects.filter(slug__regex=pattern) if len(set(bases)) < 50 else None
    rows = Cooperation.objects.all() if found is None else found
    taken = {*reserved, *rows.values_list("slug", flat=True)} if bases else set()
    next_number: dict[str, int] = {}
    made = []
    for base in bases:
        slug, number = base, next_number.get(base, 2)
        while slug in taken:
            slug, number = f"{base}-{number}", number + 1
        next_number[base] = number
        taken.add(slug)
        made.append(slug)
    return made
