"""The last step of signing, beside a plain form view with two inserts: how many a second."""

import http.client
import threading
import time
from datetime import date
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from signatures.drafts import SESSION_KEY as DRAFT
from signatures.models import AgreementVersion
from tests.bench.figures import Figure, alone, beside
from tests.bench.server import ROUNDS, serve
from tests.factories import make_user, organisation_number

TOKEN = "a" * 32
PER_ROUND = 80
CLIENTS = 4
LEAST_RATIO = 0.25
LEAST_A_SECOND = 30


def measure(folder: Path) -> list[Figure]:
    version = AgreementVersion.objects.to_sign(timezone.localdate())
    with serve(folder) as server:
        port = server.running.port
        rounds, used = [], []
        for number in range(ROUNDS + 1):
            signers = [_signer(version) for _each in range(PER_ROUND)]
            forms = [("", "/golv/formular/", _form()) for _each in range(PER_ROUND)]
            before = server.seconds()
            signed = _a_second(port, [(cookie, "/skriv-under/slutfor/", {}) for cookie in signers])
            between = server.seconds()
            plain = _a_second(port, forms)
            after = server.seconds()
            if number:  # the first round warms the process
                rounds.append((signed, plain))
                used.append((PER_ROUND / (between - before), PER_ROUND / (after - between)))
    return [
        beside("signing", "last step by the clock", "1/s", rounds, bar=LEAST_RATIO, at_least=True),
        beside("signing", "by processor time", "1/s of CPU", used, bar=LEAST_RATIO, at_least=True),
        alone(
            "signing",
            "signings a second",
            "1/s",
            [signed for signed, _plain in rounds],
            bar=LEAST_A_SECOND,
            at_least=True,
        ),
    ]


def _signer(version: AgreementVersion) -> str:
    """The cookie of somebody whose address is proven and who has one step left."""
    key = uuid4().hex
    person = make_user(f"{key}@example.org")
    number = organisation_number(int(key[:6], 16) % 7_900_000)
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session[DRAFT] = {
        "version_id": version.pk,
        "id": str(uuid4()),
        "organisation": {
            "name": f"Bänkens förening {key}",
            "short_name": "",
            "purpose": "",
            "is_umbrella": False,
            "kind": "association",
            "organisation_number": number,
            "city_part": "soder",
            "website": "",
            "decided_by": "board",
            "decided_on": date.today().isoformat(),
        },
        "signatories": [{"name": "Alva Ek", "title": "ordförande", "email": person.email}],
    }
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _form() -> dict[str, str]:
    return {"name": f"Golv {uuid4().hex}", "email": "golv@example.org", "website": "example.org"}


def _a_second(port: int, posts: list[tuple[str, str, dict[str, str]]]) -> float:
    """Send the posts from a few clients at once; raises AssertionError unless all lead on."""
    waiting = list(posts)
    wrong: list[str] = []
    clients = [threading.Thread(target=_send, args=(port, waiting, wrong)) for _n in range(CLIENTS)]
    begun = time.perf_counter()
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    if wrong:
        raise AssertionError(f"{len(wrong)} of {len(posts)} failed: {wrong[0]}")
    return len(posts) / (time.perf_counter() - begun)


def _send(port: int, waiting: list[tuple[str, str, dict[str, str]]], wrong: list[str]) -> None:
    web = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    while waiting:
        try:
            cookie, path, fields = waiting.pop()
        except IndexError:  # another client took the last one
            break
        headers = {
            "Cookie": "; ".join(filter(None, [cookie, f"{settings.CSRF_COOKIE_NAME}={TOKEN}"])),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        web.request("POST", path, urlencode({"csrfmiddlewaretoken": TOKEN, **fields}), headers)
        response = web.getresponse()
        response.read()
        leads_to = response.headers.get("Location", "")
        if response.status != 302 or not leads_to.startswith(("/skriv-under/klart/", "/golv/")):
            wrong.append(f"{path} answers {response.status} {leads_to}")
    web.close()
