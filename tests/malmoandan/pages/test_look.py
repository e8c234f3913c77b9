"""The pages in a real browser: accessible, small, and asking nobody else for anything."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import expect

from malmoandan.pages.management.commands import build_fonts
from tests.browser import SMALL_PHONE, axe_findings, findings_in_all_looks, scrolls_sideways
from tests.factories import make_organisation, make_signature

PAGES = ["/", "/om/", "/tillganglighet/", "/integritet/", "/finns-inte/"]
STATIC = Path(settings.BASE_DIR) / "static"


@pytest.fixture(scope="module", autouse=True)
def _fonts():
    call_command("build_fonts")


@pytest.mark.parametrize("address", PAGES)
def test_page_is_accessible_in_every_look(live_server, browser_page, address):
    call_command("load_content")
    browser_page.goto(live_server.url + address)

    assert findings_in_all_looks(browser_page) == []


def test_empty_start_page_is_accessible(live_server, browser_page):
    browser_page.goto(live_server.url)

    assert axe_findings(browser_page) == []


def test_a_name_as_long_as_they_come_fits_a_small_phone(live_server, browser_page):
    make_signature(organisation=make_organisation(name="Ö" * 200))
    browser_page.set_viewport_size(SMALL_PHONE)

    browser_page.goto(live_server.url)

    assert not scrolls_sideways(browser_page)


def test_skip_link_comes_first_and_leads_to_the_content(live_server, browser_page):
    browser_page.goto(live_server.url + "/om/")
    browser_page.keyboard.press("Tab")
    assert browser_page.evaluate("document.activeElement.className") == "skip-link"

    browser_page.keyboard.press("Enter")

    expect(browser_page.locator("#main")).to_be_focused()


def test_first_view_is_under_100_kb(live_server, browser_page):
    call_command("load_content")
    sizes = {}
    browser_page.on("response", lambda answer: sizes.update({answer.url: len(answer.body())}))

    browser_page.goto(live_server.url, wait_until="networkidle")

    # The server compresses text; the typefaces are compressed as they are.
    text = sum(size for url, size in sizes.items() if not url.endswith(".woff2"))
    fonts = sum(size for url, size in sizes.items() if url.endswith(".woff2"))
    assert len([url for url in sizes if url.endswith(".woff2")]) == 2
    assert text + fonts < 100_000


def test_the_dark_look_of_the_public_pages_differs_in_colours_alone():
    style = (STATIC / "css" / "malmo.css").read_text()
    [dark] = re.findall(r"@media \(prefers-color-scheme: dark\) \{(.+?)\n\}", style, re.DOTALL)

    assert re.fullmatch(r"\s*:root \{(\s*--[\w-]+: #[0-9a-f]{3,6};)+\s*\}", dark)


def test_style_sheets_are_under_20_kb_compressed():
    for sheet in STATIC.glob("css/*.css"):
        assert len(gzip.compress(sheet.read_bytes())) < 20_000, sheet.name


def letters_of(file):
    from fontTools.ttLib import TTFont

    return set(TTFont(file).getBestCmap())


@pytest.mark.parametrize("typeface", ["manrope", "source-serif"])
def test_typefaces_hold_the_letters_of_malmos_names(typeface):
    first = letters_of(STATIC / "fonts" / f"{typeface}.woff2")
    second = letters_of(STATIC / "fonts" / f"{typeface}-ext.woff2")

    assert {ord(letter) for letter in "åäöÅÄÖéüøæ–”’…"} <= first
    assert {ord(letter) for letter in "ßłŁşŞğĐđčćžőűñç"} <= second


def test_the_style_sheet_names_the_letters_of_the_second_files():
    sheet = (STATIC / "css" / "malmo.css").read_text()
    told = re.findall(r"unicode-range:\s*([^;]+);", sheet)
    ranges = [part.strip().removeprefix("U+").split("-") for part in told[0].split(",")]
    letters = {n for ends in ranges for n in range(int(ends[0], 16), int(ends[-1], 16) + 1)}

    assert len(told) == 2
    assert told[0] == told[1]
    assert letters == set(build_fonts.PARTS["-ext"])
