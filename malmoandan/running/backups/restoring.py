"""The portal as a backup holds it, in the place of what is there: all of it, or nothing."""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from malmoandan.running.backups import rows, stored_files
from malmoandan.running.backups.archive import BackupError, Manifest, Reader

# What the connections of a restore are called (the pool may have opened several).
OWN_NAME = "malmoandan-restore"
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND usename IS NOT NULL
    AND application_name IS DISTINCT FROM current_setting('application_name')
    AND coalesce(backend_type, 'client backend') = 'client backend'
"""


def restore(archive: Reader, *, replace: bool) -> None:
    """Put the archive's rows, files and keys in place, and migrate them to this version.

    The caller has given its connections OWN_NAME, to be told from those of a running portal.
    Raises BackupError before anything is touched: where the archive is of a version that this one
    does not know, where the portal runs, or holds something and `replace` is not said.
    """
    _check_version(archive.manifest)
    _check_place(replace=replace)
    with rows.in_place_of_what_is_there():
        _migrate(archive.manifest.migrations)
        _check_tables(archive.manifest)
        rows.read(archive)
        call_command("migrate", verbosity=0)
        stored_files.read(archive)
    stored_files.remove_others(archive)
    stored_files.read_keys(archive)


def _check_version(manifest: Manifest) -> None:
    known = set(MigrationLoader(None).graph.nodes)
    unknown = sorted(set(manifest.migrations) - known)
    if unknown:
        names = ", ".join(f"{app}.{name}" for app, name in unknown[:3])
        raise BackupError(
            "Säkerhetskopian är gjord av en nyare version av portalen, eller av en annan, och kan "
            f"inte föras över till den här (okänt: {names}). Ingenting har återställts."
        )


def _check_place(*, replace: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(OTHERS)
        if cursor.fetchone()[0]:
            raise BackupError(
                "Portalen är igång, eller något annat program använder databasen. Stoppa det "
                "först. Ingenting har återställts."
            )
    if not replace and (rows.tables() or any(stored_files.stored())):
        raise BackupError(
            "Här finns redan en databas eller filer. Lägg till --replace om säkerhetskopian ska "
            "ersätta allt som finns. Ingenting har återställts."
        )


def _check_tables(manifest: Manifest) -> None:
    """Raise BackupError unless the migrations have made the very tables that the archive has."""
    made = {table.name: set(table.columns) for table in rows.tables()}
    for table in manifest.tables:
        if made.get(table.name) != set(table.columns):
            raise BackupError(
                f"Tabellen {table.name} i säkerhetskopian är en annan än i portalen. "
                "Ingenting har återställts."
            )


def _migrate(only: list[tuple[str, str]]) -> None:
    """Apply these migrations to an empty database."""
    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    wanted = set(only)
    plan = [
        (migration, backwards)
        for migration, backwards in executor.migration_plan(leaves)
        if (migration.app_label, migration.name) in wanted
    ]
    executor.migrate(leaves, plan=plan)
