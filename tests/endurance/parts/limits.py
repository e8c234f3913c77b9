"""Attempts are counted exactly, and a known address is answered like an unknown one."""

import re
import statistics
from bisect import bisect_left, bisect_right
from concurrent.futures import ThreadPoolExecutor

from tests.endurance.houses import House
from tests.endurance.ledger import Ledger
from tests.endurance.load import place_of
from tests.endurance.pages import Browser, Page
from tests.endurance.visitors import Visitor, organisation_number, put
from tests.processes import wait_until

ASKED = 100  # addresses of each kind
CODES = 5  # for one address in ten minutes (settings.ATTEMPTS)


def limits(house: House, ledger: Ledger) -> str:
    """Ask for codes too often through all web processes; compare known and unknown addresses."""
    said = [codes_of_many_at_once(house, ledger)]
    said += [compare(house, ledger, name, form(house, ledger)) for name, form in FORMS.items()]
    return "; ".join(said)


def codes_of_many_at_once(house: House, ledger: Ledger) -> str:
    address = "manga@example.org"

    def ask(number: int) -> int:
        browser = Browser(house.port, f"127.0.7.{number + 1}")
        return sign_in(browser, address).status

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(40)))
    for process in house.processes("web"):
        process.kill()
    wait_until(house.is_up, seconds=90)
    answers += [ask(number) for number in range(40, 43)]
    sent = len(house.mail.to(address))
    if sent != CODES or answers.count(302) != CODES:
        ledger.is_wrong(f"{sent} codes to one address, {answers.count(302)} times yes")
    return f"40 at once asked for a code to one address: {sent} sent"


def sign_in(browser: Browser, address: str) -> Page:
    page = browser.get("/konto/logga-in/")
    form = page.form_with("email")
    return browser.send("/konto/logga-in/", put(form, {"email": address}), {})


class Asker:
    """Asks one form of the portal with one address after another, as fast as it answers."""

    known = "SELECT email FROM accounts_user WHERE last_login IS NOT NULL ORDER BY id"

    def __init__(self, house: House, ledger: Ledger) -> None:
        self.house = house
        self.visitor = Visitor(place_of(house, "known"), ledger)
        self.browser = self.visitor.browser
        self.begin()

    def begin(self) -> None:
        self.form = self.browser.get("/konto/logga-in/").form_with("email")

    def ask(self, address: str) -> Page:
        self.browser.cookies.pop("sessionid", None)
        return self.browser.send("/konto/logga-in/", put(self.form, {"email": address}), {})


class SignUp(Asker):
    known = (
        "SELECT p.email FROM challenges_participant p JOIN challenges_dialogue d"
        " ON d.id = p.dialogue_id WHERE d.slug LIKE 'dialog-for-%' ORDER BY p.id"
    )

    def begin(self) -> None:
        self.path = f"/dialoger/{self.house.rows['dialogue']}/"
        self.form = self.browser.get(self.path).form_with("needs")

    def ask(self, address: str) -> Page:
        fields = put(self.form, {"name": "Ada Ek", "email": address})
        return self.browser.send(self.path, fields, {})


class CodeForSigning(Asker):
    """The step that sends a code. Confirming and answering a remiss use the same function."""

    known = "SELECT email FROM accounts_user WHERE last_login IS NOT NULL ORDER BY id DESC"

    def begin(self) -> None:
        self.visitor.begin_to_sign(organisation_number(898_000))
        self.form = self.browser.get("/skriv-under/firmatecknare/").form_with("title")

    def ask(self, address: str) -> Page:
        me = {"name": "Alva Ek", "title": "ordförande", "email": address}
        self.browser.send("/skriv-under/firmatecknare/", put(self.form, me), {})
        token = [pair for pair in self.form.fields if pair[0] == "csrfmiddlewaretoken"]
        return self.browser.send("/skriv-under/kontrollera/", [*token, ("whole_text", "on")], {})


FORMS = {"signing in": Asker, "signing up": SignUp, "code for signing": CodeForSigning}


def compare(house: House, ledger: Ledger, name: str, asker: Asker) -> str:
    """Ask with known and unknown addresses in turn; tell both medians, and how well time tells.

    The last figure is how often an unknown address takes longer than a known one: 50 per cent
    tells nothing, 100 everything.
    """
    known = [row[0] for row in house.query(asker.known)][:ASKED]
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    words: dict[str, set[str]] = {"known": set(), "unknown": set()}
    for number, address in enumerate(known):
        slug = re.sub(r"\W", "", name)
        for kind, asked in (("known", address), ("unknown", f"ny-{slug}-{number}@example.org")):
            page = asker.ask(asked)
            times[kind].append(page.seconds)
            words[kind].add(f"{page.status} {page.headers['Location']}")
    if words["known"] != words["unknown"]:
        ledger.is_wrong(f"{name}: {words}")
    longer = _share_longer(times["unknown"], times["known"])
    medians = [f"{statistics.median(times[kind]) * 1000:.0f}" for kind in ("known", "unknown")]
    return (
        f"{name}, {len(known)} known and as many unknown addresses: median {medians[0]} and "
        f"{medians[1]} ms, unknown took longer in {longer:.0%}"
    )


def _share_longer(ones: list[float], others: list[float]) -> float:
    """How often one of `ones` is longer than one of `others`, over all pairs."""
    others = sorted(others)
    pairs = sum(bisect_left(others, one) + bisect_right(others, one) for one in ones)
    return pairs / 2 / max(1, len(ones) * len(others))
