"""What a coordinator should look at before publishing a signature. Nothing here refuses."""

import unicodedata

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from malmoandan.organisations.likeness import ALIKE, core
from malmoandan.organisations.models import Kind, Organisation
from signatures.models import Signature

MOST_ALIKE = 5
# The first digit of a number hints at the legal form (domain.md, rule 3).
USUAL_FIRST_DIGITS = {
    Kind.ASSOCIATION: "8",
    Kind.COOPERATIVE: "7",
    Kind.FOUNDATION: "8",
    Kind.FAITH: "28",
}


def remarks(signature: Signature) -> list[str]:
    """Return sentences, in the reader's language; none means that nothing stands out."""
    return [
        *_known_organisation(signature),
        *_other_names(signature),
        *_unusual_number(signature),
        *_mixed_scripts(signature.organisation.name),
        *_look_alikes(signature.organisation),
    ]


def look_alikes(organisation: Organisation) -> list[Organisation]:
    """Other organisations whose names are nearly the same, the most alike first."""
    others = dict(
        Organisation.objects.standing().exclude(pk=organisation.pk).values_list("pk", "name")
    )
    found = process.extract(
        core(organisation.name),
        others,
        scorer=fuzz.ratio,
        processor=core,
        score_cutoff=ALIKE,
        limit=MOST_ALIKE,
    )
    rows = Organisation.objects.in_bulk([key for _name, _score, key in found])
    return [rows[key] for _name, _score, key in found]


def _known_organisation(signature: Signature) -> list[str]:
    """The number was known before: what was stated may differ from what is kept."""
    differing = [
        str(Organisation._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        for name, stated in signature.stated.items()
        if (stated or "") != (getattr(signature.organisation, name) or "")
    ]
    if not differing:
        return []
    return [
        _("Organisationen fanns redan. Det som uppgetts skiljer sig i: %(fields)s.")
        % {"fields": ", ".join(differing)}
    ]


def _other_names(signature: Signature) -> list[str]:
    """The eID told another name than the one that was typed."""
    return [
        _("Namnet i e-legitimationen är ett annat än det som %(name)s uppgav.")
        % {"name": person.name}
        for person in signature.signatories.filter(eid_name_differs=True)
    ]


def _unusual_number(signature: Signature) -> list[str]:
    organisation = signature.organisation
    usual = USUAL_FIRST_DIGITS.get(Kind(organisation.kind))
    number = organisation.organisation_number
    if not usual or not number or number[0] in usual:
        return []
    return [
        _("Organisationsnumret börjar på %(digit)s, vilket är ovanligt för formen %(kind)s.")
        % {"digit": number[0], "kind": organisation.get_kind_display().lower()}
    ]


def _mixed_scripts(name: str) -> list[str]:
    """A Cyrillic а among Latin letters looks like another organisation's name."""
    scripts = {unicodedata.name(letter, "?").split()[0] for letter in name if letter.isalpha()}
    if len(scripts) < 2:
        return []
    return [
        _("Namnet blandar bokstäver ur flera alfabet. Kontrollera att det inte härmar ett annat.")
    ]


def _look_alikes(organisation: Organisation) -> list[str]:
    return [
        _("Namnet liknar %(name)s (%(number)s).")
        % {"name": other.name, "number": other.shown_number or _("inget nummer")}
        for other in look_alikes(organisation)
    ]
