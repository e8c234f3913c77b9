"""Cooperations and rounds when two organisations become one (organisations/merging.py)."""

from django.utils.translation import gettext as _

from malmoandan.organisations.merging import Merge
from mapping.models import Amount, Objection, Party, PartyNotice, ReportDraft, RoundInvitation


def join_parties(merge: Merge) -> None:
    """Both are parties of the same cooperation: their amounts are joined, year by year.

    A known amount wins over one that is unknown or not stated. Two that differ are refused: which
    of them holds, or whether they add up, only the reporters know.
    """
    theirs = {row.edition_id: row for row in Party.objects.filter(organisation=merge.kept)}
    both = Party.objects.filter(organisation=merge.gone, edition__in=list(theirs))
    for party in both.select_related("edition").prefetch_related("amounts"):
        kept = theirs[party.edition_id]
        _join_amounts(merge, party, kept)
        if not merge.refused:
            party.delete()


def _join_amounts(merge: Merge, party: Party, kept: Party) -> None:
    known = {row.year: row for row in kept.amounts.all()}
    for amount in party.amounts.all():
        there = known.get(amount.year)
        if there is None:
            Amount.objects.filter(pk=amount.pk).update(party=kept)
        elif there.sek is None:
            Amount.objects.filter(pk=there.pk).update(sek=amount.sek)
        elif amount.sek is not None and amount.sek != there.sek:
            merge.refuse(
                _("I ”%(title)s” har båda ett belopp för %(year)s. Rätta samverkan först.")
                % {"title": party.edition.title, "year": amount.year}
            )


def join_invitations(merge: Merge) -> None:
    """Both are asked in the same round: the one that stays keeps its own, done if either was."""
    theirs = {row.round_id: row for row in RoundInvitation.objects.filter(organisation=merge.kept)}
    both = RoundInvitation.objects.filter(organisation=merge.gone, round__in=list(theirs))
    for invitation in both:
        kept = theirs[invitation.round_id]
        kept.email = kept.email or invitation.email
        kept.reported_at = kept.reported_at or invitation.reported_at
        kept.reported_by_id = kept.reported_by_id or invitation.reported_by_id
        kept.save(update_fields=["email", "reported_at", "reported_by"])
        invitation.delete()
        merge.remark(_("Båda är inbjudna till samma omgång. En inbjudan blir kvar."))


def one_open_objection(merge: Merge) -> None:
    """Both object to the same: what is said is decided before the two become one."""
    waiting = Objection.objects.waiting()
    theirs = waiting.filter(organisation=merge.kept).values("edition")
    for objection in waiting.filter(organisation=merge.gone, edition__in=theirs):
        merge.refuse(
            _("Båda har invänt mot ”%(title)s”. Besluta om den ena invändningen först.")
            % {"title": objection.edition.title}
        )


def newest_notices(merge: Merge) -> None:
    theirs = PartyNotice.objects.filter(organisation=merge.kept).values("round")
    PartyNotice.objects.filter(organisation=merge.gone, round__in=theirs).delete()


def one_draft(merge: Merge) -> None:
    """Two drafts of the same cooperation: the earlier one is kept as a new one beside it."""
    theirs = ReportDraft.objects.filter(organisation=merge.kept).values("round", "cooperation")
    for row in theirs.exclude(cooperation=None):
        ReportDraft.objects.filter(organisation=merge.gone, **row).update(cooperation=None)


RULES = {
    Party: join_parties,
    RoundInvitation: join_invitations,
    Objection: one_open_objection,
    PartyNotice: newest_notices,
    ReportDraft: one_draft,
}
