"""A signing that is under way, kept in the server-side session until it is sent."""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils import timezone

from malmoandan.publishing import files
from signatures.models import AgreementVersion, Signature

SESSION_KEY = "signing"
MINUTES_FOLDER = "protokoll"


@dataclass
class Draft:
    """What has been filled in so far. `id` makes the sending of it happen once."""

    version_id: int
    id: str = field(default_factory=lambda: str(uuid4()))
    # ISO, for the session holds JSON. What is begun in time can be finished within the grace.
    begun_at: str = field(default_factory=lambda: timezone.now().isoformat())
    organisation: dict[str, Any] = field(default_factory=dict)
    signatories: list[dict[str, str]] = field(default_factory=list)
    minutes: str = ""
    minutes_name: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> "Draft | None":
        """The visitor's draft, or None when nothing is begun, or the session has expired."""
        kept = request.session.get(SESSION_KEY)
        return cls(**kept) if kept else None

    def keep(self, request: HttpRequest) -> None:
        request.session[SESSION_KEY] = asdict(self)
        version = AgreementVersion.objects.get(pk=self.version_id)
        usual = timedelta(seconds=settings.SESSION_COOKIE_AGE)
        closes_at, grace_ends_at = version.closes_at, version.grace_ends_at
        if closes_at and grace_ends_at and timezone.now() + usual >= closes_at:
            # As long as it can be finished, and so much longer that who is late is told so.
            request.session.set_expiry(grace_ends_at + usual)

    @staticmethod
    def drop(request: HttpRequest) -> None:
        request.session.pop(SESSION_KEY, None)
        request.session.set_expiry(None)  # the usual time

    @cached_property
    def version(self) -> AgreementVersion:
        """The text that is being signed; read once in a request."""
        return AgreementVersion.objects.select_related("agreement").get(pk=self.version_id)

    def can_be_finished(self, version: AgreementVersion) -> bool:
        begun_at = datetime.fromisoformat(self.begun_at)
        return version.can_be_finished(begun_at=begun_at, now=timezone.now())

    @property
    def is_complete(self) -> bool:
        return bool(self.organisation and self.signatories)

    @property
    def signer(self) -> dict[str, str]:
        return self.signatories[0]

    def set_organisation(self, data: dict[str, Any]) -> None:
        """Take the first step's cleaned data; days as ISO, for the session holds JSON."""
        self.organisation = {
            key: value.isoformat() if isinstance(value, date) else value
            for key, value in data.items()
            if key not in {"minutes", "remove_minutes"}
        }

    def attach_minutes(self, file: UploadedFile) -> None:
        """Keep the file in place of the former one. Raises OSError, and then that one stays."""
        stored = files.store(file, MINUTES_FOLDER)
        self.remove_minutes()
        self.minutes, self.minutes_name = stored, file.name or ""

    def remove_minutes(self) -> None:
        # Whoever lost the reply of the last step is here once more, and that file belongs to the
        # signature now.
        if self.minutes and not Signature.objects.filter(minutes=self.minutes).exists():
            default_storage.delete(self.minutes)
        self.minutes = self.minutes_name = ""
