"""What the queue does with survey rounds each morning."""

from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app

from mapping import personal_data
from mapping.data_kept import DRAFTS, INVITATIONS
from mapping.models import ReportDraft, ReportFile, RoundInvitation, SurveyRound
from mapping.survey import rounds, tasks

REMIND_DAYS_BEFORE = (7, 1)


@app.periodic(cron="25 5 * * *")
@app.task(name="mapping.daily")
def daily(timestamp: int = 0) -> None:
    """Tell parties, remind the silent a week and a day before the end, forget old files."""
    waiting = [SurveyRound.State.OPEN, SurveyRound.State.CLOSED]
    for survey_round in SurveyRound.objects.filter(state__in=waiting):
        tasks.tell_parties.defer(round_id=survey_round.pk)
    today = timezone.localdate()
    for survey_round in SurveyRound.objects.open():
        left = (survey_round.last_day - today).days if survey_round.last_day else -1
        if left in REMIND_DAYS_BEFORE:
            rounds.remind(survey_round=survey_round)
    forget_old()


def forget_old() -> None:
    """Delete what reporters left behind, and in the end how they are reached."""
    before = DRAFTS.served_its_time()
    for file in ReportFile.objects.filter(handed_in_at__lte=before):
        file.delete()
    in_work = Q(round__state=SurveyRound.State.OPEN)
    ReportDraft.objects.filter(updated_at__lte=before).exclude(in_work).delete()
    last_day = timezone.localdate(INVITATIONS.served_its_time())
    rows = RoundInvitation.objects.filter(round__last_day__lt=last_day)
    personal_data.empty_invitations(rows.filter(~Q(email="") | Q(reported_by__isnull=False)))
