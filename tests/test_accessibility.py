"""The criteria of WCAG 2.2 AA that axe cannot judge, tried by keyboard, zoom and spacing.

Each on every kind of page: text, list, filter, form with errors, table, picture. What a person has
to judge (whether words are plain, a heading fits) is in docs/accessibility.md.
"""

import pytest
from django.core.management import call_command

from tests.browser import (
    DESKTOP,
    SMALL_PHONE,
    go_through,
    lend_session,
    open_page,
    scrolls_sideways,
)
from tests.challenges.dialogues.dialogues import make_dialogue
from tests.factories import make_signature
from tests.people import make_coordinator, sign_in

PAGES = [
    *["/", "/avsiktsforklaring/", "/skriv-under/", "/undertecknare/", "/utmaningar/"],
    *["/utmaningar/ungas-halsa-och-livsstil/", "/dialoger/", "/samordnare/", "/remiss/"],
    *["/kartlaggning/", "/organisationer/", "/nyheter/", "/dokument/", "/sok/?q=samverkan"],
    *["/om/", "/tillganglighet/", "/integritet/", "/konto/logga-in/"],
]
# WCAG 1.4.12: what a reader may set, without losing anything.
SPACING = """
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important;
        word-spacing: 0.16em !important; }
    p { margin-block-end: 2em !important; }
"""
CUT_OFF = """
    () => [...document.querySelectorAll('main *, header *, footer *')].filter(e => {
        const style = getComputedStyle(e);
        const hides = /hidden|clip/.test(style.overflowX + style.overflowY);
        const seen = e.getClientRects().length && e.clientWidth > 2 && !e.closest('svg');
        return hides && seen && e.textContent.trim() &&
            (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1);
    }).map(e => e.outerHTML.slice(0, 120))
"""
FOCUSED = """
    () => {
        const e = document.activeElement;
        if (e === document.body) return null;
        const box = e.getBoundingClientRect();
        const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
        const y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
        const top = document.elementFromPoint(x, y);
        const style = getComputedStyle(e);
        const ring = s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2;
        const near = e.closest('label') || e.parentElement;
        return {
            what: e.outerHTML.slice(0, 100),
            order: [...document.querySelectorAll('*')].indexOf(e),
            seen: !!top && (e.contains(top) || top.contains(e) || near.contains(top)),
            ring: ring(style) || style.boxShadow !== 'none' || ring(getComputedStyle(near)),
        };
    }
"""
# How much the edge of each field and button, or its own ground, differs from what is around it.
EDGES = """
    () => {
        const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
        const rgba = colour => {
            canvas.clearRect(0, 0, 1, 1);
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data];
        };
        const light = colour => rgba(colour).slice(0, 3).map(c => c / 255)
            .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
            .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
        const ratio = (a, b) => {
            const [low, high] = [light(a), light(b)].sort((x, y) => x - y);
            return (high + 0.05) / (low + 0.05);
        };
        const ground = e => {
            while (e.parentElement && rgba(getComputedStyle(e).backgroundColor)[3] < 255)
                e = e.parentElement;
            return getComputedStyle(e).backgroundColor;
        };
        const native = /^(checkbox|radio|file|range)$/;  // the browser draws these
        return [...document.querySelectorAll('input, select, textarea, button')]
            .filter(e => e.type !== 'hidden' && !native.test(e.type) && e.getClientRects().length)
            .map(e => {
                const style = getComputedStyle(e);
                const around = ground(e.parentElement);
                const edge = parseFloat(style.borderBlockEndWidth)
                    ? ratio(style.borderBlockEndColor, around) : 1;
                return [Math.max(edge, ratio(ground(e), around)), e.outerHTML.slice(0, 100)];
            });
    }
"""
MOST_STEPS = 150

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def content(portal):
    call_command("load_content", verbosity=0)
    for _organisation in range(3):
        make_signature()
    make_dialogue()
    return portal


def steps(page):
    """What gets the focus, one press of Tab after the other, until it leaves the page."""
    found = []
    for _step in range(MOST_STEPS):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None or (found and focused["what"] == found[0]["what"]):
            return found
        found.append(focused)
    return found


def test_the_focus_goes_as_one_reads_is_seen_and_never_hidden(content, browser_page):
    """WCAG 2.1.2, 2.4.3, 2.4.7, 2.4.11."""
    for path in PAGES:
        browser_page.goto(content.url + path)
        found = steps(browser_page)
        places = [step["order"] for step in found]
        assert len(found) > 5, path
        assert places == sorted(places), path
        assert [s["what"] for s in found if not s["seen"]] == [], path
        assert [s["what"] for s in found if not s["ring"]] == [], path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_fields_and_buttons_stand_out_from_the_ground(content, browser_page, scheme):
    """WCAG 1.4.11, which axe does not judge."""
    browser_page.emulate_media(color_scheme=scheme)
    for path in PAGES:
        browser_page.goto(content.url + path)
        edges = browser_page.evaluate(EDGES)
        assert edges, path
        assert [edge for edge in edges if edge[0] < 3] == [], path


def test_more_room_between_letters_and_lines_cuts_nothing_off(content, chromium):
    """WCAG 1.4.12, on a desktop and on a small phone."""
    with open_page(chromium, bypass_csp=True) as page:
        for path in PAGES:
            page.goto(content.url + path)
            page.add_style_tag(content=SPACING)
            for size in (DESKTOP, SMALL_PHONE):
                page.set_viewport_size(size)
                assert page.evaluate(CUT_OFF) == [], path
                assert not scrolls_sideways(page), path


def test_text_twice_as_large_cuts_nothing_off(content, chromium):
    """WCAG 1.4.4, and 1.4.10: 400 per cent of 1280 px is 320 px."""
    with open_page(chromium, bypass_csp=True) as page:
        for path in PAGES:
            page.set_viewport_size(DESKTOP)
            page.goto(content.url + path)
            page.add_style_tag(content="html { font-size: 200% !important; }")
            assert page.evaluate(CUT_OFF) == [], path
            page.set_viewport_size({"width": 640, "height": 512})
            assert not scrolls_sideways(page), path


def test_help_stands_in_the_same_place_on_every_page(content, browser_page):
    """WCAG 3.2.3, 3.2.4, 3.2.6."""
    seen = set()
    for path in PAGES:
        browser_page.goto(content.url + path)
        links = "links => links.map(a => [a.textContent.trim(), a.getAttribute('href')])"
        found = browser_page.locator("footer a").evaluate_all(links)
        # The way to the other language leads to the same page in it, so to another address.
        seen.add(tuple(text for text, _href in found))
        assert ["Tillgänglighet", "/tillganglighet/"] in [list(link) for link in found], path
    assert len(seen) == 1


def test_an_error_is_announced_beside_its_field_and_in_words(content, browser_page):
    """WCAG 3.3.1, 3.3.3, 4.1.3."""
    for path in ["/skriv-under/", "/konto/logga-in/"]:
        browser_page.goto(content.url + path)
        go_through(browser_page.locator("main form button").last)
        browser_page.locator(".error-summary[role=alert]").wait_for()
        assert browser_page.title().startswith("Fel:")
        wrong = browser_page.locator("[aria-invalid=true]").first
        described = wrong.get_attribute("aria-describedby").split()
        texts = [browser_page.locator(f"[id='{key}']").inner_text() for key in described]
        assert any(text.strip() for text in texts)
        browser_page.locator(".error-summary a").first.click()
        assert (
            browser_page.evaluate("document.activeElement.getAttribute('aria-invalid')") == "true"
        )


def test_signing_in_asks_nobody_to_remember_or_copy_by_hand(content, browser_page):
    """WCAG 3.3.8: the code can be pasted, and browsers fill it in; 1.3.5: the address too."""
    browser_page.goto(f"{content.url}/konto/logga-in/")
    address = browser_page.get_by_label("E-postadress")
    assert address.get_attribute("autocomplete") == "email"
    address.fill("bo@example.org")
    go_through(browser_page.locator("main form button").last)
    code = browser_page.get_by_label("Kod", exact=True)
    assert code.get_attribute("autocomplete") == "one-time-code"
    code.evaluate(
        """field => {
            field.focus();
            document.execCommand('insertText', false, ' 123 456 ');
        }"""
    )
    assert "123 456" in code.input_value()


def test_nothing_is_asked_for_twice_and_turning_the_phone_changes_nothing(content, browser_page):
    """WCAG 3.3.7 and 1.3.4."""
    browser_page.goto(f"{content.url}/skriv-under/")
    browser_page.get_by_label("Organisationens namn").fill("Möllans odlare")
    go_through(browser_page.locator("main form button").last)
    assert browser_page.get_by_label("Organisationens namn").input_value() == "Möllans odlare"
    for size in ({"width": 360, "height": 740}, {"width": 740, "height": 360}):
        browser_page.set_viewport_size(size)
        assert browser_page.get_by_role("heading", level=1).is_visible()
        assert not scrolls_sideways(browser_page)


def test_the_coordinators_desk_is_reached_by_keyboard(content, browser_page):
    lend_session(browser_page, sign_in(make_coordinator(), second_factor=True), content.url)
    for path in ["/admin/", "/admin/signatures/signature/", "/admin/personuppgifter/"]:
        browser_page.goto(content.url + path)
        found = steps(browser_page)
        assert len(found) > 5, path
        assert [s["what"] for s in found if not s["seen"]] == [], path
