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

import axe_playwright_python
import html5lib
import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, sync_playwright

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
# Chromium without windows (decision 0044). None: the one that Playwright installed.
EXECUTABLE = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell")
LOCAL_HOSTS = {"127.0.0.1", "localhost", ""}  # "" is a data: address
DESKTOP = {"width": 1280, "height": 800}
SMALL_PHONE = {"width": 320, "height": 640}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=["--no-sandbox"])
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


def go_through(way: Locator) -> None:
    """Click, and wait for the page that it leads to: what comes next must not meet the old one."""
    with way.page.expect_navigation():
        way.click()


def press(page: Page, name: str) -> None:
    """Press the button, or the first of that name, and wait for the next page."""
    go_through(page.get_by_role("button", name=name, exact=True).first)


def follow(page: Page, name: str) -> None:
    """Follow the link, or the first of that name, and wait for the next page."""
    go_through(page.get_by_role("link", name=name).first)


def lend_session(page: Page, client: Client, url: str) -> None:
    """Let the browser be signed in at the address as the client is."""
    key = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": key, "value": client.cookies[key].value, "url": url}])


@contextmanager
def open_page(browser: Browser, **options) -> Iterator[Page]:
    """A page with cookies of its own. Open a second one to play a second person."""
    options = {"locale": "sv-SE", "viewport": DESKTOP, "reduced_motion": "reduce"} | options
    context = browser.new_context(**options)
    context.set_default_timeout(10_000)
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


def axe_findings(page: Page, rules: list[str] = AXE_RULES) -> list[str]:
    """What axe finds on the page as it stands now: one line for each rule and element."""
    _bring_axe(page)
    found = page.evaluate(
        "how => axe.run(how).then(results => results.violations)",
        # No rule of these reads style sheets, which axe would else parse anew each time.
        {"runOnly": rules, "resultTypes": ["violations"], "preload": {"assets": ["media"]}},
    )
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


def _bring_axe(page: Page) -> None:
    """Past the page's policy, which page.evaluate would meet: it uses eval.

    The pages after it come with axe, which takes a tenth of the time.
    """
    if page.evaluate("typeof axe === 'undefined'"):
        session = page.context.new_cdp_session(page)
        session.send("Runtime.evaluate", {"expression": AXE})
        session.detach()
        page.context.add_init_script(AXE)


def findings_in_all_looks(page: Page) -> list[str]:
    """What axe finds on a desktop and on a small phone, in light and dark; and sideways scroll."""
    findings = []
    for size in (DESKTOP, SMALL_PHONE):
        page.set_viewport_size(size)
        look = f"{size['width']} px"
        findings += [f"{look}: {finding}" for finding in axe_findings(page)]
        if scrolls_sideways(page):
            findings.append(f"{look}: the page scrolls sideways")
        # The dark look differs in colours alone (test_look.py), so only they are judged anew.
        page.emulate_media(color_scheme="dark")
        findings += [f"{look}, dark: {finding}" for finding in axe_findings(page, COLOUR_RULES)]
        page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESKTOP)
    return findings


def scrolls_sideways(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def assert_well_formed(html: str | bytes) -> None:
    """Raises html5lib's ParseError, with the place, at the first thing that is not valid HTML."""
    parser = html5lib.HTMLParser(strict=True)
    parser.parse(html)
