"""Keeps the derived rows of models/reading.py: what answers say in public, and which are alike."""

import re
import unicodedata

from django.db import transaction
from django.db.models import Prefetch, Q
from django.utils import translation

from challenges.remiss.campaigns import near_identical, says_the_same
from challenges.remiss.models import (
    Referral,
    ReferralResponse,
    ResponseVersion,
    SectionAnswer,
    ShownAnswer,
)
from challenges.remiss.shown import shown_summary, shown_text

BATCH = 200
# Read in by one visit at most, so that it stays quick after many were published; the worker
# takes the rest.
BATCH_OF_VISIT = 10
# PostgreSQL's limit is a megabyte of words.
LONGEST_TEXT = 200_000
WAITS_TO_BE_GROUPED = Q(response__publication=ReferralResponse.Publication.PUBLISHED, grouped=False)
MOST_WORDS, LONGEST_WORD = 10, 50


def words(text: str) -> list[str]:
    """What was typed in the search field as words of letters and digits."""
    found = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).lower())
    return [word[:LONGEST_WORD] for word in found[:MOST_WORDS]]


def counting_versions() -> Prefetch:
    """The counting version of each answer with all that is read of it, in five queries."""
    sections = SectionAnswer.objects.select_related("section").order_by("section__order", "pk")
    versions = ResponseVersion.objects.counting().prefetch_related(
        Prefetch("sections", sections), "maskings", "attachments"
    )
    return Prefetch("versions", versions, to_attr="_counting_versions")


def is_up_to_date(referral: Referral) -> bool:
    """Whether neither `catch_up` nor `group` has anything to do, in one query."""
    rows = ShownAnswer.objects.filter(response__referral=referral)
    return not rows.filter(Q(fresh=False) | WAITS_TO_BE_GROUPED).exists()


@transaction.atomic
def catch_up(referral: Referral | None = None, most: int = BATCH) -> int:
    """Make anew what has changed, of one referral or of all; return how many rows that were.

    A row is locked before its text is read: a change that comes later waits for us with its mark.
    """
    stale = ShownAnswer.objects.filter(fresh=False)
    if referral is not None:
        stale = stale.filter(response__referral=referral)
    keys = list(
        stale.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True)[:most]
    )
    if not keys:
        return 0
    responses = ReferralResponse.objects.filter(pk__in=keys).prefetch_related(counting_versions())
    with translation.override("sv"):
        rows = [_row(response) for response in responses]
    ShownAnswer.objects.bulk_update(rows, ["name", "text", "fresh"], batch_size=100)
    return len(keys)


def _row(response: ReferralResponse) -> ShownAnswer:
    """Nothing of an answer that is not published is kept."""
    if response.publication != ReferralResponse.Publication.PUBLISHED:
        return ShownAnswer(response=response, name="", text="", fresh=True)
    text = f"{response.shown_name} {whole_text(response.counting_version)}"
    stored = text.replace("\0", "")[:LONGEST_TEXT]
    return ShownAnswer(response=response, name=response.shown_name, text=stored, fresh=True)


def whole_text(version: ResponseVersion) -> str:
    """Summary and texts as they are shown: what answers are compared by."""
    texts = [shown_text(version, answer) for answer in version.sections.all()]
    return "\n\n".join([shown_summary(version), *texts])


def is_grouped(referral: Referral) -> bool:
    """Whether it is known of every published answer which one it is like."""
    rows = ShownAnswer.objects.filter(response__referral=referral)
    return not rows.filter(WAITS_TO_BE_GROUPED).exists()


@transaction.atomic
def group(referral: Referral) -> None:
    """Find near-identical answers among all that are published, in the order they were received."""
    shown = ShownAnswer.objects.filter(response__referral=referral)
    before = {row.pk: row for row in shown.select_for_update().defer("text", "document")}
    found = ReferralResponse.objects.filter(
        referral=referral, publication=ReferralResponse.Publication.PUBLISHED
    )
    answers = {
        response.pk: response.counting_version
        for response in found.order_by("created_at", "pk").prefetch_related(counting_versions())
    }
    groups = near_identical((key, whole_text(version)) for key, version in answers.items())
    first_of = {key: first for first, keys in groups.items() for key in keys}
    changed = []
    for key, row in before.items():
        first = first_of.get(key)
        same = _same_sections(answers[key], answers[first]) if first else []
        if (row.grouped, row.first_id, row.same_sections) != (True, first, same):
            row.grouped, row.first_id, row.same_sections = True, first, same
            changed.append(row)
    ShownAnswer.objects.bulk_update(changed, ["grouped", "first", "same_sections"], batch_size=200)


def _same_sections(one: ResponseVersion, first: ResponseVersion) -> list[int]:
    if one.pk == first.pk:
        return []
    theirs = {answer.section_id: shown_text(first, answer) for answer in first.sections.all()}
    return [
        answer.section_id
        for answer in one.sections.all()
        if answer.section_id in theirs
        and says_the_same(shown_text(one, answer), theirs[answer.section_id])
    ]
