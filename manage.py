#!/usr/bin/env python
"""Run a management command; without DATABASE_URL the embedded PostgreSQL is started first."""

import os
import signal
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "malmoandan.settings")
    import django
    from django.core.management import execute_from_command_line

    from malmoandan.running import embedded_postgres, starting

    # A command that is told to end signs off from the database, which stops with its last user.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    embedded_postgres.start_if_embedded()
    with starting.without_collecting():
        django.setup()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
