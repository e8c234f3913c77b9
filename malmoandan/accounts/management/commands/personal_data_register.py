"""Print the register of personal data (GDPR, article 30), made from what the apps declare."""

from typing import Any

from django.core.management.base import BaseCommand

from malmoandan.accounts import data_register
from malmoandan.accounts.data_register import Category


class Command(BaseCommand):
    help = "Print what is stored about people, why, on what ground, how long, and where it lies."

    def handle(self, *args: Any, **options: Any) -> None:
        for whose, categories in data_register.by_whom():
            self.stdout.write(f"# {whose}\n")
            for category in categories:
                self.stdout.write(f"## {category.what}\n")
                self.stdout.writelines(f"- {name}: {value}" for name, value in _facts(category))
                self.stdout.write("")


def _facts(category: Category) -> list[tuple[str, str]]:
    facts = [
        ("Varför", str(category.why)),
        ("Rättslig grund", category.ground_in_words),
        ("Vem ser det", str(category.seen_by)),
        ("Hur länge", category.how_long),
        ("Raderas av jobbet", category.job),
        ("Fält", ", ".join(category.field_names)),
        ("Också i", category.elsewhere),
    ]
    return [(name, value) for name, value in facts if value]
