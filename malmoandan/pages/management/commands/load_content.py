"""Load the real content that the portal starts with. Running it again changes nothing."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

import malmoandan
from challenges import content as challenges
from malmoandan.accounts import coordinators
from signatures import content as declaration

FOLDER = Path(malmoandan.__file__).parent / "content"


class Command(BaseCommand):
    help = "Laddar avsiktsförklaringen, planerna och samordnarna, det som inte redan finns."

    def handle(self, *args: Any, **options: Any) -> None:
        facts = json.loads((FOLDER / "facts.json").read_text())
        coordinators.update_group()  # a new version of the portal may bring them new rights
        loaded = [part.load(FOLDER, facts) for part in (declaration, challenges)]
        if any(loaded):
            self.stdout.write("Innehållet är laddat.")
