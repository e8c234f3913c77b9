"""Jobs of the queue. They carry row ids, never a name or an address."""

from datetime import timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from procrastinate.contrib.django import app

from malmoandan.accounts.models import User
from malmoandan.organisations.models import Membership, ProposedChange
from malmoandan.publishing.documents import queue_once
from malmoandan.running import history
from malmoandan.running.queue import MAIL_RETRY, PDF_RETRY, drop_jobs
from signatures import mails, personal_data
from signatures.certificates import store_certificate
from signatures.data_kept import UNFINISHED, UNPUBLISHED
from signatures.documents import agreement_document_name, stale_agreements, store_agreement
from signatures.drafts import MINUTES_FOLDER
from signatures.models import AgreementVersion, Signatory, Signature, State
from signatures.paper import SCAN_FOLDER, store_form


@app.task(name="signatures.mail_signatory", retry=MAIL_RETRY)
def mail_signatory(message: str, signatory_id: int) -> None:
    signatory = Signatory.objects.select_related(
        "signature__organisation", "signature__version"
    ).get(pk=signatory_id)
    if signatory.email:  # it may have been erased since
        mails.TO_SIGNATORIES[message](signatory)


@app.task(name="signatures.mail_coordinator", retry=MAIL_RETRY)
def mail_coordinator(signature_id: int, user_id: int) -> None:
    signature = Signature.objects.select_related("organisation").get(pk=signature_id)
    mails.awaits_decision(signature, User.objects.get(pk=user_id))


@app.task(name="signatures.mail_already_signed", retry=MAIL_RETRY)
def mail_already_signed(signature_id: int, user_id: int) -> None:
    signature = Signature.objects.select_related("organisation").get(pk=signature_id)
    mails.already_signed(signature, User.objects.get(pk=user_id))


@app.task(name="signatures.mail_invitation", retry=MAIL_RETRY)
def mail_invitation(
    version_id: int, signature_id: int, *, user_id: int = 0, signatory_id: int = 0
) -> None:
    signature = Signature.objects.select_related("organisation", "version").get(pk=signature_id)
    version = AgreementVersion.objects.select_related("agreement").get(pk=version_id)
    person: User | Signatory = (
        User.objects.get(pk=user_id) if user_id else Signatory.objects.get(pk=signatory_id)
    )
    if person.email:  # it may have been erased since
        mails.invited_to_sign(signature, version, person)


def invite(version: AgreementVersion, signature: Signature, person: User | Signatory) -> None:
    """Queue the invitation to sign a new text, to one who represents who signed the former."""
    key = "user_id" if isinstance(person, User) else "signatory_id"
    mail_invitation.defer(version_id=version.pk, signature_id=signature.pk, **{key: person.pk})


@app.task(name="signatures.mail_withdrawn", retry=MAIL_RETRY)
def mail_withdrawn(signature_id: int, *, user_id: int = 0, signatory_id: int = 0) -> None:
    signature = Signature.objects.select_related("organisation", "version").get(pk=signature_id)
    person: User | Signatory = (
        User.objects.get(pk=user_id) if user_id else Signatory.objects.get(pk=signatory_id)
    )
    if person.email:  # it may have been erased since
        mails.withdrawn(signature, person)


def tell_of_withdrawal(signature: Signature) -> None:
    """Tell everyone who signed or may act for the organisation, each once."""
    signatories = list(signature.signatories.exclude(email=""))
    for signatory in signatories:
        mail_withdrawn.defer(signature_id=signature.pk, signatory_id=signatory.pk)
    told = [signatory.email for signatory in signatories]
    others = Membership.objects.active().filter(organisation=signature.organisation_id)
    for membership in others.exclude(person__email__in=told):
        mail_withdrawn.defer(signature_id=signature.pk, user_id=membership.person_id)


@app.task(name="signatures.mail_change_waits", retry=MAIL_RETRY)
def mail_change_waits(change_id: int, user_id: int) -> None:
    change = ProposedChange.objects.select_related("organisation").get(pk=change_id)
    mails.change_waits(change, User.objects.get(pk=user_id))


@app.task(name="signatures.mail_change_decided", retry=MAIL_RETRY)
def mail_change_decided(change_id: int, user_id: int) -> None:
    change = ProposedChange.objects.select_related("organisation").get(pk=change_id)
    mails.change_decided(change, User.objects.get(pk=user_id))


def tell_of_change(change: ProposedChange) -> None:
    """Tell each coordinator of a proposal, by a mail of its own."""
    for coordinator in User.objects.coordinators():
        mail_change_waits.defer(change_id=change.pk, user_id=coordinator.pk)


def mail(message: str, signatory: Signatory) -> None:
    """Queue one of the messages in mails.TO_SIGNATORIES."""
    mail_signatory.defer(message=message, signatory_id=signatory.pk)


def tell_already_signed(signature: Signature, person: User) -> None:
    mail_already_signed.defer(signature_id=signature.pk, user_id=person.pk)


def tell_coordinators(signature: Signature) -> None:
    """A mail of its own to each, so that one bad address does not stop the others."""
    for coordinator in User.objects.coordinators():
        mail_coordinator.defer(signature_id=signature.pk, user_id=coordinator.pk)


@app.periodic(cron="12 8 * * *")
@app.task(name="signatures.remind_co_signatories")
def remind_co_signatories(timestamp: int) -> None:
    """Remind, once, those who have let others wait for a week."""
    for signatory in Signatory.objects.to_remind(timezone.now()):
        with transaction.atomic():
            # Counted in the database: two workers at the same minute send one reminder.
            if Signatory.objects.filter(pk=signatory.pk, reminded_at=None).update(
                reminded_at=timezone.now()
            ):
                mail("reminder", signatory)


@app.periodic(cron="37 * * * *")
@app.task(name="signatures.remove_unused_minutes")
def remove_unused_minutes(timestamp: int) -> None:
    """Remove files that were uploaded to a form which was never sent, and is forgotten."""
    personal_data.remove_papers()
    used = {name for names in Signature.objects.values_list("minutes", "scan") for name in names}
    # A form that was begun on the last day is kept through the days of grace.
    grace = AgreementVersion.objects.aggregate(days=Max("grace_days", default=0))["days"]
    kept = timedelta(days=grace, seconds=2 * settings.SESSION_COOKIE_AGE)
    forgotten = timezone.now() - kept
    for name in (_stored(MINUTES_FOLDER) | _stored(SCAN_FOLDER)) - used:
        if default_storage.get_modified_time(name) < forgotten:
            default_storage.delete(name)


@app.periodic(cron="21 4 * * *")
@app.task(name="signatures.forget_unpublished")
def forget_unpublished(timestamp: int) -> None:
    """Delete, with history, what was never finished, and what was decided without being public.

    Their files go by the job above. What has been public stays as proof.
    """
    never = Signature.objects.filter(published_at=None, entries=None)
    unfinished = Q(state=State.WAITING, created_at__lt=UNFINISHED.served_its_time())
    before = UNPUBLISHED.served_its_time()
    decided = Q(state=State.DECLINED, declined_at__lt=before) | Q(
        state=State.WITHDRAWN, withdrawn_at__lt=before
    )
    with transaction.atomic():
        rows = never.filter(unfinished | decided)
        keys = list(rows.select_for_update(of=["self"]).values_list("pk", flat=True))
        signatories = Signatory.objects.filter(signature__in=keys)
        drop_jobs("signature_id", keys)
        drop_jobs("signatory_id", signatories.values_list("pk", flat=True))
        history.forget(signatories)
        history.forget(Signature.objects.filter(pk__in=keys))


def _stored(folder: str) -> set[str]:
    try:
        _folders, files = default_storage.listdir(folder)
    except FileNotFoundError:  # nobody has uploaded any yet
        return set()
    return {f"{folder}/{file}" for file in files}


@app.task(name="signatures.make_agreement_pdf", retry=PDF_RETRY)
def make_agreement_pdf(version_id: int, language: str) -> None:
    version = AgreementVersion.objects.select_related("agreement").get(pk=version_id)
    store_agreement(version, language=language)


@app.periodic(cron="* * * * *")
@app.task(name="signatures.renew_agreement_pdfs")
def renew_agreement_pdfs(timestamp: int) -> None:
    """Make anew what has been asked for once and is stale: so the next visitor does not wait."""
    for version, language in stale_agreements():
        arguments = {"version_id": version.pk, "language": language}
        queue_once(make_agreement_pdf, agreement_document_name(version, language), arguments)


@app.task(name="signatures.make_certificate", retry=PDF_RETRY)
def make_certificate(signature_id: int, language: str) -> None:
    signature = Signature.objects.select_related("organisation", "version__agreement").get(
        pk=signature_id
    )
    store_certificate(signature, language=language)


@app.task(name="signatures.make_paper_form", retry=PDF_RETRY)
def make_paper_form(version_id: int, language: str) -> None:
    store_form(AgreementVersion.objects.get(pk=version_id), language=language)
