"""What of an answer anyone may read: the stored text with what is masked left out."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from challenges.remiss.models import Masking, ResponseAttachment, ResponseVersion, SectionAnswer


def masked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with each span, counted in characters, replaced; overlapping ones become one."""
    shown, at = "", 0
    for start, end in sorted(spans):
        if start > at or not shown:
            shown += text[at:start] + _("[maskerat]")
        at = max(at, end)
    return shown + text[at:]


def shown_summary(version: ResponseVersion) -> str:
    return masked(version.summary, _spans(version, Masking.Part.SUMMARY))


def shown_on_behalf_of(version: ResponseVersion) -> str:
    return masked(version.on_behalf_of, _spans(version, Masking.Part.ON_BEHALF_OF))


def shown_decided_by(version: ResponseVersion) -> str:
    return masked(version.decided_by, _spans(version, Masking.Part.DECIDED_BY))


def shown_text(version: ResponseVersion, answer: SectionAnswer) -> str:
    found = [
        masking.span for masking in version.maskings.all() if masking.section_answer_id == answer.pk
    ]
    return masked(answer.text, found)


def shown_attachments(version: ResponseVersion) -> list[ResponseAttachment]:
    hidden = {masking.attachment_id for masking in version.maskings.all()}
    return [each for each in version.attachments.all() if each.pk not in hidden]


def _spans(version: ResponseVersion, part: str) -> list[tuple[int, int]]:
    return [masking.span for masking in version.maskings.all() if masking.part == part]
