"""Who asks with an address cannot tell whether the portal knows it: by words, or by time."""

import re

import pytest
from django.test import Client

from malmoandan.running import even_time
from tests.challenges.dialogues.dialogues import ADA, make_dialogue, make_participant
from tests.challenges.remiss.answering import address, fill_in
from tests.challenges.remiss.referrals import make_referral
from tests.factories import make_user, make_version
from tests.signatures import signing

pytestmark = pytest.mark.django_db


def sign_in(client, email):
    return client.post("/konto/logga-in/", {"email": email})


def sign(client, email):
    signing.fill_in(client, {**signing.ALVA, "email": email})
    return signing.ask_for_code(client)


def answer(client, email):
    draft = fill_in(client, make_referral(), {"kind": "person", "name": "Bo Al", "email": email})
    page = client.get(address(draft, "kontrollera/")).text
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    return client.post(address(draft, "kontrollera/"), {"seen": seen})


def sign_up(client, email):
    dialogue = make_dialogue(title="Trygga torg")
    make_participant(dialogue, email="kand@example.org")
    return client.post(dialogue.get_absolute_url(), ADA | {"email": email})


@pytest.fixture
def waits(monkeypatch, settings):
    """How often an answer was held back to the end of its step."""
    seen = []
    settings.EVEN_SECONDS = 0.25
    monkeypatch.setattr(even_time.time, "sleep", seen.append)
    return seen


@pytest.mark.parametrize("ask", [sign_in, sign, answer, sign_up])
def test_known_and_unknown_are_answered_alike(ask, smtp, waits):
    make_version()
    make_user("kand@example.org")
    answers, held = [], []
    for email in ("kand@example.org", "ny@example.org"):
        before = len(waits)
        client = Client()
        response = ask(client, email)
        answers.append(_alike(client, response, email))
        held.append(len(waits) - before)
    assert answers[0] == answers[1]
    assert held == [1, 1]


def _alike(client, response, email):
    """Status, way and words of the answer and of the page it leads to, without what is its own."""
    page = client.get(response.url)
    text = re.sub(r'value="[^"]*"', "", page.text).replace(email, "")
    way = re.sub(r"/(remiss|svara|dialoger)/[^/]+", "", response.url)
    return response.status_code, way, re.sub(r'href="[^"]*"', "", text)
