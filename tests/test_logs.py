"""Nothing that people type reaches a log: of the web server, the worker or the database."""

import http.client
from urllib.parse import quote, urlencode

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.db.models import Q
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from malmoandan.accounts import tasks
from malmoandan.running.quiet_logs import told
from tests.factories import make_user, make_version
from tests.processes import answers, free_port, manage, url_of_test_database, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
NAME, EMAIL = "Zorvanna Qvistelkrona", "zorvanna@example.org"
TRACES = ("zorvanna", "qvistelkrona", "198.51.100.77")


class Refusing:
    """A mail server that answers with the address it does not know."""

    async def handle_RCPT(self, server, session, envelope, address, options):
        return f"550 5.1.1 <{address}> is unknown here"


@pytest.fixture
def processes(tmp_path):
    """A web and a worker process whose mail server refuses everybody."""
    mail = Controller(Refusing(), hostname="127.0.0.1", port=free_port())
    mail.start()
    shared = {
        "DATABASE_URL": url_of_test_database(),
        "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}",
    }
    with (
        manage("web", log=tmp_path / "web", **shared) as web,
        manage("worker", log=tmp_path / "worker", **shared) as worker,
    ):
        wait_until(lambda: answers(web), seconds=120)
        yield web, worker
    mail.stop()


def ask(web, method, path, form=None, **headers):
    """Return the status of a request whose every header holds the name too."""
    headers = {
        "User-Agent": NAME,
        "Referer": f"http://example.org/?q={quote(NAME)}",
        "Cookie": f"name={quote(NAME)}; sessionid={quote(EMAIL)}",
        "X-Forwarded-For": "198.51.100.77",
        "Content-Type": "application/x-www-form-urlencoded",
        **headers,
    }
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=60)
    try:
        connection.request(method, path, urlencode(form or {}), headers)
        return connection.getresponse().status
    finally:
        connection.close()


def live(web):
    """Everything that a visitor can do wrong, with the name in it."""
    q = quote(NAME)
    typed = {"text": f"{NAME} {EMAIL}", "email": EMAIL, "name": NAME}
    asked = [
        ("GET", f"/undertecknare/?q={q}&sida=0", None, 200),
        ("GET", f"/sok/?q={q}%00", None, None),
        ("GET", f"/{q}/", None, 404),
        ("GET", f"/remiss/{q}/svara/{quote(EMAIL)}/", None, 404),
        ("POST", "/konto/logga-in/", typed, 403),
        ("POST", "/skriv-under/", typed, 403),
        (NAME.split()[0].upper(), "/", None, None),
        ("POST", f"/probe/fail/{q}/", typed, 500),
        ("POST", f"/probe/fail/{q}/?how=database", typed, 500),
        ("POST", f"/probe/fail/{q}/?how=type", typed, 500),
    ]
    for method, path, form, expected in asked:
        status = ask(web, method, path, form)
        assert status == expected or (expected is None and status < 500), (path, status)
    assert ask(web, "GET", "/", Host=f"{EMAIL.split('@')[0]}.example") == 400
    many = "\r\n".join(f"--x\r\nContent-Disposition: {NAME}" for _ in range(3))
    ask(web, "POST", "/skriv-under/", {"": many}, **{"Content-Type": "multipart/form-data"})


def test_nothing_that_was_typed_stands_in_any_log(processes, tmp_path):
    web, worker = processes
    make_version()
    person = make_user(EMAIL, name=NAME)
    before = postgres_log()
    live(web)
    app.configure_task("probe.fail").defer(word=NAME)
    tasks.mail_invitation.defer(user_id=person.pk)
    wait_until(lambda: tried() >= {"probe.fail", "accounts.mail_invitation"}, seconds=120)
    logs = {
        "web": web.log.read_text(),
        "worker": worker.log.read_text(),
        "database": postgres_log()[len(before) :],
    }
    found = [(log, t) for log, text in logs.items() for t in TRACES if t in text.lower()]
    assert found == []
    # What somebody needs who mends it stands there.
    assert "django.db.utils.IntegrityError" in logs["web"]
    assert "django_session_pkey" in logs["web"]
    assert "builtins.ValueError" in logs["web"]
    assert "tests/probes.py" in logs["web"]
    assert "probe.fail" in logs["worker"]
    assert "SMTPRecipientsRefused" in logs["worker"]


def tried():
    """The jobs that have been done, or have failed, once or more."""
    jobs = ProcrastinateJob.objects.filter(Q(attempts__gt=0) | Q(status="failed"))
    return set(jobs.values_list("task_name", flat=True))


def postgres_log():
    """What the embedded server has written; an own server is for its operator to set."""
    folder = settings.EMBEDDED_POSTGRES
    return (folder / "log").read_text(errors="replace") if folder else ""


def test_a_traceback_tells_all_but_the_words():
    try:
        try:
            int(NAME)
        except ValueError as error:
            raise KeyError(EMAIL) from error
    except KeyError as error:
        text = told(error)
    assert text.index("builtins.ValueError") < text.index("builtins.KeyError")
    assert "int(NAME)" in text
    assert not any(trace in text.lower() for trace in TRACES)
