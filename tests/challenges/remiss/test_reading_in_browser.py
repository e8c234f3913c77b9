"""The pages that everyone reads are for everyone: in light and dark, on a desktop and a phone."""

import pytest
from django.utils import timezone

from challenges.remiss.models import Position
from challenges.remiss.shown_answers import catch_up, group
from tests.browser import findings_in_all_looks, open_page
from tests.challenges.remiss.referrals import (
    Publication,
    State,
    make_attachment,
    make_document,
    make_masking,
    make_recipient,
    make_referral,
    make_reply,
    make_response,
    make_section,
)
from tests.challenges.remiss.test_campaigns import CALL


def make_full_referral():
    referral = make_referral(State.CLOSED, closed_at=timezone.now(), title="Ö" * 120)
    section = make_section(referral, title="Delaktighet, trygghet och demokrati i hela Malmö")
    for position in [*Position, None]:
        make_response(
            referral,
            publication=Publication.PUBLISHED,
            recipient=make_recipient(referral, name="Å" * 60),
            position=position,
            summary=CALL,
            sections={section: (position, "Ett ord: " + "x" * 90)},
        )
    make_recipient(referral, name="Tyst")
    answer = referral.responses.first()
    make_masking(answer.counting_version, 0, 4)
    make_attachment(answer.counting_version)
    make_document(referral)
    make_reply(referral, published=True, section=section, link="https://example.org/andring")
    catch_up()
    group(referral)
    return referral


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_public_pages_are_for_everyone(chromium, portal, language):
    referral, opened = make_full_referral(), make_referral(sections=2)
    make_recipient(opened)
    first = referral.responses.order_by("pk").first().get_absolute_url()
    base = referral.get_absolute_url()
    addresses = ["/remiss/", opened.get_absolute_url(), base, f"{base}svar/", first]
    addresses += [f"{base}svar/?q=xyz", f"{base}remissinstanser/", f"{base}sammanstallning/"]
    addresses += [f"{first}likalydande/", f"{base}svar/?avsnitt=0"]
    findings = []
    with open_page(chromium) as page:
        page.goto(f"{portal.url}/?sprak={language}")
        for address in addresses:
            page.goto(portal.url + address)
            findings += [f"{address} {finding}" for finding in findings_in_all_looks(page)]
    assert findings == []
