"""The form pack "malmo": what a form says, to eyes and to screen readers."""

import html5lib
import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Submit
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template import Context, Template
from playwright.sync_api import expect

from tests.browser import assert_well_formed, go_through

KINDS = [("a", "Förening"), ("b", "Stiftelse")]


class SampleForm(forms.Form):
    name = forms.CharField(label="Namn", help_text="Som i stadgarna.")
    kind = forms.ChoiceField(label="Form", choices=KINDS, widget=forms.RadioSelect, help_text="En.")
    website = forms.CharField(label="Webbplats", required=False)
    number = forms.CharField(label="Nummer", required=False)
    minutes = forms.FileField(label="Protokoll", required=False)
    agree = forms.BooleanField(label="Vi står bakom texten")
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    sometimes_required = ("number",)


def draw(form):
    """The form as its parsed page, so that ids can be followed."""
    html = Template("{% load crispy_forms_filters %}{{ form|crispy }}").render(
        Context({"form": form})
    )
    page = f"<!doctype html><title>t</title><form>{html}</form>"
    assert_well_formed(page)
    return html5lib.parse(page, namespaceHTMLElements=False)


def by_id(page, id_):
    return page.find(f".//*[@id='{id_}']")


def text(element):
    return " ".join("".join(element.itertext()).split())


def test_each_field_is_described_by_its_hint_and_its_error():
    page = draw(SampleForm({}))

    field = by_id(page, "id_name")
    described = [text(by_id(page, id_)) for id_ in field.get("aria-describedby").split()]

    assert described == ["Som i stadgarna.", "Fel: Detta fält måste fyllas i."]
    assert field.get("aria-invalid") == "true"


def test_a_group_of_choices_is_a_fieldset_that_is_described():
    page = draw(SampleForm({}))

    group = page.find(".//fieldset")
    described = [text(by_id(page, id_)) for id_ in group.get("aria-describedby").split()]

    assert text(group.find("legend")) == "Form"
    assert described == ["En.", "Fel: Detta fält måste fyllas i."]


def test_every_line_of_the_error_summary_leads_to_a_field_that_is_there():
    page = draw(SampleForm({}))

    summary = page.find(".//*[@role='alert']")
    links = summary.findall(".//a")

    assert summary.get("tabindex") == "-1"
    assert [text(link) for link in links] == [
        "Namn – Detta fält måste fyllas i.",
        "Form – Detta fält måste fyllas i.",
        "Detta fält måste fyllas i.",
    ]
    assert [by_id(page, link.get("href")[1:]).tag for link in links] == ["input"] * 3


def test_a_fault_of_the_whole_form_stands_in_the_summary():
    form = SampleForm({"name": "x", "kind": "a", "agree": "on"})
    form.add_error(None, "Det finns redan en underskrift.")

    assert "Det finns redan" in text(draw(form).find(".//*[@role='alert']"))


def test_a_form_without_faults_has_no_summary():
    assert draw(SampleForm()).find(".//*[@role='alert']") is None


def test_what_is_optional_says_so_in_words_and_nothing_else_does():
    page = draw(SampleForm())

    assert [text(label) for label in page.iter("label") if "frivilligt" in text(label)] == [
        "Webbplats (frivilligt)",
        "Protokoll (frivilligt)",
    ]


def test_a_file_that_was_kept_is_named():
    form = SampleForm()
    form.fields["minutes"].kept_file_name = "protokoll <1>.pdf"

    assert "Vald fil: protokoll <1>.pdf." in text(by_id(draw(form), "div_id_minutes"))


def test_input_is_kept_and_cannot_become_markup():
    page = draw(SampleForm({"name": '"><script>alert(1)</script>', "kind": "b"}))

    assert by_id(page, "id_name").get("value") == '"><script>alert(1)</script>'
    assert by_id(page, "id_kind_1").get("checked") is not None
    assert page.find(".//script") is None


@pytest.mark.parametrize("method", ["post", "get"])
def test_a_whole_form_brings_its_token_its_layout_and_its_button(method):
    form = SampleForm()
    form.helper = FormHelper()
    form.helper.form_method = method
    form.helper.layout = Div(Fieldset("Organisationen", "name", "kind"), Submit("save", "Spara"))

    html = render_crispy_form(form, context={"csrf_token": "t0ken"})

    assert ("t0ken" in html) is (method == "post")
    assert "<legend>Organisationen</legend>" in html
    assert 'value="Spara"' in html
    assert "novalidate" in html
    assert 'enctype="multipart/form-data"' in html


def test_a_formset_shows_one_summary_for_all_its_forms():
    formset = forms.formset_factory(SampleForm, extra=0)(
        {
            "form-TOTAL_FORMS": "2",
            "form-INITIAL_FORMS": "0",
            "form-0-name": "A",
            "form-1-website": "x",
        }
    )

    page = draw(formset)

    assert len(page.findall(".//*[@role='alert']")) == 1
    assert by_id(page, "id_form-1-name").get("aria-invalid") == "true"
    assert by_id(page, "id_form-TOTAL_FORMS").get("value") == "2"


def test_a_line_of_the_summary_moves_focus_to_its_field(live_server, browser_page):
    from django.core.management import call_command

    call_command("load_content")
    browser_page.goto(live_server.url + "/skriv-under/")
    go_through(browser_page.locator("main form button").last)

    browser_page.locator(".error-summary a").first.click()

    assert browser_page.title().startswith("Fel: ")
    expect(browser_page.locator("[name=name]")).to_be_focused()
