"""What docs/security.md says is so: each number is answered, and each named test exists."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NOTES = (ROOT / "docs" / "security.md").read_text()
# How many requirements of level 1 and 2 each chapter of ASVS 5.0.0 has.
CHAPTERS = {
    1: 27,
    2: 11,
    3: 19,
    4: 10,
    5: 9,
    6: 35,
    7: 18,
    8: 7,
    9: 7,
    10: 29,
    11: 14,
    12: 9,
    13: 13,
    14: 9,
    15: 13,
    16: 16,
    17: 7,
}
FOLDERS = ["malmoandan", "signatures", "challenges", "mapping"]


def rows():
    return [
        [cell.strip() for cell in line.strip("|\n").split("|")]
        for line in NOTES.splitlines()
        if re.match(r"\| \d+\.\d+\.\d+ ", line)
    ]


def trees():
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, ast.parse(path.read_text())


def calls():
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield path.relative_to(ROOT), node, ast.unparse(node.func)


def test_every_requirement_of_level_1_and_2_is_answered_once():
    numbers = [row[0] for row in rows()]
    assert len(numbers) == len(set(numbers)) == 253
    assert Counter(int(number.split(".")[0]) for number in numbers) == CHAPTERS
    assert {row[1] for row in rows()} == {"1", "2"}
    assert all(len(row) == 5 and row[2] and row[3] for row in rows())


def test_every_named_test_exists():
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", NOTES))
    assert len(named) > 100
    missing = [
        f"{path}::{name}"
        for path, name in sorted(named)
        if not (ROOT / path).exists() or f"def {name}(" not in (ROOT / path).read_text()
    ]
    assert missing == []


def test_what_falls_short_is_listed_before_the_table():
    said = NOTES.split("## Where it falls short")[1].split("##")[0]
    short = {row[0] for row in rows() if re.search(r"[Ff]alls short", row[3])}
    assert short == set(re.findall(r"\d+\.\d+\.\d+", said))


def test_raw_statements_are_marked_and_few():
    """Ruff finds a statement that is put together; each such line says so, and is ours alone."""
    marked = [
        path.relative_to(ROOT)
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        if "noqa: S608" in path.read_text()
    ]
    assert 0 < len(marked) < 15
    assert "S" in (ROOT / "pyproject.toml").read_text().split("select = [")[1].split("]")[0]


def test_no_command_goes_through_a_shell():
    for path, node, name in calls():
        assert name not in {"os.system", "os.popen", "commands.getoutput"}, path
        shell = [k for k in node.keywords if k.arg == "shell"]
        assert not shell, path


def test_nothing_is_evaluated():
    found = [path for path, _node, name in calls() if name in {"eval", "exec", "compile"}]
    assert found == []


def test_no_template_is_made_of_data():
    found = {
        str(path) for path, _node, name in calls() if name.endswith(("Template", "from_string"))
    }
    assert found <= {"malmoandan/running/plain_pages.py"}


def test_no_weak_hash_is_used():
    weak = {"md5", "sha1", "new"}
    found = [
        path
        for path, _n, name in calls()
        if name.split(".")[0] == "hashlib" and name.split(".")[-1] in weak
    ]
    assert found == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/.git/config", "/.env", "/manage.py", "/static/", "/malmoandan/settings.py", "/files/"],
)
def test_no_file_of_the_project_has_an_address(client, path):
    assert client.get(path).status_code == 404
