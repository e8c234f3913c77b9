"""Published answers as they are read: the words to search in, and which ones are nearly the same.

Derived from other rows. Triggers (migration 0002) mark a row as no longer fresh when anything it
was made from changes, in the same transaction; from then on nothing shows it until
`shown_answers.catch_up` has made it anew. So what is masked or taken back is gone at once.
"""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import CombinedSearchVector, SearchQuery, SearchVectorField
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from challenges.remiss.models.referrals import Referral, over
from challenges.remiss.models.responses import ReferralResponse
from malmoandan.organisations.swedish import SwedishOrder, Unmarked, unmarked


class _Words(Func):
    """to_tsvector with a configuration that does not depend on the session."""

    output_field = SearchVectorField()
    template = "to_tsvector('%(config)s'::regconfig, %(expressions)s)"

    def __init__(self, expression: object, config: str) -> None:
        super().__init__(expression, config=config)


class ShownAnswerQuerySet(models.QuerySet["ShownAnswer"]):
    def public(self, now: datetime | None = None) -> "ShownAnswerQuerySet":
        """Those that anyone may read now, as they read now."""
        shown = over(now or timezone.now(), "response__referral__") | Q(
            response__referral__state=Referral.State.OPEN,
            response__referral__publishes_at_once=True,
        )
        published = Q(response__publication=ReferralResponse.Publication.PUBLISHED)
        return self.filter(shown, published, fresh=True)

    def matching(self, words: Sequence[str]) -> "ShownAnswerQuerySet":
        """Those that hold every word, in any of its Swedish forms or as the beginning of one.

        The words are of letters and digits alone.
        """
        found = self
        for word in words:
            stem = SearchQuery(f"{word}:*", config="swedish", search_type="raw")
            plain = SearchQuery(f"{unmarked(word)}:*", config="simple", search_type="raw")
            found = found.filter(document=stem | plain)
        return found

    def for_themselves(self, section: int | None = None) -> "ShownAnswerQuerySet":
        """Without those that the first of their campaign stands for, in that section or wholly."""
        first = ShownAnswer.objects.public().filter(response=OuterRef("first"))
        folded = ~Q(first=F("response")) & Q(Exists(first))
        if section is not None:
            folded &= Q(same_sections__contains=[section])
        return self.exclude(Q(first__isnull=False) & folded)

    def in_swedish_order(self) -> "ShownAnswerQuerySet":
        """By the name that is shown: private persons together, in the order they answered."""
        return self.order_by("sort_key", "pk")


class ShownAnswer(models.Model):
    response = models.OneToOneField(
        ReferralResponse, models.CASCADE, primary_key=True, related_name="shown"
    )
    name = models.TextField(blank=True)
    text = models.TextField(blank=True)
    fresh = models.BooleanField(default=False)
    # Whether `first` was found since anything changed.
    grouped = models.BooleanField(default=False)
    # The first of those that are nearly the same (campaigns.py), itself for that one.
    first = models.ForeignKey(
        ReferralResponse, models.SET_NULL, null=True, related_name="alike", db_index=True
    )
    # Keys of the sections whose text is nearly the same as the first one's.
    same_sections = ArrayField(models.BigIntegerField(), default=list)
    sort_key = models.GeneratedField(
        expression=SwedishOrder(F("name")),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    document = models.GeneratedField(
        expression=CombinedSearchVector(
            _Words(F("text"), "swedish"), "||", _Words(Unmarked(F("text")), "simple"), None
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ShownAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("remissvar som det visas")
        verbose_name_plural = _("remissvar som de visas")
        indexes = [GinIndex(fields=["document"], name="shown_answer_words")]

    def __str__(self) -> str:
        return str(self.pk)
