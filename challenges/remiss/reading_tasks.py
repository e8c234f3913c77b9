"""Jobs for reading: they carry row ids alone."""

from procrastinate.contrib.django import app

from challenges.remiss import shown_answers
from challenges.remiss.compilation.files import make_files
from challenges.remiss.models import Referral
from malmoandan.running.queue import PDF_RETRY


@app.task(name="remiss.make_compilation", retry=PDF_RETRY)
def make_compilation(referral_id: int) -> None:
    """Make all files. What changed meanwhile is seen by the next who asks for one."""
    make_files(Referral.objects.get(pk=referral_id))


@app.task(name="remiss.group_answers", retry=PDF_RETRY)
def group_answers(referral_id: int) -> None:
    referral = Referral.objects.get(pk=referral_id)
    while shown_answers.catch_up(referral):
        pass
    shown_answers.group(referral)


@app.periodic(cron="*/5 * * * *")
@app.task(name="remiss.read_published", queueing_lock="remiss.read_published")
def read_published(timestamp: int) -> None:
    """Make what the search finds of answers anew where they changed and nobody has looked since."""
    while shown_answers.catch_up():
        pass
