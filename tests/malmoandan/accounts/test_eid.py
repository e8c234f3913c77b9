"""The broker's answer is believed only when all of it holds. Seen where it is used: signing."""

import re
import subprocess
import sys
import time
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import requests
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from malmoandan.accounts import eid
from malmoandan.running import environment
from signatures.models import Signature
from tests.factories import make_version
from tests.oidc_provider import LOA3, PERSONAL_NUMBER, answer_of, choose_eid
from tests.processes import ROOT, url_of_test_database
from tests.processes import environment as environment_of
from tests.signatures.signing import ALVA, code_in, fill_in

pytestmark = pytest.mark.django_db
CALLBACK = "/konto/e-legitimation/svar/"


@pytest.fixture(autouse=True)
def version(db):
    return make_version()


def try_to_sign(client, smtp):
    """Type the code that was mailed, whatever the broker has said."""
    return client.post("/skriv-under/kod/", {"code": code_in(smtp.to(ALVA["email"])[-1])})


def test_the_broker_is_asked_for_a_fresh_proof_of_the_demanded_level(client, smtp, provider):
    fill_in(client)
    requests.get(choose_eid(client).url, timeout=5)
    asked = provider.asked[0]
    assert asked["client_id"] == "portalen"
    assert asked["redirect_uri"] == f"http://testserver{CALLBACK}"
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["prompt"] == "login"
    assert LOA3 in asked["acr_values"]
    assert "loa2" not in asked["acr_values"]
    assert len(asked["nonce"]) >= 20
    assert len(asked["state"]) >= 20


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_the_portal_proves_itself_in_the_way_that_the_broker_takes(client, smtp, provider, method):
    provider.auth_method = method
    fill_in(client)
    assert client.get(answer_of(provider, choose_eid(client))).url == "/skriv-under/kod/"


@pytest.mark.parametrize(
    "lies",
    [
        {"claims": {"nonce": "another"}},
        {"claims": {"nonce": None}},
        {"claims": {"iss": "https://other.example"}},
        {"claims": {"aud": "another-portal"}},
        {"claims": {"aud": "another-portal", "azp": "portalen"}},
        {"claims": {"aud": ["portalen", "another-portal"], "azp": "another-portal"}},
        {"claims": {"aud": None}},
        {"claims": {"exp": int(time.time()) - 600}},
        {"claims": {"exp": None}},
        {"claims": {"iat": int(time.time()) + 600}},
        {"claims": {"sub": None}},
        {"alg": "none"},
        {"alg": "HS256"},
        {"key": "another"},
    ],
    # The same at each collection: two processes of tests compare their lists.
    ids=lambda lies: re.sub(r"\d{10}", "then", str(lies)),
)
def test_a_token_that_does_not_hold_proves_nothing(client, smtp, provider, lies):
    provider.lies = lies
    fill_in(client)
    answer = client.get(answer_of(provider, choose_eid(client)))
    assert answer.status_code == 502
    assert "Legitimeringen gick inte att använda" in answer.text
    assert 'href="/skriv-under/kontrollera/"' in answer.text
    assert try_to_sign(client, smtp).url == "/skriv-under/kontrollera/"
    assert not Signature.objects.exists()


@pytest.mark.parametrize("acr", ["http://id.elegnamnden.se/loa/1.0/loa2", "loa3", "", None, ["x"]])
def test_a_level_below_the_demanded_one_is_refused(client, smtp, provider, acr):
    provider.acr = acr
    fill_in(client)
    back = answer_of(provider, choose_eid(client))
    answer = client.get(back)
    assert answer.text == client.get(back).text  # loaded again, it says the same
    assert answer.status_code == 403
    assert "Här krävs tillitsnivå 3 eller högre" in answer.text
    assert try_to_sign(client, smtp).url == "/skriv-under/kontrollera/"
    assert not Signature.objects.exists()
    assert "Möllans odlare" in client.get("/skriv-under/kontrollera/").text


def test_who_cancels_comes_back_to_what_was_filled_in(client, smtp, provider):
    fill_in(client)
    answer = client.get(answer_of(provider, choose_eid(client), cancel=True))
    assert answer.status_code == 403
    assert "Du avbröt legitimeringen" in answer.text
    assert "Möllans odlare" in client.get("/skriv-under/kontrollera/").text
    assert not Signature.objects.exists()


def test_another_error_of_the_broker_is_told_as_its_error(client, smtp, provider):
    fill_in(client)
    back = answer_of(provider, choose_eid(client), cancel=True)
    answer = client.get(back.replace("access_denied", "server_error"))
    assert answer.status_code == 502


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/jwks"])
def test_a_broker_that_fails_is_said_to_be_down(client, smtp, provider, path):
    fill_in(client)
    begun = choose_eid(client)
    provider.broken = {path}
    answer = client.get(answer_of(provider, begun))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "BankID svarar inte just nu" in answer.text


@pytest.mark.parametrize("fault", ["down", "another issuer"])
def test_no_code_is_mailed_when_the_broker_cannot_be_asked(client, smtp, provider, fault):
    if fault == "down":
        provider.broken = {"/.well-known/openid-configuration"}
    else:
        provider.lies = {"issuer": "https://other.example"}
    fill_in(client)
    answer = choose_eid(client)
    assert answer.status_code == 503
    assert 'href="/skriv-under/kontrollera/"' in answer.text
    assert smtp.messages == []


def test_the_same_answer_again_leads_to_the_same_place_without_asking(client, smtp, provider):
    fill_in(client)
    back = answer_of(provider, choose_eid(client))
    assert client.get(back).url == "/skriv-under/kod/"
    provider.broken = {"/token", "/jwks", "/.well-known/openid-configuration"}
    assert client.get(back).url == "/skriv-under/kod/"


def test_an_answer_is_of_use_only_in_the_browser_that_asked(client, smtp, provider):
    fill_in(client)
    back = answer_of(provider, choose_eid(client))
    stranger = Client().get(back)
    assert stranger.status_code == 400
    assert "Legitimeringen gäller inte längre" in stranger.text
    assert client.get(f"{CALLBACK}?{urlencode({'code': 'x', 'state': 'y'})}").status_code == 400
    assert client.get(CALLBACK).status_code == 400


def test_a_proof_is_too_old_after_an_hour(client, smtp, provider):
    fill_in(client)
    back = answer_of(provider, choose_eid(client))
    assert client.get(back).status_code == 302
    later = timezone.now() + timedelta(seconds=eid.VALID_SECONDS + 60)
    with time_machine.travel(later, tick=False):
        assert client.get(back).status_code == 400
        assert "redan legitimerat dig" not in client.get("/skriv-under/kontrollera/").text


def test_many_tries_do_not_fill_the_session(client, smtp, provider, settings):
    settings.ATTEMPTS = settings.ATTEMPTS | {"request_login_code": "100/m/key"}
    fill_in(client)
    for _time in range(eid.MOST_TRIES + 2):
        begun = choose_eid(client)
    assert len(client.session[eid.SESSION_KEY]) == eid.MOST_TRIES
    assert client.get(answer_of(provider, begun)).url == "/skriv-under/kod/"


def test_neither_session_nor_log_holds_the_brokers_words_of_a_person(
    client, smtp, provider, caplog
):
    provider.claims |= {"name": "Alva Hemlig Ek"}
    fill_in(client)
    client.get(answer_of(provider, choose_eid(client)))
    kept = str(dict(client.session.items()))
    assert "'level': 'loa3'" in kept
    provider.lies = {"claims": {"nonce": PERSONAL_NUMBER}}
    client.get(answer_of(provider, choose_eid(client, again=True)))
    kept += str(dict(client.session.items())) + caplog.text
    assert "InvalidClaimError" in kept
    assert PERSONAL_NUMBER not in kept
    assert PERSONAL_NUMBER[2:] not in kept
    assert "Hemlig" not in kept


def test_without_an_issuer_there_is_no_trace_of_eid(client, settings):
    settings.EID = None
    fill_in(client)
    page = client.get("/skriv-under/kontrollera/")
    assert "Hur vill du bekräfta" not in page.text
    assert "Skicka koden" in page.text
    assert "form-action 'self';" in page.headers["Content-Security-Policy"] + ";"
    assert client.get(CALLBACK).status_code == 404


def test_the_settings_come_from_the_environment_alone(monkeypatch):
    assert environment.eid() is None
    for name, value in {
        "EID_ISSUER": "https://broker.example/realm",
        "EID_CLIENT_ID": "portalen",
        "EID_CLIENT_SECRET": "hemligt",
        "EID_NAME": "Freja",
        "EID_LEVEL": "loa2",
        "EID_ACR_VALUES": "urn:x?a=b=loa2, urn:y=loa3",
        "EID_PASSED_SITES": "https://login.example",
    }.items():
        monkeypatch.setenv(name, value)
    broker = environment.eid()
    assert (broker.name, broker.level) == ("Freja", "loa2")
    assert broker.acr_values == {"urn:x?a=b": "loa2", "urn:y": "loa3"}
    assert broker.sites == ["https://broker.example", "https://login.example"]


def test_the_variables_alone_switch_it_on():
    """In a process of its own, as the portal is started."""
    on = {"EID_ISSUER": "https://broker.example", "EID_CLIENT_ID": "p", "EID_CLIENT_SECRET": "h"}
    told = (
        "from django.conf import settings;"
        "print(settings.EID.name, settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", told],
        cwd=ROOT,
        env=environment_of(
            DATABASE_URL=url_of_test_database(),
            DJANGO_SETTINGS_MODULE="malmoandan.settings",
            **on,
        ),
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == """BankID ["'self'", 'https://broker.example']""", done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EID_ISSUER", "http://broker.example"),
        ("EID_ISSUER", "broker.example"),
        ("EID_CLIENT_ID", ""),
        ("EID_CLIENT_SECRET", ""),
        ("EID_LEVEL", "high"),
        ("EID_ACR_VALUES", "urn:x"),
        ("EID_ACR_VALUES", "urn:x=loa9"),
        ("EID_ACR_VALUES", "urn:x=loa2"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch, name, value):
    right = {"ISSUER": "https://broker.example", "CLIENT_ID": "portalen", "CLIENT_SECRET": "hem"}
    for part, given in right.items():
        monkeypatch.setenv(f"EID_{part}", given)
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=name):
        environment.eid()
