"""The fields of the register, as its files describe them."""

from django.utils.translation import gettext_lazy

from malmoandan.organisations.models import CityPart, Kind
from malmoandan.organisations.numbers import format_organisation_number
from malmoandan.publishing.exports import Column, Row
from signatures.models import Origin


def web_address(row: Row) -> str:
    """The website, or nothing when it is no web address that a link may lead to."""
    return row["website"] if row["website"].startswith(("https://", "http://")) else ""


COLUMNS = [
    Column(
        "namn",
        gettext_lazy("Namn"),
        gettext_lazy("Organisationens namn."),
        lambda row: row["name"],
        width=48,
    ),
    Column(
        "kortnamn",
        gettext_lazy("Kortnamn"),
        gettext_lazy("Förkortning eller kort namn, om organisationen har ett."),
        lambda row: row["short_name"] or None,
    ),
    Column(
        "organisationsnummer",
        gettext_lazy("Organisationsnummer"),
        gettext_lazy("Tio siffror med bindestreck. Tomt för nätverk och när det inte är känt."),
        lambda row: format_organisation_number(row["organisation_number"]) or None,
    ),
    Column(
        "organisationsform",
        gettext_lazy("Organisationsform"),
        gettext_lazy("Slag av organisation, till exempel ideell förening eller stiftelse."),
        lambda row: str(Kind(row["kind"]).label),
        width=32,
    ),
    Column(
        "del_av_malmo",
        gettext_lazy("Del av Malmö"),
        gettext_lazy("Den del av Malmö där organisationen verkar, eller hela Malmö."),
        lambda row: str(CityPart(row["city_part"]).label),
    ),
    Column(
        "webbplats",
        gettext_lazy("Webbplats"),
        gettext_lazy("Adressen till organisationens egen webbplats."),
        lambda row: web_address(row) or None,
        datatype="anyURI",
        width=40,
    ),
    Column(
        "undertecknad",
        gettext_lazy("Undertecknad"),
        gettext_lazy("Den dag då den sista firmatecknaren skrev under (år-månad-dag)."),
        lambda row: row["day"],
        datatype="date",
        width=14,
    ),
    Column(
        "version",
        gettext_lazy("Version"),
        gettext_lazy("Numret på den version av texten som organisationen har undertecknat."),
        lambda row: row["number_of_version"],
        datatype="integer",
        width=10,
    ),
    Column(
        "satt",
        gettext_lazy("Sätt"),
        gettext_lazy("Hur det undertecknades: på webben, på papper eller den första dagen."),
        lambda row: str(Origin(row["given"]).label),
        width=30,
    ),
    Column(
        "med_fran_forsta_dagen",
        gettext_lazy("Med från första dagen"),
        gettext_lazy("Om organisationen var med när avsiktsförklaringen först undertecknades."),
        lambda row: row["founding"],
        datatype="boolean",
        width=22,
    ),
]
