"""What a first visit to a page brings over the wire: page, style, scripts, typefaces, pictures."""

from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.bench.figures import Figure, alone
from tests.bench.pages import PAGES, path
from tests.bench.server import serve
from tests.browser import EXECUTABLE

BAR = 60  # kB
MORE = {"agreement": "/avsiktsforklaring/", "signing": "/skriv-under/", "about": "/om/"}


def measure(folder: Path) -> list[Figure]:
    addresses = {page.name: path(page) for page in PAGES} | MORE
    with serve(folder) as server, sync_playwright() as playwright:
        for address in addresses.values():
            server.wait_for(address)
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=["--no-sandbox"])
        figures = [
            alone("first view", name, "kB", [_weight(browser, server.url + address)], bar=BAR)
            for name, address in addresses.items()
        ]
        browser.close()
    return figures


def _weight(browser: Browser, address: str) -> float:
    """Kilobytes as they were sent, headers included, with nothing in the browser's cache."""
    context = browser.new_context(locale="sv-SE", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(120_000)
    sent: list[float] = []
    network = context.new_cdp_session(page)
    network.on("Network.loadingFinished", lambda told: sent.append(told["encodedDataLength"]))
    network.send("Network.enable")
    answer = page.goto(address, wait_until="networkidle")
    if answer is None or answer.status != 200:
        raise AssertionError(f"{address} answers {answer and answer.status}")
    context.close()
    return sum(sent) / 1000
