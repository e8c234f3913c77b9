"""Where something can be hidden in a version, and where words stand in its texts."""

import re
from typing import Any

from challenges.remiss.models import Masking, ResponseAttachment, ResponseVersion, SectionAnswer

Part = Masking.Part


class Places:
    """The parts of a version by a key for the form: summary, section-5, attachment-7."""

    def __init__(self, version: ResponseVersion) -> None:
        self._labels: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self._extents: dict[str, dict[str, Any]] = {}
        for part in (Part.SUMMARY, Part.ON_BEHALF_OF, Part.DECIDED_BY):
            self._add(part.value, str(part.label).capitalize(), getattr(version, part), part)
        for answer in version.sections.select_related("section"):
            key = f"section-{answer.pk}"
            self._add(key, answer.section.title, answer.text, Part.SECTION, section_answer=answer)
        for file in version.attachments.all():
            key = f"attachment-{file.pk}"
            self._labels[key] = file.file_name
            self._extents[key] = {"part": Part.ATTACHMENT, "attachment": file}

    def _add(self, key: str, label: str, text: str, part: Part, **extent: Any) -> None:
        if text:
            self._labels[key], self._texts[key] = label, text
            self._extents[key] = {"part": part, **extent}

    def again(self, masking: Masking) -> list[dict[str, Any]]:
        """Where that stands here which is hidden in another version, as `find` tells it."""
        sought = masking.part, _what(masking.section_answer, masking.attachment)
        for key, extent in self._extents.items():
            what = _what(extent.get("section_answer"), extent.get("attachment"))
            if (extent["part"], what) == sought:
                return self.find(key, masking.hidden_words)
        return []

    def choices(self) -> list[tuple[str, str]]:
        return list(self._labels.items())

    def find(self, key: str, words: str) -> list[dict[str, Any]]:
        """Where the words stand in that part, as fields of Masking; nothing when they do not.

        Line ends and doubled spaces are as a browser copies them. An attachment is one place.
        """
        extent = self._extents[key]
        if key not in self._texts:
            return [extent]
        parts = [re.escape(word) for word in words.split()]
        if not parts:
            return []
        found = re.finditer(r"\s+".join(parts), self._texts[key])
        return [{**extent, "start": match.start(), "end": match.end()} for match in found]


def _what(answer: SectionAnswer | None, file: ResponseAttachment | None) -> int | str | None:
    """What two versions have in common: a section, or the bytes of a file."""
    if answer:
        return answer.section_id
    return file.sha256 if file else None
