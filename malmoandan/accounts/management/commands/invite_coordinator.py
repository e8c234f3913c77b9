"""Make somebody a coordinator: `manage.py invite_coordinator ADDRESS [--name NAME]`."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.urls import reverse

from malmoandan.accounts import coordinators


class Command(BaseCommand):
    help = "Make the address a coordinator, and mail an invitation to sign in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the e-mail address to sign in with")
        parser.add_argument("--name", default="", help="the person's name, shown in the admin")

    def handle(self, *args: Any, address: str, name: str, **options: Any) -> None:
        try:
            validate_email(address.strip())
        except ValidationError as error:
            raise CommandError(
                f"{address!r} is not an e-mail address. Nothing was changed."
            ) from error
        user, changed = coordinators.invite(email=address, name=name.strip())
        now = "is now a coordinator" if changed else "was a coordinator already"
        self.stdout.write(
            f"{user.email} {now}. The invitation is on its way.\n"
            f"Next: sign in at {settings.BASE_URL}{reverse('admin:index')} with the address.\n"
            "The code comes by e-mail; at the first sign-in a second step is chosen as well."
        )
        if settings.MAIL_DIR:
            self.stdout.write(f"There is no mail server: mail is kept in {settings.MAIL_DIR}.")
