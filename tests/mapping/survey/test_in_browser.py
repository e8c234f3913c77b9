"""A round from its opening to its publication, as people do it in a browser."""

from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from mapping.models import CooperationEdition, SurveyRound
from mapping.survey import rounds, tasks
from mapping.survey.access import Reporter
from tests.browser import findings_in_all_looks, follow, go_through, open_page, press
from tests.factories import make_organisation, make_user
from tests.mapping.survey.rounds import as_file, fill, make_department, make_open_round, template_of
from tests.signatures.signing import code_in


def enter(page, portal, smtp, address):
    """By the link in the mail, and a code."""
    mail = next(m for m in smtp.to(address) if "lank/" in m.get_body(("plain",)).get_content())
    text = mail.get_body(("plain",)).get_content()
    link = next(word for word in text.split() if "/lank/" in word)
    page.goto(portal.url + "/" + link.split("/", 3)[3])
    press(page, "Skicka koden")
    page.get_by_label("Kod").fill(code_in(smtp.to(address)[-1]))
    go_through(page.locator("main form button").first)
    page.get_by_role("heading", name="Samverkan som").wait_for()


def report_by_form(page):
    press(page, "Lägg till en samverkan")
    page.get_by_label("Vad heter samverkan?").fill("Läxhjälp på Rosengård")
    page.get_by_label("Gemensamma projekt").check()
    press(page, "Spara och fortsätt")
    page.get_by_label("Sök på namn").fill("läx")
    press(page, "Sök")
    press(page, "Lägg till Läxhjälparna")
    press(page, "Fortsätt")
    page.get_by_label("När började den?").fill("2021")
    page.get_by_label("Den pågår tills vidare").check()
    press(page, "Spara och fortsätt")
    page.get_by_label("Samråd").check()
    press(page, "Spara och fortsätt")
    page.get_by_label("Läxhjälparna, kronor 2025").fill("12 000")
    assert findings_in_all_looks(page) == []
    press(page, "Spara och fortsätt")
    press(page, "Spara och fortsätt")
    assert findings_in_all_looks(page) == []
    press(page, "Spara samverkan")


def test_a_round_from_opening_to_publication(
    portal, browser_page, chromium, smtp, run_jobs, tmp_path
):
    department, association = make_department(), make_organisation(name="Läxhjälparna")
    survey_round = make_open_round(state=SurveyRound.State.DRAFT)
    invited = [(department, "fritid@malmo.example"), (association, "lax@forening.example")]
    rounds.invite(survey_round=survey_round, invited=invited)
    rounds.begin(survey_round=survey_round)
    run_jobs()

    enter(browser_page, portal, smtp, "fritid@malmo.example")
    report_by_form(browser_page)
    assert findings_in_all_looks(browser_page) == []
    press(browser_page, "Vi är klara")
    browser_page.get_by_text("Tack! Ni är klara.").first.wait_for()
    run_jobs()

    with open_page(chromium) as page:
        enter(page, portal, smtp, "lax@forening.example")
        assert any("Andra har rapporterat" in m["Subject"] for m in smtp.to("lax@forening.example"))
        follow(page, "Läs och invänd")
        page.get_by_label("Vad stämmer inte?").fill("Vi lägger 15 000 kronor.")
        press(page, "Skicka invändningen")
        page.get_by_text("En samordnare avgör").first.wait_for()
        hand_in(page, survey_round, association, tmp_path)
        assert findings_in_all_looks(page) == []
        press(page, "Spara allt")
        page.get_by_text("Allt i filen är sparat.").wait_for()
    assert CooperationEdition.objects.count() == 2
    tasks.tell_parties(survey_round.pk)
    rounds.close(survey_round=survey_round)
    rounds.publish(survey_round=survey_round, by=make_user())
    assert CooperationEdition.objects.public().count() == 2


def hand_in(page, survey_round, association, tmp_path):
    SurveyRound.objects.filter(pk=survey_round.pk).update(
        last_day=timezone.localdate() + timedelta(days=1)
    )
    book = template_of(Reporter(survey_round, association, make_user()))
    fill(book["Samverkan"], 2, Nr=1, Rubrik="Öppet hus", Form="Dialog", Började="2019")
    fill(book["Parter och pengar"], 2, Nr=1, Part="Fritidsförvaltningen", Kronor_2025="vet inte")
    path = tmp_path / "mall.xlsx"
    path.write_bytes(ContentFile(as_file(book).read()).read())
    page.get_by_text("Rapportera i ett kalkylblad").click()
    page.get_by_label("Ifylld mall").set_input_files(path)
    press(page, "Se vad som händer")
    page.get_by_role("heading", name="Det här sparas").wait_for()
