"""What the site-wide search holds of agreements, organisations, areas, news and documents.

Later apps name theirs in a `search_sources.py` of their own.
"""

from collections.abc import Collection, Iterator

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from challenges.models import ChallengeArea, Host, PlanArea
from challenges.remiss.models import Referral
from malmoandan.organisations.models import Organisation
from malmoandan.pages.models import Document, DocumentText, DocumentVersion, News
from malmoandan.publishing.markdown import plain
from malmoandan.publishing.search import Entry, Source
from mapping.models import SurveyRound
from mapping.organisations.public import MENTIONS, public_organisations
from signatures.models import Agreement, AgreementVersion, Translation


def agreements(keys: Collection[int]) -> Iterator[Entry]:
    found = AgreementVersion.objects.published().filter(
        pk__in=keys, agreement__kind=Agreement.Kind.INTENT
    )
    for version in found.prefetch_related("translations"):
        translations = {(each.kind, each.language): each for each in version.translations.all()}
        english = translations.get((Translation.Kind.TRANSLATION, "en"))
        in_plain_words = translations.get((Translation.Kind.PLAIN, "sv"))
        texts = [version.text, in_plain_words.text if in_plain_words else ""]
        yield Entry(
            key=version.pk,
            title=version.title,
            text=" ".join(plain(text) for text in texts),
            url=reverse("signatures:agreement_version", args=[version.number]),
            english_title=english.title if english else "",
            english_text=plain(english.text) if english else "",
            day=version.adopted_on,
            public_from=version.published_at,
        )


def organisations(keys: Collection[int]) -> Iterator[Entry]:
    """Those that something public mentions, with what rule 5 makes public."""
    for organisation in public_organisations().filter(pk__in=keys):
        yield Entry(
            key=organisation.pk,
            title=organisation.name,
            text=_facts(organisation),
            url=reverse("mapping:organisation", args=[organisation.slug]),
            english_title=organisation.name,
            english_text=_in_english(organisation),
        )


def _facts(organisation: Organisation) -> str:
    facts = [
        organisation.short_name,
        organisation.get_kind_display(),
        organisation.get_city_part_display(),
        organisation.shown_number,
        organisation.organisation_number,
    ]
    return ", ".join(str(fact) for fact in facts if fact)


def _in_english(organisation: Organisation) -> str:
    with translation.override("en"):
        return _facts(organisation)


def areas(keys: Collection[int]) -> Iterator[Entry]:
    """Areas by their own name, the words of each plan that took them up, and their hosts."""
    found = ChallengeArea.objects.filter(pk__in=keys)
    for area in found.prefetch_related("in_plans", "hosts"):
        plans = sorted(area.in_plans.all(), key=lambda place: -place.plan_id)
        words = [place.description for place in plans]
        words += [place.name for place in plans if place.name != area.name]
        words += [host.shown_name for host in area.hosts.all() if host.shown_name]
        english = [place.english_description for place in plans]
        english += [place.english_name for place in plans if place.name != area.name]
        yield Entry(
            key=area.pk,
            title=area.name,
            text=" ".join(dict.fromkeys(words)),
            url=reverse("challenges:area", args=[area.slug]),
            english_title=area.english_name,
            english_text=" ".join(dict.fromkeys(filter(None, english))),
        )


def news(keys: Collection[int]) -> Iterator[Entry]:
    for item in News.objects.filter(pk__in=keys, published_from__isnull=False):
        yield Entry(
            key=item.pk,
            title=item.title,
            text=f"{item.lead} {plain(item.text)}",
            url=item.get_absolute_url(),
            english_title=item.english_title,
            english_text=f"{item.english_lead} {plain(item.english_text)}".strip(),
            day=item.published_from.date() if item.published_from else None,
            public_from=item.published_from,
        )


def documents(keys: Collection[int]) -> Iterator[Entry]:
    found = Document.objects.filter(pk__in=keys, published_from__isnull=False)
    for document in found.prefetch_related("versions").select_related("inside"):
        current = document.current
        facts = [
            document.description,
            document.get_kind_display(),
            document.registry_number,
            current.file_name if current else "",
        ]
        yield Entry(
            key=document.pk,
            title=document.title,
            english_title=document.english_title,
            english_text=document.english_description,
            text=" · ".join(str(fact) for fact in facts if fact),
            url=document.get_absolute_url(),
            day=document.day,
            public_from=document.published_from,
            file_text=document.text_of_file,
        )


SOURCES = [
    Source(
        "avtal", _("Överenskommelser"), AgreementVersion, agreements, ((Translation, "version_id"),)
    ),
    Source(
        "utmaning",
        _("Samhällsutmaningar"),
        ChallengeArea,
        areas,
        ((PlanArea, "area_id"), (Host, "area_id")),
    ),
    Source("nyhet", _("Nyheter"), News, news),
    Source(
        "dokument",
        _("Dokument"),
        Document,
        documents,
        ((DocumentVersion, "document_id"), (DocumentText, "document_id")),
    ),
    Source(
        "organisation",
        _("Organisationer"),
        Organisation,
        organisations,
        MENTIONS,
        # What makes a party or an invited body public, or takes it back.
        bears_on_all=(SurveyRound, Referral),
    ),
]
