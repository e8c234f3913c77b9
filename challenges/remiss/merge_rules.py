"""Invited bodies when two organisations become one (malmoandan/organisations/merging.py).

Answers need no rule: each stays one of its own, and goes over.
"""

from django.utils.translation import gettext as _

from challenges.remiss.models import ReferralRecipient
from malmoandan.organisations.merging import Merge


def join_invitations(merge: Merge) -> None:
    """Both are on the same list: one row stays, with the answer and the later day.

    Where both have answered, both rows stay, for an answer never goes; the one that goes over is
    then on the list by its name alone.
    """
    rows = ReferralRecipient.objects.select_related("referral", "response")
    theirs = {row.referral_id: row for row in rows.filter(organisation=merge.kept)}
    for gone in rows.filter(organisation=merge.gone, referral__in=list(theirs)):
        kept = theirs[gone.referral_id]
        if gone.answer and kept.answer:
            ReferralRecipient.objects.filter(pk=gone.pk).update(organisation=None)
            told = _("Båda har svarat på ”%(title)s”. Svaren står kvar var för sig.")
        elif gone.answer:
            _join(kept, into=gone)
            told = _("Båda är inbjudna till ”%(title)s”. Den som har svarat blir kvar på listan.")
        else:
            _join(gone, into=kept)
            told = _("Båda är inbjudna till ”%(title)s”. En blir kvar på listan.")
        merge.remark(told % {"title": gone.referral.title})


def _join(row: ReferralRecipient, *, into: ReferralRecipient) -> None:
    """What is begun by the one's link goes on as the other's; then the one leaves the list."""
    days = [day for day in (row.due_date, into.due_date) if day]
    into.due_date = max(days, default=None)
    into.invited_at = into.invited_at or row.invited_at
    into.save(update_fields=["due_date", "invited_at"])
    row.drafts.update(recipient=into)
    row.delete()


RULES = {ReferralRecipient: join_invitations}
