"""What coordinators do with accounts."""

import pghistory
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from malmoandan.accounts import security_log, tasks
from malmoandan.accounts.models import User


def remember_language(*, user: User, language: str) -> None:
    """Keep in which language the person reads: mails are written in it from now on."""
    User.objects.filter(pk=user.pk).exclude(language=language).update(language=language)


@transaction.atomic
def reset_second_factor(*, user: User, reason: str) -> None:
    """Take away the person's second factors, and end every session of theirs.

    The reason stands in the person's history. At the next sign-in a new factor is chosen.
    """
    with pghistory.context(reason=reason):
        Authenticator.objects.filter(user=user).delete()
        user.set_unusable_password()  # a new random value, on which all sessions depend
        user.second_factor_reset_at = timezone.now()
        user.save(update_fields=["password", "second_factor_reset_at"])
    security_log.note("second_factor", person=user, change="reset")
    tasks.mail_second_factor_changed.defer(user_id=user.pk, change="reset")


def end_sessions(*, user: User) -> None:
    """End every session of the person, wherever it is."""
    user.set_unusable_password()  # a new random value, on which all sessions depend
    user.save(update_fields=["password"])
    security_log.note("sessions_ended", person=user)
