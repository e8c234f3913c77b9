"""The coordinators' guide: every picture and chapter it points to is there, and small."""

import re
from itertools import pairwise
from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).parent.parent / "docs" / "samordnare"
PAGES = sorted(FOLDER.glob("*.md"))


def links():
    for page in PAGES:
        for text, target in re.findall(r"!?\[([^\]]*)\]\(([^)]+)\)", page.read_text()):
            yield page.name, text, target


def test_every_picture_and_chapter_it_points_to_is_there():
    missing = [(page, target) for page, _text, target in links() if not (FOLDER / target).exists()]
    assert missing == []
    assert {page.name for page in PAGES} - {"README.md"} == {
        target for page, _text, target in links() if page == "README.md"
    }


def test_every_picture_is_used_and_described():
    used = {target: text for _page, text, target in links() if target.startswith("bilder/")}
    assert set(used) == {f"bilder/{path.name}" for path in (FOLDER / "bilder").glob("*.png")}
    assert all(len(text) > 10 for text in used.values())


def test_the_pictures_are_small():
    pictures = list((FOLDER / "bilder").glob("*.png"))
    assert sum(path.stat().st_size for path in pictures) < 1_500_000
    assert {Image.open(path).mode for path in pictures} == {"P"}


def test_headings_go_down_one_step_at_a_time():
    for page in PAGES:
        levels = [len(marks) for marks in re.findall(r"^(#+) ", page.read_text(), re.M)]
        assert levels[0] == 1, page
        assert levels.count(1) == 1, page
        steps = pairwise(levels)
        assert all(after - before <= 1 for before, after in steps), page
