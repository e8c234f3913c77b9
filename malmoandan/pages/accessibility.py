"""What the accessibility statement says that changes: edit it here, and nowhere else.

The pattern is that of the Swedish act on digital accessibility (2018:1937, DOS-lagen), which the
portal follows as if it were bound by it (domain.md, rule 13).
"""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Statement:
    checked_on: date
    shortcomings: list[Promise]
    # General knowledge, to be confirmed when the portal gets an operator.
    authority: str
    authority_url: str
    enforcement_url: str


STATEMENT = Statement(
    checked_on=date(2026, 11, 28),
    shortcomings=[
        _(
            "Ingen med egen erfarenhet av skärmläsare, förstoring eller röststyrning har "
            "ännu provat hela portalen. Vi har prövat den med verktyg och med tangentbord."
        ),
        _(
            "Protokoll som organisationer bifogar visas som de kom in. Bara samordnarna ser "
            "dem, och de kan vara inskannade bilder utan läsbar text."
        ),
        _(
            "Dokument och bilagor som andra har skrivit visas som de kom in. De kan sakna "
            "rubriker, taggar och alternativtexter."
        ),
        _(
            "Administrationen för samordnare bygger på en färdig komponent. Några av dess "
            "tabeller rullar i sidled på liten skärm, och rutan där man väljer grupper är svår "
            "att använda utan mus."
        ),
    ],
    authority="Myndigheten för digital förvaltning (Digg)",
    authority_url="https://www.digg.se/",
    enforcement_url="https://www.digg.se/tdosanmalan",
)
