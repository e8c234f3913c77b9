"""A text becomes public, and can be signed."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from signatures import tasks, versions
from signatures.models import Agreement, AgreementVersion


@transaction.atomic
def publish_version(*, version: AgreementVersion) -> AgreementVersion:
    """Publish a text for ever, and invite those who signed the former one to sign it.

    The former text can be signed through the day before the new one's first. Published twice it
    changes nothing, and nobody is invited again.
    """
    Agreement.objects.select_for_update().get(pk=version.agreement_id)
    version = AgreementVersion.objects.select_related("agreement").get(pk=version.pk)
    if version.published_at:
        return version
    version.save()  # the text and its hash in canonical form, whoever wrote the row
    version.published_at = timezone.now()
    version.save(update_fields=["published_at"])
    former = version.former()
    day_before = version.first_day - timedelta(days=1)
    if former and (former.last_day is None or former.last_day > day_before):
        former.last_day = max(former.first_day, day_before)
        former.save(update_fields=["last_day"])
    for signature, person in versions.to_invite(version):
        tasks.invite(version, signature, person)
    return version
