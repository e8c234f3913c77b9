"""A backup, and the portal that comes out of it: in another database and another data folder."""

import json
import subprocess
import sys
import zipfile
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from malmoandan.publishing.documents import store_document
from malmoandan.running.backups import archive, making
from malmoandan.running.backups.rows import LEFT_OUT, tables
from malmoandan.running.models import Backup
from signatures import register_log
from signatures.models import RegisterEntry
from tests.factories import make_organisation, make_signature
from tests.processes import environment, url_of_test_database

PDF = b"%PDF-1.7 \x00\xff the agreement"
ROWS = "SELECT md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) FROM \"{}\" AS t"


@pytest.fixture
def filled(transactional_db):
    """A portal with a register of two entries, a stored PDF, files, and a sign-in that lives."""
    for name in ("Möllans odlare\t\\N", "Föreningen Östan"):
        signature = make_signature(organisation=make_organisation(name=name))
        register_log.append(RegisterEntry.Event.PUBLISHED, signature)
    store_document(name="agreement", stamp="1", render=lambda: PDF)
    default_storage.save("protokoll/möte.pdf", ContentFile(PDF))
    default_storage.save("a.txt", ContentFile(b""))


@pytest.fixture
def backup(filled, tmp_path):
    path = tmp_path / "portal.backup"
    making.make(path)
    return path


def restore(path, place, *options):
    return subprocess.run(
        [sys.executable, "manage.py", "restore", str(path), *options],
        cwd=settings.BASE_DIR,
        env=environment(**place),
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


@contextmanager
def connected(place):
    # The time zone of Django's own connections: times are compared as text.
    with psycopg.connect(
        place["DATABASE_URL"], autocommit=True, options="-c timezone=UTC"
    ) as database:
        yield database


def table_contents(execute):
    # The backup itself is noted after it was made; what is restored is read anew for the search.
    others = {*LEFT_OUT, "running_backup", "pages_searchchange"}
    names = [t.name for t in tables() if t.name not in others]
    return {name: execute(ROWS.format(name)).fetchone()[0] for name in names}


def own_contents():
    def execute(query):
        cursor = connection.cursor()
        cursor.execute(query)
        return cursor

    return table_contents(execute)


def rewritten(path, change):
    """The archive with the parts that `change(parts)` leaves of it."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)


def change_manifest(path, **values):
    def change(parts):
        parts["manifest.json"] = json.dumps(json.loads(parts["manifest.json"]) | values).encode()

    rewritten(path, change)


def test_a_restored_portal_has_the_same_register_log_rows_files_and_documents(backup, empty_place):
    newest = RegisterEntry.objects.latest("pk").hash

    done = restore(backup, empty_place)

    assert done.returncode == 0, done.stderr
    assert newest in done.stdout  # verify_register found the chain whole
    with connected(empty_place) as database:
        assert table_contents(database.execute) == own_contents()
        stored = database.execute("SELECT content FROM publishing_storeddocument").fetchone()[0]
        assert stored == PDF
        with pytest.raises(psycopg.Error):  # what forbids changes is awake again
            database.execute("UPDATE signatures_registerentry SET hash = 'x'")
        sizes = "SELECT reltuples FROM pg_class WHERE relname = 'signatures_registerentry'"
        assert database.execute(sizes).fetchone()[0] > 0  # questions are planned for what is there
        key = database.execute("SELECT nextval('organisations_organisation_id_seq')").fetchone()[0]
        assert key > make_organisation().pk - 1
    files = Path(empty_place["MALMOANDAN_DATA"]) / "files"
    found = {f.relative_to(files).as_posix(): f.read_bytes() for f in files.rglob("*.*")}
    assert found == {"protokoll/möte.pdf": PDF, "a.txt": b""}

    again = restore(backup, empty_place)
    assert again.returncode == 1
    assert "--replace" in again.stderr


def test_a_restore_that_fails_half_way_leaves_what_was_there(backup, empty_place):
    # Migrates nothing, and then misses every table.
    change_manifest(backup, migrations=[])
    with connected(empty_place) as database:
        database.execute("CREATE TABLE kept AS SELECT 1 AS one")

    done = restore(backup, empty_place, "--replace")

    assert "är en annan än i portalen" in done.stderr
    with connected(empty_place) as database:
        assert database.execute("SELECT one FROM kept").fetchall() == [(1,)]
    assert not (Path(empty_place["MALMOANDAN_DATA"]) / "files").exists()


def test_a_portal_that_runs_is_not_replaced(backup, empty_place):
    with connected(empty_place):
        done = restore(backup, empty_place, "--replace")

    assert "Stoppa det först" in done.stderr


def test_what_changes_while_rows_are_written_is_not_in_it(filled, tmp_path, monkeypatch):
    """Another connection adds a row between two tables."""
    write = archive.Writer.part
    url = url_of_test_database()

    def part(writer, name):
        if name == "rows/organisations_organisation":
            with psycopg.connect(url) as other:
                other.execute("UPDATE organisations_organisation SET name = 'Ändrad efteråt'")
        return write(writer, name)

    monkeypatch.setattr(archive.Writer, "part", part)
    making.make(tmp_path / "portal.backup")

    with zipfile.ZipFile(tmp_path / "portal.backup") as made:
        rows = made.read("rows/organisations_organisation").decode()
    assert "Möllans odlare\\t\\\\N" in rows
    assert "Ändrad efteråt" not in rows


def test_sign_ins_that_live_are_left_out(filled, tmp_path, client):
    client.session.save()
    making.make(tmp_path / "portal.backup")

    with zipfile.ZipFile(tmp_path / "portal.backup") as made:
        assert "rows/django_session" not in made.namelist()
        assert "rows/accounts_user" in made.namelist()


def test_the_backup_is_for_its_owner_alone_and_is_noted(backup):
    noted = Backup.objects.get()

    assert backup.stat().st_mode & 0o077 == 0
    assert noted.sha256 == archive.sha256(backup)
    assert noted.size == backup.stat().st_size


def test_a_backup_never_takes_the_place_of_another_file(filled, tmp_path):
    (tmp_path / "there").write_text("precious")

    with pytest.raises(CommandError, match="finns redan"):
        call_command("backup", tmp_path / "there")

    assert (tmp_path / "there").read_text() == "precious"


def test_a_backup_that_fails_leaves_no_half_file(filled, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MANIFEST", "x" * 70_000)  # longer than a zip can hold

    with pytest.raises(Exception):  # noqa: B017, PT011
        making.make(tmp_path / "portal.backup")

    assert list(tmp_path.glob("portal*")) == []
    assert not Backup.objects.exists()


def test_in_a_folder_the_name_is_the_time_and_old_ones_go(filled, tmp_path):
    names = [f"malmoandan-2026-11-{day}T031500Z.backup" for day in (25, 26, 27)]
    for name in [*names, "malmoandan-before-the-move.backup"]:
        (tmp_path / name).touch()

    call_command("backup", tmp_path, keep=2)

    left = sorted(path.name for path in tmp_path.glob("*.backup"))
    assert names[2] in left
    assert "malmoandan-before-the-move.backup" in left  # somebody else's
    assert len(left) == 3


@pytest.mark.parametrize("keep", [0, -1])
def test_no_backup_is_pruned_to_nothing(filled, tmp_path, keep):
    with pytest.raises(CommandError, match="minst 1"):
        call_command("backup", tmp_path, keep=keep)
    with pytest.raises(CommandError, match="en mapp"):
        call_command("backup", tmp_path / "a-file", keep=3)


def test_a_folder_that_is_not_there_is_said(filled, tmp_path):
    with pytest.raises(CommandError, match="går inte att skriva"):
        call_command("backup", tmp_path / "missing" / "file")


def open_wholly(path):
    with archive.opened(path) as opened:
        return opened.manifest


@pytest.mark.parametrize("keep", [0, 1, 1000, -1, -30])
def test_a_cut_archive_is_refused(backup, keep):
    content = backup.read_bytes()
    backup.write_bytes(content[:keep])

    with pytest.raises(archive.BackupError, match="Ingenting har återställts"):
        open_wholly(backup)


def test_a_changed_byte_is_refused_wherever_it_is(backup):
    content = backup.read_bytes()
    assert open_wholly(backup).tables
    accepted = []
    for place in range(0, len(content), max(1, len(content) // 150)):
        changed = bytearray(content)
        changed[place] ^= 0x01
        copy = backup.with_name("changed")
        copy.write_bytes(changed)
        try:
            told = open_wholly(copy)
        except archive.BackupError:
            continue
        # Some bytes of a zip say nothing, such as when a part was packed.
        if told != open_wholly(backup):
            accepted.append(place)
    assert accepted == []


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: parts.update({"rows/accounts_user": b"1\talva@example.org\n"}),
        lambda parts: parts.update({"files/../../evil": b"#!"}),
        lambda parts: parts.pop("rows/accounts_user"),
        lambda parts: parts.pop("manifest.json"),
        lambda parts: parts.update({"manifest.json": b"{}"}),
        lambda parts: parts.update({"manifest.json": b"[1]"}),
    ],
    ids=["rows", "added", "taken away", "no manifest", "empty manifest", "odd manifest"],
)
def test_an_archive_packed_anew_with_other_content_is_refused(backup, change):
    rewritten(backup, change)

    with pytest.raises(archive.BackupError, match="trasig eller ändrad"):
        open_wholly(backup)


def test_the_checksum_finds_what_was_changed_together_with_the_manifest(backup):
    noted = Backup.objects.get().sha256
    change_manifest(backup, made_at="2015-12-07")

    with pytest.raises(CommandError, match="kontrollsumman stämmer inte"):
        call_command("restore", backup, "--replace", sha256=noted)


def test_an_archive_of_a_newer_version_is_refused_before_anything_is_touched(backup):
    before = own_contents()
    change_manifest(backup, migrations=[["signatures", "9999_from_the_future"]])

    with pytest.raises(CommandError, match=r"nyare version.*signatures\.9999_from_the_future"):
        call_command("restore", backup, "--replace")

    change_manifest(backup, format=2)
    with pytest.raises(CommandError, match="annan version"):
        call_command("restore", backup, "--replace")
    assert own_contents() == before


def test_a_file_that_is_no_backup_is_refused(tmp_path):
    for name, content in {"text": b"hej", "zip": _zip({"a": b"b"})}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(CommandError, match="trasig eller ändrad"):
            call_command("restore", tmp_path / name)
    with pytest.raises(CommandError, match="går inte att läsa"):
        call_command("restore", tmp_path / "missing")


def _zip(parts):
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return file.getvalue()
