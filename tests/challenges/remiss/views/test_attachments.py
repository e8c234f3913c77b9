"""Files that are handed in with an answer."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from challenges.remiss import answer_tasks, drafts
from challenges.remiss.actions import drafts as actions
from challenges.remiss.models import DraftAttachment, ResponseAttachment
from tests.challenges.remiss.answering import OPINION, address, ask_for_code, begin, fill_in
from tests.challenges.remiss.referrals import make_draft, make_draft_attachment, make_referral
from tests.hostile_files import EICAR, REFUSED, pdf
from tests.signatures.signing import code_in

pytestmark = pytest.mark.django_db


def attach(client, draft, content=None, name="svar.pdf", **more):
    file = SimpleUploadedFile(name, pdf() if content is None else content)
    return client.post(address(draft, "bilagor/"), {"file": file, "attach": "1"} | more)


@pytest.mark.parametrize(
    ("name", "content"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_a_file_that_means_harm_is_refused_and_the_rest_is_kept(client, name, content):
    draft = begin(client, make_referral())
    client.post(address(draft, "svaret/"), OPINION)

    page = attach(client, draft, content, name)

    assert page.status_code == 422
    assert page.context["form"].errors["file"]
    draft.refresh_from_db()
    assert draft.data["answer"] == OPINION
    assert not draft.attachments.exists()
    assert _files() == set()


def test_a_good_file_is_kept_and_handed_out_to_be_saved(client):
    draft = begin(client, make_referral())
    assert attach(client, draft, name="Årsmöte.PDF").status_code == 302

    file = draft.attachments.get()
    response = client.get(address(draft, f"bilagor/{file.pk}/"))

    assert (file.file_name, file.scan) == ("Årsmöte.pdf", "not_scanned")
    assert response.content == pdf()
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_same_file_twice_is_one(client):
    draft = begin(client, make_referral())
    for _click in range(2):
        attach(client, draft)
    assert draft.attachments.count() == 1


def test_go_on_with_a_file_chosen_attaches_it(client):
    draft = begin(client, make_referral())
    file = SimpleUploadedFile("svar.pdf", pdf())
    page = client.post(address(draft, "bilagor/"), {"file": file, "next": "1"})
    assert page.url.endswith("/kontrollera/")
    assert draft.attachments.count() == 1


def test_too_many_files_are_refused_in_words(client):
    draft = begin(client, make_referral())
    for number in range(drafts.MOST_ATTACHMENTS):
        make_draft_attachment(draft, pdf(b"%d" % number))
    page = attach(client, draft)
    assert page.status_code == 422
    assert "högst 10 filer" in page.text


def test_too_much_together_is_refused_in_words(client):
    draft = begin(client, make_referral())
    make_draft_attachment(draft, size=drafts.MOST_BYTES_TOGETHER)
    assert "högst 30 MB" in attach(client, draft).text


def test_a_file_is_taken_out_again_and_one_of_another_draft_is_not(client):
    draft = begin(client, make_referral())
    attach(client, draft)
    other = make_draft_attachment(make_draft())

    client.post(address(draft, "bilagor/"), {"remove": str(other.pk)})
    client.post(address(draft, "bilagor/"), {"remove": "abc"})
    assert DraftAttachment.objects.count() == 2
    client.post(address(draft, "bilagor/"), {"remove": str(draft.attachments.get().pk)})
    assert DraftAttachment.objects.get() == other
    assert client.get(address(draft, f"bilagor/{other.pk}/")).status_code == 404


def test_clamav_is_asked_and_its_word_is_kept(client, clamd):
    draft = begin(client, make_referral())
    attach(client, draft)
    assert draft.attachments.get().scan == "clean"
    assert "Virusskyddet stoppade" in attach(client, draft, pdf(b"(" + EICAR + b")")).text
    assert draft.attachments.count() == 1


def test_when_clamav_is_gone_the_file_is_refused_and_the_rest_goes_on(client, settings):
    settings.CLAMD_URL = "unix:///nowhere"
    draft = begin(client, make_referral())
    page = attach(client, draft)
    assert page.status_code == 503
    assert "Virusskyddet svarar inte just nu" in page.text
    client.post(address(draft, "svaret/"), OPINION)
    assert client.get(address(draft, "kontrollera/")).status_code == 200


def test_a_full_disk_is_said_and_costs_nothing_else(client, settings, tmp_path):
    draft = begin(client, make_referral())
    wall = tmp_path / "wall"
    wall.write_text("a file where the folder should be")
    settings.MEDIA_ROOT = wall
    page = attach(client, draft)
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "60"
    assert "Allt annat är sparat" in page.text
    assert not draft.attachments.exists()


def test_a_file_whose_row_was_rolled_back_is_removed_in_time(client):
    draft = make_draft()
    with transaction.atomic():
        actions.attach(draft=draft, file=SimpleUploadedFile("svar.pdf", pdf()))
        transaction.set_rollback(True)
    (orphan,) = _files()

    answer_tasks.remove_orphaned_files(timestamp=0)
    assert _files() == {orphan}  # it may still be on its way into the database
    with time_machine.travel(timezone.now() + timedelta(hours=27)):
        answer_tasks.remove_orphaned_files(timestamp=0)
    assert _files() == set()


def test_files_of_thrown_away_drafts_go_and_those_of_sent_answers_stay(client, smtp):
    thrown = begin(client, make_referral())
    attach(client, thrown)
    client.post(address(thrown, "kasta/"))
    kept = fill_in(client, make_referral())
    attach(client, kept, pdf(b"kept"))
    ask_for_code(client, kept)
    client.post(address(kept, "kod/"), {"code": code_in(smtp.to("alva@example.org")[-1])})
    kept.attachments.all().delete()
    assert len(_files()) == 2

    with time_machine.travel(timezone.now() + timedelta(hours=27)):
        answer_tasks.remove_orphaned_files(timestamp=0)

    assert _files() == {ResponseAttachment.objects.get().stored_name}


def _files():
    try:
        return {f"remissvar/{name}" for name in default_storage.listdir("remissvar")[1]}
    except FileNotFoundError:
        return set()
