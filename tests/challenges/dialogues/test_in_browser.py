"""A dialogue from the vacant seat to the follow-up, as people do it in a browser."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from challenges.models import ChallengeArea, Dialogue, Host, Participant, Plan
from tests.browser import (
    findings_in_all_looks,
    follow,
    go_through,
    lend_session,
    open_page,
    press,
)
from tests.challenges.dialogues.dialogues import (
    calendar_of,
    event_of,
    link_in,
    make_dialogue,
    make_host,
    make_outcome,
    make_participant,
)
from tests.people import make_coordinator, sign_in
from tests.signatures.signing import code_in

DAY = (timezone.localdate() + timedelta(days=60)).isoformat()


@pytest.fixture(autouse=True)
def content(transactional_db):
    call_command("load_content", verbosity=0)


def seat(page, portal, area, sector, email, *, button, first_day):
    """Let the coordinator whose page it is fill the seat, or give it to somebody else."""
    plan = Plan.objects.adopted().get()
    page.goto(f"{portal.url}/admin/challenges/plan/{plan.pk}/varden/{area.pk}/{sector}/")
    page.get_by_label("Namn", exact=False).first.fill(email.partition("@")[0].title())
    page.get_by_label("E-postadress").first.fill(email)
    page.get_by_label("Första dag").fill(first_day.isoformat())
    press(page, button)
    page.get_by_text("är värd från och med").wait_for()


@contextmanager
def coordinators_page(chromium, portal, **options):
    """The admin, after a code and a second factor."""
    client = sign_in(make_coordinator(), second_factor=True)
    with open_page(chromium, **options) as page:
        lend_session(page, client, portal.url)
        yield page


def enter(page, portal, smtp, email):
    """Sign in by code, on the way to the own dialogues."""
    page.goto(f"{portal.url}/mina-sidor/dialoger/")
    page.get_by_label("E-postadress").fill(email)
    go_through(page.locator("main form button").first)
    page.get_by_label("Kod").fill(code_in(smtp.to(email)[-1]))
    go_through(page.locator("main form button").first)
    page.get_by_role("heading", name="Mina dialoger").wait_for()


def plan(page):
    follow(page, "Planera en dialog")
    page.get_by_label("Rubrik", exact=True).fill("Trygga torg")
    page.get_by_label("Dag", exact=True).fill(DAY)
    page.get_by_label("Börjar").fill("17:30")
    page.get_by_label("Slutar").fill("19:00")
    page.get_by_label("Plats", exact=False).first.fill("Stadshuset")
    page.get_by_label("Antal platser").fill("10")
    press(page, "Spara")
    press(page, "Öppna för anmälan")


def sign_up(page, portal, number):
    page.goto(f"{portal.url}/dialoger/trygga-torg/")
    page.get_by_label("Namn").fill(f"Person {number}")
    page.get_by_label("E-postadress").fill(f"person{number}@example.org")
    press(page, "Anmäl mig")
    page.get_by_role("heading", name="Tack för din anmälan").wait_for()


def hold(dialogue):
    """Let the time pass: the meeting was two hours ago."""
    now = timezone.now()
    Dialogue.objects.filter(pk=dialogue.pk).update(
        starts_at=now - timedelta(hours=4), ends_at=now - timedelta(hours=2)
    )


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_vacant_seat_to_the_follow_up(chromium, portal, smtp, run_jobs, scripts):
    area, today = ChallengeArea.objects.first(), timezone.localdate()
    hosts = {"civil": "alva@example.org", "city": "bo@example.org"}
    options = {"java_script_enabled": scripts}
    with coordinators_page(chromium, portal, **options) as page:
        for sector, email in hosts.items():
            seat(page, portal, area, sector, email, button="Ny värd", first_day=today)
    with open_page(chromium, **options) as page:
        enter(page, portal, smtp, hosts["civil"])
        plan(page)
    with open_page(chromium, **options) as page:
        for number in range(12):
            sign_up(page, portal, number)
        run_jobs()
        page.goto(portal.url + link_in(smtp.to("person0@example.org")[0]))
        press(page, "Avboka min anmälan")
        page.get_by_text("Din anmälan är avbokad.").first.wait_for()
    run_jobs()
    first_in_line, second_in_line = (smtp.to(f"person{n}@example.org") for n in (10, 11))
    assert first_in_line[-1]["Subject"] == "Du har fått en plats: Trygga torg"
    assert len(second_in_line) == 1
    event = event_of(calendar_of(first_in_line[-1])[0])
    assert event.start.strftime("%Y-%m-%d %H:%M") == f"{DAY} 17:30"

    dialogue = Dialogue.objects.get()
    assert dialogue.participants.seated().count() == 10
    hold(dialogue)
    address = f"{portal.url}/mina-sidor/dialoger/trygga-torg/"
    with open_page(chromium, **options) as page:
        enter(page, portal, smtp, hosts["civil"])
        page.goto(address)
        press(page, "Markera som hållen")
        follow(page, "Lägg till ett resultat")
        page.get_by_label("Vad ska göras?").fill("Lysa upp torget")
        page.get_by_label("Vem gör det?").fill("Gatukontoret")
        page.get_by_label("Malmö stad").check()
        press(page, "Spara")
        page.goto(address + "anteckningar/")
        page.get_by_label("Anteckningar").fill("# Ljus\n\nVi enades om **ljus**.")
        press(page, "Spara anteckningarna")
        press(page, "Godkänn för Idéburen sektor")
    with open_page(chromium, **options) as page:
        enter(page, portal, smtp, hosts["city"])
        page.goto(address + "anteckningar/")
        press(page, "Godkänn för Malmö stad")
        page.get_by_text("Anteckningarna är publicerade.").wait_for()
        page.goto(address)
        follow(page, "Följ upp Lysa upp torget")
        page.get_by_label("klart").check()
        page.get_by_label("Hur går det?").fill("Lamporna lyser.")
        press(page, "Spara")
    with open_page(chromium, **options) as page:
        page.goto(f"{portal.url}/dialoger/trygga-torg/")
        page.get_by_text("Vi enades om ljus.").wait_for()
        page.goto(f"{portal.url}/utmaningar/{area.slug}/")
        page.get_by_text("Lamporna lyser.").wait_for()

    tomorrow, told = today + timedelta(days=1), {"button": "Byt värd"}
    with coordinators_page(chromium, portal, **options) as page:
        seat(page, portal, area, "civil", "cia@example.org", first_day=tomorrow, **told)
    terms = Host.objects.filter(area=area, sector="civil").order_by("first_day")
    assert [term.last_day for term in terms] == [today, None]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_public_pages_are_for_everyone_in_every_state(chromium, portal, language):
    area = ChallengeArea.objects.first()
    cases = {
        "open": make_dialogue(areas=[area], title="Ö" * 120, seats=5, agenda="# Rubrik\n\n- Lista"),
        "full": make_dialogue(areas=[area], seats=1, online_address="https://example.org/m"),
        "cancelled": make_dialogue(
            Dialogue.State.CANCELLED, areas=[area], cancel_reason="Lokalen är stängd."
        ),
        "held": make_dialogue(
            Dialogue.State.HELD,
            areas=[area],
            published_notes="# Ljus\n\nVi enades.",
            notes_published_at=timezone.now(),
        ),
    }
    make_outcome(cases["held"], note="Det går bra.", until=timezone.localdate())
    people = [
        make_participant(cases["full"]),
        make_participant(cases["full"], Participant.State.WAITING),
        make_participant(cases["full"], Participant.State.CANCELLED),
    ]
    addresses = ["/dialoger/", f"/utmaningar/{area.slug}/", "/utmaningar/"]
    addresses += [dialogue.get_absolute_url() for dialogue in cases.values()]
    addresses += [cases["open"].get_absolute_url() + "anmald/"]
    addresses += [f"/dialoger/anmalan/{person.token}/" for person in people]
    findings = []
    with open_page(chromium) as page:
        page.goto(f"{portal.url}/?sprak={language}")
        for address in addresses:
            page.goto(portal.url + address)
            findings += [f"{address} {finding}" for finding in findings_in_all_looks(page)]
        page.goto(portal.url + cases["open"].get_absolute_url())
        go_through(page.locator("#anmalan form button"))
        page.locator(".error-summary").wait_for()
        findings += findings_in_all_looks(page)
    assert findings == []


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_hosts_pages_are_for_everyone_too(chromium, portal, smtp, language):
    area = ChallengeArea.objects.first()
    host = make_host(area)
    soon = make_dialogue(Dialogue.State.PLANNED, areas=[area], title="Ö" * 120)
    held = make_dialogue(Dialogue.State.HELD, areas=[area], notes="# Ljus\n\nVi enades.")
    outcome = make_outcome(held, published=False)
    make_participant(held, needs="Tolk", organisation="Odlarna")
    make_participant(held, Participant.State.WAITING)
    base = "/mina-sidor/dialoger/"
    addresses = [base, f"{base}planera/"]
    addresses += [f"{base}{soon.slug}/{path}" for path in ("", "andra/", "bjud-in/", "stall-in/")]
    addresses += [
        f"{base}{held.slug}/{path}"
        for path in ("", "deltagare/", "anteckningar/", "resultat/", f"resultat/{outcome.pk}/")
    ]
    findings = []
    with open_page(chromium) as page:
        enter(page, portal, smtp, host.email)
        page.goto(f"{portal.url}/?sprak={language}")
        for address in addresses:
            page.goto(portal.url + address)
            findings += [f"{address} {finding}" for finding in findings_in_all_looks(page)]
        page.goto(f"{portal.url}{base}planera/")
        go_through(page.locator("main form button"))
        page.locator(".error-summary").wait_for()
        findings += findings_in_all_looks(page)
        page.goto(f"{portal.url}{base}{soon.slug}/bjud-in/")
        page.locator("#id_addresses").fill("a@example.org\nfel")
        go_through(page.locator("button[name=preview]"))
        page.locator("button[name=send]").wait_for()
        findings += findings_in_all_looks(page)
    assert findings == []
