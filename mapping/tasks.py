"""Jobs of the queue. They carry row ids, never a name or an address."""

from procrastinate.contrib.django import app

from malmoandan.running.queue import PDF_RETRY
from mapping.index import tasks as index_tasks  # noqa: F401 - registers its own jobs
from mapping.models import SurveyRound
from mapping.reports.documents import store_report
from mapping.survey import daily  # noqa: F401 - registers its own jobs


@app.task(name="mapping.make_report", retry=PDF_RETRY)
def make_report(round_id: int, kind: str) -> None:
    survey_round = SurveyRound.objects.published().filter(pk=round_id).first()
    if survey_round:  # it may have been taken back since
        store_report(survey_round, kind)
