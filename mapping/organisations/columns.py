"""The fields of the list of organisations, as its files describe them."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from malmoandan.organisations.models import CityPart, Kind, OrganisationQuerySet, Sector
from malmoandan.organisations.numbers import format_organisation_number
from malmoandan.publishing.exports import Column, Row
from mapping.organisations.public import cooperation_counts
from signatures.register.columns import web_address

_FIELDS = (
    *("pk", "slug", "name", "short_name", "organisation_number", "sector", "kind", "is_umbrella"),
    *("city_part", "website", "first_day", "last_day", "successor__slug"),
)


def rows(found: OrganisationQuerySet) -> Iterator[Row]:
    """Exactly what is public of each, in Swedish order: two queries for any number of rows."""
    counts = cooperation_counts()
    for row in found.in_swedish_order().values(*_FIELDS).iterator(chunk_size=2000):
        yield {**row, "cooperations": counts.get(row["pk"], 0)}


COLUMNS = [
    Column("adress", _("Adress"), _("Organisationens adress på portalen; den ändras aldrig."),
           lambda r: r["slug"], width=36),
    Column("namn", _("Namn"), _("Organisationens namn."), lambda r: r["name"], width=48),
    Column("kortnamn", _("Kortnamn"),
           _("Förkortning eller kort namn, om organisationen har ett."),
           lambda r: r["short_name"] or None),
    Column("organisationsnummer", _("Organisationsnummer"),
           _("Tio siffror med bindestreck. Tomt för nätverk och när det inte är känt."),
           lambda r: format_organisation_number(r["organisation_number"]) or None),
    Column("sektor", _("Sektor"), _("Idéburen sektor eller Malmö stad."),
           lambda r: str(Sector(r["sector"]).label)),
    Column("organisationsform", _("Organisationsform"),
           _("Slag av organisation, till exempel ideell förening, stiftelse eller förvaltning."),
           lambda r: str(Kind(r["kind"]).label), width=32),
    Column("paraply", _("Paraplyorganisation"),
           _("Om det är en organisation av organisationer."),
           lambda r: r["is_umbrella"], "boolean", 20),
    Column("del_av_malmo", _("Del av Malmö"),
           _("Den del av Malmö där organisationen verkar, eller hela Malmö."),
           lambda r: str(CityPart(r["city_part"]).label)),
    Column("webbplats", _("Webbplats"), _("Adressen till organisationens egen webbplats."),
           lambda r: web_address(r) or None, "anyURI", 40),
    Column("forsta_dag", _("Första dag"), _("När en förvaltning började. Tomt när det är okänt."),
           lambda r: r["first_day"], "date", 14),
    Column("sista_dag", _("Sista dag"), _("När organisationen upphörde. Tomt för den som finns."),
           lambda r: r["last_day"], "date", 14),
    Column("eftertradare", _("Efterträdare"), _("Adressen till den som tog över."),
           lambda r: r["successor__slug"], width=36),
    Column("antal_samverkan", _("Antal samverkan"),
           _("I hur många samverkan i den senaste kartläggningen som organisationen är part."),
           lambda r: r["cooperations"], "integer", 16),
]  # fmt: skip
