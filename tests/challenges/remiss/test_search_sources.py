import pytest

from challenges.remiss import search_sources
from tests.challenges.remiss.referrals import State, make_referral, make_section

pytestmark = pytest.mark.django_db


def entries(*rows):
    return list(search_sources.referrals([row.pk for row in rows]))


def test_what_is_public_is_found_by_title_sections_and_registry_number(client):
    referral = make_referral(title="Plan för torg", registry_number="STK-2026-7")
    make_section(referral, title="Belysning", text="Fler **lyktor**?")
    (entry,) = entries(referral)
    assert entry.url == referral.get_absolute_url()
    assert {"STK-2026-7", "Belysning", "lyktor?"} <= set(entry.text.split())
    assert "Plan för torg" in client.get("/sok/", {"q": "lyktor"}).text


def test_a_draft_is_not_found():
    assert entries(make_referral(State.DRAFT)) == []
