import os
import time
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from signatures import tasks
from signatures.models import AgreementVersion, Signature, State
from tests.factories import make_signature, make_user
from tests.mailbox import text_of

pytestmark = pytest.mark.django_db


def age(signature, **ago):
    Signature.objects.filter(pk=signature.pk).update(created_at=timezone.now() - timedelta(**ago))


def test_a_co_signatory_is_reminded_once_after_a_week():
    old, new = make_signature(State.WAITING), make_signature(State.WAITING)
    age(old, days=8)
    age(new, days=6)
    age(make_signature(State.SUBMITTED), days=8)
    for _morning in range(3):
        tasks.remind_co_signatories(timestamp=0)
    job = ProcrastinateJob.objects.get()
    assert job.args == {"message": "reminder", "signatory_id": old.signatories.get().pk}


@pytest.mark.parametrize(("days_after", "reminded"), [(0, True), (14, True), (15, False)])
def test_nobody_is_reminded_of_a_text_whose_grace_has_ended(days_after, reminded):
    signature = make_signature(State.WAITING)
    age(signature, days=20)
    last_day = timezone.localdate() - timedelta(days=days_after)
    AgreementVersion.objects.filter(pk=signature.version_id).update(
        first_day=last_day - timedelta(days=90), last_day=last_day, grace_days=14
    )
    tasks.remind_co_signatories(timestamp=0)
    assert ProcrastinateJob.objects.exists() == reminded
    assert signature.signatories.filter(reminded_at=None).exists() != reminded


@pytest.mark.django_db(transaction=True)
def test_every_mail_is_readable_in_both_languages(smtp, run_jobs):
    for language in ("sv", "en"):
        signature = make_signature(State.DECLINED, language=language, signatories=2)
        for message in tasks.mails.TO_SIGNATORIES:
            tasks.mail(message, signature.signatories.last())
        tasks.tell_already_signed(signature, make_user())
    run_jobs()
    assert len(smtp.messages) == 14
    for message in smtp.messages:
        assert "{" not in text_of(message)
        assert signature.reference[:3] in text_of(message)
        assert message["Subject"].strip()


@pytest.mark.django_db(transaction=True)
def test_mail_waits_for_a_server_that_is_down(smtp, run_jobs):
    signature = make_signature(State.PUBLISHED)
    smtp.stop()
    tasks.mail("published", signature.signatories.get())
    run_jobs()
    mail = ProcrastinateJob.objects.get(task_name="signatures.mail_signatory")
    assert mail.status == "todo"
    smtp.start()
    time.sleep(2.5)  # the first wait of MAIL_RETRY
    run_jobs()
    assert len(smtp.messages) == 1


def test_jobs_carry_no_personal_data():
    signature = make_signature(State.WAITING)
    signatory = signature.signatories.get()
    tasks.mail("begun", signatory)
    tasks.tell_already_signed(signature, make_user())
    stored = str(list(ProcrastinateJob.objects.values_list("args", flat=True)))
    assert signatory.email not in stored
    assert signatory.name not in stored


def test_minutes_that_belong_to_no_signature_are_removed_when_the_form_is_forgotten():
    tasks.remove_unused_minutes(timestamp=0)  # nothing was ever uploaded
    names = [default_storage.save(f"protokoll/{n}.pdf", ContentFile(b"x")) for n in "abc"]
    make_signature(minutes=names[0])
    for name in names[:2]:
        os.utime(default_storage.path(name), (0, 0))
    tasks.remove_unused_minutes(timestamp=0)
    assert [default_storage.exists(name) for name in names] == [True, False, True]
