"""Who is invited to a dialogue, and who comes. Personal: deleted some days after the meeting."""

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from challenges.models.dialogues import Dialogue
from malmoandan.organisations.models import Organisation
from malmoandan.running import history


@history.track()
class Invitation(models.Model):
    """An address that the invitation goes to; for an organisation one row for each of its people.

    Deleted together with the participants.
    """

    dialogue = models.ForeignKey(Dialogue, models.CASCADE, related_name="invitations")
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="dialogue_invitations",
        verbose_name=_("organisation"),
    )
    email = models.EmailField(_("e-postadress"))
    invited_at = models.DateTimeField(_("inbjuden"), auto_now_add=True)

    class Meta:
        verbose_name = _("inbjudan")
        verbose_name_plural = _("inbjudningar")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dialogue", "email"], name="one_invitation_per_address"
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="invitation_address_is_in_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return str(_("inbjudan nummer %(number)s") % {"number": self.pk})


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def seated(self) -> "ParticipantQuerySet":
        return self.filter(state=Participant.State.SIGNED_UP).order_by("order")

    def waiting(self) -> "ParticipantQuerySet":
        """Those on the waiting list, the first in line first."""
        return self.filter(state=Participant.State.WAITING).order_by("order")

    def coming(self) -> "ParticipantQuerySet":
        """Those with a seat and those who wait for one."""
        return self.exclude(state=Participant.State.CANCELLED)


@history.track()
class Participant(models.Model):
    """Someone who signed up, without an account. Personal: deleted some days after the meeting."""

    class State(models.TextChoices):
        SIGNED_UP = "signed_up", _("har en plats")
        WAITING = "waiting", _("står i kö")
        CANCELLED = "cancelled", _("avbokad")

    dialogue = models.ForeignKey(Dialogue, models.CASCADE, related_name="participants")
    name = models.CharField(_("namn"), max_length=150)
    email = models.EmailField(_("e-postadress"))
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    needs = models.TextField(_("behov"), max_length=1000, blank=True)
    state = models.CharField(_("läge"), max_length=10, choices=State.choices)
    order = models.PositiveIntegerField(_("ordning"))
    token = models.CharField(max_length=40, unique=True, editable=False)
    language = models.CharField(max_length=10, default=settings.LANGUAGE_CODE)
    # Since when the person has this state; a seat got after the reminders left needs none.
    since = models.DateTimeField(_("sedan"), default=timezone.now)
    told_at = models.DateTimeField(_("senaste svar på anmälan"), default=timezone.now)
    reminded_at = models.DateTimeField(_("påmind"), null=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("deltagare")
        verbose_name_plural = _("deltagare")
        ordering = ["dialogue", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["dialogue", "email"], name="one_participant_per_address"
            ),
            models.UniqueConstraint(
                fields=["dialogue", "order"], name="one_participant_per_place_in_line"
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="participant_address_is_in_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return str(_("deltagare nummer %(number)s") % {"number": self.order})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.token = self.token or secrets.token_urlsafe(24)
        super().save(*args, **kwargs)

    @property
    def has_seat(self) -> bool:
        return self.state == self.State.SIGNED_UP

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    @property
    def place_in_line(self) -> int:
        """1 for the first on the waiting list."""
        return self.dialogue.participants.waiting().filter(order__lte=self.order).count()
