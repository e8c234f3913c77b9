"""What the DCAT-AP-SE catalogue says, for templates/mapping/open_data/catalogue.rdf."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from malmoandan.publishing.exports import XLSX_TYPE, Text
from malmoandan.publishing.open_data import DataSet
from mapping.open_data.registry import address_of, data_sets

MEDIA_TYPES = {"csv": "text/csv", "xlsx": XLSX_TYPE, "json": "application/json"}


@dataclass(frozen=True)
class Said:
    """A text in each of the portal's languages."""

    sv: str
    en: str


@dataclass(frozen=True)
class Distribution:
    uri: str
    address: str
    media_type: str
    ending: str
    conforms_to: str


@dataclass(frozen=True)
class Described:
    uri: str
    title: Said
    description: Said
    keywords: list[Said]
    page: str
    changed: datetime | None
    distributions: list[Distribution]


def described() -> list[Described]:
    """Each data set as the catalogue tells of it."""
    return [_described(data_set) for data_set in data_sets()]


def catalogue_address() -> str:
    return str(settings.BASE_URL) + reverse("mapping:catalogue")


def api_address() -> str:
    return str(settings.BASE_URL) + reverse("mapping:open_api")


def _described(data_set: DataSet) -> Described:
    uri = f"{catalogue_address()}#{data_set.key}"
    return Described(
        uri=uri,
        title=said(data_set.title),
        description=said(data_set.description),
        keywords=[said(word) for word in data_set.keywords],
        page=str(settings.BASE_URL) + reverse(data_set.page),
        changed=data_set.changed(),
        distributions=[
            Distribution(
                uri=f"{uri}-{ending}",
                address=address_of(data_set, ending),
                media_type=media_type,
                ending=ending,
                conforms_to=_schema_address(data_set, ending),
            )
            for ending, media_type in MEDIA_TYPES.items()
        ],
    )


def _schema_address(data_set: DataSet, ending: str) -> str:
    """What describes the fields: the table schema of the files, or the API's of the JSON."""
    if ending == "json":
        return f"{api_address()}#/components/schemas/{data_set.key}"
    return address_of(data_set, "csv-metadata.json")


def said(text: Text) -> Said:
    words = []
    for language in ("sv", "en"):
        with translation.override(language):
            words.append(str(text))
    return Said(*words)
