"""Coordinators: the group, what it may do, and how one becomes a coordinator.

An app that coordinators work with says so in its AppConfig:
`coordinators_may = {"organisation": "view add change"}`.
"""

from collections.abc import Iterator

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q

from malmoandan.accounts import security_log, tasks
from malmoandan.accounts.models import COORDINATORS, User


def update_group() -> Group:
    """Make the coordinators' group, or bring its rights up to date. Running it twice is harmless.

    Rights that another hand gave the group stay.
    """
    group, _made = Group.objects.get_or_create(name=COORDINATORS)
    wanted = Q(pk=None)
    for app_label, codename in _rights():
        wanted |= Q(content_type__app_label=app_label, codename=codename)
    group.permissions.add(*Permission.objects.filter(wanted))
    return group


def _rights() -> Iterator[tuple[str, str]]:
    for config in apps.get_app_configs():
        may = getattr(config, "coordinators_may", {})
        if may:
            create_permissions(config, verbosity=0)
        for model, verbs in may.items():
            for verb in verbs.split():
                yield config.label, f"{verb}_{model}"


@transaction.atomic
def invite(*, email: str, name: str = "") -> tuple[User, bool]:
    """Make the address a coordinator, and queue the mail that says how to sign in.

    Returns the person, and whether anything changed; who is a coordinator already gets the mail
    again, in case the first one was lost.
    """
    user, changed = User.objects.get_or_create_person(email)
    group = update_group()
    if name and user.name != name:
        user.name, changed = name, True
    if not (user.is_staff and user.is_active and user.groups.filter(pk=group.pk).exists()):
        user.is_staff = user.is_active = changed = True
        user.groups.add(group)
    user.save()
    security_log.note("made_coordinator", person=user, new=changed)
    tasks.mail_invitation.defer(user_id=user.pk)
    return user, changed
