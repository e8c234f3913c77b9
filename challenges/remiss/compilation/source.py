"""Reads a compilation from the database: the only place where files and rows meet."""

from collections import Counter

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from challenges.remiss import deadlines, shown
from challenges.remiss.compilation import contents
from challenges.remiss.compilation.figures import figures, group_of, groups, positions
from challenges.remiss.models import (
    Position,
    RecipientStatus,
    Referral,
    ReferralNote,
    ReferralResponse,
    ShownAnswer,
)
from challenges.remiss.shown_answers import counting_versions


def compilation(referral: Referral) -> contents.Compilation:
    """All that is public about the referral and its answers, in Swedish."""
    with translation.override("sv"):
        return _compilation(referral)


def _compilation(referral: Referral) -> contents.Compilation:
    sections = {section.pk: n for n, section in enumerate(referral.sections.all(), start=1)}
    rows = list(
        ShownAnswer.objects.public()
        .filter(response__referral=referral)
        .defer("text", "document")
        .in_swedish_order()
    )
    responses = {
        response.pk: response
        for response in ReferralResponse.objects.filter(pk__in=[row.pk for row in rows])
        .select_related("organisation")
        .prefetch_related(counting_versions())
    }
    references = {key: response.reference for key, response in responses.items()}
    answers = [_answer(responses[row.pk], row, references, sections, referral.slug) for row in rows]
    return contents.Compilation(
        title=referral.title,
        registry_number=referral.registry_number,
        sender=referral.sender,
        due_date=referral.due_date,
        phase=str(referral.phase().label),
        address=settings.BASE_URL + referral.get_absolute_url(),
        made_at=timezone.localtime().replace(microsecond=0),
        positions=positions(),
        figures=figures(referral),
        sections=[
            contents.Section(
                number=sections[section.pk],
                kind=str(section.get_kind_display()),
                title=section.title,
                text=section.text,
                asks_position=section.asks_position,
            )
            for section in referral.sections.all()
        ],
        bodies=_bodies(referral, references),
        answers=answers,
        outcomes=_outcomes(referral, references, sections),
        events=[event(note) for note in referral.notes.all()],
        campaign_sizes=dict(Counter(a.campaign for a in answers if a.campaign)),
    )


def _answer(
    response: ReferralResponse,
    row: ShownAnswer,
    references: dict[int, str],
    sections: dict[int, int],
    slug: str,
) -> contents.Answer:
    version = response.counting_version
    group = group_of(response)
    is_anonymous = response.is_private and not response.name_public
    base = f"{settings.BASE_URL}/remiss/{slug}/svar/{response.reference}/"
    return contents.Answer(
        reference=response.reference,
        name=response.shown_name,
        group=group,
        group_label=next(word.label for word in groups() if word.key == group),
        invited=response.recipient_id is not None,
        on_behalf_of="" if is_anonymous else shown.shown_on_behalf_of(version),
        decided_by="" if is_anonymous else shown.shown_decided_by(version),
        decided_on=version.decided_on,
        received_on=deadlines.day_in_malmo(version.received_at),
        late=version.late,
        version=version.number,
        position=version.position or "",
        position_label=_word(version.position),
        summary=shown.shown_summary(version),
        texts=[
            contents.SectionText(
                section=sections[answer.section_id],
                position=answer.position or "",
                position_label=_word(answer.position),
                text=shown.shown_text(version, answer),
                like_first=row.first_id in references and answer.section_id in row.same_sections,
            )
            for answer in version.sections.all()
        ],
        files=[
            contents.File(file.file_name, file.size, f"{base}bilagor/{file.pk}/")
            for file in shown.shown_attachments(version)
        ],
        masks=[
            contents.Mask(
                str(mask.get_reason_display()), deadlines.day_in_malmo(mask.at), mask.note
            )
            for mask in version.maskings.all()
        ],
        address=base,
        campaign=references.get(row.first_id or 0, ""),
    )


def _word(position: str | None) -> str:
    return str(Position(position).label) if position else ""


def _bodies(referral: Referral, references: dict[int, str]) -> list[contents.Body]:
    rows = referral.recipients.with_status().in_swedish_order().select_related("response")
    return [
        contents.Body(
            name=row.name,
            kind=str(row.get_kind_display()),
            status=row.status,
            status_label=str(RecipientStatus(row.status).label),
            last_day=referral.due_day(row),
            reference=references.get(row.answer.pk, "") if row.answer else "",
        )
        for row in rows
    ]


def _outcomes(
    referral: Referral, references: dict[int, str], sections: dict[int, int]
) -> list[contents.Outcome]:
    replies = referral.replies.published().select_related("plan_area__plan")
    return [
        contents.Outcome(
            section=sections[reply.section_id] if reply.section_id else None,
            reference=references.get(reply.response_id, "") if reply.response_id else "",
            text=reply.text,
            change=str(reply.plan_area) if reply.plan_area else "",
            link=reply.link,
            day=deadlines.day_in_malmo(reply.published_at),
        )
        for reply in replies
        # A reply to an answer that is not shown would tell of it.
        if reply.published_at and (reply.response_id is None or reply.response_id in references)
    ]


def event(note: ReferralNote) -> contents.Event:
    """A dated note in words."""
    what = str(note.get_kind_display())
    what = what[:1].upper() + what[1:]
    if note.old_day and note.new_day:
        what = _("%(what)s från %(old)s till %(new)s") % {
            "what": what,
            "old": note.old_day.isoformat(),
            "new": note.new_day.isoformat(),
        }
    return contents.Event(deadlines.day_in_malmo(note.at), what, note.reason)
