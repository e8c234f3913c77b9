"""Signatures when two organisations become one (malmoandan/organisations/merging.py)."""

from django.utils.translation import gettext as _

from malmoandan.organisations.merging import Merge
from malmoandan.organisations.models import Organisation
from signatures import register_log
from signatures.models import Signature


def one_signature_of_a_text(merge: Merge) -> None:
    """Both signed the same text: one of the signatures must end first, publicly and dated.

    Which one that is, nobody but the organisation can say.
    """
    theirs = {row.version_id: row for row in _live(merge.kept)}
    for signature in _live(merge.gone):
        other = theirs.get(signature.version_id)
        if other:
            merge.refuse(
                _(
                    "Båda har undertecknat %(text)s (%(one)s och %(other)s). Ett av"
                    " undertecknandena måste först tas tillbaka eller avböjas."
                )
                % {
                    "text": signature.version,
                    "one": signature.reference,
                    "other": other.reference,
                }
            )


def correct_the_log(merge: Merge) -> None:
    """The register's log says what the signatories are called from now on."""
    entries = register_log.correct(Signature.objects.filter(organisation=merge.kept))
    if entries:
        merge.remark(
            _("Registrets logg får %(number)s rader om rättelsen.") % {"number": len(entries)}
            if len(entries) > 1
            else _("Registrets logg får en rad om rättelsen.")
        )


def _live(organisation: Organisation) -> list[Signature]:
    found = Signature.objects.live().filter(organisation=organisation)
    return list(found.select_related("version__agreement"))


RULES = {Signature: one_signature_of_a_text}
AFTERWARDS = [correct_the_log]
