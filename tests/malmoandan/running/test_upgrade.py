"""From each former release to today's: its portal, as it was kept, is restored and used.

tests/malmoandan/running/releases/README.md says how a release adds its own.
"""

import json
import zipfile
from pathlib import Path

import psycopg
import pytest

from tests.malmoandan.running.test_backups import restore
from tests.processes import answers, manage, wait_until

RELEASES = sorted((Path(__file__).parent / "releases").glob("*.backup"))
PAGES = ["/", "/avsiktsforklaring/", "/undertecknare/", "/undertecknare/logg/", "/utmaningar/"]
PAGES += ["/dialoger/", "/samordnare/", "/nyheter/", "/dokument/", "/remiss/", "/kartlaggning/"]
PAGES += ["/organisationer/", "/sok/?q=odlare", "/om/"]


def rows_in(archive):
    """How many rows each table of the archive has: one line of COPY each."""
    with zipfile.ZipFile(archive) as parts:
        names = [name for name in parts.namelist() if name.startswith("rows/")]
        return {name.removeprefix("rows/"): parts.read(name).count(b"\n") for name in names}


def newest_hash(archive):
    """The last hash of the log, as the former release wrote it."""
    with zipfile.ZipFile(archive) as parts:
        tables = json.loads(parts.read("manifest.json"))["tables"]
        columns = next(t["columns"] for t in tables if t["name"] == "signatures_registerentry")
        lines = parts.read("rows/signatures_registerentry").decode().splitlines()
    rows = [dict(zip(columns, line.split("\t"), strict=True)) for line in lines]
    return max(rows, key=lambda row: int(row["number"]))["hash"]


def tables_of(database):
    found = database.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    return {name for (name,) in found}


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_a_former_release_becomes_todays_with_all_it_had(release, empty_place, tmp_path):
    done = restore(release, empty_place)

    assert done.returncode == 0, done.stderr
    assert newest_hash(release) in done.stdout  # the chain is whole, and its end the same
    with psycopg.connect(empty_place["DATABASE_URL"]) as database:
        fewer = {}
        for name, rows in rows_in(release).items():
            if name in tables_of(database):
                now = database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
                fewer |= {name: (rows, now)} if now < rows else {}
    # Jobs and notes are there to be used up; nothing else of it may be gone.
    assert set(fewer) <= {"pages_searchchange"}, fewer
    # DEBUG: static files need not be collected first.
    settings = {"DJANGO_SETTINGS_MODULE": "malmoandan.settings", "DEBUG": "1"}
    with manage("web", log=tmp_path / "log", **empty_place, **settings) as web:
        wait_until(lambda: answers(web))
        assert {path: web.get(path)[0] for path in PAGES} == dict.fromkeys(PAGES, 200)
        register = json.loads(web.get("/undertecknare.json")[1])
    assert "Ängens odlare 7" in json.dumps(register, ensure_ascii=False)
