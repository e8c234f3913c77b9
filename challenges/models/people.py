"""Hosts, coordinators and groups: who held which seat, and what of it is public."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from challenges.models.plans import ChallengeArea
from challenges.models.terms import CertainDays, Term
from malmoandan.organisations.models import Organisation, Sector
from malmoandan.organisations.numbers import refuse_personal_number
from malmoandan.publishing.languages import shown
from malmoandan.running import history

PERSON = settings.AUTH_USER_MODEL


class NameBasis(models.TextChoices):
    """Why a person's name may be shown."""

    CONSENT = "consent", _("personen har samtyckt")
    SOURCE = "source", _("namnet står i en offentlig källa")


class PublicPerson(models.Model):
    """A person on a seat. Nothing of the person is public without a day and a ground of its own."""

    sector = models.CharField(_("sektor"), max_length=10, choices=Sector.choices)
    name = models.CharField(
        _("namn"), max_length=150, validators=[refuse_personal_number], blank=True
    )
    account = models.ForeignKey(
        PERSON,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="%(class)s_terms",
        verbose_name=_("konto"),
        help_text=_("Personen loggar in med kontots e-postadress."),
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)s_terms",
        verbose_name=_("organisation"),
    )
    unit = models.CharField(
        _("enhet"), max_length=150, blank=True, validators=[refuse_personal_number]
    )
    name_basis = models.CharField(
        _("namnet får visas"),
        max_length=10,
        choices=NameBasis.choices,
        blank=True,
        help_text=_("Tomt: namnet visas inte för andra än samordnarna."),
    )
    name_public_since = models.DateField(_("namnet får visas sedan"), null=True, blank=True)
    email_public_since = models.DateField(
        _("e-postadressen får visas sedan"),
        null=True,
        blank=True,
        help_text=_("Dagen då personen samtyckte. Tomt: adressen visas inte."),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(name_basis="", name_public_since__isnull=True)
                | (~Q(name_basis="") & Q(name_public_since__isnull=False)),
                name="%(class)s_name_is_public_since_a_day",
                violation_error_message=_("Ange både varför och sedan när namnet får visas."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(Sector(self.sector).label)

    @property
    def shown_name(self) -> str:
        """The name, where it may be shown; else empty."""
        return self.name if self.name_public_since else ""

    @property
    def shown_email(self) -> str:
        """The address, where the person lets it be shown; else empty. Reads the account."""
        return self.account.email if self.email_public_since and self.account else ""

    @property
    def from_where(self) -> str:
        """The organisation and the unit, as far as known. Reads the organisation."""
        parts = [self.organisation.name if self.organisation else "", self.unit]
        return ", ".join(part for part in parts if part)


def _one_at_a_time(
    who: str, message: Any, *, within: str | None = None
) -> list[ExclusionConstraint]:
    """One person per sector (and row `within`) on any day, a constraint for each sector."""
    same_seat = [
        (Func(F(within), F(within), Value("[]"), function="int8range"), RangeOperators.OVERLAPS)
        for within in [within]
        if within
    ]
    return [
        ExclusionConstraint(
            name=f"one_{sector}_{who}_a_day",
            expressions=[*same_seat, (CertainDays(), RangeOperators.OVERLAPS)],
            condition=Q(sector=sector),
            violation_error_message=message,
        )
        for sector in Sector.values
    ]


@history.track()
class Host(PublicPerson, Term):
    area = models.ForeignKey(
        ChallengeArea, models.PROTECT, related_name="hosts", verbose_name=_("samhällsutmaning")
    )

    class Meta:
        verbose_name = _("värd")
        verbose_name_plural = _("värdar")
        ordering = ["area", "sector", "-first_day"]
        constraints = [
            *Term.Meta.constraints,
            *PublicPerson.Meta.constraints,
            *_one_at_a_time(
                "host_per_area",
                _("Platsen har redan en värd någon av de dagarna."),
                within="area",
            ),
        ]


@history.track()
class Coordinator(PublicPerson, Term):
    class Role(models.TextChoices):
        COORDINATOR = "coordinator", _("samordnare")
        PROJECT_LEADER = "project_leader", _("projektledare")

    role = models.CharField(
        _("roll"), max_length=20, choices=Role.choices, default=Role.COORDINATOR
    )
    about = models.CharField(
        _("mer om uppdraget"),
        max_length=300,
        blank=True,
        validators=[refuse_personal_number],
        help_text=_("Visas öppet."),
    )
    english_about = models.CharField(
        _("mer om uppdraget, på engelska"),
        max_length=300,
        blank=True,
        validators=[refuse_personal_number],
    )

    shown_about = shown("about")

    class Meta:
        verbose_name = _("samordnare")
        verbose_name_plural = _("samordnare")
        ordering = ["sector", "-first_day"]
        constraints = [
            *Term.Meta.constraints,
            *PublicPerson.Meta.constraints,
            *_one_at_a_time(
                "coordinator", _("Sektorn har redan en samordnare någon av de dagarna.")
            ),
        ]


@history.track()
class Group(Term):
    """The cooperation group, or a working group, with members of both sides."""

    class Kind(models.TextChoices):
        COOPERATION = "cooperation", _("samverkansgrupp")
        WORKING = "working", _("arbetsgrupp")

    kind = models.CharField(_("slag"), max_length=20, choices=Kind.choices)
    name = models.CharField(_("namn"), max_length=150)
    task = models.TextField(_("uppgift"), max_length=2000, blank=True)
    english_name = models.CharField(_("namn på engelska"), max_length=150, blank=True)
    english_task = models.TextField(_("uppgift på engelska"), max_length=2000, blank=True)

    shown_name = shown("name")
    shown_task = shown("task")

    class Meta:
        verbose_name = _("grupp")
        verbose_name_plural = _("grupper")
        ordering = ["kind", "-first_day"]
        constraints = [*Term.Meta.constraints]

    def __str__(self) -> str:
        return str(self.shown_name)


@history.track()
class GroupMember(PublicPerson, Term):
    group = models.ForeignKey(
        Group, models.CASCADE, related_name="members", verbose_name=_("grupp")
    )

    class Meta:
        verbose_name = _("medlem i grupp")
        verbose_name_plural = _("medlemmar i grupper")
        ordering = ["group", "sector", "-first_day"]
        constraints = [*Term.Meta.constraints, *PublicPerson.Meta.constraints]
