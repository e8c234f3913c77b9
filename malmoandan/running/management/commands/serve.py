"""The whole portal in one command: what `make run` ends with."""

import errno
import http.client
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from malmoandan.running import embedded_postgres, web_server
from malmoandan.running.supervisor import Child, Supervisor

DATABASE_LOOK_SECONDS = 2
NOT_YET = float("inf")


class Command(BaseCommand):
    help = "Runs the portal: database, web server and worker, until Ctrl-C."
    requires_system_checks = []  # the children check

    def handle(self, *args: Any, **options: Any) -> None:
        listener = _listen()
        if _has_unapplied_migrations():
            call_command("migrate", verbosity=0)
        call_command("load_content")
        # The children have their own connections, and no thread of a pool may live at the fork.
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]
        manage = [sys.executable, str(Path(sys.argv[0]).resolve())]
        self.announced = False
        self.next_database_look = time.monotonic() + DATABASE_LOOK_SECONDS
        descriptor = listener.fileno()
        web = [*manage, "web", "--fd", str(descriptor)]
        # They share the socket, which stays open here: while one starts again the other answers.
        self.second_web = Child("web", web, pass_fds=[descriptor], start_at=NOT_YET)
        Supervisor(
            [
                Child("web", web, pass_fds=[descriptor]),
                self.second_web,
                Child("worker", [*manage, "worker"]),
            ],
            look=self.look,
        ).run()
        self.stdout.write("Malmöandan är stoppad. (Stopped.)")

    def look(self) -> None:
        """Greet once the portal answers; start the embedded database again if it died."""
        if not self.announced and _answers():
            self.announced = True
            self.second_web.start_at = 0  # it must not slow down the first page
            self.stdout.write(_greeting())
            self.stdout.flush()  # a log file would show it only at the end
        if time.monotonic() >= self.next_database_look:
            self.next_database_look = time.monotonic() + DATABASE_LOOK_SECONDS
            try:
                embedded_postgres.start_if_embedded()
            except Exception as error:
                self.stderr.write(f"The embedded database does not start: {error}")


def _listen() -> Any:
    try:
        return web_server.listen(settings.HOST, settings.PORT)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise CommandError(f"{settings.HOST}:{settings.PORT}: {error.strerror}") from error
        raise CommandError(
            f"Port {settings.PORT} används redan av ett annat program. Stäng det, eller välj en "
            f"annan port: PORT={settings.PORT + 1} make run\n"
            f"(Port {settings.PORT} is in use. Close the other program or choose another port.)"
        ) from error


def _has_unapplied_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _answers() -> bool:
    """Tell whether the web process answers; any answer will do."""
    web = http.client.HTTPConnection(settings.HOST, settings.PORT, timeout=1)
    try:
        web.request("GET", "/halsa/levande")
        web.getresponse()
    except OSError:
        return False
    finally:
        web.close()
    return True


def _greeting() -> str:
    mail = (
        f"sparas som filer i {settings.MAIL_DIR} och visas på {settings.BASE_URL}/lokal-post/"
        if settings.MAIL_DIR
        else f"skickas genom {settings.EMAIL_HOST}"
    )
    kept = "kept as files and shown at /lokal-post/" if settings.MAIL_DIR else "sent"
    return f"""
  Malmöandan är igång:  {settings.BASE_URL}/
  Bli samordnare:       make invite ADDRESS=namn@exempel.se
  E-post:               {mail}
  Stoppa:               Ctrl-C

  (The portal runs at the address above. `make invite` makes you a coordinator;
  mail is {kept}. Ctrl-C stops all.)
"""
