import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from malmoandan.running.backups import archive, restoring


class Command(BaseCommand):
    help = "Återställer portalen ur en säkerhetskopia. Stoppa portalen först."
    requires_system_checks: list[str] = []  # the database may be empty

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="Ersätt allt som finns i databas och filer."
        )
        parser.add_argument(
            "--sha256", default="", help="Den kontrollsumma som backup skrev ut för filen."
        )

    def handle(self, *args: Any, file: Path, replace: bool, sha256: str, **options: Any) -> None:
        os.environ["PGAPPNAME"] = restoring.OWN_NAME  # read when a connection is made
        try:
            if sha256 and archive.sha256(file) != sha256.strip().lower():
                raise archive.BackupError(archive.BROKEN.format("kontrollsumman stämmer inte"))
            with archive.opened(file) as opened:
                restoring.restore(opened, replace=replace)
                made_at = opened.manifest.made_at
        except (archive.BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Portalen är som den var {made_at}. Registret kontrolleras:")
        call_command("verify_register", stdout=self.stdout)
