"""Attempts are counted exactly, and a known address is answered like an unknown one."""

import re
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.endurance.houses import House
from tests.endurance.ledger import Ledger
from tests.endurance.load import place_of
from tests.endurance.pages import Browser, Page
from tests.endurance.visitors import Visitor, put
from tests.processes import wait_until

ASKED = 100  # addresses of each kind
CODES = 5  # for one address in ten minutes (settings.ATTEMPTS)


def limits(house: House, ledger: Ledger) -> str:
    """Ask for codes too often through all web processes; compare known and unknown addresses."""
    sent = codes_of_many_at_once(house, ledger)
    said = [f"40 at once asked for a code to one address: {sent} sent"]
    said += [compare(house, ledger, name, ask) for name, ask in FORMS.items()]
    return "; ".join(said)


def codes_of_many_at_once(house: House, ledger: Ledger) -> int:
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
    return sent


def sign_in(browser: Browser, address: str) -> Page:
    page = browser.get("/konto/logga-in/")
    form = page.form_with("email")
    return browser.send("/konto/logga-in/", put(form, {"email": address}), {})


def sign_up(browser: Browser, address: str, slug: str) -> Page:
    page = browser.get(f"/dialoger/{slug}/")
    fields = put(page.form_with("needs"), {"name": "Ada Ek", "email": address})
    return browser.send(f"/dialoger/{slug}/", fields, {})


def code_for_an_answer(house: House, ledger: Ledger, address: str, number: int) -> Page:
    """The step of answering a remiss that sends a code; signing sends it by the same function."""
    visitor = Visitor(place_of(house, "known"), ledger)
    start = visitor.get(f"/remiss/{house.rows['referral']}/svara/")
    who = {"kind": "organisation", "name": f"Instans {number}", "email": address}
    page = visitor.fill(start, "on_behalf_of", who)
    page = visitor.fill(page, "summary", {"position": "supports", "summary": "Bra."})
    page = visitor.fill(page, "file", {})
    form = next(form for form in page.forms if form.holds("seen"))
    return visitor.browser.send(form.action, form.fields, {})


Ask = Callable[[House, Ledger, str, int], Page]
FORMS: dict[str, Ask] = {
    "signing in": lambda house, _ledger, address, number: sign_in(
        Browser(house.port, f"127.0.8.{number % 250 + 1}"), address
    ),
    "signing up": lambda house, _ledger, address, number: sign_up(
        Browser(house.port, f"127.0.8.{number % 250 + 1}"), address, house.rows["dialogue"]
    ),
    "code for an answer": code_for_an_answer,
}
KNOWN = {
    "signing in": "SELECT email FROM accounts_user WHERE last_login IS NOT NULL ORDER BY id",
    "signing up": "SELECT p.email FROM challenges_participant p JOIN challenges_dialogue d"
    " ON d.id = p.dialogue_id WHERE d.slug LIKE 'dialog-for-%' ORDER BY p.id",
    "code for an answer": "SELECT email FROM accounts_user WHERE last_login IS NOT NULL"
    " ORDER BY id DESC",
}


def compare(house: House, ledger: Ledger, name: str, ask: Ask) -> str:
    """Ask with known and unknown addresses in turn; tell both medians, and how well time tells.

    The last figure is how often an unknown address takes longer than a known one: 50 per cent
    tells nothing, 100 everything.
    """
    known = [row[0] for row in house.query(KNOWN[name])][:ASKED]
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    words: dict[str, set[str]] = {"known": set(), "unknown": set()}
    for number, address in enumerate(known):
        slug = re.sub(r"\W", "", name)
        for kind, asked in (("known", address), ("unknown", f"ny-{slug}-{number}@example.org")):
            page = ask(house, ledger, asked, number)
            times[kind].append(page.seconds)
            where = re.sub(r"/svara/[^/]+/", "/svara/x/", page.headers["Location"] or "")
            words[kind].add(f"{page.status} {where}")
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
