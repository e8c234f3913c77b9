"""What an answer says of the proposal, or of a section of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Position(models.TextChoices):
    """ "No answer" is computed, never a position; no position at all is None."""

    SUPPORTS = "supports", _("tillstyrker")
    SUPPORTS_WITH_CHANGES = "supports_with_changes", _("tillstyrker med ändringar")
    NO_OBJECTION = "no_objection", _("lämnar utan erinran")
    REJECTS = "rejects", _("avstyrker")
    COMMENTS_ONLY = "comments_only", _("endast synpunkter")
    ABSTAINS = "abstains", _("avstår från att yttra sig")
