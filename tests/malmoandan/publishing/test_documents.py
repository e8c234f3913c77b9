import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from malmoandan.publishing.documents import serve_document, store_document
from malmoandan.publishing.models import StoredDocument

pytestmark = pytest.mark.django_db


@app.task(name="tests.make_sample")
def make_sample(number):
    raise AssertionError("Only queued here, never run.")


@pytest.fixture
def ask(rf):
    def ask(stamp="first", method="get", **headers):
        request = getattr(rf, method)("/prov.pdf", headers=headers)
        request.session = SessionStore()
        return serve_document(
            request,
            name="prov.sv",
            stamp=stamp,
            make=make_sample,
            arguments={"number": 7},
            filename="prov.pdf",
        )

    return ask


def store(stamp="first", content=b"%PDF-1"):
    store_document(name="prov.sv", stamp=stamp, render=lambda: content)


def test_a_fresh_document_is_served_from_store(ask):
    store()

    response = ask()

    assert (response.status_code, response.content) == (200, b"%PDF-1")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="prov.pdf"'
    assert response["Cache-Control"] == "no-cache"
    assert not ProcrastinateJob.objects.exists()


def test_a_visitor_who_has_it_already_is_told_so(ask, django_assert_num_queries):
    store()
    etag = ask()["ETag"]

    with django_assert_num_queries(1):
        response = ask(if_none_match=f'"other", {etag}')

    assert (response.status_code, response.content) == (304, b"")
    assert response["ETag"] == etag


def test_another_content_has_another_etag(ask):
    store()
    etag = ask()["ETag"]
    store("second", b"%PDF-2")

    assert ask("second", if_none_match=etag).content == b"%PDF-2"


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_missing_document_is_queued_and_the_page_comes_back_by_itself(ask, method):
    response = ask(method=method)

    assert response.status_code == 503
    assert response["Retry-After"] == response["Refresh"] == "2"
    assert response["Cache-Control"] == "no-store"
    assert "görs just nu" in response.content.decode()
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.args) == ("tests.make_sample", {"number": 7})
    assert (job.lock, job.queueing_lock) == ("prov.sv", "prov.sv")


def test_a_stale_document_is_not_served(ask):
    store("first")

    assert ask("second").status_code == 503


def test_many_who_ask_queue_one_job(ask):
    with transaction.atomic():  # as in a request that is one transaction
        for _visitor in range(3):
            assert ask().status_code == 503

    assert ProcrastinateJob.objects.count() == 1


def test_a_fresh_document_is_not_made_again():
    store()

    def render():
        raise AssertionError("made twice")

    store_document(name="prov.sv", stamp="first", render=render)


def test_a_render_that_fails_leaves_the_old_document():
    store()

    def render():
        raise OSError("no fonts")

    with pytest.raises(OSError, match="no fonts"):
        store_document(name="prov.sv", stamp="second", render=render)

    assert bytes(StoredDocument.objects.get().content) == b"%PDF-1"
    assert StoredDocument.objects.get().stamp == "first"
