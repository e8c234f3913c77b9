from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from malmoandan.running.backups import making
from malmoandan.running.backups.archive import BackupError


class Command(BaseCommand):
    help = "Skriver hela portalen (databas och filer) till en fil, också medan den är igång."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            backup = making.make(file)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{file}: {backup.size} byte\nSHA-256: {backup.sha256}")
