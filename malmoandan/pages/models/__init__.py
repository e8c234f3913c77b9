"""News and documents that coordinators write, and the index of the site-wide search."""

from malmoandan.pages.models.documents import (
    DOCUMENTS_FOLDER,
    Document,
    DocumentArea,
    DocumentText,
    DocumentVersion,
)
from malmoandan.pages.models.news import News, NewsArea
from malmoandan.pages.models.publications import Publication, PublicationQuerySet
from malmoandan.pages.models.search import (
    MARK,
    UNMARK,
    Extract,
    SearchChange,
    SearchEntry,
    SearchEntryQuerySet,
    WordQuery,
)

__all__ = [
    "DOCUMENTS_FOLDER",
    "MARK",
    "UNMARK",
    "Document",
    "DocumentArea",
    "DocumentText",
    "DocumentVersion",
    "Extract",
    "News",
    "NewsArea",
    "Publication",
    "PublicationQuerySet",
    "SearchChange",
    "SearchEntry",
    "SearchEntryQuerySet",
    "WordQuery",
]
