"""What the site-wide search holds of dialogues: what is public of them, outcomes too."""

from collections.abc import Collection, Iterator

from django.utils.translation import gettext_lazy as _

from challenges.models import Dialogue, Outcome
from malmoandan.publishing.markdown import blocks
from malmoandan.publishing.search import Entry, Source


def dialogues(keys: Collection[int]) -> Iterator[Entry]:
    found = Dialogue.objects.published().filter(pk__in=keys)
    for dialogue in found.prefetch_related("areas", "outcomes"):
        texts = [dialogue.agenda, dialogue.published_notes]
        parts = [block.text for text in texts for block in blocks(text)]
        parts += [area.name for area in dialogue.areas.all()]
        parts += [row.what for row in dialogue.outcomes.all() if row.published_at]
        yield Entry(
            key=dialogue.pk,
            title=dialogue.title,
            text=" ".join([str(dialogue.get_form_display()), dialogue.place, *parts]),
            url=dialogue.get_absolute_url(),
            day=dialogue.local_start.date(),
            public_from=dialogue.invited_at,
        )


SOURCES = [
    Source(
        "dialog",
        _("Dialoger"),
        Dialogue,
        dialogues,
        ((Outcome, "dialogue_id"), (Dialogue.areas.through, "dialogue_id")),
    ),
]
