"""The tools that are typical of each place in the Council of Europe's matrix. Editable data."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from malmoandan.running import history
from mapping.models.choices import Level, Step


@history.track()
class MatrixTool(models.Model):
    """Typical tools of one cell: general knowledge, so coordinators may rewrite them."""

    level = models.CharField(_("nivå"), max_length=20, choices=Level.choices)
    step = models.CharField(_("steg"), max_length=20, choices=Step.choices)
    tools = models.CharField(_("typiska arbetssätt"), max_length=300)

    class Meta:
        verbose_name = _("arbetssätt i matrisen")
        verbose_name_plural = _("arbetssätt i matrisen")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["level", "step"],
                name="tools_once_per_cell",
                violation_error_message=_("Rutan har redan arbetssätt."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}, {self.get_step_display()}"
