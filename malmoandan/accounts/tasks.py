"""Jobs of the queue about accounts. They carry row ids, never an address."""

from django.db import models
from django.db.models import Exists, OuterRef
from procrastinate.contrib.django import app

from malmoandan.accounts import history_ageing, mails
from malmoandan.accounts.data_kept import HISTORY, UNPROVEN, UNUSED
from malmoandan.accounts.models import User
from malmoandan.running import history
from malmoandan.running.queue import MAIL_RETRY


@app.task(name="accounts.mail_second_factor_changed", retry=MAIL_RETRY)
def mail_second_factor_changed(user_id: int, change: str) -> None:
    mails.second_factor_changed(User.objects.get(pk=user_id), change)


@app.task(name="accounts.mail_invitation", retry=MAIL_RETRY)
def mail_invitation(user_id: int) -> None:
    mails.invitation(User.objects.get(pk=user_id))


@app.periodic(cron="27 * * * *")
@app.task(name="accounts.remove_unproven")
def remove_unproven(timestamp: int) -> None:
    """Remove accounts a day after a code was sent that nobody ever typed.

    Their history goes too: an address that somebody mistyped belongs to a stranger.
    """
    unproven = User.objects.filter(
        last_login=None, is_staff=False, date_joined__lt=UNPROVEN.served_its_time()
    )
    for relation in User._meta.related_objects:
        # History's rows refer to everybody.
        if getattr(relation, "on_delete", None) is not models.DO_NOTHING:
            unproven = unproven.exclude(_refers(relation))
    history.forget(unproven)


@app.periodic(cron="32 4 * * *")
@app.task(name="accounts.remove_unused")
def remove_unused(timestamp: int) -> None:
    """Remove accounts that nothing depends on, and that nobody has signed in to for long."""
    unused = User.objects.filter(
        last_login__lt=UNUSED.served_its_time(), is_staff=False, is_active=True
    )
    for relation in User._meta.related_objects:
        # What belongs to the account alone, such as a second factor, goes with it.
        if getattr(relation, "on_delete", None) not in {models.DO_NOTHING, models.CASCADE}:
            unused = unused.exclude(_refers(relation))
    history.forget(unused)


@app.periodic(cron="2 5 * * *")
@app.task(name="accounts.age_history")
def age_history(timestamp: int) -> None:
    """Take names, addresses and who it was out of old history (history_ageing.py)."""
    history_ageing.age(HISTORY.served_its_time())


def _refers(relation: models.ForeignObjectRel) -> Exists:
    rows = relation.related_model._base_manager
    return Exists(rows.filter(**{relation.field.name: OuterRef("pk")}))
