"""Make two invented rounds to try the mapping with, or take them away again."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mapping import invented


class Command(BaseCommand):
    help = (
        "Hittar på två kartläggningsomgångar att prova med, märkta som påhittade. "
        "Ta bort dem med --remove."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        size = invented.Size()
        parser.add_argument("--cooperations", type=int, default=size.cooperations)
        parser.add_argument("--organisations", type=int, default=size.organisations)
        parser.add_argument("--departments", type=int, default=size.departments)
        parser.add_argument("--years", type=int, default=size.years)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--remove", action="store_true", help="Ta bort allt påhittat.")
        parser.add_argument("--force", action="store_true", help="Även på en publik portal.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["remove"]:
            self.stdout.write(f"Tog bort {invented.remove()} påhittade samverkan.")
            return
        if settings.PUBLIC_HOSTS and not options["force"]:
            raise CommandError(
                "Portalen är publik (ALLOWED_HOSTS). Påhittade uppgifter skulle visas för alla. "
                "Vill du ändå, lägg till --force."
            )
        names = ["cooperations", "organisations", "departments", "years"]
        size = invented.Size(**{name: options[name] for name in names})
        if min(options[name] for name in names) < 1:
            raise CommandError("Varje antal ska vara minst 1.")
        try:
            rounds = invented.make(size, seed=options["seed"])
        except invented.AlreadyThereError as error:
            raise CommandError(
                "Det finns redan påhittade omgångar. Ta först bort dem med --remove."
            ) from error
        made = ", ".join(survey_round.name for survey_round in rounds)
        self.stdout.write(f"{made}: {size.cooperations} samverkan.")
