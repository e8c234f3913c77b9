"""What an app tells the open data about its tables. Knows no feature.

An app lists its data sets as `DATA_SETS` in a module `data_sets.py` (mapping/open_data finds
them); page, catalogue and API description are made from the same columns as the files.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django import forms

from malmoandan.publishing.exports import Column, Table, Text

ENDINGS = ["csv", "csv-metadata.json", "xlsx", "json"]


def always() -> bool:
    return True


@dataclass(frozen=True)
class DataSet:
    """One table that anyone may use.

    `page` is the name of the address that shows it to people. Its files lie at `files()`, an
    address without ending, with the four ENDINGS; or, where it has none of its own, the open
    data serve `table()`. `filter()` is the form whose fields the files take in their query.
    `changed()` tells when a row last changed, None when there is none yet.
    """

    key: str
    title: Text
    description: Text
    keywords: tuple[Text, ...]
    page: str
    columns: list[Column]
    changed: Callable[[], datetime | None]
    files: Callable[[], str] | None = None
    table: Callable[[], Table] | None = None
    filter: Callable[[], forms.Form] | None = None
    # Whether there is anything to hand out; a data set without is not listed.
    exists: Callable[[], bool] = always
