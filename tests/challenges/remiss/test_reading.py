"""What everyone may read of a referral and its answers, and what nobody may."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from challenges.remiss.models import (
    Position,
    Referral,
    ReferralNote,
    ReferralResponse,
    RespondentKind,
    ShownAnswer,
)
from challenges.remiss.shown_answers import catch_up, group
from challenges.remiss.views import reading_answers
from tests.browser import assert_well_formed
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
    make_version,
)
from tests.challenges.remiss.test_campaigns import CALL
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db


def make_published(referral, **fields):
    return make_response(referral, publication=Publication.PUBLISHED, **fields)


@pytest.fixture
def closed():
    return make_referral(State.CLOSED, closed_at=timezone.now())


def page(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, address
    if status == 200:
        assert_well_formed(response.content)
    return response.content.decode()


def addresses(referral, response, file):
    base = f"/remiss/{referral.slug}/svar/"
    own = f"{base}{response.reference}/"
    return [own, f"{own}bilagor/{file.pk}/"]


@pytest.mark.parametrize("publication", [Publication.WAITING, Publication.WITHHELD])
def test_an_answer_that_is_not_published_is_nowhere(client, closed, publication):
    answer = make_response(closed, publication=publication, summary="Hemligheten")
    file = make_attachment(answer.counting_version)
    for address in addresses(closed, answer, file):
        page(client, address, 404)
    base = f"/remiss/{closed.slug}/"
    for address in [base, f"{base}svar/", f"{base}svar/?q=hemlighet", f"{base}svar.atom"]:
        shown = client.get(address).content.decode()
        assert "Hemligheten" not in shown
        assert answer.reference not in shown


def test_published_answers_wait_for_the_last_day(client):
    referral = make_referral()
    answer = make_published(referral)
    file = make_attachment(answer.counting_version)
    base = f"/remiss/{referral.slug}"
    hidden = [f"{base}/svar/", f"{base}/svar.atom", f"{base}/sammanstallning/", f"{base}.json"]
    for address in [*addresses(referral, answer, file), *hidden]:
        page(client, address, 404)
    assert answer.reference not in page(client, f"{base}/")


def test_where_the_referral_says_so_they_are_read_at_once(client):
    referral = make_referral(publishes_at_once=True)
    answer = make_published(referral, summary="Vi vill ha ljus.")
    assert "Vi vill ha ljus." in page(client, answer.get_absolute_url())
    assert "Vi vill ha ljus." in page(client, f"/remiss/{referral.slug}/svar/")


@pytest.mark.parametrize("path", ["", "svar/", "remissinstanser/", "sammanstallning/"])
def test_a_draft_is_not_there(client, path):
    draft = make_referral(State.DRAFT)
    page(client, f"/remiss/{draft.slug}/{path}", 404)


@pytest.mark.parametrize("path", ["", "svar/", "remissinstanser/", "svar.atom"])
def test_reading_changes_nothing(client, closed, path):
    assert client.post(f"/remiss/{closed.slug}/{path}").status_code == 405


@pytest.mark.parametrize("slug", ["finns-inte", "x" * 300])
def test_a_referral_that_does_not_exist_is_not_there(client, slug):
    page(client, f"/remiss/{slug}/", 404)
    page(client, f"/remiss/{slug}.json", 404)


def test_the_list_has_the_open_ones_first(client):
    later = make_referral(title="Senare", due_date=timezone.localdate() + timedelta(days=9))
    sooner = make_referral(title="Snart", due_date=timezone.localdate())
    over = make_referral(title="Slut", due_date=timezone.localdate() - timedelta(days=1))
    make_referral(State.DRAFT, title="Utkastet")
    shown = page(client, "/remiss/")
    assert shown.index(sooner.title) < shown.index(later.title) < shown.index(over.title)
    assert "Utkastet" not in shown


def test_the_page_says_how_many_days_are_left_and_how_to_answer(client):
    referral = make_referral(due_date=timezone.localdate() + timedelta(days=5), sections=1)
    document = make_document(referral)
    shown = page(client, referral.get_absolute_url())
    assert "5 dagar kvar" in shown
    assert f"/remiss/{referral.slug}/svara/" in shown
    assert "registrator@example.org" in shown
    assert document.get_absolute_url() in shown
    assert client.get(document.get_absolute_url()).status_code == 200


def test_before_the_last_day_nothing_tells_who_has_answered(client):
    referral = make_referral()
    make_response(referral, recipient=make_recipient(referral, name="Kulturföreningen"))
    shown = page(client, referral.get_absolute_url())
    assert "Kulturföreningen" in shown
    assert "Har svarat" not in shown


def test_after_the_last_day_bodies_stand_as_answered_abstained_and_silent(client, closed):
    for name, position in (("Svarar", Position.SUPPORTS), ("Avstår", Position.ABSTAINS)):
        make_published(closed, recipient=make_recipient(closed, name=name), position=position)
    silent = make_recipient(closed, name="Tyst", email="tyst@example.org")
    shown = page(client, closed.get_absolute_url())
    for words in ("Har svarat", "Avstår från att yttra sig", "Har inte svarat"):
        assert words in shown
    assert silent.email not in shown
    assert silent.token not in shown


def test_a_private_person_is_named_only_with_consent(client, closed):
    shy = make_published(
        closed,
        kind=RespondentKind.PERSON,
        name="Alva Ek",
        contact_person="Alva Ek",
        version={"on_behalf_of": "Alva Eks hushåll", "decided_by": "Alva Ek"},
    )
    shown = page(client, shy.get_absolute_url()) + page(client, f"/remiss/{closed.slug}/svar/")
    assert "Privatperson" in shown
    assert "Alva" not in shown
    ReferralResponse.objects.filter(pk=shy.pk).update(name_public=True)
    assert "Alva Ek" in page(client, shy.get_absolute_url())
    assert shy.email not in page(client, shy.get_absolute_url())


def test_a_name_that_is_taken_back_is_gone_at_once_from_the_search_too(client, closed):
    person = make_published(closed, kind=RespondentKind.PERSON, name="Alva Ek", name_public=True)
    found = f"/remiss/{closed.slug}/svar/?q=alva"
    assert person.reference in page(client, found)
    ReferralResponse.objects.filter(pk=person.pk).update(name_public=False)
    assert person.reference not in page(client, found)


def test_what_is_masked_is_gone_at_once_and_the_page_says_why(client, closed):
    section = make_section(closed)
    answer = make_published(closed, summary="Grannen Bo stör oss.", sections={section: "Ring Bo!"})
    search = f"/remiss/{closed.slug}/svar/?q=bo"
    assert answer.reference in page(client, search)
    version = answer.counting_version
    make_masking(version, 8, 10)
    make_masking(
        version, 5, 7, part="section", section_answer=version.sections.get(), note="På begäran"
    )
    shown = page(client, answer.get_absolute_url())
    assert "Grannen [maskerat] stör oss." in shown
    assert "Ring [maskerat]!" in shown
    assert "På begäran" in shown
    assert answer.reference not in page(client, search)


def test_a_masked_attachment_is_not_there(client, closed):
    answer = make_published(closed)
    file = make_attachment(answer.counting_version)
    address = addresses(closed, answer, file)[1]
    assert client.get(address).headers["Content-Disposition"].startswith("attachment")
    make_masking(answer.counting_version, 0, 0, part="attachment", attachment=file)
    page(client, address, 404)
    assert file.file_name not in page(client, answer.get_absolute_url())


def test_an_attachment_of_an_earlier_version_is_not_there(client, closed):
    answer = make_published(closed)
    old = make_attachment(answer.counting_version)
    make_version(answer, summary="Rättad")
    page(client, addresses(closed, answer, old)[1], 404)


def test_a_withheld_answer_is_gone_from_the_search_at_once(client, closed):
    answer = make_published(closed, summary="Belysning på torget")
    assert answer.reference in page(client, f"/remiss/{closed.slug}/svar/?q=torg")
    by = make_user()
    ReferralResponse.objects.filter(pk=answer.pk).update(
        publication=Publication.WITHHELD,
        published_at=None,
        published_by=None,
        withheld_at=timezone.now(),
        withheld_by=by,
        withheld_reason="Hot",
    )
    assert answer.reference not in page(client, f"/remiss/{closed.slug}/svar/?q=torg")
    catch_up()
    assert ShownAnswer.objects.get(pk=answer.pk).text == ""


@pytest.mark.parametrize("words", ["belysning", "BELYS", "mollevangen", "torg ljus", "föreningens"])
def test_the_search_knows_forms_beginnings_and_letters_without_marks(client, closed, words):
    make_published(closed, summary="Belysningen på Möllevångens torg ger ljus åt föreningen.")
    other = make_published(closed, name="Simmarna", summary="Vi vill ha en simhall.")
    shown = page(client, f"/remiss/{closed.slug}/svar/?q={words}")
    assert "Belysningen" in shown
    assert other.reference not in shown


@pytest.mark.parametrize("words", ["'; DROP", "a:*&|!", "<script>", "()", "\0", "ö" * 199])
def test_any_words_can_be_searched_for(client, closed, words):
    make_published(closed)
    response = client.get(f"/remiss/{closed.slug}/svar/", {"q": words})
    assert response.status_code == 200
    assert b"<script>" not in response.content


@pytest.mark.parametrize(
    "query", [{"avsnitt": "999999"}, {"avsnitt": "x"}, {"q": "a" * 201}, {"stallning": "maybe"}]
)
def test_a_filter_that_makes_no_sense_is_refused_in_words(client, closed, query):
    response = client.get(f"/remiss/{closed.slug}/svar/", query)
    assert response.status_code == 400
    assert b"error-summary" in response.content


def test_answers_are_read_section_by_section(client, closed):
    first, second = make_section(closed), make_section(closed)
    make_published(closed, name="Ettan", sections={first: (Position.REJECTS, "Om det första")})
    make_published(closed, name="Tvåan", sections={second: "Om det andra"})
    shown = page(client, f"/remiss/{closed.slug}/svar/?avsnitt={first.pk}")
    assert "Om det första" in shown
    assert "Avstyrker" in shown
    assert "Tvåan" not in shown


def test_a_correction_that_comes_while_a_section_is_read_breaks_nothing(
    client, closed, monkeypatch
):
    section = make_section(closed)
    make_published(closed, name="Ettan", summary="Bara om helheten.")
    chosen_before = ReferralResponse.objects.values("pk")
    monkeypatch.setattr(reading_answers, "_who_said", lambda *_asked: chosen_before)

    shown = page(client, f"/remiss/{closed.slug}/svar/?avsnitt={section.pk}")

    assert "Ettan" in shown
    assert "Bara om helheten." not in shown


def test_a_section_of_another_referral_is_none_of_this_one(client, closed):
    other = make_section(make_referral(State.CLOSED, closed_at=timezone.now()))
    response = client.get(f"/remiss/{closed.slug}/svar/?avsnitt={other.pk}")
    assert response.status_code == 400


def test_a_campaign_shows_as_one_with_its_number(client, closed):
    answers = [make_published(closed, summary=CALL, name=f"Nr {n}") for n in range(4)]
    alone = make_published(closed, summary="Något helt annat.")
    catch_up()
    group(closed)
    shown = page(client, f"/remiss/{closed.slug}/svar/")
    assert "4 nästan likalydande svar" in shown
    assert answers[0].reference in shown
    assert alone.reference in shown
    assert not any(answer.reference in shown for answer in answers[1:])
    everyone = page(client, f"{answers[0].get_absolute_url()}likalydande/")
    assert all(answer.reference in everyone for answer in answers)
    assert client.get(f"/remiss/{closed.slug}/").context["figures"].published == 5
    page(client, f"{alone.get_absolute_url()}likalydande/", 404)


def test_when_the_first_of_a_campaign_is_withheld_the_others_are_not_hidden(client, closed):
    answers = [make_published(closed, summary=CALL) for _n in range(3)]
    catch_up()
    group(closed)
    answers[0].wait_for_review()
    shown = page(client, f"/remiss/{closed.slug}/svar/")
    assert all(answer.reference in shown for answer in answers[1:])
    catch_up()
    group(closed)
    assert "2 nästan likalydande svar" in page(client, f"/remiss/{closed.slug}/svar/")


def test_in_a_section_an_own_text_is_shown_beside_the_campaign(client, closed):
    same, own = make_section(closed), make_section(closed)
    make_published(closed, summary=CALL, sections={same: "Ja tack.", own: "Mera ljus."})
    second = make_published(closed, summary=CALL, sections={same: "Ja, tack!", own: "Mindre ljus."})
    catch_up()
    group(closed)
    base = f"/remiss/{closed.slug}/svar/?avsnitt="
    assert second.reference not in page(client, f"{base}{same.pk}")
    assert "Mindre ljus." in page(client, f"{base}{own.pk}")


def test_answers_of_one_position_are_as_many_as_the_figures_say(client, closed):
    section = make_section(closed)
    for _n in range(3):  # a campaign counts one by one
        make_published(closed, summary=CALL, position=Position.REJECTS)
    make_published(
        closed, position=Position.SUPPORTS, sections={section: (Position.REJECTS, "Nej")}
    )
    make_published(closed, summary="Utan ställning.")
    catch_up()
    group(closed)
    rows = client.get(closed.get_absolute_url()).context["position_rows"]
    for word, counts in rows:
        answer = client.get(f"/remiss/{closed.slug}/svar/", {"stallning": word.key})
        assert answer.context["page"].paginator.count == counts[0], word
    asked = {"stallning": Position.REJECTS, "avsnitt": section.pk}
    answer = client.get(f"/remiss/{closed.slug}/svar/", asked)
    assert [shown.text for shown in answer.context["answers"]] == ["Nej"]


def test_an_answer_without_a_summary_is_introduced_by_its_first_text(client, closed):
    section = make_section(closed)
    answer = make_published(closed, summary="", sections={section: "Mera ljus på torgen."})
    shown = page(client, f"/remiss/{closed.slug}/svar/")
    assert "Mera ljus på torgen." in shown
    make_masking(
        answer.counting_version,
        0,
        4,
        part="section",
        section_answer=answer.counting_version.sections.get(),
    )
    assert "[maskerat] ljus på torgen." in page(client, f"/remiss/{closed.slug}/svar/")


def test_an_umbrella_and_its_members_count_apart(client, closed):
    umbrella = make_organisation(is_umbrella=True)
    make_published(closed, organisation=umbrella, position=Position.SUPPORTS)
    make_published(closed, organisation=make_organisation(), position=Position.REJECTS)
    figures = client.get(closed.get_absolute_url()).context["figures"]
    rows = {row.key: row.total for row in figures.by_group}
    assert rows == {"all": 2, "umbrella": 1, "organisation": 1}


def test_what_became_of_it_stands_beside_the_answers(client, closed):
    section = make_section(closed)
    answer = make_published(closed, sections={section: "Mera ljus."})
    make_reply(closed, published=True, section=section, text="Vi satte upp lampor.")
    make_reply(closed, published=True, response=answer, text="Tack för förslaget.")
    make_reply(closed, text="Inte publicerad än")
    shown = page(client, answer.get_absolute_url())
    assert "Vi satte upp lampor." in shown
    assert "Tack för förslaget." in shown
    assert "Vi satte upp lampor." in page(client, closed.get_absolute_url())
    assert "Inte publicerad än" not in shown + page(client, closed.get_absolute_url())


def test_what_happened_to_the_days_is_told_with_its_reason(client):
    referral = make_referral()
    ReferralNote.objects.create(
        referral=referral,
        kind=ReferralNote.Kind.DAY_MOVED,
        reason="Flera bad om mer tid.",
        old_day=referral.due_date - timedelta(days=7),
        new_day=referral.due_date,
        by=make_user(email="anna@example.org"),
    )
    shown = page(client, referral.get_absolute_url())
    assert "Flera bad om mer tid." in shown
    assert "anna@example.org" not in shown


def test_a_reopened_referral_hides_its_answers_again(client, closed):
    answer = make_published(closed)
    page(client, answer.get_absolute_url())
    Referral.objects.filter(pk=closed.pk).update(
        state=State.OPEN, due_date=timezone.localdate() + timedelta(days=3), closed_at=None
    )
    page(client, answer.get_absolute_url(), 404)


def test_feeds_tell_of_referrals_and_answers(client, closed):
    answer = make_published(closed)
    assert closed.title in client.get("/remiss.atom").content.decode()
    assert answer.reference in client.get(f"/remiss/{closed.slug}/svar.atom").content.decode()


def fill(referral, number):
    section = referral.sections.first() or make_section(referral)
    for _n in range(number):
        recipient = make_recipient(referral)
        text = {section: (Position.SUPPORTS, "Ja.")}
        make_published(referral, recipient=recipient, sections=text)
    catch_up(referral)
    group(referral)


@pytest.mark.parametrize("path", ["", "svar/", "svar/?q=ja", "remissinstanser/", "svar.atom"])
def test_pages_need_the_same_number_of_queries_for_many_answers(client, closed, path):
    numbers = []
    for more in (3, 60):
        fill(closed, more)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.get(f"/remiss/{closed.slug}/{path}")
        numbers.append(len(queries))
        assert len(response.content) < 100_000
    assert numbers[0] == numbers[1]
    assert numbers[0] < 22
