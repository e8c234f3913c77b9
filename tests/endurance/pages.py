"""What a browser without scripts does: cookies, forms with what stands in them, redirects."""

import http.client
import secrets
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

LONGEST = 60  # seconds: far more than any answer may take


@dataclass
class Form:
    """A form of a page, with the fields a browser would send as it stands."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def holds(self, name: str) -> bool:
        return name in self.names


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self._textarea: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self.path, a.get("action") or self.path)
            self._open = Form(action, a.get("method", "get").lower())
            self.forms.append(self._open)
        elif self._open is None:
            return
        elif tag == "input" and a.get("name"):
            self._input(self._open, a)
        elif tag == "select":
            self._select = (a["name"], [])
        elif tag == "option" and self._select:
            self._select[1].append((a.get("value", ""), "selected" in a))
        elif tag == "textarea":
            self._textarea = (a["name"], [])

    def _input(self, form: Form, a: dict[str, str]) -> None:
        kind = a.get("type", "text")
        form.names.add(a["name"])
        if kind == "file":
            form.files.append(a["name"])
        elif kind not in {"radio", "checkbox"} or "checked" in a:
            form.fields.append((a["name"], a.get("value", "on" if kind == "checkbox" else "")))

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._textarea[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select" and self._select and self._open:
            name, options = self._select
            chosen = [value for value, selected in options if selected] or [options[0][0]]
            self._open.names.add(name)
            self._open.fields += [(name, value) for value in chosen]
            self._select = None
        elif tag == "textarea" and self._textarea and self._open:
            text = "".join(self._textarea[1]).removeprefix("\r\n").removeprefix("\n")
            self._open.names.add(self._textarea[0])
            self._open.fields.append((self._textarea[0], text))
            self._textarea = None


@dataclass(frozen=True)
class Page:
    path: str
    status: int
    headers: http.client.HTTPMessage
    text: str
    seconds: float

    @property
    def forms(self) -> list[Form]:
        reader = _Reader(self.path)
        reader.feed(self.text)
        return reader.forms

    def form_with(self, name: str) -> Form:
        """The form that has a field or file of that name. Raises LookupError."""
        for form in self.forms:
            if form.holds(name):
                return form
        raise LookupError(f"{self.path} ({self.status}) has no form with {name}: {self.text[:300]}")

    @property
    def is_swedish(self) -> bool:
        return 'lang="sv"' in self.text and "<h1" in self.text


class Cut(Exception):
    """The connection ended without an answer; `seconds` is how long that took."""

    def __init__(self, reason: object, seconds: float) -> None:
        super().__init__(str(reason))
        self.seconds = seconds


class Browser:
    """One visitor's browser, from an address of its own; redirects are followed by the caller."""

    def __init__(self, port: int, address: str = "127.0.0.1") -> None:
        self.port = port
        self.address = address
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Page:
        return self._ask("GET", path, b"", {})

    def send(self, path: str, fields: list[tuple[str, str]], files: dict[str, bytes]) -> Page:
        if files:
            boundary = secrets.token_hex(16)
            body = _multipart(fields, files, boundary)
            kind = f"multipart/form-data; boundary={boundary}"
        else:
            body, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        origin = f"http://127.0.0.1:{self.port}"
        return self._ask("POST", path, body, {"Content-Type": kind, "Origin": origin})

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Page:
        """One request on a connection of its own. Raises Cut."""
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=LONGEST, source_address=(self.address, 0)
        )
        begun = time.monotonic()
        try:
            connection.request(method, path, body, {**headers, "Connection": "close"})
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        except (TimeoutError, OSError, http.client.HTTPException) as error:
            raise Cut(repr(error), time.monotonic() - begun) from error
        finally:
            connection.close()
        self._keep_cookies(response.headers)
        return Page(path, response.status, response.headers, text, time.monotonic() - begun)

    def _keep_cookies(self, headers: http.client.HTTPMessage) -> None:
        for line in headers.get_all("Set-Cookie") or []:
            pair, _, attributes = line.partition(";")
            name, _, value = pair.partition("=")
            if "max-age=0" in attributes.lower() or not value.strip('"'):
                self.cookies.pop(name.strip(), None)
            else:
                self.cookies[name.strip()] = value


def local(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _multipart(fields: list[tuple[str, str]], files: dict[str, bytes], boundary: str) -> bytes:
    parts = []
    for name, value in fields:
        parts.append(f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode())
    for name, content in files.items():
        head = f'Content-Disposition: form-data; name="{name}"; filename="bilaga.pdf"\r\n'
        parts.append(head.encode() + b"Content-Type: application/pdf\r\n\r\n" + content)
    mark = f"--{boundary}".encode()
    return b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"
