"""The typefaces of our PDFs, and nothing else that a machine happens to have.

Whole TrueType files come from packages. WeasyPrint looks fonts up through fontconfig, so it gets
a fontconfig file of our own: the same text gives the same pages on every machine.
"""

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import font_manrope
import font_source_serif_pro
from django.conf import settings

TEXT_FONTS = [
    Path(package.__file__).parent / "files" / f"{file}.ttf"
    for package, files in (
        (font_manrope, ["Manrope-Regular", "Manrope-Medium", "Manrope-SemiBold", "Manrope-Bold"]),
        (
            font_source_serif_pro,
            [
                f"SourceSerifPro-{style}"
                for style in ("Regular", "It", "Semibold", "SemiboldIt", "Bold", "BoldIt")
            ],
        ),
    )
    for file in files
]
# For names in scripts that our typefaces lack, in the order they are asked: Debian's packages
# fonts-noto-core and fonts-droid-fallback.
FALLBACK_FOLDERS = ["/usr/share/fonts/truetype/noto", "/usr/share/fonts/truetype/droid"]
FALLBACKS = [
    "Noto Serif",
    "Noto Naskh Arabic",
    "Noto Serif Hebrew",
    "Noto Serif Armenian",
    "Noto Serif Georgian",
    "Noto Serif Ethiopic",
    "Noto Serif Devanagari",
    "Noto Serif Bengali",
    "Noto Serif Gurmukhi",
    "Noto Serif Gujarati",
    "Noto Serif Tamil",
    "Noto Serif Telugu",
    "Noto Serif Kannada",
    "Noto Serif Malayalam",
    "Noto Serif Sinhala",
    "Noto Serif Thai",
    "Noto Serif Lao",
    "Noto Serif Khmer",
    "Noto Serif Myanmar",
    "Noto Serif Tibetan",
    "Noto Sans Syriac",
    "Noto Sans Thaana",
    "Noto Sans NKo",
    "Noto Sans Adlam",
    "Noto Sans Vai",
    "Noto Sans Tifinagh",
    "Noto Sans Cherokee",
    "Noto Sans Mongolian",
    "Noto Sans Oriya",
    "Noto Sans Math",
    "Noto Sans Symbols",
    "Noto Sans Symbols2",
    "Droid Sans Fallback",
]

_environment = threading.Lock()


def _configuration(cache_folder: Path) -> str:
    accepted = [str(path) for path in TEXT_FONTS]
    for family in FALLBACKS:
        file = family.replace(" ", "")
        accepted += [f"*/{file}-Regular.ttf", f"*/{file}-Bold.ttf", f"*/{file}Full.ttf"]
    folders = sorted({str(path.parent) for path in TEXT_FONTS}) + FALLBACK_FOLDERS
    families = ["Source Serif Pro", *FALLBACKS]
    return "\n".join(
        [
            '<?xml version="1.0"?>',
            '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">',
            "<fontconfig>",
            *(f"<dir>{escape(folder)}</dir>" for folder in folders),
            f"<cachedir>{escape(str(cache_folder))}</cachedir>",
            "<selectfont><rejectfont><glob>*</glob></rejectfont><acceptfont>",
            *(f"<glob>{escape(glob)}</glob>" for glob in accepted),
            "</acceptfont></selectfont>",
            '<match target="pattern"><edit name="family" mode="append_last" binding="weak">',
            *(f"<string>{escape(family)}</string>" for family in families),
            "</edit></match>",
            "</fontconfig>",
        ]
    )


@cache
def configuration_file() -> Path:
    """The path of our fontconfig file in the data folder, written once per process."""
    folder = Path(settings.DATA_DIR) / "fontconfig"
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder)
    with os.fdopen(handle, "w") as file:
        file.write(_configuration(folder / "cache"))
    # In one step: another process may be reading it.
    return Path(name).replace(folder / "fonts.conf")


@contextmanager
def only_our_fonts() -> Iterator[None]:
    """While this lasts, fontconfig reads our file.

    Only while a configuration is loaded: a browser started by this process keeps its own fonts.
    """
    with _environment:
        before = os.environ.get("FONTCONFIG_FILE")
        os.environ["FONTCONFIG_FILE"] = str(configuration_file())
        try:
            yield
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before
