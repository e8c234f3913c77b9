"""What the site-wide search holds of the mapping: each cooperation as the newest round tells it."""

from collections.abc import Collection, Iterator

from django.utils.translation import gettext_lazy as _

from malmoandan.publishing.search import Entry, Source
from mapping.models import Cooperation, CooperationEdition, SurveyRound


def cooperations(keys: Collection[int]) -> Iterator[Entry]:
    current = SurveyRound.objects.current()
    if current is None:
        return
    found = CooperationEdition.objects.in_round(current).filter(cooperation__in=keys)
    for edition in found.defer("document").whole():
        facts = [str(edition.get_form_display()), edition.registry_number]
        facts += [area.name for area in edition.areas.all()]
        facts += [party.organisation.name for party in edition.ordered_parties]
        yield Entry(
            key=edition.cooperation_id,
            title=edition.title,
            text=" · ".join(part for part in [edition.description, *facts, edition.goals] if part),
            url=edition.get_absolute_url(),
            day=edition.starts_on,
            public_from=current.published_at,
        )


SOURCES = [
    Source(
        "samverkan",
        _("Samverkan"),
        Cooperation,
        cooperations,
        ((CooperationEdition, "cooperation_id"),),
    ),
]
