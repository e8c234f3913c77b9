"""Atom feeds: what is new, for feed readers. Knows no feature."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.functional import Promise
from django.utils.translation import get_language

MOST_ENTRIES = 100
# Characters that XML cannot hold in any form; one of them would break the whole feed.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Entry:
    """One piece of news. `key` names it for ever, such as `signature/17`."""

    key: str
    title: str
    summary: str
    link: str
    updated: datetime


def atom_response(
    *,
    key: str,
    title: str | Promise,
    subtitle: str,
    link: str,
    feed_url: str,
    entries: Iterable[Entry],
) -> HttpResponse:
    """A feed of the entries as given, newest first; all addresses are absolute.

    `key` names the feed for ever, as an entry's key does the entry; `link` is the page that shows
    the same, `feed_url` the feed's own address. The ids hold no address of the portal, so a move
    to another host makes nothing unread again.
    """
    feed = Atom1Feed(
        title=str(title),
        subtitle=_xml_text(subtitle) or None,
        link=link,
        feed_url=feed_url,
        feed_guid=_lasting_id(key),
        description=None,
        language=get_language(),
        author_name="Malmöandan",
    )
    for entry in entries:
        feed.add_item(
            title=_xml_text(entry.title),
            link=entry.link,
            description=_xml_text(entry.summary),
            unique_id=_lasting_id(entry.key),
            pubdate=entry.updated,
            updateddate=entry.updated,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml")


def _lasting_id(key: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_OID, f"malmoandan/{key}").urn


def _xml_text(text: str) -> str:
    return _NOT_XML.sub("", text)
