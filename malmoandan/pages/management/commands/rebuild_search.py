from typing import Any

from django.core.management.base import BaseCommand

from malmoandan.pages import search


class Command(BaseCommand):
    help = "Bygger sökregistret på nytt. Besökare söker i det gamla tills det nya är klart."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Sökregistret har {search.rebuild()} poster.")
