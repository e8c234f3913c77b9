"""Jobs of the queue about accounts. They carry row ids, never an address."""

from datetime import timedelta

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from procrastinate.contrib.django import app

from malmoandan.accounts import mails
from malmoandan.accounts.models import User
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
        last_login=None, is_staff=False, date_joined__lt=timezone.now() - timedelta(days=1)
    )
    for relation in _relations_that_keep():
        refers = relation.related_model._base_manager.filter(
            **{relation.field.name: OuterRef("pk")}
        )
        unproven = unproven.exclude(Exists(refers))
    history = User._meta.get_field("events").related_model._base_manager
    for person in unproven.iterator():
        pk = person.pk
        person.delete()
        history.filter(pgh_obj_id=pk).delete()


def _relations_that_keep() -> list[models.ForeignObjectRel]:
    """Every reference to a person but history's rows."""
    relations = User._meta.related_objects
    return [r for r in relations if getattr(r, "on_delete", None) is not models.DO_NOTHING]
