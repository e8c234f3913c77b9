"""Which organisations have a page: those that something public on the portal mentions."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from challenges.models import Coordinator, GroupMember, Host
from challenges.remiss.models import Referral, ReferralRecipient, ReferralResponse
from malmoandan.organisations.models import Organisation, OrganisationQuerySet, Sector
from mapping.index import current_index
from mapping.models import CooperationEdition, Party, SurveyRound
from signatures.models import Signature

# What else mentions an organisation, for the search: a model and its column with the key.
MENTIONS: tuple[tuple[type[Model], str], ...] = (
    (Signature, "organisation_id"),
    (Host, "organisation_id"),
    (Coordinator, "organisation_id"),
    (GroupMember, "organisation_id"),
    (Party, "organisation_id"),
    (ReferralRecipient, "organisation_id"),
    (ReferralResponse, "organisation_id"),
)


def public_organisations() -> OrganisationQuerySet:
    """The city and its departments, and every organisation that something public names.

    Whether one has signed is no more than any other mention (domain.md, rule 1).
    """
    parties = Party.objects.filter(edition__in=CooperationEdition.objects.in_published_rounds())
    mentions: Iterable[QuerySet[Any]] = (
        Signature.objects.published(),
        Host.objects.all(),
        Coordinator.objects.all(),
        GroupMember.objects.all(),
        parties,
        ReferralRecipient.objects.filter(referral__in=Referral.objects.public()),
        ReferralResponse.objects.published(),
    )
    found = Q(sector=Sector.CITY)
    for rows in mentions:
        found |= Q(Exists(_of_the_same(rows)))
    return Organisation.objects.standing().filter(found)


def _of_the_same(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of the organisation in the outer query, looked up by the index for each row.

    Of an equality PostgreSQL would make a table of all that are mentioned, 360,000 parties for a
    page of 50 rows, because it does not see the LIMIT from there.
    """
    key = OuterRef("pk")
    return rows.order_by().filter(organisation_id__gte=key, organisation_id__lte=key)


def cooperation_counts(organisations: Iterable[int] | None = None) -> dict[int, int]:
    """How many cooperations of the newest published round each has, by id; of all when None.

    From the index: a department can have 17,000, which took the database 75 ms to count.
    """
    newest = SurveyRound.objects.current()
    if newest is None:
        return {}
    index = current_index(newest)
    if organisations is None:
        return dict(index.organisations(index.all, most=None))
    return {key: (index.of_organisation(key) & index.all).bit_count() for key in organisations}
