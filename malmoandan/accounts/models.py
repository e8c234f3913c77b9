"""People who sign in. The e-mail address is the name; nobody has a password."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from malmoandan.running import history

COORDINATORS = "Samordnare"  # the group that holds their rights
ERASED_ADDRESS = "raderad@malmoandan.invalid"  # a domain that no mail ever reaches (RFC 2606)
ERASED_NAME = "Raderad person"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, **fields: Any) -> "User":
        """Make a person who signs in by codes sent to `email`."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def get_or_create_person(self, email: str) -> tuple["User", bool]:
        """The person with that address, made if new; safe when two requests ask at once."""
        return self.get_or_create(
            email=self.normalize_email(email), defaults={"password": make_password(None)}
        )

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Lower case throughout: no mail provider in use tells addresses apart by case."""
        return (email or "").strip().lower()

    def stand_in(self) -> "User":
        """The one account to which rows refer whose person has been erased. It cannot sign in."""
        person, _made = self.get_or_create_person(ERASED_ADDRESS)
        if person.is_active:
            person.is_active, person.name = False, ERASED_NAME
            person.save(update_fields=["is_active", "name"])
        return person

    def coordinators(self) -> models.QuerySet["User"]:
        """Those who decide on signatures and are told when one waits."""
        return self.filter(is_staff=True, is_active=True)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=self.normalize_email(username))


@history.track(exclude=["password", "last_login", "language"])
class User(AbstractUser):
    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("namn"), max_length=150, blank=True)
    email = models.EmailField(
        _("e-postadress"),
        unique=True,
        error_messages={"unique": _("Det finns redan en person med den e-postadressen.")},
    )
    # What the person last read the portal in while signed in; empty as long as nobody knows.
    language = models.CharField(
        _("språk"), max_length=10, choices=settings.LANGUAGES, blank=True, editable=False
    )
    # Kept so that the history shows a reset, with its reason: the factors themselves are secrets.
    second_factor_reset_at = models.DateTimeField(
        _("andra steget återställt"), null=True, editable=False
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("personer")
        constraints = [
            # With unique, this says: one person per address, however it was typed.
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="address_is_in_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def mail_language(self) -> str:
        """The language to write to the person in."""
        return self.language or settings.LANGUAGE_CODE

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name or self.email


@history.track_links()
class UserGroup(User.groups.through):  # type: ignore[name-defined]
    """Who has which rights, such as those of coordinators, for the history."""

    class Meta:
        proxy = True
