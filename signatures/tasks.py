"""Jobs of the queue. They carry row ids, never a name or an address."""

from procrastinate.contrib.django import app

from malmoandan.accounts.models import User
from malmoandan.running.queue import MAIL_RETRY, PDF_RETRY
from signatures import mails
from signatures.documents import store_agreement
from signatures.models import AgreementVersion, Signatory, Signature


@app.task(name="signatures.mail_signatory", retry=MAIL_RETRY)
def mail_signatory(message: str, signatory_id: int) -> None:
    signatory = Signatory.objects.select_related(
        "signature__organisation", "signature__version"
    ).get(pk=signatory_id)
    mails.TO_SIGNATORIES[message](signatory)


@app.task(name="signatures.mail_coordinator", retry=MAIL_RETRY)
def mail_coordinator(signature_id: int, user_id: int) -> None:
    signature = Signature.objects.select_related("organisation").get(pk=signature_id)
    mails.awaits_decision(signature, User.objects.get(pk=user_id))


@app.task(name="signatures.mail_already_signed", retry=MAIL_RETRY)
def mail_already_signed(signature_id: int, user_id: int) -> None:
    signature = Signature.objects.select_related("organisation").get(pk=signature_id)
    mails.already_signed(signature, User.objects.get(pk=user_id))


def mail(message: str, signatory: Signatory) -> None:
    """Queue one of the messages in mails.TO_SIGNATORIES."""
    mail_signatory.defer(message=message, signatory_id=signatory.pk)


def tell_already_signed(signature: Signature, person: User) -> None:
    mail_already_signed.defer(signature_id=signature.pk, user_id=person.pk)


def tell_coordinators(signature: Signature) -> None:
    """A mail of its own to each, so that one bad address does not stop the others."""
    for coordinator in User.objects.coordinators():
        mail_coordinator.defer(signature_id=signature.pk, user_id=coordinator.pk)


@app.task(name="signatures.make_agreement_pdf", retry=PDF_RETRY)
def make_agreement_pdf(version_id: int, language: str) -> None:
    version = AgreementVersion.objects.select_related("agreement").get(pk=version_id)
    store_agreement(version, language=language)
