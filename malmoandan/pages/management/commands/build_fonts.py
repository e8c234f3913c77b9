"""Make the web's small typefaces from the whole ones that the packages bring."""

from pathlib import Path
from typing import Any

import font_manrope
import font_source_serif_pro
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

SOURCES = {
    "manrope": Path(font_manrope.ManropeVariableFont_wght),
    "source-serif": Path(font_source_serif_pro.font_files_ttf["SourceSerifPro"]),
}
# Every page needs the first file of a typeface: Swedish and its neighbours. Browsers fetch the
# second one, by the unicode-range in malmo.css, for a page that holds one of its letters: the rest
# of Latin-1 and Latin Extended-A, for Polish, Turkish and others. A name in another script is shown
# in a typeface of the visitor's own device.
SIGNS = [ord(sign) for sign in "‐‑‒–—‘’‚“”„•…‰′″‹›€™←↑→↓−≠≤≥\u2009\u202f"]
NORDIC = [ord(letter) for letter in "ÅÄÖÆØÉÜåäöæøéèáàü"]
PUNCTUATION = [ord(sign) for sign in "\u00a0§©«­°·»½×"]
OTHERS = [*range(0xA0, 0x180), 0x0218, 0x0219, 0x021A, 0x021B]
PARTS = {
    "": [*range(0x20, 0x7F), *NORDIC, *PUNCTUATION, *SIGNS],
    "-ext": sorted({*OTHERS} - {*NORDIC} - {*PUNCTUATION}),
}
FEATURES = ["ccmp", "kern", "liga", "lnum", "locl", "mark", "mkmk", "tnum"]
WEIGHTS = (400, 400, 800)


def build(source: Path, target: Path, letters: list[int]) -> None:
    """Write these letters of the typeface to `target` as WOFF2."""
    font = TTFont(source)
    options = Options()
    options.layout_features = FEATURES
    options.hinting = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    if "fvar" in font:
        font = instantiateVariableFont(font, {"wght": WEIGHTS})
    font.flavor = "woff2"
    # Written whole or not at all: a build that was cut short is made again.
    unfinished = target.with_suffix(".tmp")
    font.save(unfinished)
    unfinished.replace(target)


class Command(BaseCommand):
    help = "Gör webbens typsnitt av de hela typsnitten. Gör inget om de redan finns."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="Gör om dem även om de finns.")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "static" / "fonts"
        folder.mkdir(parents=True, exist_ok=True)
        # A folder without the second files was filled by a former version.
        force = options["force"] or not (folder / "manrope-ext.woff2").exists()
        for name, source in SOURCES.items():
            for ending, letters in PARTS.items():
                target = folder / f"{name}{ending}.woff2"
                if force or not target.exists():
                    build(source, target, letters)
                    self.stdout.write(f"{target.name}: {target.stat().st_size / 1000:.0f} kB")
