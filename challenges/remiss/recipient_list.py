"""A list of bodies pasted from a spreadsheet: read row by row, with what is wrong in each."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from challenges.remiss.actions.recipients import Body
from challenges.remiss.models import Referral, ReferralRecipient
from malmoandan.organisations.models import Kind, Organisation
from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.organisations.swedish import unmarked
from malmoandan.publishing.fields import clean_line

MOST_ROWS = 1000
# What people call the columns; the first row is a heading when it says so.
HEADINGS = {
    "name": {"namn", "name", "organisation", "remissinstans", "instans", "forvaltning"},
    "email": {"epost", "e-post", "email", "e-mail", "mejl", "mail", "epostadress", "e-postadress"},
    "kind": {"slag", "typ", "kind"},
}
ORDER = ["name", "email", "kind"]
KINDS = {
    "": None,
    "organisation": ReferralRecipient.Kind.ORGANISATION,
    "forening": ReferralRecipient.Kind.ORGANISATION,
    "forvaltning": ReferralRecipient.Kind.DEPARTMENT,
    "annan": ReferralRecipient.Kind.OTHER,
    "ovrig": ReferralRecipient.Kind.OTHER,
}


@dataclass
class Row:
    """A row as it was read: its number in the paste, and what is wrong with it, in sentences."""

    number: int
    name: str = ""
    email: str = ""
    kind: str = ""
    organisation: Organisation | None = None
    errors: list[str] = field(default_factory=list)

    @property
    def kind_shown(self) -> str:
        return str(ReferralRecipient.Kind(self.kind).label) if self.kind else ""

    @property
    def body(self) -> Body:
        return Body(self.name, self.email, self.kind, self.organisation)


def read(text: str, referral: Referral) -> list[Row]:
    """The rows of the paste, in order; empty ones are left out.

    Columns are parted by tabs, semicolons or commas: name, e-mail, and kind if one likes. A row of
    headings may say another order. What stands on the list already is an error of its row.
    """
    rows = [row for row in _cells(text)][: MOST_ROWS + 2]
    columns = ORDER
    if rows and _headings(rows[0][1]):
        columns = _headings(rows.pop(0)[1])
    found = [_row(number, dict(zip(columns, cells, strict=False))) for number, cells in rows]
    if len(found) > MOST_ROWS:
        found = found[:MOST_ROWS]
        found[-1].errors.append(
            _("Listan är för lång. Klistra in högst %(most)s rader åt gången.")
            % {"most": MOST_ROWS}
        )
    _find_organisations(found)
    _refuse_twice(found, referral)
    return found


def _cells(text: str) -> Iterator[tuple[int, list[str]]]:
    lines = [line for line in text.replace("\0", "").splitlines()]
    delimiter = next((mark for mark in "\t;," if any(mark in line for line in lines)), "\t")
    for number, line in enumerate(lines, start=1):
        try:
            cells = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            cells = [line]
        if any(cell.strip() for cell in cells):
            yield number, cells


def _headings(cells: list[str]) -> list[str]:
    """What each column holds, when this is a row of headings; else nothing."""
    names = [unmarked(cell).strip().replace(" ", "") for cell in cells]
    columns = [next((key for key in HEADINGS if name in HEADINGS[key]), "") for name in names]
    return columns if {"name", "email"} <= set(columns) else []


def _row(number: int, cells: dict[str, str]) -> Row:
    row = Row(number)
    try:
        row.name = clean_line(cells.get("name", ""))
        refuse_personal_number(row.name)
    except ValidationError as wrong:
        row.errors += wrong.messages
    if not row.name and not row.errors:
        row.errors.append(_("Namnet saknas."))
    elif len(row.name) > 200:
        row.errors.append(_("Namnet är för långt. Det får ha högst 200 tecken."))
    _read_email(row, cells.get("email", ""))
    kind = unmarked(cells.get("kind", "")).strip()
    if kind in KINDS:
        row.kind = KINDS[kind] or ""
    else:
        row.errors.append(_("Slaget ska vara organisation, förvaltning eller annan."))
    return row


def _read_email(row: Row, typed: str) -> None:
    row.email = typed.strip().lower()
    if not row.email:
        row.errors.append(_("E-postadressen saknas."))
        return
    try:
        validate_email(row.email)
    except ValidationError:
        row.errors.append(_("E-postadressen är inte giltig."))


def _find_organisations(rows: list[Row]) -> None:
    """Tie each row to the organisation of exactly that name, in one query for all."""
    wanted = {row.name for row in rows}
    standing = Organisation.objects.standing().existing(timezone.localdate())
    named = {org.name.lower(): org for org in standing.filter(name__in=wanted)}
    for row in rows:
        row.organisation = named.get(row.name.lower())
        row.kind = row.kind or kind_for(row.organisation)


def kind_for(organisation: Organisation | None) -> str:
    """The kind of body that an organisation is on the list."""
    if organisation and organisation.kind in {Kind.DEPARTMENT, Kind.MUNICIPALITY}:
        return ReferralRecipient.Kind.DEPARTMENT
    return ReferralRecipient.Kind.ORGANISATION


def _refuse_twice(rows: list[Row], referral: Referral) -> None:
    listed = list(referral.recipients.values_list("email", "organisation"))
    emails = {email for email, _org in listed}
    organisations = {org for _email, org in listed} - {None}
    seen: dict[object, int] = {}
    for row in rows:
        key = row.organisation and row.organisation.pk
        if row.email in emails or (key and key in organisations):
            row.errors.append(_("Finns redan på remisslistan."))
        for value in filter(None, (row.email, key)):
            first = seen.setdefault(value, row.number)
            if first != row.number:
                row.errors.append(_("Samma som rad %(number)s.") % {"number": first})
