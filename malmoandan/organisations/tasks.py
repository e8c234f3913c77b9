"""Jobs of the queue about representatives. They carry row ids, never a name or an address."""

from procrastinate.contrib.django import app

from malmoandan.accounts.models import User
from malmoandan.organisations import duplicates, mails
from malmoandan.organisations.models import Handover, Organisation
from malmoandan.running import history
from malmoandan.running.queue import MAIL_RETRY


@app.task(name="organisations.mail_about_handover", retry=MAIL_RETRY)
def mail_about_handover(message: str, handover_id: int) -> None:
    handovers = Handover.objects.select_related("organisation", "by")
    mails.ABOUT_HANDOVERS[message](handovers.get(pk=handover_id))


@app.task(name="organisations.mail_person", retry=MAIL_RETRY)
def mail_person(message: str, user_id: int, organisation_id: int) -> None:
    organisation = Organisation.objects.get(pk=organisation_id)
    mails.TO_PEOPLE[message](organisation, User.objects.get(pk=user_id))


def mail(message: str, handover: Handover) -> None:
    """Queue one of the messages in mails.ABOUT_HANDOVERS."""
    mail_about_handover.defer(message=message, handover_id=handover.pk)


@app.periodic(cron="47 4 * * *")
@app.task(name="organisations.remove_past_handovers")
def remove_past_handovers(timestamp: int) -> None:
    """Forget, with their history, the people who were asked to take over and did not."""
    history.forget(Handover.objects.long_over())


@app.periodic(cron="13 3 * * *")
@app.task(name="organisations.find_duplicates")
def find_duplicates(timestamp: int = 0) -> None:
    """Put organisations that may be one and the same on the coordinators' list."""
    duplicates.find()
