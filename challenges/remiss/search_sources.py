"""What the site-wide search holds of remisses: referrals, and their published answers."""

from collections.abc import Collection, Iterator

from django.utils.translation import gettext_lazy as _

from challenges.remiss.models import Referral, ReferralResponse, ReferralSection, ShownAnswer
from malmoandan.publishing.markdown import plain
from malmoandan.publishing.search import Entry, Source


def referrals(keys: Collection[int]) -> Iterator[Entry]:
    found = Referral.objects.public().filter(pk__in=keys).prefetch_related("sections")
    for referral in found:
        sections = list(referral.sections.all())
        texts = [referral.background, *(section.text for section in sections)]
        parts = [plain(text) for text in texts]
        titles = [section.title for section in sections]
        yield Entry(
            key=referral.pk,
            title=referral.title,
            text=" ".join([referral.sender, referral.registry_number, *titles, *parts]),
            url=referral.get_absolute_url(),
            day=referral.due_date,
            public_from=referral.opened_at,
        )


def responses(keys: Collection[int]) -> Iterator[Entry]:
    """Published answers as they are shown, from the day that their referral shows them.

    A change marks the derived row in the same transaction, and so takes the entry away at once.
    """
    found = ShownAnswer.objects.filter(
        pk__in=keys, fresh=True, response__publication=ReferralResponse.Publication.PUBLISHED
    ).exclude(response__referral__state=Referral.State.DRAFT)
    for row in found.select_related("response__referral"):
        referral = row.response.referral
        yield Entry(
            key=row.pk,
            title=f"{row.name}: {referral.title}",
            text=row.text,
            url=row.response.get_absolute_url(),
            day=row.response.published_at.date() if row.response.published_at else None,
            public_from=None if referral.shows_answers() else referral.closes_at,
        )


SOURCES = [
    Source(
        "remiss",
        _("Remisser"),
        Referral,
        referrals,
        ((ReferralSection, "referral_id"),),
    ),
    Source("remissvar", _("Remissvar"), ShownAnswer, responses),
]
