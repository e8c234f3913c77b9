"""How the right to act, and what waits, goes over when two organisations become one."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from malmoandan.organisations import actions, duplicates
from malmoandan.organisations.merging import DONE, Merge
from malmoandan.organisations.models import (
    Handover,
    Membership,
    PossibleDuplicate,
    ProposedChange,
)


def join_memberships(merge: Merge) -> None:
    """Who may act for both may act for the one, once; the other right ends, and stays on file."""
    both = Membership.objects.active().filter(organisation=merge.kept).values("person")
    Membership.objects.active().filter(organisation=merge.gone, person__in=both).update(
        until=timezone.now()
    )


def settle_handovers(merge: Merge) -> None:
    """One handover at a time of each person: the one that stays with the kept goes on."""
    open_ones = Handover.objects.filter(done_at=None, cancelled_at=None)
    asking = open_ones.filter(organisation=merge.kept).values("by")
    for handover in open_ones.filter(organisation=merge.gone, by__in=asking):
        actions.take_back(handover)
        merge.remark(_("En överlämning som väntade avbryts, och den som bjöds in får ett mejl."))


def keep_proposals_apart(merge: Merge) -> None:
    """A proposal is compared with what its own organisation says."""
    for organisation in (merge.gone, merge.kept):
        if ProposedChange.objects.waiting().filter(organisation=organisation).exists():
            merge.refuse(
                _("%(name)s har bett om en rättelse. Besluta om den först.")
                % {"name": organisation.name}
            )


def judge_pairs(merge: Merge) -> str:
    """The pair is decided; what was said of others holds for the one that stays."""
    kept = merge.kept
    for pair in PossibleDuplicate.objects.of(merge.gone):
        other = pair.second_id if pair.first_id == merge.gone.pk else pair.first_id
        if other == kept.pk:
            duplicates.decide(pair, PossibleDuplicate.State.MERGED, merge.by)
        elif pair.state == PossibleDuplicate.State.NOT_SAME:
            PossibleDuplicate.objects.get_or_create(
                first_id=min(other, kept.pk),
                second_id=max(other, kept.pk),
                defaults={
                    "state": pair.state,
                    "reasons": pair.reasons,
                    "score": pair.score,
                    "decided_at": pair.decided_at,
                    "decided_by": pair.decided_by,
                },
            )
    merged = PossibleDuplicate.State.MERGED
    stays = Q(state=merged) | Q(first=kept) | Q(second=kept)
    PossibleDuplicate.objects.of(merge.gone).exclude(stays).delete()
    return DONE


RULES = {
    Membership: join_memberships,
    Handover: settle_handovers,
    ProposedChange: keep_proposals_apart,
    PossibleDuplicate: judge_pairs,
}
