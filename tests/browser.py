"""A real browser for the tests, and what every page is held to.

The fixtures come to every test through `pytest_plugins` in conftest.py:

- `browser_page`: a page in Chromium, Swedish, 1280 px wide, scripts on.
- `browser_page_without_scripts`: the same, for what must work without JavaScript.

Both fail the test when the page broke the Content-Security-Policy, threw in a script, or asked
another host for anything.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import axe_core_python
import html5lib
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

AXE = Path(axe_core_python.__file__).with_name("axe.min.js").read_text()
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOCAL_HOSTS = {"127.0.0.1", "localhost", ""}  # "" is a data: address
DESKTOP = {"width": 1280, "height": 800}
SMALL_PHONE = {"width": 320, "height": 640}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium where there is one, else the one that Playwright installed."""
    system = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def browser_page(chromium: Browser) -> Iterator[Page]:
    with open_page(chromium) as page:
        yield page


@pytest.fixture
def browser_page_without_scripts(chromium: Browser) -> Iterator[Page]:
    with open_page(chromium, java_script_enabled=False) as page:
        yield page


@contextmanager
def open_page(browser: Browser, **options) -> Iterator[Page]:
    """A page with cookies of its own. Open a second one to play a second person."""
    settings = {"locale": "sv-SE", "viewport": DESKTOP, "reduced_motion": "reduce"} | options
    context = browser.new_context(**settings)
    context.set_default_timeout(10_000)
    if settings.get("java_script_enabled", True):
        context.add_init_script(AXE)  # page.evaluate would meet the policy against eval
    page = context.new_page()
    wrongs: list[str] = []

    def note_message(message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            wrongs.append(message.text)

    def note_request(request: Request) -> None:
        if (urlsplit(request.url).hostname or "") not in LOCAL_HOSTS:
            wrongs.append(f"asked another host: {request.url}")

    context.on("console", note_message)
    context.on("weberror", lambda error: wrongs.append(str(error.error)))
    context.on("request", note_request)
    try:
        yield page
    finally:
        context.close()
    assert wrongs == []


def axe_findings(page: Page) -> list[str]:
    """What axe finds on the page as it stands now: one line for each rule and element."""
    found = page.evaluate(
        "rules => axe.run({runOnly: {type: 'tag', values: rules}}).then(r => r.violations)",
        AXE_RULES,
    )
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


def findings_in_all_looks(page: Page) -> list[str]:
    """What axe finds in light and dark, on a desktop and on a small phone; and sideways scroll."""
    findings = []
    for size in (DESKTOP, SMALL_PHONE):
        page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            look = f"{scheme} {size['width']} px"
            findings += [f"{look}: {finding}" for finding in axe_findings(page)]
            if scrolls_sideways(page):
                findings.append(f"{look}: the page scrolls sideways")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESKTOP)
    return findings


def scrolls_sideways(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def assert_well_formed(html: str | bytes) -> None:
    """Raises html5lib's ParseError, with the place, at the first thing that is not valid HTML."""
    parser = html5lib.HTMLParser(strict=True)
    parser.parse(html)
