import gettext
import os
from io import StringIO
from pathlib import Path

import polib
import pytest
from django.core.management import CommandError, call_command

from malmoandan.running import messages

CODE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
name = _("Förening " "eller nätverk")
month = pgettext("datum", "mars")
planet = pgettext("himmel", "mars")
count = ngettext("%(n)s svar", "%(n)s svar inkomna", 2)
"""
PAGE = """{% load i18n %}
<h1>{% translate "Skriv under" %}</h1>
  <p title="{{ _("Läs mer") }}">It's {% blocktranslate trimmed %}
      Hej
      {{ name }}!
    {% endblocktranslate %}
    {% blocktranslate count n=n %}En dag{% plural %}{{ n }} dagar{% endblocktranslate %}</p>
"""


@pytest.fixture
def project(settings, tmp_path):
    """A small project with the portal's folders, one module and one page."""
    settings.BASE_DIR = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "malmoandan" / "locale"]
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path / "templates"]}]
    (tmp_path / "malmoandan" / "running").mkdir(parents=True)
    (tmp_path / "malmoandan" / "code.py").write_text(CODE)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(PAGE)
    return tmp_path


def collect() -> polib.POFile:
    call_command("messages", stdout=StringIO(), stderr=StringIO())
    return polib.pofile(str(messages.catalogue("en")))


def translate_all(catalogue: polib.POFile, path: Path | None = None) -> None:
    """Translate each text by itself, which keeps every placeholder."""
    for entry in catalogue:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
        else:
            entry.msgstr = entry.msgid
    catalogue.save(str(path or messages.catalogue("en")))


def problems() -> str:
    return "\n".join(messages.problems())


def test_texts_of_code_and_pages_are_collected(project):
    texts = {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in collect()}

    assert texts == {
        (None, "Förening eller nätverk", ""),
        ("datum", "mars", ""),
        ("himmel", "mars", ""),
        (None, "%(n)s svar", "%(n)s svar inkomna"),
        (None, "Skriv under", ""),
        (None, "Läs mer", ""),
        (None, "Hej %(name)s!", ""),
        (None, "En dag", "%(n)s dagar"),
    }


def test_an_entry_says_where_its_text_is_used_without_lines(project):
    (project / "templates" / "other.html").write_text('{% load i18n %}{% translate "Läs mer" %}')

    entry = collect().find("Läs mer")

    assert entry.occurrences == [("templates/other.html", ""), ("templates/page.html", "")]


def test_translations_are_kept_and_unused_texts_go(project):
    translate_all(collect())
    (project / "templates" / "page.html").write_text('{% load i18n %}{% translate "Nytt" %}')

    catalogue = collect()

    assert catalogue.find("Skriv under") is None
    assert catalogue.find("Nytt").msgstr == ""
    assert catalogue.find("Förening eller nätverk").msgstr == "Förening eller nätverk"


def test_a_complete_catalogue_passes_the_check(project):
    translate_all(collect())

    call_command("messages", "--check")


def test_the_check_fails_for_a_new_text_and_changes_nothing(project):
    translate_all(collect())
    before = messages.catalogue("en").read_text()
    (project / "malmoandan" / "more.py").write_text('_("Ännu en")')

    with pytest.raises(CommandError):
        call_command("messages", "--check", stderr=StringIO())

    assert messages.catalogue("en").read_text() == before
    assert "run `make messages`" in problems()


def test_the_check_fails_without_a_catalogue(project):
    with pytest.raises(CommandError):
        call_command("messages", "--check", stderr=StringIO())


def test_the_check_fails_for_an_untranslated_plural(project):
    catalogue = collect()
    translate_all(catalogue)
    catalogue.find("En dag").msgstr_plural[1] = ""
    catalogue.save()

    assert problems() == "en: not translated: 'En dag'"


@pytest.mark.parametrize("wrong", ["Hello!", "Hello %(nam)s!", "Hello <b>%(name)s</b>!"])
def test_the_check_fails_when_placeholders_or_markup_differ(project, wrong):
    catalogue = collect()
    translate_all(catalogue)
    catalogue.find("Hej %(name)s!").msgstr = wrong
    catalogue.save()

    assert problems() == "en: placeholders or markup differ: 'Hej %(name)s!'"


def test_the_check_fails_for_a_translation_that_somebody_was_unsure_of(project):
    catalogue = collect()
    translate_all(catalogue)
    catalogue.find("Läs mer").flags.append("fuzzy")
    catalogue.save()

    assert problems() == "en: marked as unsure (fuzzy): 'Läs mer'"


def test_swedish_for_texts_of_other_packages_is_checked_and_never_dropped(project):
    translate_all(collect())
    own = messages.catalogue("sv")
    own.parent.mkdir(parents=True)
    foreign = polib.POFile()
    foreign.append(polib.POEntry(msgid="Sign in with %(brand)s", msgstr="Logga in"))
    foreign.save(str(own))

    collect()

    assert polib.pofile(str(own)).find("Sign in with %(brand)s")
    assert problems() == "sv: placeholders or markup differ: 'Sign in with %(brand)s'"


def test_compiled_texts_are_what_gettext_reads(project):
    catalogue = collect()
    catalogue.find("Skriv under").msgstr = "Sign"
    catalogue.find("mars", msgctxt="himmel").msgstr = "Mars"
    catalogue.save()
    messages.catalogue("en").with_suffix(".mo").unlink()

    messages.compile_all()

    english = gettext.translation("django", messages.settings.LOCALE_PATHS[0], ["en"])
    assert english.gettext("Skriv under") == "Sign"
    assert english.pgettext("himmel", "mars") == "Mars"
    assert english.pgettext("datum", "mars") == "mars"


def test_only_a_catalogue_that_has_changed_is_compiled_again(project):
    collect()
    binary = messages.catalogue("en").with_suffix(".mo")
    binary.write_bytes(b"compiled before")
    messages.compile_all()
    assert binary.read_bytes() == b"compiled before"

    changed = binary.stat().st_mtime + 1
    os.utime(messages.catalogue("en"), (changed, changed))
    messages.compile_all()

    assert binary.read_bytes() != b"compiled before"
