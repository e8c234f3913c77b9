"""A real OpenID Connect provider on loopback: discovery, sign-in page, code, token, keys.

It demands what a strict broker demands (client, secret, redirect address, PKCE, a code used
once), and lies in the ways that `lies` names, so that the portal's own checks are seen to work.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import RSAKey

from malmoandan.running.environment import Eid

LOA3 = "http://id.elegnamnden.se/loa/1.0/loa3"
PERSONAL_NUMBER = "195012119991"  # as brokers give it: twelve digits, in `sub` and on its own
SECRET = "hemligt-hos-broker"


@cache
def make_key(_whose: str) -> RSAKey:
    """One for all tests of this process: each takes as long to make as a test to run."""
    return RSAKey.generate_key(2048, {"kid": "1"})


@dataclass
class Provider:
    """What the provider answers. Change its fields to make it another person, or a liar."""

    url: str = ""
    acr: str = LOA3
    claims: dict[str, Any] = field(
        default_factory=lambda: {
            "sub": PERSONAL_NUMBER,
            "name": "Alva Ek",
            "personal_number": PERSONAL_NUMBER,
        }
    )
    lies: dict[str, Any] = field(default_factory=dict)  # claims and header that are not true
    broken: set[str] = field(default_factory=set)  # paths that answer 500
    asked: list[dict[str, str]] = field(default_factory=list)  # the queries of the sign-in page
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: make_key("own"))
    other_key: RSAKey = field(default_factory=lambda: make_key("another's"))
    auth_method: str = "client_secret_basic"

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.lies.get("issuer", self.url),
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "token_endpoint_auth_methods_supported": [self.auth_method],
        }

    def approve(self, query: dict[str, str]) -> str:
        """Sign in as the person in `claims`; return where the browser is sent."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        back = {"code": code, "state": query["state"]}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def cancel(self, query: dict[str, str]) -> str:
        back = {"error": "access_denied", "state": query["state"]}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def token(self, sent: dict[str, str], client: tuple[str, str]) -> dict[str, Any] | None:
        """The answer of the token endpoint; None for what a strict provider refuses."""
        asked = self.codes.pop(sent.get("code", ""), None)
        verifier = sent.get("code_verifier", "").encode()
        if (
            asked is None
            or client != ("portalen", SECRET)
            or sent.get("redirect_uri") != asked["redirect_uri"]
            or asked.get("code_challenge_method") != "S256"
            or _base64(hashlib.sha256(verifier).digest()) != asked["code_challenge"]
        ):
            return None
        return {
            "access_token": secrets.token_urlsafe(16),
            "token_type": "Bearer",
            "id_token": self.id_token(asked["nonce"]),
        }

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": "portalen",
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "acr": self.acr,
            **self.claims,
            **self.lies.get("claims", {}),
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.lies.get("alg") == "none":
            return _by_hand({"alg": "none"}, claims)
        if self.lies.get("alg") == "HS256":  # the public key as if it were a shared secret
            header = {"alg": "HS256", "kid": "1"}
            return _by_hand(header, claims, self.key.as_pem(private=False))
        key = self.other_key if "key" in self.lies else self.key
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, key)


def _by_hand(header: dict[str, str], claims: dict[str, Any], secret: bytes = b"") -> str:
    """A token that no library would make: unsigned, or signed with what everybody knows."""
    text = ".".join(_base64(json.dumps(part).encode()) for part in (header, claims))
    signature = hmac.digest(secret, text.encode(), "sha256") if secret else b""
    return f"{text}.{_base64(signature)}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path in self.provider.broken:
            self._answer(500, "text/plain", "Nu gick det fel.")
        elif parts.path == "/.well-known/openid-configuration":
            self._json(self.provider.discovery())
        elif parts.path == "/jwks":
            self._json({"keys": [self.provider.key.as_dict(private=False)]})
        elif parts.path == "/authorize":
            self.provider.asked.append(query)
            self._sign_in_page(query)
        else:
            self._answer(404, "text/plain", "Finns inte.")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        if self.path in self.provider.broken:
            self._answer(500, "text/plain", "Nu gick det fel.")
            return
        token = self.provider.token(sent, self._client(sent))
        self._json(token or {"error": "invalid_grant"}, 200 if token else 400)

    def _client(self, sent: dict[str, str]) -> tuple[str, str]:
        if self.provider.auth_method == "client_secret_post":
            return sent.get("client_id", ""), sent.get("client_secret", "")
        kind, _space, value = self.headers.get("Authorization", "").partition(" ")
        name, _colon, secret = base64.b64decode(value).decode().partition(":")
        return (name, secret) if kind == "Basic" else ("", "")

    def _sign_in_page(self, query: dict[str, str]) -> None:
        links = {"Legitimera": self.provider.approve(query), "Avbryt": self.provider.cancel(query)}
        shown = "".join(f'<p><a href="{escape(to)}">{text}</a></p>' for text, to in links.items())
        page = f"<!doctype html><html lang=sv><title>Mäklaren</title><h1>Mäklaren</h1>{shown}"
        self._answer(200, "text/html; charset=utf-8", page)

    def _json(self, data: Any, status: int = 200) -> None:
        self._answer(status, "application/json", json.dumps(data))

    def _answer(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Nothing: pytest shows what matters."""


@pytest.fixture
def provider(settings) -> Iterator[Provider]:
    """A provider that the portal's settings name as its broker."""
    provider = Provider()
    handler = type("OwnHandler", (Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    # Another site than the portal's, to a browser: what it does with cookies is seen too.
    provider.url = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    settings.EID = Eid(issuer=provider.url, client_id="portalen", client_secret=SECRET)
    policy = settings.CONTENT_SECURITY_POLICY
    directives = policy["DIRECTIVES"] | {"form-action": ["'self'", *settings.EID.sites]}
    settings.CONTENT_SECURITY_POLICY = {**policy, "DIRECTIVES": directives}
    yield provider
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)


def choose_eid(client: Client, *, again: bool = False) -> Any:
    """Choose eID on the page where answers are checked; return the answer, the way to the broker.

    `again` does without a proof that is there already, as after the signer's name was changed.
    """
    if again:
        session = client.session
        del session["eid"]
        session.save()
    return client.post("/skriv-under/kontrollera/", {"whole_text": "on", "way": "eid"})


def answer_of(provider: Provider, begun: Any, *, cancel: bool = False) -> str:
    """What the browser is sent back with, after the sign-in page that `begun` leads to."""
    query = dict(parse_qsl(urlsplit(begun.url).query))
    back = urlsplit(provider.cancel(query) if cancel else provider.approve(query))
    return f"{back.path}?{back.query}"
