"""Load the real content that the portal starts with. Running it again changes nothing."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

import malmoandan
from challenges import content as challenges
from challenges.remiss import content as remiss
from malmoandan.accounts import coordinators
from mapping import content as mapping
from signatures import content as declaration

FOLDER = Path(malmoandan.__file__).parent / "content"
PARTS = [declaration, challenges, remiss, mapping]


class Command(BaseCommand):
    help = "Laddar avtalstexten, planerna, samordnarna och remissen, det som inte redan finns."

    def handle(self, *args: Any, **options: Any) -> None:
        facts = json.loads((FOLDER / "facts.json").read_text())
        coordinators.update_group()  # a new version of the portal may bring them new rights
        loaded = [part.load(FOLDER, facts) for part in PARTS]
        if any(loaded):
            self.stdout.write("Innehållet är laddat.")
