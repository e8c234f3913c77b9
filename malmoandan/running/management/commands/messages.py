from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from malmoandan.running import messages


class Command(BaseCommand):
    help = "Samlar texterna som ska översättas i malmoandan/locale/<språk>/LC_MESSAGES/django.po."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="Ändra inget; misslyckas om en text är ny, oöversatt eller fel ifylld.",
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if not check:
            self._update()
        found = list(messages.problems())
        for problem in found:
            self.stderr.write(problem)
        if check and found:
            raise CommandError(f"{len(found)} fel i översättningarna.")

    def _update(self) -> None:
        for language in messages.translated_languages():
            path = messages.catalogue(language)
            path.parent.mkdir(parents=True, exist_ok=True)
            updated = messages.update(language)
            path.write_text(str(updated))
            self.stdout.write(f"{path}: {len(updated)} texter")
        messages.compile_all()
