"""What the environment says: strict readers that name the variable that is missing or wrong."""

import ipaddress
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def read(name: str, default: str | None = None) -> str:
    """Return the variable, or the default; raise ImproperlyConfigured when neither is there."""
    value = os.environ.get(name, "").strip() or default
    if value is None:
        raise ImproperlyConfigured(f"The environment variable {name} is missing.")
    return value


def read_bool(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name, "").strip().lower() or str(default).lower()
    if value not in {"0", "1", "false", "true"}:
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}.")
    return value in {"1", "true"}


def read_list(name: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def data_folder(base: Path) -> Path:
    """The folder for database, mail, secrets and files of an embedded portal; made when missing."""
    folder = Path(read("MALMOANDAN_DATA", str(base / ".data"))).expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def secret_key(folder: Path) -> str:
    """Return the key kept in the data folder; the first call makes it, readable by us alone."""
    path = folder / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    key = secrets.token_urlsafe(50)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key


def database(url: str, *, name: str = "DATABASE_URL") -> dict[str, Any]:
    """Turn a DATABASE_URL, or the variable of that name, into Django's settings for it.

    Its query holds options of the connection, such as `sslmode=require`; `host` there may name
    a folder with a socket.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must begin with postgresql://")
    options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    return {
        "HOST": options.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "OPTIONS": options,
    }


def email(url: str) -> dict[str, object]:
    """Turn an EMAIL_URL (smtp://, smtp+tls:// or smtps://) into Django's settings for mail."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtp+tls", "smtps"}:
        raise ImproperlyConfigured("EMAIL_URL must begin with smtp://, smtp+tls:// or smtps://")
    return {
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


def cache(url: str) -> dict[str, object]:
    """Turn a CACHE_URL (redis:// or rediss://) into Django's settings; without one, a table.

    What is kept there are counted attempts: none may be dropped to make room.
    """
    if not url:
        return {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache",
            "OPTIONS": {"MAX_ENTRIES": 1_000_000},
        }
    if urlsplit(url).scheme not in {"redis", "rediss"}:
        raise ImproperlyConfigured("CACHE_URL must begin with redis:// or rediss://")
    return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}


def files(url: str) -> dict[str, object]:
    """Turn a FILES_URL into Django's settings for stored files; without one, a folder.

    s3://key:secret@host:port/bucket/folder?region=… is an object storage; s3+http:// speaks to
    it unencrypted, which is for this machine or network alone.
    """
    if not url:
        return {"BACKEND": "malmoandan.running.file_storage.WholeFiles"}
    parts = urlsplit(url)
    bucket, _slash, folder = parts.path.strip("/").partition("/")
    if parts.scheme not in {"s3", "s3+http"} or not (parts.hostname and bucket):
        raise ImproperlyConfigured("FILES_URL must be s3://key:secret@host/bucket")
    scheme = "https" if parts.scheme == "s3" else "http"
    port = f":{parts.port}" if parts.port else ""
    query = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    return {
        "BACKEND": "malmoandan.running.object_storage.ObjectStorage",
        "OPTIONS": {
            "endpoint_url": f"{scheme}://{parts.hostname}{port}",
            "access_key": unquote(parts.username or ""),
            "secret_key": unquote(parts.password or ""),
            "bucket_name": bucket,
            "location": folder,
            "region_name": query.get("region", "us-east-1"),  # what storages without regions take
        },
    }


def log_format() -> str:
    """Return LOG_FORMAT: plain or json."""
    value = read("LOG_FORMAT", "plain")
    if value not in {"plain", "json"}:
        raise ImproperlyConfigured(f"LOG_FORMAT must be plain or json, not {value!r}.")
    return value


def clamd() -> str:
    """Return CLAMD_URL: tcp://host:port or unix:///path; empty without ClamAV."""
    url = os.environ.get("CLAMD_URL", "").strip()
    parts = urlsplit(url)
    if url and not (
        parts.path if parts.scheme == "unix" else parts.scheme == "tcp" and parts.hostname
    ):
        raise ImproperlyConfigured("CLAMD_URL must be tcp://host:port or unix:///path.")
    return url


# The levels of assurance in Sweden's framework for eID, low to high.
ASSURANCE_LEVELS = ["loa2", "loa3", "loa4"]


@dataclass(frozen=True)
class Eid:
    """A broker for strong eID that speaks OpenID Connect, and what is demanded of it."""

    issuer: str
    client_id: str
    client_secret: str
    name: str = "BankID"
    level: str = "loa3"
    # What the broker calls the levels, in its claim `acr`.
    acr_values: dict[str, str] = field(
        default_factory=lambda: {
            f"http://id.elegnamnden.se/loa/1.0/{level}": level for level in ASSURANCE_LEVELS
        }
    )
    # Sites that the way to the sign-in passes, besides the issuer's own.
    passed_sites: tuple[str, ...] = ()

    @property
    def sites(self) -> list[str]:
        """Where a form of ours may end up; browsers check each redirect after a form."""
        parts = urlsplit(self.issuer)
        return [f"{parts.scheme}://{parts.netloc}", *self.passed_sites]


def eid() -> Eid | None:
    """Return the broker that the variables EID_… describe; none without EID_ISSUER."""
    issuer = os.environ.get("EID_ISSUER", "").strip()
    if not issuer:
        return None
    if not _is_secret_on_the_way(issuer):
        raise ImproperlyConfigured("EID_ISSUER must begin with https://")
    level = read("EID_LEVEL", Eid.level)
    if level not in ASSURANCE_LEVELS:
        raise ImproperlyConfigured(f"EID_LEVEL must be {_or(ASSURANCE_LEVELS)}, not {level!r}.")
    given: dict[str, Any] = {"passed_sites": tuple(read_list("EID_PASSED_SITES"))}
    if pairs := read_list("EID_ACR_VALUES"):
        given["acr_values"] = _acr_values(pairs)
    broker = Eid(
        issuer=issuer,
        client_id=read("EID_CLIENT_ID"),
        client_secret=read("EID_CLIENT_SECRET"),
        name=read("EID_NAME", Eid.name),
        level=level,
        **given,
    )
    if not any(enough(level, than=broker.level) for level in broker.acr_values.values()):
        raise ImproperlyConfigured(f"EID_ACR_VALUES holds no value for {broker.level} or higher.")
    return broker


def enough(level: str, *, than: str) -> bool:
    """Whether a level of assurance is the demanded one or higher."""
    return ASSURANCE_LEVELS.index(level) >= ASSURANCE_LEVELS.index(than)


def _acr_values(pairs: list[str]) -> dict[str, str]:
    values = {}
    for pair in pairs:
        value, _equals, level = pair.rpartition("=")
        if not value or level not in ASSURANCE_LEVELS:
            wanted = f"value={_or(ASSURANCE_LEVELS)}"
            raise ImproperlyConfigured(f"EID_ACR_VALUES must hold {wanted}, not {pair!r}.")
        values[value] = level
    return values


def _is_secret_on_the_way(url: str) -> bool:
    """Whether the address is https, or stays on this machine."""
    parts = urlsplit(url)
    try:
        local = ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        local = parts.hostname == "localhost"
    return parts.scheme == "https" or (parts.scheme == "http" and local)


def _or(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
