"""What coordinators publish: public from a time on, at an address that stays."""

from datetime import datetime
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from malmoandan.organisations.swedish import free_slug

Row = TypeVar("Row", bound="Publication")


class PublicationQuerySet(models.QuerySet[Row]):
    def published(self) -> "PublicationQuerySet[Row]":
        """Those that are public now; one without a time is a draft."""
        return self.filter(published_from__lte=timezone.now())


class Publication(models.Model):
    """What is public from a time on, at an address that stays when the title changes."""

    slug = models.SlugField(_("adress"), max_length=80, unique=True, editable=False)
    published_from = models.DateTimeField(
        _("offentlig från"),
        null=True,
        blank=True,
        help_text=_(
            "Svensk tid. Från och med då kan alla läsa. Lämna tomt för ett utkast: "
            "det ser bara samordnarna. Töm fältet för att ta bort något från webbplatsen."
        ),
    )
    created_at = models.DateTimeField(_("tillagd"), auto_now_add=True)
    updated_at = models.DateTimeField(_("ändrad"), auto_now=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.slug:
            title: str = self.title  # type: ignore[attr-defined]
            otherwise = slugify(str(self._meta.verbose_name))
            self.slug = free_slug(type(self), title, otherwise=otherwise)
        super().save(*args, **kwargs)

    @property
    def is_published(self) -> bool:
        return self.published_from is not None and self.published_from <= timezone.now()

    @property
    def changed_after_publishing(self) -> datetime | None:
        """When the row was last changed, if that was on a later day than it became public."""
        if not self.published_from:
            return None
        changed, published = map(timezone.localtime, (self.updated_at, self.published_from))
        return changed if changed.date() > published.date() else None
