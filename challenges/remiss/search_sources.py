"""What the site-wide search holds of remisses: each referral that anyone may see."""

from collections.abc import Collection, Iterator

from django.utils.translation import gettext_lazy as _

from challenges.remiss.models import Referral, ReferralSection
from malmoandan.publishing.markdown import blocks
from malmoandan.publishing.search import Entry, Source


def referrals(keys: Collection[int]) -> Iterator[Entry]:
    found = Referral.objects.public().filter(pk__in=keys).prefetch_related("sections")
    for referral in found:
        sections = list(referral.sections.all())
        texts = [referral.background, *(section.text for section in sections)]
        parts = [block.text for text in texts for block in blocks(text)]
        titles = [section.title for section in sections]
        yield Entry(
            key=referral.pk,
            title=referral.title,
            text=" ".join([referral.sender, referral.registry_number, *titles, *parts]),
            url=referral.get_absolute_url(),
            day=referral.due_date,
            public_from=referral.opened_at,
        )


SOURCES = [
    Source(
        "remiss",
        _("Remisser"),
        Referral,
        referrals,
        ((ReferralSection, "referral_id"),),
    ),
]
