"""What the site-wide search holds of dialogues, coordinators and groups: what is public of them."""

from collections.abc import Collection, Iterator

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from challenges.models import Coordinator, Dialogue, Group, GroupMember, Outcome
from malmoandan.publishing.markdown import plain
from malmoandan.publishing.search import Entry, Source


def dialogues(keys: Collection[int]) -> Iterator[Entry]:
    found = Dialogue.objects.published().filter(pk__in=keys)
    for dialogue in found.prefetch_related("areas", "outcomes"):
        texts = [dialogue.agenda, dialogue.published_notes]
        parts = [plain(text) for text in texts]
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


def coordinators(keys: Collection[int]) -> Iterator[Entry]:
    """Those whose names may be shown."""
    found = Coordinator.objects.filter(pk__in=keys, name_public_since__isnull=False)
    for term in found.select_related("organisation"):
        yield Entry(
            key=term.pk,
            title=term.shown_name,
            text=_facts(term, term.about),
            url=reverse("challenges:coordinators"),
            english_title=term.shown_name,
            english_text=_in_english(term),
        )


def _in_english(term: Coordinator) -> str:
    with translation.override("en"):
        return _facts(term, term.english_about)


def _facts(term: Coordinator, about: str) -> str:
    facts = [term.get_role_display(), term.get_sector_display(), term.from_where, term.years, about]
    return " · ".join(str(fact) for fact in facts if fact)


def groups(keys: Collection[int]) -> Iterator[Entry]:
    for group in Group.objects.filter(pk__in=keys).prefetch_related("members"):
        members = [member.shown_name for member in group.members.all() if member.shown_name]
        yield Entry(
            key=group.pk,
            title=group.name,
            text=" · ".join(filter(None, [group.task, *members])),
            url=reverse("challenges:coordinators"),
            english_title=group.english_name,
            english_text=group.english_task,
        )


SOURCES = [
    Source(
        "dialog",
        _("Dialoger"),
        Dialogue,
        dialogues,
        ((Outcome, "dialogue_id"), (Dialogue.areas.through, "dialogue_id")),
    ),
    Source("samordnare", _("Samordnare"), Coordinator, coordinators),
    Source("grupp", _("Grupper"), Group, groups, ((GroupMember, "group_id"),)),
]
