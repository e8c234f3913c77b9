"""Load the real content that the portal starts with. Running it again changes nothing."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

import malmoandan
from malmoandan.accounts import coordinators
from signatures import content as declaration

FOLDER = Path(malmoandan.__file__).parent / "content"


class Command(BaseCommand):
    help = "Laddar avsiktsförklaringen och dess första undertecknare, om de inte redan finns."

    def handle(self, *args: Any, **options: Any) -> None:
        facts = json.loads((FOLDER / "facts.json").read_text())
        coordinators.update_group()  # a new version of the portal may bring them new rights
        if declaration.load(FOLDER, facts):
            self.stdout.write("Innehållet är laddat.")
