"""Documents that were made once and are served from store."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredDocument(models.Model):
    """A finished file, in the database: one transaction, one backup, shared by all processes."""

    name = models.CharField(_("namn"), max_length=100, primary_key=True)
    # What the file was made from; while the wanted stamp is the same, the file is fresh.
    stamp = models.CharField(_("stämpel"), max_length=64)
    content_type = models.CharField(_("filtyp"), max_length=100, default="application/pdf")
    content = models.BinaryField(_("innehåll"))
    sha256 = models.CharField(_("kontrollsumma"), max_length=64)
    made_at = models.DateTimeField(_("framställd"), auto_now=True)

    class Meta:
        verbose_name = _("framställt dokument")
        verbose_name_plural = _("framställda dokument")

    def __str__(self) -> str:
        return self.name
