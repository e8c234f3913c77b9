from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from malmoandan.publishing.feeds import Entry, atom_response

ATOM = "{http://www.w3.org/2005/Atom}"


def feed(*entries, host="https://portal.example"):
    response = atom_response(
        key="list",
        title="Nya",
        subtitle="",
        link=f"{host}/lista/",
        feed_url=f"{host}/lista.atom",
        entries=entries,
    )
    assert response["Content-Type"] == "application/atom+xml"
    return ElementTree.fromstring(response.content)


def entry(title="Ö", key="signature/1"):
    updated = datetime(2026, 3, 1, 12, tzinfo=UTC)
    return Entry(key, title, "En rad", "https://portal.example/lista/?q=x", updated)


@pytest.mark.parametrize(
    "title", ["<b>&amp;]]>", "a\x00b\x0bc", "\ufffe\uffff", "\u202ex", "👩‍👩‍👧", "\"'", "=1+1"]
)
def test_any_title_leaves_the_feed_readable(title):
    found = feed(entry(title)).find(f"{ATOM}entry/{ATOM}title").text or ""
    kept = [letter for letter in title if letter not in "\x00\x0b\ufffe\uffff"]
    assert found == "".join(kept)


def ids(root):
    return [found.text for found in root.iter(f"{ATOM}id")]


def test_feed_and_entries_keep_their_ids_when_the_portal_moves():
    here, there = feed(entry()), feed(entry(), host="https://other.example")
    assert ids(here) == ids(there)
    assert all(found.startswith("urn:uuid:") for found in ids(here))


def test_feed_and_each_entry_have_ids_of_their_own():
    assert len(set(ids(feed(entry(), entry(key="signature/2"))))) == 3


def test_feed_names_itself_and_its_page():
    links = {link.get("rel"): link.get("href") for link in feed(entry()).findall(f"{ATOM}link")}
    assert links["self"] == "https://portal.example/lista.atom"
    assert links["alternate"] == "https://portal.example/lista/"


def test_feed_was_updated_with_its_newest_entry():
    assert feed(entry()).find(f"{ATOM}updated").text == "2026-03-01T12:00:00+00:00"


def test_feed_without_entries_is_a_feed():
    root = feed()
    assert root.findall(f"{ATOM}entry") == []
    assert root.find(f"{ATOM}updated").text
