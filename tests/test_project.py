"""What holds for the project as a whole."""

import re
import subprocess
import tomllib
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.template.loader import get_template
from django.utils import translation

from malmoandan.running import messages

ROOT = Path(settings.BASE_DIR)
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
OWN_APPS = [c.name for c in apps.get_app_configs() if (ROOT / c.name.replace(".", "/")).is_dir()]
LOCKS = ["requirements.txt", "requirements-s3.txt", "requirements-dev.txt"]
TEMPLATES = [
    path.relative_to(ROOT / "templates").as_posix()
    for path in sorted((ROOT / "templates").rglob("*"))
    if path.is_file()
]


def tracked_files() -> list[str]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return listing.stdout.decode().rstrip("\0").split("\0")


def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


@pytest.mark.parametrize("name", OWN_APPS)
def test_each_app_has_its_place_in_the_import_contract(name):
    layers, wiring, *_more = PYPROJECT["tool"]["importlinter"]["contracts"]

    for modules in (layers["layers"], wiring["source_modules"]):
        assert any(f"{name}.".startswith(f"{module}.") for module in modules)


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_has_versions_and_hashes_but_no_address(name):
    lock = (ROOT / name).read_text()

    assert not re.search(r"https?://|file:/|--(index|extra|find|trusted)|@ ", lock)
    packages = re.findall(r"^[a-z0-9].*$", lock, re.MULTILINE)
    assert packages
    assert all(re.match(r"[a-z0-9.-]+==[\w.+]+( ; .*)? \\$", package) for package in packages)


def test_the_lock_of_the_tests_has_the_very_versions_that_run():
    run, s3, dev = (set(re.findall(r"^\S+==\S+", (ROOT / n).read_text(), re.M)) for n in LOCKS)

    assert run <= s3 <= dev


def test_each_dependency_is_in_the_lock():
    locked = set(re.findall(r"^([a-z0-9.-]+)==", (ROOT / LOCKS[-1]).read_text(), re.MULTILINE))
    wanted = PYPROJECT["project"]["dependencies"]
    wanted = sum(PYPROJECT["project"]["optional-dependencies"].values(), wanted)

    names = {re.match(r"[\w.-]+", line)[0].lower().replace("_", "-") for line in wanted}
    assert names - locked == set()


def test_code_of_others_comes_as_packages_not_as_copies():
    static = [name for name in tracked_files() if name.startswith("static/")]

    assert static
    assert not [name for name in static if re.search(r"\.min\.|\.(woff2?|ttf|otf|map)$", name)]


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_can_be_read(name):
    get_template(name)


def test_every_text_is_translated():
    assert list(messages.problems()) == []


def test_no_swedish_text_is_taken_for_an_english_one_of_another_package():
    with translation.override("sv"):
        changed = [
            entry.msgid
            for entry in messages.update("en")
            if not entry.msgctxt and translation.gettext(entry.msgid) != entry.msgid
        ]

    assert changed == []


def test_the_catalogues_are_compiled_and_used():
    messages.compile_all()

    with translation.override("en"):
        assert translation.gettext("Engelska") == "English"
