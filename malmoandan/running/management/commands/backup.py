from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from malmoandan.running.backups import folder, making
from malmoandan.running.backups.archive import BackupError


class Command(BaseCommand):
    help = "Skriver hela portalen (databas och filer) till en fil, också medan den är igång."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "path", type=Path, help="En fil, eller en mapp där filen får ett namn efter tiden."
        )
        parser.add_argument(
            "--keep",
            type=int,
            metavar="N",
            help="Behåll bara de N nyaste av dem som kommandot har skrivit i mappen.",
        )

    def handle(self, *args: Any, path: Path, keep: int | None, **options: Any) -> None:
        if keep is not None and (keep < 1 or not path.is_dir()):
            raise CommandError("--keep behöver en mapp, och ett tal som är minst 1.")
        file = folder.new_file(path) if path.is_dir() else path
        try:
            backup = making.make(file)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{file}: {backup.size} byte\nSHA-256: {backup.sha256}")
        if keep is not None:
            for old in folder.remove_all_but(keep, path):
                self.stdout.write(f"Borttagen: {old}")
