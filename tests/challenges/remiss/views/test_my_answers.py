"""Mina sidor: own drafts and answers; everybody else's are not found."""

import io

import pypdf
import pytest
from django.test import Client

from challenges.remiss.models import ReferralResponse, ResponseDraft
from malmoandan.accounts.models import User
from malmoandan.publishing.pdf import standards_broken
from tests.challenges.remiss.answering import (
    ASSOCIATION,
    DEPARTMENT,
    OPINION,
    PERSON,
    address,
    answer,
    ask_for_code,
    begin,
)
from tests.challenges.remiss.referrals import (
    in_malmo,
    make_attachment,
    make_draft,
    make_referral,
    make_response,
)
from tests.factories import make_user
from tests.mailbox import text_of
from tests.people import make_coordinator, sign_in
from tests.signatures.signing import code_in

pytestmark = pytest.mark.django_db


def own(response, step=""):
    return f"/mina-sidor/remissvar/{response.reference}/{step}"


def addresses(response):
    file = make_attachment(response.counting_version)
    gets = [own(response), own(response, "1.pdf"), own(response, f"bilagor/{file.pk}/")]
    return gets, [own(response, "ratta/"), own(response, "namn/")]


@pytest.mark.parametrize("state", ["waiting", "published", "withheld"])
def test_an_answer_is_not_found_by_any_other_person(client, state):
    response = make_response(publication=state, kind="person")
    strangers = [
        sign_in(make_user()),
        sign_in(make_user(response.email)),  # the address alone, of an answer entered by hand
        sign_in(make_coordinator(), second_factor=True),
    ]
    gets, posts = addresses(response)
    for stranger in strangers:
        assert {stranger.get(one).status_code for one in gets} == {404}
        assert {stranger.post(one).status_code for one in posts} == {404}
    assert {client.get(one).url.split("?")[0] for one in gets} == {"/konto/logga-in/"}
    assert not ResponseDraft.objects.exists()


def test_who_sent_it_finds_all_of_it():
    alva = make_user()
    response = make_response(account=alva)
    gets, posts = addresses(response)
    mine = sign_in(alva)
    assert [mine.get(one).status_code for one in gets] == [200, 503, 200]
    assert {mine.get(one).status_code for one in posts} == {405}
    assert mine.get(own(response, "2.pdf")).status_code == 404
    other = make_attachment(make_response().counting_version)
    assert mine.get(own(response, f"bilagor/{other.pk}/")).status_code == 404


def test_mina_sidor_lists_own_drafts_and_answers_alone():
    alva = make_user("alva@example.org")
    mine, others = make_draft(owner_email="alva@example.org"), make_draft(owner_email="b@c.se")
    sent, foreign = make_response(account=alva), make_response()
    page = sign_in(alva).get("/mina-sidor/").text
    assert mine.token in page
    assert sent.reference in page
    assert others.token not in page
    assert foreign.reference not in page


def test_the_receipt_comes_with_the_whole_answer_as_pdf(client, smtp, run_jobs):
    referral = make_referral(sections=1, registry_number="STK-2026-17")
    section = referral.sections.get()
    opinion = OPINION | {f"s{section.pk}-text": "Skriv tydligare. Åäö Ł."}
    draft = answer(client, smtp, referral, DEPARTMENT, opinion)
    run_jobs()

    mail = smtp.to("kultur@example.org")[-1]
    response = ReferralResponse.objects.get()
    assert response.reference in mail["Subject"]
    assert own(response) in text_of(mail)
    (part,) = mail.iter_attachments()
    content = part.get_content()
    words = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    for word in ["STK-2026-17", "Kulturnämnden", "Vi tycker om förslaget.", "Åäö Ł", "Tillstyrker"]:
        assert word in words
    assert standards_broken(content) == []
    page = client.get(own(response, "1.pdf"))
    assert (page.status_code, page.content) == (200, content)
    assert "no-store" in page["Cache-Control"]
    assert draft.sent_version == response.counting_version


def test_a_correction_begins_with_what_was_sent_and_becomes_the_next_version(client, smtp):
    referral = make_referral(sections=1)
    section = referral.sections.get()
    opinion = OPINION | {f"s{section.pk}-text": "Första gången"}
    version = answer(client, smtp, referral, PERSON | {"name_public": "on"}, opinion).sent_version
    make_attachment(version)
    response = version.response

    for _click in range(2):
        led = client.post(own(response, "ratta/"))
    draft = ResponseDraft.objects.unsent().get()
    assert led.url == address(draft)
    assert draft.attachments.count() == 1
    assert "Första gången" in client.get(address(draft, "svaret/")).text
    client.post(address(draft, "svaret/"), {"summary": "Andra gången"})
    ask_for_code(client, draft)
    client.post(address(draft, "kod/"), {"code": code_in(smtp.to("bo@example.org")[-1])})

    response.refresh_from_db()
    assert response.counting_version.number == 2
    assert response.counting_version.attachments.count() == 1
    assert response.name_public
    assert [version.summary for version in response.versions.all()] == [
        "Vi tycker om förslaget.",
        "Andra gången",
    ]


def test_after_the_last_day_no_correction_is_begun():
    alva = make_user()
    response = make_response(make_referral(due_date=in_malmo(2020, 1, 1).date()), account=alva)
    mine = sign_in(alva)
    assert "Rätta svaret" not in mine.get(own(response)).text
    page = mine.post(own(response, "ratta/"), follow=True)
    assert "Svarstiden är slut" in page.text
    assert not ResponseDraft.objects.exists()


def test_a_private_person_takes_the_consent_back_at_once(client, smtp):
    answer(client, smtp, make_referral(), PERSON | {"name_public": "on"})
    response = ReferralResponse.objects.get()
    client.post(own(response, "namn/"), {"hide": "1"})
    response.refresh_from_db()
    assert response.shown_name == "Privatperson"
    client.post(own(response, "namn/"), {"show": "1"})
    response.refresh_from_db()
    assert response.shown_name == "Bo Al"


def test_an_organisations_name_is_no_matter_of_consent():
    alva = make_user()
    response = make_response(account=alva)
    assert sign_in(alva).post(own(response, "namn/"), {"hide": "1"}).status_code == 404


def test_a_receipt_page_shows_no_content_to_who_has_its_link_alone(client, smtp):
    draft = answer(client, smtp, make_referral())
    page = Client().get(address(draft, "kvitto/"))
    assert page.status_code == 200
    assert "Vi tycker om" not in page.text
    assert "/mina-sidor/remissvar/" not in page.text


def test_the_section_costs_the_same_for_one_answer_and_for_many(django_assert_max_num_queries):
    alva = make_user("alva@example.org")
    mine = sign_in(alva)
    for _number in range(20):
        make_response(account=alva)
        make_draft(owner_email="alva@example.org")
    with django_assert_max_num_queries(22):
        mine.get("/mina-sidor/")


def test_no_account_is_needed_to_begin(client):
    begin(client, make_referral(), ASSOCIATION)
    assert not User.objects.filter(email="alva@example.org").exists()
