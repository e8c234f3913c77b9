"""What pages cost the server, kept and made anew, beside a bare view and a plain list."""

from dataclasses import dataclass
from pathlib import Path

from tests.bench import data
from tests.bench.figures import Figure, beside
from tests.bench.server import Server, serve

EMPTY = "/golv/tom/"


@dataclass(frozen=True)
class Measured:
    """A page, and a plain list of as many rows; the bar is for pages that are such a list."""

    name: str
    path: str
    plain: str
    is_list: bool = True


PAGES = [
    Measured("start", "/", "dialoger/10", is_list=False),
    Measured("register", "/undertecknare/", "undertecknare/50"),
    Measured("areas", "/utmaningar/", "dialoger/5", is_list=False),
    Measured("area", "/utmaningar/jamlik-fritid-och-kultur/", "dialoger/20", is_list=False),
    Measured("dialogues", "/dialoger/", "dialoger/23"),
    Measured("referral of 1,000 answers", "{referral}", "remissvar/60", is_list=False),
    Measured("its answers", "{referral}svar/", "remissvar/20"),
    Measured("mapping of 100,000", "/kartlaggning/", "samverkan/25"),
    Measured("mapping, search and filter", "/kartlaggning/?q=odling&form=dialog", "samverkan/25"),
    Measured("organisations of 100,000", "/organisationer/", "organisationer/50"),
    Measured("site search", "/sok/?q=kultur", "organisationer/20", is_list=False),
]
KEPT_BAR = MADE_BAR = 1.2


def measure(folder: Path) -> list[Figure]:
    return [*_kept(folder), *_made(folder)]


def _kept(folder: Path) -> list[Figure]:
    """Each page that has not changed, to the bare template view."""
    with serve(folder, KEEP_PAGES="1") as server:
        return [
            beside(
                "kept pages",
                page.name,
                "ms",
                server.side_by_side(path(page), EMPTY),
                bar=KEPT_BAR,
            )
            for page in PAGES
        ]


def _made(folder: Path) -> list[Figure]:
    """Each page made anew, to the plain list of as many rows."""
    with serve(folder, KEEP_PAGES="0") as server:
        figures = [_bare(server)]
        for page in PAGES:
            rounds = server.side_by_side(path(page), f"/golv/lista/{page.plain}/")
            bar = MADE_BAR if page.is_list else None
            figures.append(beside("made pages", page.name, "ms", rounds, bar=bar))
        return figures


def _bare(server: Server) -> Figure:
    """What a row costs: the plain list of 50 to the bare view."""
    rounds = server.side_by_side("/golv/lista/organisationer/50/", EMPTY)
    return beside("made pages", "plain list of 50 to the bare view", "ms", rounds)


def path(page: Measured) -> str:
    return page.path.format(referral=f"/remiss/{data.referral().slug}/")
