"""People who sign, sign up and answer through the web forms, and try again like people do."""

import hashlib
import random
import re
import time
from dataclasses import dataclass
from itertools import count

from tests.endurance.ledger import Ledger
from tests.endurance.mail import MailServer
from tests.endurance.pages import Browser, Cut, Form, Page, local

MOST_SECONDS = 10  # no answer takes longer
PATIENCE = 150  # seconds that a visitor tries; then gives up, which is counted
_serial = count(1)
# What is not typed: the token changes with each page, and buttons hold nothing.
NOT_TYPED = {"csrfmiddlewaretoken", "seen", "add", "save", "attach"}


@dataclass(frozen=True)
class Place:
    """Where the visitors go: the portal, its mail, and what they find there."""

    port: int
    mail: MailServer
    referral: str
    dialogue: str
    prefix: str  # makes names and addresses of this part its own


class GaveUp(Exception):
    """Tried long enough; nothing was acknowledged."""


class Visitor:
    def __init__(self, place: Place, ledger: Ledger, address: str = "") -> None:
        self.place = place
        self.ledger = ledger
        self.number = next(_serial)
        self.email = f"{place.prefix}{self.number}@example.org"
        host = self.number % 250 + 1
        own = f"127.0.{self.number // 250 % 250 + 1}.{host}"
        self.browser = Browser(place.port, address or own)
        self.patient_until = time.monotonic() + PATIENCE

    # The three errands ------------------------------------------------------------------------

    def sign(self, *, number: str = "", with_minutes: bool = False) -> None:
        number = number or organisation_number(700_000 + self.number)
        page = self.begin_to_sign(number, with_minutes=with_minutes)
        me = {"name": f"Alva Ek {self.number}", "title": "ordförande", "email": self.email}
        page = self.fill(page, "title", me)
        page = self.send_checked(page, "whole_text", {"whole_text": "on"})
        found = re.search(r"/skriv-under/klart/([^/]+)/", page.path)
        if not found:
            self.is_wrong(page, "no receipt after the code")
            return
        about = f"{number} {sha(pdf(self.number)) if with_minutes else ''}"
        self.ledger.note("signature", found[1], about)

    def begin_to_sign(self, number: str, *, with_minutes: bool = False) -> Page:
        """The first step: the organisation. Returns the second one's page."""
        page = self.get("/skriv-under/")
        fields = {
            "name": f"Föreningen {self.place.prefix}{number}",
            "kind": "association",
            "organisation_number": number,
            "decided_by": "board",
            "decided_on": "2026-03-11",
        }
        files = {"minutes": pdf(self.number)} if with_minutes else {}
        return self.fill(page, "organisation_number", fields, files)

    def sign_up(self, dialogue: str = "") -> None:
        slug = dialogue or self.place.dialogue
        page = self.get(f"/dialoger/{slug}/")
        page = self.fill(page, "needs", {"name": f"Ada Ek {self.number}", "email": self.email})
        if "Tack för din anmälan" not in page.text:
            self.is_wrong(page, "no thanks after the sign-up")
            return
        self.ledger.note("seat", self.email, slug)

    def answer(self, *, token: str = "", with_file: bool = True) -> None:
        address = f"/remiss/{self.place.referral}/svara/"
        page = self.get(address + (f"?instans={token}" if token else ""))
        who = {"kind": "organisation", "name": f"Instans {self.number}", "email": self.email}
        page = self.fill(page, "on_behalf_of", who)
        found = re.search(r"/svara/([^/]+)/svaret/", page.path)
        if not found:
            self.is_wrong(page, "no draft after the first step")
            return
        self.ledger.note("draft", found[1], self.email)
        summary = f"Vi tycker så här, nummer {self.number}: åäö & <tecken>."
        page = self.fill(page, "summary", {"position": "supports", "summary": summary})
        attached = ""
        if with_file:
            page = self.fill(page, "file", {"attach": "1"}, {"file": pdf(self.number)})
            attached = sha(pdf(self.number))
            self.ledger.note("attachment", attached, found[1])
        page = self.send_checked(self.fill(page, "file", {}), "seen", {})
        reference = re.search(r'class="reference">([^<]+)<', page.text)
        if "/kvitto/" not in page.path or not reference:
            self.is_wrong(page, "no receipt after the code")
            return
        self.ledger.note("answer", reference[1], f"{self.email} {attached}")

    # How they go about it ---------------------------------------------------------------------

    def send_checked(self, page: Page, named: str, fields: dict[str, str]) -> Page:
        """Send from the page where all is checked, with a code; ask anew when that got too old."""
        while any(form.holds(named) for form in page.forms):
            page = self.with_code(self.fill(page, named, fields))
            if "Koden skrevs fel" in page.text:
                self.is_wrong(page, "the right code was taken for a wrong one")
            self.may_wait()
        return page

    def with_code(self, page: Page) -> Page:
        """Type the code from the mail; ask for another when none comes, or it is too old."""
        while True:
            form = next((form for form in page.forms if form.holds("code")), None)
            if form is None:
                return page
            code = self.place.mail.wait_for_code(self.email, seconds=15)
            if code:
                page = self.submit(form, put(form, {"code": code}), {}, may_refuse=True)
            elif again := next((f for f in page.forms if ("action", "resend") in f.fields), None):
                page = self.submit(again, again.fields, {})
            else:
                raise GaveUp

    def fill(
        self, page: Page, named: str, fields: dict[str, str], files: dict[str, bytes] | None = None
    ) -> Page:
        """Fill in the form that has the field `named`, and send it until it is answered."""
        form = page.form_with(named)
        return self.submit(form, put(form, fields), files or {})

    def submit(
        self,
        form: Form,
        fields: list[tuple[str, str]],
        files: dict[str, bytes],
        *,
        may_refuse: bool = False,
    ) -> Page:
        """Send, and send again after a refusal with the form of the refusal itself."""
        action = local(form.action)
        while True:
            try:
                answer = self.browser.send(action, fields, files)
            except Cut as cut:
                self.ledger.was_cut(cut.seconds)
                self.wait()
                continue
            self.look_at(answer)
            if answer.status == 503:
                action, fields = self.take_up(answer, action, fields, files)
                self.wait()
                continue
            if answer.status in {301, 302, 303}:
                return self.get(local(answer.headers["Location"]))
            if answer.status == 422 and may_refuse:
                return answer
            if answer.status >= 400:
                self.is_wrong(answer, "a refusal that should not be")
                raise GaveUp
            return answer

    def take_up(
        self,
        answer: Page,
        action: str,
        fields: list[tuple[str, str]],
        files: dict[str, bytes],
    ) -> tuple[str, list[tuple[str, str]]]:
        """The form of a 503, which must hold all that was typed."""
        typed = {pair for pair in fields if pair[0] not in NOT_TYPED and pair[1]}
        for form in answer.forms:
            kept = set(form.fields)
            if typed <= kept and set(files) <= set(form.files):
                extra = [pair for pair in fields if pair[0] in {"attach", "save"}]
                return local(form.action), form.fields + [p for p in extra if p not in kept]
        missing = sorted(name for name, _value in typed)
        self.is_wrong(answer, f"a 503 that lost what was typed ({missing})")
        return action, fields

    def get(self, path: str) -> Page:
        while True:
            try:
                page = self.browser.get(path)
            except Cut as cut:
                self.ledger.was_cut(cut.seconds)
                self.wait()
                continue
            self.look_at(page)
            if page.status == 503:
                self.wait()
            elif page.status in {301, 302, 303}:
                path = local(page.headers["Location"])
            elif page.status != 200:
                self.is_wrong(page, "a page that should be there")
                raise GaveUp
            else:
                return page

    def look_at(self, page: Page) -> None:
        """What holds for every answer."""
        self.ledger.answered(page.status, page.seconds)
        if page.seconds > MOST_SECONDS:
            self.is_wrong(page, f"an answer after {page.seconds:.1f} s")
        if page.status >= 400 and not page.is_swedish:
            self.is_wrong(page, "a refusal that is no Swedish page")
        if page.status in {429, 503} and not page.headers["Retry-After"]:
            self.is_wrong(page, "a refusal without Retry-After")
        if page.status == 500:
            self.is_wrong(page, "an error of ours")

    def may_wait(self) -> None:
        if time.monotonic() > self.patient_until:
            raise GaveUp

    def wait(self) -> None:
        self.may_wait()
        time.sleep(random.uniform(0.5, 2))

    def is_wrong(self, page: Page, what: str) -> None:
        heading = re.search(r"<h1[^>]*>(.*?)</h1>", page.text, re.DOTALL)
        title = heading[1].strip() if heading else page.text[:80]
        title = "; ".join([title, *re.findall(r'<p class="notice[^>]*>(.*?)</p>', page.text)])
        self.ledger.is_wrong(f"{what}: {page.status} {page.path.split('?')[0]} ({title})")


def put(form: Form, fields: dict[str, str]) -> list[tuple[str, str]]:
    """The form's fields with some of them filled in."""
    kept = [(name, value) for name, value in form.fields if name not in fields]
    return [*kept, *fields.items()]


def pdf(number: int) -> bytes:
    """A small PDF that differs from every other."""
    return b"%%PDF-1.7\n1 0 obj<</N %d>>endobj\ntrailer<<>>\n%%%%EOF\n" % number


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def organisation_number(serial: int) -> str:
    """A number of an association with its check digit, as tests/factories.py makes them."""
    nine = f"802{serial:06d}"
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(nine)]
    return nine + str(-sum(n - 9 if n > 9 else n for n in doubled) % 10)
