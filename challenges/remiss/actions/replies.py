""" "Så här blev det": replies become public together, and those who answered are told once."""

from django.db import transaction
from django.utils import timezone

from challenges.remiss import tasks
from challenges.remiss.models import Referral, Reply
from malmoandan.accounts.models import User


@transaction.atomic
def publish(*, referral: Referral, by: User) -> int:
    """Publish what is written and waits, and mail those whom it concerns; return how many.

    A reply to one answer concerns who sent it, any other everybody who answered. Each gets one
    mail, however many replies there are. Two who publish at once take turns.
    """
    referral = Referral.objects.select_for_update().get(pk=referral.pk)
    if referral.is_draft:
        return 0
    new = list(referral.replies.waiting())
    now = timezone.now()
    Reply.objects.filter(pk__in=[reply.pk for reply in new]).update(
        published_at=now, published_by=by, updated_at=now
    )
    to_all = any(reply.response_id is None for reply in new)
    to_some = {reply.response_id for reply in new if reply.response_id}
    told = referral.responses.exclude(email="")
    for response in told if to_all else told.filter(pk__in=to_some):
        tasks.mail_replies.defer(response_id=response.pk, stamp=f"{now:%Y%m%d%H%M%S}")
    return len(new)
