"""Strong eID by a broker that speaks OpenID Connect: who a person is, and how surely.

Nobody signs in by it. It proves a person for one errand, beside the code that proves the
address: `prove` sends the person to the broker, `receive` takes the answer, `proof` tells what
it was. Nothing of the broker's claims is kept but the level of assurance, whether the name
differs from the stated one, and a keyed hash that tells two persons apart within one errand's
occasion (docs/decisions/0013-strong-eid.md).
"""

import logging
import time
import unicodedata
from dataclasses import asdict, dataclass
from typing import Any

import requests
from authlib.integrations.django_client import OAuth, OAuthError
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from joserfc.errors import JoseError

from malmoandan.accounts.codes import send_code
from malmoandan.accounts.eid_proof import Proof
from malmoandan.running.environment import Eid, enough

logger = logging.getLogger(__name__)

SESSION_KEY = "eid"
MOST_TRIES = 5  # kept in a session: tabs, and tries that were broken off
VALID_SECONDS = 60 * 60  # as long as a whole sign-in by code may take
TIMEOUT = 8  # seconds: someone waits in front of a page
LEEWAY = 60  # seconds that the broker's clock may be off
# What a token may be signed with: neither nothing at all nor the secret that we share.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]


@dataclass(frozen=True)
class Errand:
    """What somebody proves who they are for. One person counts once within an occasion."""

    occasion: str
    name: str
    email: str
    next_url: str
    back_url: str


class Failed(Exception):
    """Nobody was proven. `reason` chooses the words of the page that says so."""

    def __init__(self, reason: str, status: int, back_url: str = "") -> None:
        super().__init__(reason)
        self.reason, self.status, self.back_url = reason, status, back_url


class Unavailable(Failed):
    """The broker does not answer. Nothing has changed; try again in a while."""

    def __init__(self, back_url: str) -> None:
        super().__init__("unavailable", 503, back_url)


class NotProven(Exception):
    """The person chose eID for this errand, and has not come back with a proof that holds."""


def is_on() -> bool:
    return settings.EID is not None


def broker() -> Eid:
    """The broker as the settings describe it; only where is_on()."""
    if settings.EID is None:
        raise ImproperlyConfigured("EID_ISSUER is not set.")
    return settings.EID


def prove(request: HttpRequest, errand: Errand, *, with_eid: bool) -> HttpResponse:
    """Mail a code to the errand's address; return the way to the broker, or else to the code.

    Raises CodeNotSent and Unavailable; a code is mailed only when the broker answers.
    """
    if not with_eid:
        _keep(request, {s: t for s, t in _tries(request).items() if not _is_for(t, errand)})
        way = errand.next_url
    elif is_proven(request, errand):
        way = errand.next_url
    else:
        way = _begin(request, errand)
    send_code(request, errand.email)
    return redirect(way)


def proof(request: HttpRequest, errand: Errand) -> Proof | None:
    """What the eID proved for the errand; None for who chose the code alone.

    Raises NotProven for who chose eID and stopped on the way, or came back too long ago.
    """
    chosen = [each for each in _tries(request).values() if _is_for(each, errand)]
    if not chosen:
        return None
    for each in reversed(chosen):
        if each["proof"] and time.time() < each["at"] + VALID_SECONDS:
            return Proof(**each["proof"])
    raise NotProven


def is_proven(request: HttpRequest, errand: Errand) -> bool:
    """Whether the eID has done its part for the errand already."""
    try:
        return proof(request, errand) is not None
    except NotProven:
        return False


def receive(request: HttpRequest) -> str:
    """Take the broker's answer; return the address where the errand goes on. Raises Failed.

    The same answer again, after a lost reply, ends as it did the first time.
    """
    tries = _tries(request)
    state = request.GET.get("state", "")
    found = tries.get(state)
    if not found or time.time() > found["at"] + VALID_SECONDS:
        raise Failed("unknown", 400)
    errand = Errand(**found["errand"])
    if found["proof"]:
        return errand.next_url
    if found["failed"]:
        reason, status = found["failed"]
        raise Failed(reason, status, errand.back_url)
    try:
        found["proof"] = asdict(_proven(request, found, errand))
    except Unavailable:
        raise
    except Failed as failure:
        found["failed"] = [failure.reason, failure.status]
        raise
    finally:
        _keep(request, tries)
    return errand.next_url


def _proven(request: HttpRequest, begun: dict[str, Any], errand: Errand) -> Proof:
    if request.GET.get("error") == "access_denied":
        raise Failed("cancelled", 403, errand.back_url)
    claims = _claims(request, begun, errand)
    level = broker().acr_values.get(str(claims.get("acr")))
    if level is None or not enough(level, than=broker().level):
        raise Failed("too_low", 403, errand.back_url)
    return Proof(
        level=level,
        person=_person(errand.occasion, claims),
        name_differs=_differs(errand.name, _name(claims)),
    )


def _begin(request: HttpRequest, errand: Errand) -> str:
    """Remember the errand under a new state; return the broker's address for it."""
    try:
        begun = _client().create_authorization_url(
            _callback_url(request),
            # Anew each time: the next signatory may sit at the same computer.
            prompt="login",
            acr_values=" ".join(_accepted_acr_values()),
            ui_locales=get_language() or settings.LANGUAGE_CODE,
        )
    except (requests.RequestException, ValueError, LookupError, RuntimeError) as error:
        _log(error)
        raise Unavailable(errand.back_url) from error
    tries = _tries(request)
    tries[begun["state"]] = {
        "errand": asdict(errand),
        "at": time.time(),
        "nonce": begun["nonce"],
        "code_verifier": begun["code_verifier"],
        "proof": None,
        "failed": None,
    }
    _keep(request, tries)
    return begun["url"]


def _claims(request: HttpRequest, begun: dict[str, Any], errand: Errand) -> dict[str, Any]:
    """Exchange the code for the token; return its claims when everything in it holds."""
    try:
        if "code" not in request.GET:
            raise OAuthError(request.GET.get("error") or "no_code")
        client = _client()
        token = client.fetch_access_token(
            redirect_uri=_callback_url(request),
            code=request.GET["code"],
            code_verifier=begun["code_verifier"],
        )
        claims = client.parse_id_token(
            {"id_token": token["id_token"], "access_token": token.get("access_token", "")},
            nonce=begun["nonce"],
            claims_options={
                "iss": {"essential": True, "value": client.server_metadata["issuer"]},
                "aud": {"essential": True, "value": broker().client_id},
            },
            leeway=LEEWAY,
        )
    except requests.RequestException as error:
        _log(error)
        raise Unavailable(errand.back_url) from error
    except (OAuthError, JoseError, ValueError, LookupError, TypeError, RuntimeError) as error:
        _log(error)
        raise Failed("refused", 502, errand.back_url) from error
    return claims


def _client() -> Any:
    """A client that knows what the broker says of itself today.

    Nothing of it is kept for the next time: a key that the broker takes back counts no more,
    and signing is too rare for the second request to matter.
    """
    client = OAuth().register(
        "eid",
        client_id=broker().client_id,
        client_secret=broker().client_secret,
        server_metadata_url=f"{broker().issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile",
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT,
        },
    )
    told = client.load_server_metadata()
    if told["issuer"].rstrip("/") != broker().issuer.rstrip("/"):
        raise ValueError("The broker calls itself by another address than EID_ISSUER.")
    told["id_token_signing_alg_values_supported"] = ALGORITHMS
    ways = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if "client_secret_basic" not in ways:
        client.client_kwargs |= {"token_endpoint_auth_method": "client_secret_post"}
    return client


def _accepted_acr_values() -> list[str]:
    levels = broker().acr_values.items()
    return [acr for acr, level in levels if enough(level, than=broker().level)]


def _callback_url(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("eid_callback"))


def _person(occasion: str, claims: dict[str, Any]) -> str:
    """A keyed hash of who it is. The broker's `sub` may be a personal identity number, so it is
    kept nowhere, and the occasion in the hash keeps two signatures from being linked by it."""
    who = "\n".join([occasion, claims["iss"], claims["sub"]])
    return salted_hmac("malmoandan.accounts.eid", who, algorithm="sha256").hexdigest()


def _name(claims: dict[str, Any]) -> str:
    parts = [claims.get("given_name"), claims.get("family_name")]
    return str(claims.get("name") or " ".join(part for part in parts if part))


def _differs(stated: str, claimed: str) -> bool | None:
    """Whether one name has a word that the other lacks, and the other way round: people leave
    out some of their given names."""
    one, other = _words(stated), _words(claimed)
    return None if not other else not (one <= other or other <= one)


def _words(name: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", name).casefold()
    letters = (c if c.isalpha() else " " for c in plain if not unicodedata.combining(c))
    return set("".join(letters).split())


def _tries(request: HttpRequest) -> dict[str, dict[str, Any]]:
    return dict(request.session.get(SESSION_KEY, {}))


def _keep(request: HttpRequest, tries: dict[str, dict[str, Any]]) -> None:
    if tries or SESSION_KEY in request.session:
        request.session[SESSION_KEY] = dict(list(tries.items())[-MOST_TRIES:])


def _is_for(begun: dict[str, Any], errand: Errand) -> bool:
    return begun["errand"] == asdict(errand)


def _log(error: Exception) -> None:
    """The kind of error alone: its text may quote what the broker says of a person."""
    logger.warning("The eID broker: %s", type(error).__name__)
