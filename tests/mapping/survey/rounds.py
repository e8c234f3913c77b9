"""Rounds, invitations and reports for tests of the survey."""

import io
from datetime import timedelta

from django.utils import timezone
from openpyxl import Workbook, load_workbook

from malmoandan.organisations.models import Kind, Sector
from mapping.models import SurveyRound
from mapping.survey import upload
from mapping.survey.access import Reporter
from mapping.survey.report import Report
from mapping.survey.writing import Item, save
from tests.factories import make_organisation, make_user


def make_open_round(number=2026, **fields):
    today = timezone.localdate()
    return SurveyRound.objects.create(
        **{
            "number": number,
            "name": f"Kartläggningen {number}",
            "as_of": today.replace(year=number, month=1, day=1),
            "first_day": today - timedelta(days=10),
            "last_day": today + timedelta(days=20),
            "state": SurveyRound.State.OPEN,
            **fields,
        }
    )


def make_department(name="Fritidsförvaltningen", **fields):
    return make_organisation(
        name=name,
        kind=Kind.DEPARTMENT,
        sector=Sector.CITY,
        organisation_number=None,
        **fields,
    )


def reporter(survey_round, organisation, by=None, *, email=""):
    made = Reporter(survey_round, organisation, by or make_user())
    made.invitation = survey_round.invitations.filter(organisation=organisation).first()
    if made.invitation is None:
        made.invitation = survey_round.invitations.create(
            organisation=organisation, email=email or made.by.email, invited_at=timezone.now()
        )
    return made


def report(writer, *parties, **fields):
    """Save a report of a cooperation; returns its key."""
    money = {party.pk: {} for party in (writer.organisation, *parties)}
    said = Report(**{"title": "Läxhjälp", "form": "joint", "parties": money, **fields})
    return save(writer=writer, items=[Item(said)])[0]


def template_of(writer):
    """The template as a workbook that can be filled in."""
    return load_workbook(io.BytesIO(upload.template(writer)))


def columns(sheet):
    return {cell.value: cell.column for cell in sheet[1] if cell.value}


def fill(sheet, row, **cells):
    """Write cells by their headings; a heading with blanks is written with underscores."""
    places = {heading.replace(" ", "_"): at for heading, at in columns(sheet).items()}
    for heading, value in cells.items():
        sheet.cell(row=row, column=places[heading]).value = value


def as_file(book: Workbook):
    content = io.BytesIO()
    book.save(content)
    content.seek(0)
    content.name = "mall.xlsx"
    return content


def told(plan):
    return [(problem.sheet, problem.row, problem.column, problem.text) for problem in plan.problems]
