"""All that is public about one organisation, gathered from every room of the portal.

Persons appear only as far as each has let the name be shown (`shown_name`); members, contacts and
who signed appear nowhere here.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from challenges.dialogues.listing import public_dialogues
from challenges.models import Coordinator, Dialogue, GroupMember, Host
from challenges.remiss.models import Referral, ReferralRecipient, ReferralResponse
from malmoandan.organisations.models import Organisation
from malmoandan.publishing.pictures import Picture
from malmoandan.publishing.pictures.network import Partner, party_picture
from mapping.models import CooperationEdition, CooperationForm, Party, SurveyRound
from signatures.models import Signature

# So many of each are shown; what is more stands in the lists that the page leads to.
MOST_COOPERATIONS = 25
MOST_PARTNERS = 40
MOST_ROWS = 50


@dataclass(frozen=True)
class PartnerRow:
    """One it works with, and in how many cooperations."""

    name: str
    url: str
    count: int


@dataclass(frozen=True)
class Cooperations:
    """Its part in the mapping of one round."""

    round: SurveyRound | None = None
    editions: list[CooperationEdition] = field(default_factory=list)
    count: int = 0
    partners: list[PartnerRow] = field(default_factory=list)
    partner_count: int = 0
    picture: Picture | None = None


@dataclass(frozen=True)
class Profile:
    """What templates/mapping/organisations/show.html shows; a fixed number of queries."""

    organisation: Organisation
    predecessors: list[Organisation]
    parts: list[Organisation]
    signatures: list[Signature]
    cooperations: Cooperations
    hosts: list[Host]
    coordinators: list[Coordinator]
    members: list[GroupMember]
    dialogues: list[Dialogue]
    answers: list[ReferralResponse]
    asked: list[ReferralRecipient]


def profile(organisation: Organisation) -> Profile:
    hosts = list(
        Host.objects.filter(organisation=organisation)
        .select_related("area")
        .order_by("-first_day", "-pk")[:MOST_ROWS]
    )
    answers = list(
        ReferralResponse.objects.published()
        .filter(organisation=organisation)
        .select_related("referral")
        .order_by("-referral__due_date", "-pk")[:MOST_ROWS]
    )
    return Profile(
        organisation=organisation,
        predecessors=list(organisation.predecessors.standing().in_swedish_order()),
        parts=list(organisation.parts.standing().in_swedish_order()[:MOST_ROWS]),
        signatures=list(
            Signature.objects.published()
            .filter(organisation=organisation)
            .select_related("version")
            .order_by("-version__number")
        ),
        cooperations=cooperations_of(organisation),
        hosts=hosts,
        coordinators=_terms(Coordinator.objects.all(), organisation),
        members=_terms(GroupMember.objects.select_related("group"), organisation),
        dialogues=_dialogues(hosts),
        answers=answers,
        asked=_asked(organisation, answers),
    )


def _terms(terms: Any, organisation: Organisation) -> list[Any]:
    found = terms.filter(organisation=organisation)
    return list(found.order_by("-first_day", "-pk")[:MOST_ROWS])


def _dialogues(hosts: list[Host]) -> list[Dialogue]:
    """Public dialogues in its areas while it had the host there, the latest first."""
    if not hosts:
        return []
    held = Q()
    for host in hosts:
        days = Q(areas=host.area_id, starts_at__date__gte=host.first_day)
        held |= days & Q(starts_at__date__lte=host.last_day) if host.last_day else days
    keys = Dialogue.objects.filter(held).values("pk")
    return list(public_dialogues().filter(pk__in=keys).order_by("-starts_at", "-pk")[:MOST_ROWS])


def _asked(organisation: Organisation, answers: list[ReferralResponse]) -> list[ReferralRecipient]:
    """Referrals that it is or was asked about, where no answer of its own is public."""
    answered = [answer.referral_id for answer in answers]
    found = ReferralRecipient.objects.filter(
        organisation=organisation, referral__in=Referral.objects.public()
    ).exclude(referral__in=answered)
    return list(found.select_related("referral").order_by("-referral__due_date", "-pk")[:MOST_ROWS])


def cooperations_of(organisation: Organisation) -> Cooperations:
    """Its cooperations in the newest published round, and whom it works with in them."""
    current = SurveyRound.objects.current()
    if current is None:
        return Cooperations()
    found = CooperationEdition.objects.in_round(current).with_party(organisation)
    partners = _partners(organisation, current)
    rows = _partner_rows(partners)
    editions = found.select_related("cooperation").in_swedish_order()
    return Cooperations(
        round=current,
        editions=list(editions[:MOST_COOPERATIONS]),
        count=found.count(),
        partners=rows[:MOST_PARTNERS],
        partner_count=len(rows),
        picture=_picture(organisation, current, partners),
    )


def _partners(
    organisation: Organisation, current: SurveyRound
) -> list[tuple[Organisation, str, int]]:
    """Each other party and form, with how many cooperations; the strongest first."""
    editions = CooperationEdition.objects.in_round(current).with_party(organisation)
    pairs = (
        Party.objects.filter(edition__in=editions.order_by().values("pk"))
        .exclude(organisation=organisation)
        .order_by()
        .values_list("organisation", "edition__form")
    )
    counted = Counter(pairs)
    known = Organisation.objects.only("name", "short_name", "slug", "sort_key").in_bulk(
        {key for key, _form in counted}
    )
    rows = [(known[key], form, number) for (key, form), number in counted.items()]
    return sorted(rows, key=lambda row: (-row[2], row[0].sort_key, row[1]))


def _partner_rows(partners: list[tuple[Organisation, str, int]]) -> list[PartnerRow]:
    together: dict[int, PartnerRow] = {}
    for organisation, _form, number in partners:
        former = together.get(organisation.pk)
        together[organisation.pk] = PartnerRow(
            name=organisation.name,
            url=address_of(organisation),
            count=number + (former.count if former else 0),
        )
    return sorted(together.values(), key=lambda row: -row.count)


def _picture(
    organisation: Organisation,
    current: SurveyRound,
    partners: list[tuple[Organisation, str, int]],
) -> Picture | None:
    if not partners:
        return None
    order = {form: place for place, form in enumerate(CooperationForm.values)}
    drawn = [
        Partner(
            group=str(CooperationForm(form).label),
            name=other.short_name or other.name,
            count=number,
            url=address_of(other),
        )
        for other, form, number in sorted(partners, key=lambda row: order[row[1]])
    ]
    return party_picture(
        title=_("Vilka %(name)s samverkar med") % {"name": organisation.name},
        description=_("Parter per form av samverkan. Ju tjockare linje, desto fler samverkan.")
        + f" {current.name}.",
        party=organisation.name,
        headers=[_("Part"), _("Form"), _("Antal samverkan")],
        partners=drawn,
    )


def address_of(organisation: Organisation) -> str:
    return reverse("mapping:organisation", args=[organisation.slug])
