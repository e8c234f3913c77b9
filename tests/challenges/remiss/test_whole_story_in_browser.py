"""A remiss from the first line to the reading of what came in, as people meet it."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from challenges.remiss.models import Referral, ReferralResponse
from tests.browser import follow, go_through, lend_session, open_page, press
from tests.challenges.remiss import published_figures
from tests.challenges.remiss.many_answers import SECTIONS, body_kind, body_name
from tests.challenges.remiss.test_answering_in_browser import (
    choose_file,
    fill,
    link_in,
    type_code,
)
from tests.hostile_files import office_file, pdf
from tests.people import make_coordinator, sign_in

# As it stands in a spreadsheet: name, address and kind, parted by tabs.
LIST = [
    (body_name(n), f"instans{n}@example.org", {"department": "förvaltning"}.get(body_kind(n), ""))
    for n in range(40)
]


@pytest.fixture
def desk(portal, browser_page):
    """The browser of a coordinator with a second factor."""
    call_command("load_content", verbosity=0)
    client = sign_in(make_coordinator("anna@example.org"), second_factor=True)
    lend_session(browser_page, client, portal.url)
    browser_page.goto(f"{portal.url}/admin/remiss/referral/")
    return browser_page


def make_referral_at(desk, portal):
    desk.goto(f"{portal.url}/admin/remiss/referral/add/")
    fill(
        desk,
        title="Plan för samverkan 2027–2030",
        registry_number="STK-2026-412",
        sender="Stadskontoret, Malmö stad",
        background="Vad saknas i **planen**?",
        due_date=(timezone.localdate() + timedelta(days=20)).isoformat(),
        contact_email="registrator@example.org",
    )
    for number, title in enumerate(SECTIONS):
        desk.get_by_role("button", name="Lägg till ytterligare").first.click()
        kind = "introduction" if number == 0 else "question"
        desk.locator(f"[name=sections-{number}-kind]").select_option(kind)
        desk.locator(f"[name=sections-{number}-title]").fill(title)
        desk.locator(f"[name=sections-{number}-order]").fill(str(number + 1))
    go_through(desk.locator("[name=_save]"))
    referral = Referral.objects.get(registry_number="STK-2026-412")
    assert list(referral.sections.values_list("title", flat=True)) == SECTIONS
    return referral


def paste_list(desk, portal, referral):
    desk.goto(f"{portal.url}/admin/remiss/referral/{referral.pk}/laget/")
    follow(desk, "Klistra in från ett kalkylark")
    rows = ["\t".join(row) for row in LIST]
    fill(desk, rows="\n".join([*rows[:7], "Utan adress\t\tförening", *rows[7:]]))
    press(desk, "Förhandsgranska")
    expect(desk.locator("#content")).to_contain_text("1 rad behöver rättas")
    assert "E-postadressen saknas." in desk.get_by_role("row", name="Utan adress").inner_text()
    assert not referral.recipients.exists()
    fill(desk, rows="\n".join(rows))
    press(desk, "Förhandsgranska")
    expect(desk.locator("#content-main table").first.locator("tbody tr")).to_have_count(40)
    go_through(desk.locator("[name=add]"))
    desk.get_by_text("40 remissinstanser är tillagda").wait_for()


def decide(desk, portal, referral, what):
    desk.goto(f"{portal.url}/admin/remiss/referral/{referral.pk}/beslut/{what}/")
    go_through(desk.locator("#content-main [type=submit]"))
    assert desk.url.endswith("/laget/")


def give_two_more_days(desk, portal, body):
    desk.goto(f"{portal.url}/admin/remiss/referralrecipient/{body.pk}/change/")
    day = body.referral.due_date + timedelta(days=2)
    fill(desk, due_date=day.isoformat())
    go_through(desk.locator("[name=_save]"))
    assert desk.url.endswith("/referralrecipient/")


def answer_as(chromium, smtp, address, *, position, files=(), **respondent):
    """Answer through the form without scripts; return what the receipt says."""
    with open_page(chromium, java_script_enabled=False) as page:
        page.goto(address)
        if "kind" in respondent:
            page.locator(f"[name=kind][value={respondent.pop('kind')}]").check()
        fill(page, **respondent)
        email = page.locator("[name=email]").input_value()
        press(page, "Fortsätt")
        page.locator(f"[name=position][value={position}]").check()
        fill(page, summary=f"Vi har läst planen och svarar från {email.split('@')[0]}.")
        page.locator("select").first.select_option(position)
        page.locator("textarea").nth(1).fill("Inledningen behöver säga vem som har ansvaret.")
        press(page, "Fortsätt")
        for name, content in files:
            choose_file(page, name, content)
            press(page, "Bifoga filen")
        go_through(page.locator("[name=next]"))
        type_code(page, smtp, email)
        return page.locator("main").inner_text()


def test_forty_bodies_are_asked_and_page_and_files_agree_to_the_digit(
    chromium, desk, portal, smtp, run_jobs, tmp_path
):
    referral = make_referral_at(desk, portal)
    paste_list(desk, portal, referral)
    decide(desk, portal, referral, "oppna")
    decide(desk, portal, referral, "bjud-in")
    department, granted, late = (referral.recipients.get(name=LIST[n][0]) for n in (4, 20, 30))
    give_two_more_days(desk, portal, granted)
    run_jobs()
    assert all(len(smtp.to(email)) >= 1 for _name, email, _kind in LIST)
    own = {body: link_in(smtp.to(body.email)[0], "svara") for body in (department, granted, late)}
    assert [len(smtp.to(body.email)) for body in (department, granted, late)] == [1, 2, 1]

    files = [("Yttrande.pdf", pdf()), ("Bilaga.docx", office_file())]
    answer_as(chromium, smtp, own[department], position="supports_with_changes", files=files)
    sent = department.response.counting_version
    assert [file.file_name for file in sent.attachments.all()] == ["Yttrande.pdf", "Bilaga.docx"]
    form = f"{portal.url}/remiss/{referral.slug}/svara/"
    person = {"kind": "person", "name": "Bo Al", "email": "bo@example.org"}
    answer_as(chromium, smtp, form, position="rejects", **person)

    # The days pass: the last day was yesterday, and the granted one is tomorrow.
    yesterday = timezone.localdate() - timedelta(days=1)
    Referral.objects.filter(pk=referral.pk).update(due_date=yesterday)
    referral.recipients.filter(pk=granted.pk).update(due_date=yesterday + timedelta(days=2))
    assert "för sent" not in answer_as(chromium, smtp, own[granted], position="supports")
    assert "för sent" in answer_as(chromium, smtp, own[late], position="rejects")
    run_jobs()

    desk.goto(f"{portal.url}/admin/remiss/referralresponse/?referral__id__exact={referral.pk}")
    desk.locator("#action-toggle").check()
    desk.locator("[name=action]").select_option("publish_chosen")
    go_through(desk.locator("button[name=index]"))
    desk.get_by_text("4 svar är publicerade.").wait_for()

    page, figures = desk, {"invited": 40, "answered": 3, "abstained": 0, "silent": 37}
    figures |= {"received": 4, "published": 4, "waiting": 0, "withheld": 0, "late": 1}
    page.goto(f"{portal.url}/remiss/{referral.slug}/sammanstallning/")
    run_jobs()
    fetched = {
        ending: page.request.get(f"{portal.url}/remiss/{referral.slug}.{ending}").body()
        for ending in ("json", "xlsx", "docx", "pdf")
    }
    page.goto(f"{portal.url}/remiss/{referral.slug}/")
    on_page = published_figures.from_page(page)
    assert on_page[0] == figures
    assert on_page[1][:2] == [[1, 1, 0, 2, 0, 0, 0, 4], [1, 1, 0, 2, 0, 0, 0, 4]]
    assert published_figures.from_json(fetched["json"]) == on_page
    assert published_figures.from_spreadsheet(fetched["xlsx"]) == on_page
    *in_word, text = published_figures.from_word(fetched["docx"], tmp_path)
    assert tuple(in_word) == on_page
    assert "Inledningen behöver säga vem som har ansvaret." in text
    in_pdf, text = published_figures.from_pdf(fetched["pdf"])
    assert in_pdf == figures
    for title, counts in zip(["Alla svar", *SECTIONS], on_page[1], strict=True):
        assert f"{title} {' '.join(map(str, counts))}" in text
    assert "Bo Al" not in text
    assert ReferralResponse.objects.filter(referral=referral).count() == 4
