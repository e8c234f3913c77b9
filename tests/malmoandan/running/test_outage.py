import asyncio
import errno
import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, InterfaceError, InternalError, OperationalError
from django.middleware.csrf import rotate_token
from django.urls import path
from redis.exceptions import ConnectionError as RedisGone

from malmoandan.running.outage import AnswerInTime, is_temporary
from malmoandan.urls import urlpatterns as portal


def lose_the_database(request):
    raise OperationalError("server closed the connection unexpectedly")


def make_a_mistake(request):
    raise ValueError


def lose_it_after_the_sign_in(request):
    rotate_token(request)
    raise OperationalError


urlpatterns = [*portal, path("borta/", lose_the_database), path("fel/", make_a_mistake)]
urlpatterns.append(path("inloggad/", lose_it_after_the_sign_in))
handler500 = "malmoandan.pages.views.server_error"


@pytest.fixture
def visitor(client, settings):
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False
    return client


def test_a_lost_database_gives_a_page_that_says_when_to_come_back(visitor):
    response = visitor.get("/borta/")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "60"
    page = response.content.decode()
    assert "tillfälligt fel hos oss" in page
    assert "Something is wrong on our side" in page
    assert "<form" not in page


def test_the_page_brings_its_style_under_a_strict_policy(visitor):
    response = visitor.get("/borta/")
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "<style>" in response.content.decode()


def test_what_was_typed_stands_in_a_form_that_sends_it_again(visitor):
    sent = {"name": 'Föreningen "A&B"', "part": ["1", "2"]}
    page = visitor.post("/borta/?steg=2", sent).content.decode()
    assert 'action="/borta/?steg=2"' in page
    assert 'name="name" value="Föreningen &quot;A&amp;B&quot;"' in page
    assert page.count('name="part"') == 2
    assert "<h1>Vi kunde inte ta emot det du skickade</h1>" in page
    assert "Skicka igen" in page


def test_a_file_is_asked_for_once_more_by_its_name(visitor):
    file = SimpleUploadedFile("protokoll.pdf", b"%PDF-")
    page = visitor.post("/borta/", {"name": "x", "minutes": file}).content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert "Välj filen ”protokoll.pdf” igen" in page
    assert '<input type="file" id="fil-1" name="minutes">' in page


def test_the_token_that_was_sent_stays_the_right_one(visitor):
    response = visitor.post("/inloggad/", {"code": "123456"})
    assert response.status_code == 503
    assert "csrftoken" not in response.cookies


def test_no_token_is_given_to_who_sent_none(visitor):
    assert "csrfmiddlewaretoken" not in visitor.post("/borta/", {"a": "b"}).content.decode()


def test_our_own_mistakes_are_no_503(visitor):
    assert visitor.get("/fel/").status_code == 500


def caused_by(cause):
    """What Django raises for an internal error of the server."""
    error = InternalError()
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OperationalError(), True),
        (InterfaceError(), True),
        (RedisGone(), True),
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (FileNotFoundError(errno.ENOENT, "gone"), False),
        (DataError(), False),
        (caused_by(psycopg.errors.DataCorrupted()), True),
        (caused_by(psycopg.errors.InFailedSqlTransaction()), False),
        (None, False),
    ],
)
def test_what_counts_as_temporary(error, expected):
    assert is_temporary(error) is expected


def answer_of(app, *, path="/", seconds=0.1, body=()):
    """Return the messages that a visitor gets from `app` behind AnswerInTime."""
    sent = []
    coming = [*body, {"type": "http.request", "body": b"", "more_body": False}]

    async def receive():
        message = coming.pop(0)
        if callable(message):
            return await message()
        return message

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": path}
    answer = AnswerInTime(app, seconds=seconds)(scope, receive, send)
    # A thread of its own, because Playwright's event loop may run in this one.
    with ThreadPoolExecutor(max_workers=1) as executor:
        executor.submit(asyncio.run, answer).result(timeout=60)
    return sent


async def say_yes(send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ja"})


def test_an_answer_that_takes_too_long_is_a_503_and_what_comes_after_is_dropped():
    async def slow(scope, receive, send):
        await receive()
        await asyncio.sleep(0.4)
        await say_yes(send)

    sent = answer_of(slow)
    assert [message.get("status") for message in sent] == [503, None]
    assert (b"retry-after", b"60") in sent[0]["headers"]


@pytest.mark.parametrize("address", ["/admin/remiss/", "/kartlaggning.xlsx"])
def test_large_files_may_take_longer(address):
    async def slow(scope, receive, send):
        await receive()
        await asyncio.sleep(0.4)
        await say_yes(send)

    assert answer_of(slow, path=address)[0]["status"] == 200


def test_the_clock_does_not_run_while_the_visitor_still_sends():
    async def late_body():
        await asyncio.sleep(0.4)
        return {"type": "http.request", "body": b"a", "more_body": True}

    async def app(scope, receive, send):
        while (await receive()).get("more_body"):
            pass
        await say_yes(send)

    assert answer_of(app, body=[late_body])[0]["status"] == 200


def test_a_disk_too_full_for_the_body_is_a_503():
    async def full(scope, receive, send):
        raise OSError(errno.ENOSPC, "No space left on device")

    assert answer_of(full)[0]["status"] == 503


def test_a_view_in_a_thread_that_hangs_keeps_no_visitor_waiting():
    free = threading.Event()

    async def hanging(scope, receive, send):
        await receive()
        await asyncio.to_thread(free.wait, 0.5)
        await say_yes(send)

    assert answer_of(hanging)[0]["status"] == 503
