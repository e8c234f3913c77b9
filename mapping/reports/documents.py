"""The reports as sealed PDFs: what they are made from, and where they are kept."""

import hashlib
import json
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db.models import Max, Model
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from challenges.models import ChallengeArea
from malmoandan.organisations.models import Organisation
from malmoandan.publishing.documents import store_document
from malmoandan.publishing.pdf import SourceFile, layout_stamp, render_pdf
from malmoandan.publishing.pictures import CrossTable, Picture
from malmoandan.publishing.seal import seal
from malmoandan.running.history import events_of
from mapping.index.keeper import day_of
from mapping.models import (
    Amount,
    Area,
    CooperationEdition,
    Party,
    RoundInvitation,
    SurveyRound,
)
from mapping.pictures import (
    MOST_YEARS,
    departments_by_areas,
    forms_over_years,
    level_by_step,
    money_over_years,
    organisations_by_departments,
    parts_of_the_city,
)
from mapping.reports.figures import MOST_SILENT, Figures, read_figures
from mapping.reports.findings import findings
from mapping.reports.in_depth import MOST_COOPERATIONS, MOST_IN_PART, read_register

LANGUAGE = "sv"  # the reports are written in the language that the data are
KINDS = ("sammanfattning", "fordjupad")
# Not the name of the file in a certificate: the check of proofs would look for a signature in it.
FACTS_FILE = "rapport.json"
# A change to any row of these makes the reports stale. Their history only grows, so its last
# number says whether something was changed, in one cheap look for each.
MADE_FROM: list[type[Model]] = [
    SurveyRound,
    RoundInvitation,
    CooperationEdition,
    Party,
    Amount,
    Area,
    Organisation,
    ChallengeArea,
]
# Rows of the table of organisations: one landscape page, its sums included.
MOST_ORGANISATIONS = 12
# Years, and names of those who did not answer, so that the summary stays within eight pages.
MOST_YEARS_IN_SUMMARY = 5
MOST_SILENT_IN_SUMMARY = 30


def report_stamp(survey_round: SurveyRound, kind: str) -> str:
    """What the report is made from, in one short text: another stamp, another PDF."""
    newest = [
        events_of(model).aggregate(last=Coalesce(Max("pgh_id"), 0))["last"] for model in MADE_FROM
    ]
    parts = [
        kind,
        survey_round.pk,
        *newest,
        # What is ongoing, and the last year of it, changes with the days.
        day_of(survey_round),
        settings.BASE_URL,
        layout_stamp("mapping/reports"),
        layout_stamp("pictures"),
    ]
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


def render_report(survey_round: SurveyRound, kind: str) -> bytes:
    """The sealed report of a published round, made today."""
    today = timezone.localdate()
    with translation.override(LANGUAGE):
        figures = read_figures(survey_round)
        context = _shared(figures, kind, today) | CONTEXTS[kind](figures)
        pdf = render_pdf(
            f"mapping/reports/{kind}.html",
            context,
            title=context["report_title"],
            language=LANGUAGE,
            made_at=datetime.combine(today, time(12), tzinfo=timezone.get_default_timezone()),
            data=_facts_file(figures, kind, today),
        )
        return seal(pdf, reason=_("Sigill: rapporten är från Malmöandan"), at=timezone.now())


def store_report(survey_round: SurveyRound, kind: str) -> None:
    """Make and store the report, unless the stored one is fresh."""
    store_document(
        name=document_name(survey_round, kind),
        stamp=report_stamp(survey_round, kind),
        render=lambda: render_report(survey_round, kind),
    )


def document_name(survey_round: SurveyRound, kind: str) -> str:
    """The name under which the PDF is stored."""
    return f"kartlaggning-{survey_round.pk}.{kind}"


def _shared(figures: Figures, kind: str, today: date) -> dict[str, Any]:
    survey_round = figures.survey_round
    titles = {
        "sammanfattning": _("Kartläggningen i korthet: %(name)s"),
        "fordjupad": _("Kartläggningen i detalj: %(name)s"),
    }
    title = titles[kind] % {"name": survey_round.name}
    if survey_round.invented:
        title = _("Påhittade uppgifter: %(title)s") % {"title": title}
    return {
        "report_title": title,
        "figures": figures,
        "round": survey_round,
        "missing": figures.missing,
        "missing_names": [(_missing_name(what), count) for what, count in figures.missing.without],
        "findings": findings(figures),
        "made_on": today,
        "list_address": f"{settings.BASE_URL}/kartlaggning/",
        "data_address": f"{settings.BASE_URL}/oppna-data/",
    }


def _silent(figures: Figures, most: int) -> dict[str, Any]:
    """The first names of those who did not answer, and how many more there are."""
    named = figures.missing.silent[:most]
    return {"silent": named, "silent_rest": figures.missing.silent_count - len(named)}


def _missing_name(dimension: str) -> str:
    return {
        "area": _("Samhällsutmaning"),
        "level": _("Nivå i Europarådets matris"),
        "step": _("Steg i Europarådets matris"),
        "city_part": _("Del av Malmö"),
        "year": _("Period"),
    }[dimension]


def _summary(figures: Figures) -> dict[str, Any]:
    wide = organisations_by_departments(figures.drawn, MOST_ORGANISATIONS)
    return {
        "pictures": _upright(figures, MOST_YEARS_IN_SUMMARY),
        "wide": [wide] if wide else [],
        "money": figures.missing.money[-MOST_YEARS_IN_SUMMARY:],
        "most_years": MOST_YEARS_IN_SUMMARY,
        **_silent(figures, MOST_SILENT_IN_SUMMARY),
    }


def _in_depth(figures: Figures) -> dict[str, Any]:
    wide = organisations_by_departments(figures.drawn, MOST_ORGANISATIONS)
    return {
        "pictures": _upright(figures, MOST_YEARS),
        "wide": [wide] if wide else [],
        "money": figures.missing.money,
        **_silent(figures, MOST_SILENT),
        "register": read_register(figures),
        "most": MOST_COOPERATIONS,
        "most_in_part": MOST_IN_PART,
    }


CONTEXTS: dict[str, Callable[[Figures], dict[str, Any]]] = {
    "sammanfattning": _summary,
    "fordjupad": _in_depth,
}


def _upright(figures: Figures, most_years: int) -> list[Picture | CrossTable]:
    """The pictures that have room on an upright page."""
    drawn = figures.drawn
    made: list[Picture | CrossTable | None] = [
        forms_over_years(drawn, most_years),
        money_over_years(drawn, most_years),
        departments_by_areas(drawn),
        level_by_step(drawn),
        parts_of_the_city(drawn),
    ]
    return [picture for picture in made if picture]


def _facts_file(figures: Figures, kind: str, day: date) -> SourceFile:
    """What the PDF is, for machines."""
    survey_round = figures.survey_round
    facts = {
        "document": "mapping report",
        "kind": kind,
        "round": survey_round.slug,
        "invented": survey_round.invented,
        "as_of": survey_round.as_of.isoformat() if survey_round.as_of else None,
        "cooperations": figures.total,
        "organisations": figures.organisations,
        "departments": figures.departments,
        "made_on": day.isoformat(),
    }
    content = json.dumps(facts, ensure_ascii=False, indent=1)
    return SourceFile(FACTS_FILE, _("Uppgifter för datorer"), content, relationship="Data")
