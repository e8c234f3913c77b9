"""The web server on its own: for a server that runs web and worker as services of their own."""

import socket
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from malmoandan.running import database, web_server


class Command(BaseCommand):
    help = "Answers web requests at HOST and PORT until it is stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fd", type=int, help="a socket that already listens")

    def handle(self, *args: Any, **options: Any) -> None:
        database.limit_waiting()
        if options["fd"] is not None:
            listener = socket.socket(fileno=options["fd"])
        else:
            try:
                listener = web_server.listen(settings.HOST, settings.PORT)
            except OSError as error:
                raise CommandError(f"{settings.HOST}:{settings.PORT}: {error.strerror}") from error
        web_server.run(listener)
