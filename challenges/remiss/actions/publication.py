"""What coordinators decide about an answer: shown or not, and what of it is hidden."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from challenges.remiss.models import Masking, ReferralResponse, ResponseVersion
from challenges.remiss.places import Places
from malmoandan.accounts.models import User

Publication = ReferralResponse.Publication


class NewerVersion(Exception):
    """A newer version came in after the person looked; that one has to be looked at."""


@transaction.atomic
def publish(*, response: ReferralResponse, by: User, version: int | None = None) -> bool:
    """Let everyone read the answer once its referral shows answers; return whether it changed.

    `version` is the number that the person has looked at. Raises NewerVersion.
    """
    response = _locked(response, version)
    if response.publication == Publication.PUBLISHED:
        return False
    response.wait_for_review()  # empties what was decided before
    response.publication = Publication.PUBLISHED
    response.published_at, response.published_by = timezone.now(), by
    response.save()
    return True


@transaction.atomic
def publish_many(*, responses: Iterable[ReferralResponse], by: User) -> int:
    """Publish those that wait; return how many. In order of key, so that two cannot block."""
    keys = sorted(response.pk for response in responses)
    waiting = ReferralResponse.objects.waiting().filter(pk__in=keys).order_by("pk")
    return sum(publish(response=response, by=by) for response in waiting)


@transaction.atomic
def withhold(
    *, response: ReferralResponse, reason: str, by: User, version: int | None = None
) -> ReferralResponse:
    """Keep the answer from the public, for a reason. It stays a public record all the same."""
    response = _locked(response, version)
    response.wait_for_review()
    response.publication, response.withheld_reason = Publication.WITHHELD, reason
    response.withheld_at, response.withheld_by = timezone.now(), by
    response.save()
    return response


@transaction.atomic
def mask(
    *, version: ResponseVersion, part: str, reason: str, note: str, by: User, **extent: Any
) -> Masking:
    """Hide a part of the text, or a whole attachment, from the public; the row is the dated note.

    `extent` is start and end in the stored text, and the section_answer or the attachment.
    """
    masking: Masking = Masking.objects.create(
        version=version, part=part, reason=reason, note=note, by=by, **extent
    )
    return masking


@transaction.atomic
def mask_again(*, version: ResponseVersion) -> None:
    """Hide in a new version what was hidden in the one before, where it still stands.

    Who decided it, why and when stay as they were; the version waits to be looked at all the same.
    """
    former = version.response.versions.filter(number__lt=version.number).order_by("number").last()
    if former is None:
        return
    places = Places(version)
    for masking in former.maskings.select_related("version", "section_answer", "attachment", "by"):
        for extent in places.again(masking):
            Masking.objects.get_or_create(
                version=version,
                **extent,
                defaults={
                    "reason": masking.reason,
                    "note": masking.note,
                    "by": masking.by,
                    "at": masking.at,
                },
            )


@transaction.atomic
def unmask(*, masking: Masking) -> None:
    """Show the part again. That it was hidden, by whom and when, stays in the history."""
    masking.delete()


def _locked(response: ReferralResponse, version: int | None) -> ReferralResponse:
    locked = ReferralResponse.objects.select_for_update().get(pk=response.pk)
    if version is not None and locked.counting_version.number != version:
        raise NewerVersion
    return locked
