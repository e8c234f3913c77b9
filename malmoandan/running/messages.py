"""Texts to translate: collected from code and templates, checked and compiled without gettext.

Swedish is the language of the source, so a catalogue in `malmoandan/locale/` holds the texts of
one other language. The one exception is `sv`: it translates texts of Django and allauth that
their own Swedish catalogues lack, so nothing in it is collected from here.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import polib
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.apps import apps
from django.conf import settings
from django.template import engines
from django.utils.translation import templatize

# Django's names beside gettext's own; numbers are arguments, "c" marks the context.
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
TEMPLATE_ENDINGS = {".html", ".txt", ".xml", ".svg"}
METADATA = {
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}
# What a translation may not lose or add: %(name)s, %s, {name}, and markup.
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}|</?\w+")


def catalogue(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def translated_languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def update(language: str) -> polib.POFile:
    """The catalogue as it should be: every text of the portal, with the translations there are."""
    path = catalogue(language)
    known = {_key(entry): entry for entry in polib.pofile(str(path))} if path.exists() else {}
    updated = polib.POFile()
    updated.metadata = {"Language": language, **METADATA}
    for entry in sorted(_collect(), key=_key):
        old = known.get(_key(entry))
        if old and bool(old.msgid_plural) == bool(entry.msgid_plural):
            entry.msgstr, entry.msgstr_plural = old.msgstr, old.msgstr_plural
            entry.flags += ["fuzzy"] if old.fuzzy else []
        updated.append(entry)
    return updated


def problems() -> Iterator[str]:
    """Say in one line each what keeps the catalogues from being whole."""
    for language in translated_languages():
        path = catalogue(language)
        if not path.exists() or path.read_text() != str(update(language)):
            yield f"{language}: the texts have changed; run `make messages` and translate"
    for path in _catalogues():
        language = path.parent.parent.name
        for entry in polib.pofile(str(path)):
            for problem in _problems_of(entry):
                yield f"{language}: {problem}: {entry.msgid!r}"


def compile_all() -> None:
    """Write the binary file beside each catalogue that is newer than it."""
    for path in _catalogues():
        binary = path.with_suffix(".mo")
        if not binary.exists() or binary.stat().st_mtime < path.stat().st_mtime:
            part = path.with_suffix(".part")
            polib.pofile(str(path)).save_as_mofile(str(part))
            part.replace(binary)  # whole or not at all: a server may be reading


def _catalogues() -> list[Path]:
    return sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/django.po"))


def _key(entry: polib.POEntry) -> tuple[str, str]:
    return entry.msgid, entry.msgctxt or ""


def _collect() -> list[polib.POEntry]:
    entries: dict[tuple[str, str], polib.POEntry] = {}
    for path in _sources():
        place = path.relative_to(settings.BASE_DIR).as_posix()
        for found in _texts_in(path):
            entry = entries.setdefault(_key(found), found)
            entry.msgid_plural = entry.msgid_plural or found.msgid_plural
            entry.msgstr_plural = entry.msgstr_plural or found.msgstr_plural
            if (place, "") not in entry.occurrences:
                entry.occurrences.append((place, ""))
    return list(entries.values())


def _sources() -> list[Path]:
    """Every file of the portal's own that can hold texts, in a fixed order."""
    base = Path(settings.BASE_DIR)
    local = [c for c in apps.get_app_configs() if (base / c.name.replace(".", "/")).is_dir()]
    packages = {base / config.name.partition(".")[0] for config in local}
    code = [p for root in packages for p in root.rglob("*.py") if "migrations" not in p.parts]
    folders = packages | {Path(folder) for folder in engines["django"].dirs}
    templates = [
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in TEMPLATE_ENDINGS and (folder not in packages or "templates" in path.parts)
    ]
    return sorted(code + templates)


def _texts_in(path: Path) -> Iterator[polib.POEntry]:
    source = path.read_text()
    if path.suffix != ".py":
        # Python to Babel, once the indentation of the page is gone.
        lines = templatize(source, origin=str(path)).splitlines()
        source = "\n".join(line.lstrip() for line in lines)
    for _line, text, _comments, context in extract(
        "python", BytesIO(source.encode()), keywords=KEYWORDS
    ):
        singular, plural = text if isinstance(text, tuple) else (text, "")
        yield polib.POEntry(
            msgid=singular,
            msgid_plural=plural,
            msgctxt=context,
            msgstr_plural={0: "", 1: ""} if plural else {},
        )


def _problems_of(entry: polib.POEntry) -> Iterator[str]:
    if entry.fuzzy:
        yield "marked as unsure (fuzzy)"
    pairs = [(entry.msgid, entry.msgstr)]
    if entry.msgid_plural:
        pairs = [
            (entry.msgid, entry.msgstr_plural.get(0, "")),
            (entry.msgid_plural, entry.msgstr_plural.get(1, "")),
        ]
    for original, translation in pairs:
        if not translation:
            yield "not translated"
        elif sorted(PLACEHOLDER.findall(original)) != sorted(PLACEHOLDER.findall(translation)):
            yield "placeholders or markup differ"
