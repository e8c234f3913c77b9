"""Who may act for an organisation, how that right moves, and what they want to correct."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from malmoandan.organisations.models.organisations import Organisation
from malmoandan.running import history

PERSON = settings.AUTH_USER_MODEL
HANDOVER_DAYS = 14
HANDOVER_KEPT_DAYS = 7  # after it came to nothing


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> "MembershipQuerySet":
        return self.filter(until__isnull=True)


@history.track()
class Membership(models.Model):
    """A person may act for an organisation, from `since` and until it ends."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    person = models.ForeignKey(
        PERSON, models.PROTECT, related_name="memberships", verbose_name=_("företrädare")
    )
    since = models.DateTimeField(_("från"), default=timezone.now)
    until = models.DateTimeField(_("till"), null=True, blank=True)
    # Only where a coordinator gave the right: how it was checked that the person may have it.
    check_note = models.TextField(_("så kontrollerades det"), max_length=1000, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("företrädare")
        verbose_name_plural = _("företrädare")
        ordering = ["-since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"],
                condition=Q(until__isnull=True),
                name="one_active_membership_per_person",
                violation_error_message=_("Personen företräder redan organisationen."),
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="membership_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return str(_("nummer %(number)s") % {"number": self.pk})


class HandoverQuerySet(models.QuerySet["Handover"]):
    def waiting(self) -> "HandoverQuerySet":
        """Those that can still be confirmed: neither done, nor taken back, nor too old."""
        oldest = timezone.now() - timedelta(days=HANDOVER_DAYS)
        return self.filter(done_at=None, cancelled_at=None, created_at__gt=oldest)

    def long_over(self) -> "HandoverQuerySet":
        """Those that came to nothing a week ago or more: the mails about them are sent."""
        oldest = timezone.now() - timedelta(days=HANDOVER_KEPT_DAYS)
        too_old = Q(created_at__lte=oldest - timedelta(days=HANDOVER_DAYS))
        return self.filter(Q(cancelled_at__lte=oldest) | too_old, done_at=None)


@history.track()
class Handover(models.Model):
    """The right to act moves from one person to another when both have confirmed."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="handovers")
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="handovers")
    name = models.CharField(_("namn"), max_length=150)
    email = models.EmailField(_("e-postadress"))
    token = models.CharField(max_length=40, unique=True, editable=False)
    language = models.CharField(max_length=10, default=settings.LANGUAGE_CODE)
    created_at = models.DateTimeField(_("påbörjad"), default=timezone.now)
    done_at = models.DateTimeField(_("genomförd"), null=True)
    cancelled_at = models.DateTimeField(_("avbruten"), null=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("överlämning")
        verbose_name_plural = _("överlämningar")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(cancelled_at__isnull=True),
                name="handover_is_done_or_cancelled",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="handover_address_is_in_lower_case"
            ),
            models.UniqueConstraint(
                fields=["organisation", "by"],
                condition=Q(done_at__isnull=True, cancelled_at__isnull=True),
                name="one_handover_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return str(_("nummer %(number)s") % {"number": self.pk})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.token = self.token or secrets.token_urlsafe(24)
        super().save(*args, **kwargs)

    @property
    def last_moment(self) -> datetime:
        return self.created_at + timedelta(days=HANDOVER_DAYS)

    @property
    def is_waiting(self) -> bool:
        settled = self.done_at or self.cancelled_at
        return not settled and timezone.now() < self.last_moment


class ProposedChangeQuerySet(models.QuerySet["ProposedChange"]):
    def waiting(self) -> "ProposedChangeQuerySet":
        return self.filter(state=ProposedChange.State.WAITING)


@history.track()
class ProposedChange(models.Model):
    """What an organisation wants to correct of what is public; a coordinator decides."""

    class State(models.TextChoices):
        WAITING = "waiting", _("väntar på beslut")
        APPROVED = "approved", _("godkänd")
        DECLINED = "declined", _("avböjd")
        REPLACED = "replaced", _("ersatt av ett nyare förslag")

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="changes", verbose_name=_("organisation")
    )
    proposed_by = models.ForeignKey(
        PERSON, models.PROTECT, related_name="proposals", verbose_name=_("föreslagen av")
    )
    proposed_at = models.DateTimeField(_("föreslagen"), default=timezone.now)
    language = models.CharField(max_length=10, default=settings.LANGUAGE_CODE)
    # Field names of Organisation: what they were when it was proposed, and what they shall be.
    before = models.JSONField(_("tidigare"), default=dict)
    after = models.JSONField(_("förslag"), default=dict)
    state = models.CharField(_("läge"), max_length=20, choices=State.choices, default=State.WAITING)
    decided_at = models.DateTimeField(_("beslutad"), null=True)
    decided_by = models.ForeignKey(
        PERSON,
        models.PROTECT,
        null=True,
        related_name="decided_changes",
        verbose_name=_("beslut av"),
    )
    reason = models.TextField(_("skäl"), max_length=2000, blank=True)

    objects = ProposedChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("förslag till rättelse")
        verbose_name_plural = _("förslag till rättelser")
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(state="waiting"),
                name="one_waiting_change_per_organisation",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["approved", "declined"],
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                )
                | Q(
                    state__in=["waiting", "replaced"],
                    decided_at__isnull=True,
                    decided_by__isnull=True,
                ),
                name="decided_change_has_time_and_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""), name="declined_change_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return str(_("nummer %(number)s") % {"number": self.pk})

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    def lines(self) -> list[tuple[str, str, str]]:
        """What changes: the field's name, what was, what shall be, in the reader's language.

        While it waits, what stands today is what would change.
        """
        waiting = self.is_waiting
        return [
            (
                _label(name),
                _shown(name, getattr(self.organisation, name) if waiting else self.before[name]),
                _shown(name, value),
            )
            for name, value in self.after.items()
        ]


def _label(name: str) -> str:
    label = str(Organisation._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]


def _shown(name: str, value: Any) -> str:
    choices: Any = getattr(Organisation._meta.get_field(name), "flatchoices", ())
    return str(dict(choices).get(value, value) or "–")
