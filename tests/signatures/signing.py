"""The steps of signing as a visitor takes them, for the tests of its pages."""

import re

from tests.mailbox import text_of

ORGANISATION = {
    "name": "Möllans odlare",
    "kind": "association",
    "organisation_number": "802002-8711",
    "city_part": "soder",
    "website": "mollansodlare.se",
    "decided_by": "board",
    "decided_on": "2026-03-11",
}
ALVA = {"name": "Alva Ek", "title": "ordförande", "email": "alva@example.org"}
BO = {"name": "Bo Al", "title": "kassör", "email": "bo@example.org"}


def signatories(first=ALVA, *others):
    """The second step's form as it is sent."""
    data = {**first, "fler-TOTAL_FORMS": str(len(others)), "fler-INITIAL_FORMS": "0"}
    for number, person in enumerate(others):
        data |= {f"fler-{number}-{name}": value for name, value in person.items()}
    return data


def fill_in(client, first=ALVA, *others, **organisation):
    """Go through the steps up to the last one before the code."""
    client.post("/skriv-under/", ORGANISATION | organisation)
    return client.post("/skriv-under/firmatecknare/", signatories(first, *others))


def ask_for_code(client):
    return client.post("/skriv-under/kontrollera/", {"whole_text": "on"})


def code_in(message):
    return re.search(r"^\s*(\d{6})\s*$", text_of(message), re.MULTILINE)[1]


def sign(client, smtp, first=ALVA, *others, **organisation):
    """Sign from the first step to the receipt; return the answer to the code."""
    fill_in(client, first, *others, **organisation)
    ask_for_code(client)
    return client.post("/skriv-under/kod/", {"code": code_in(smtp.to(first["email"])[-1])})
