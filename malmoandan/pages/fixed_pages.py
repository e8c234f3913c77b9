"""Pages with an address of their own: for the map of the site, and found by name in the search."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from malmoandan.organisations.swedish import unmarked

LEAST_LETTERS = 3


@dataclass(frozen=True)
class FixedPage:
    """`also` are words in both languages that people use for it; none is shown."""

    name: str
    title: str | Promise
    also: str = ""

    @property
    def url(self) -> str:
        return reverse(self.name)

    def is_meant_by(self, words: Iterable[str]) -> bool:
        """Whether each of the words begins one of the page's."""
        own = [unmarked(word) for word in f"{self.title} {self.also}".split()]
        return all(any(each.startswith(unmarked(word)) for each in own) for word in words)


PAGES = [
    FixedPage("pages:start", _("Startsidan"), "home"),
    FixedPage("pages:about", _("Om Malmöandan"), "kontakt historia vad är contact history"),
    FixedPage("pages:news", _("Nyheter"), "aktuellt"),
    FixedPage("pages:documents", _("Dokument"), "filer protokoll planer files"),
    FixedPage(
        "pages:accessibility",
        _("Tillgänglighet"),
        "tillgänglighetsredogörelse brister DOS WCAG statement",
    ),
    FixedPage(
        "pages:privacy",
        _("Personuppgifter och kakor"),
        "integritet cookies gdpr dataskydd radera uppgifter privacy",
    ),
    FixedPage(
        "signatures:agreement", _("Avsiktsförklaringen"), "texten överenskommelsen declaration"
    ),
    FixedPage(
        "signatures:register", _("Undertecknare"), "register vilka har skrivit under signatories"
    ),
    FixedPage("challenges:areas", _("Samhällsutmaningar"), "områden värdar hosts areas"),
    FixedPage("challenges:dialogues", _("Dialoger"), "möten kalender meetings calendar"),
    FixedPage("challenges:coordinators", _("Samordnare och grupper"), "kontakt contact"),
    FixedPage("remiss:referrals", _("Remisser"), "yttrande svara tycka opinion consultation"),
    FixedPage("mapping:index", _("Kartläggningen"), "samverkan nuläge cooperation"),
    FixedPage("mapping:organisations", _("Organisationer"), "föreningar förvaltningar departments"),
    FixedPage("mapping:open_data", _("Öppna data"), "csv json api oppnadata download"),
    FixedPage("signatures:sign", _("Skriv under"), "underteckna sign"),
    FixedPage("signatures:check_proof", _("Kontrollera ett bevis"), "bevis sigill äkta verify"),
]


def meant_by(words: list[str]) -> list[FixedPage]:
    """The pages that have all the words, or the beginnings of them, in their names."""
    if max(map(len, words), default=0) < LEAST_LETTERS:
        return []  # a letter or two begin too many words
    return [page for page in PAGES if page.is_meant_by(words)]
