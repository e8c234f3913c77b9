"""Coordinators: the group, what it may do, and how one becomes a coordinator.

An app that coordinators work with says so in its AppConfig:
`coordinators_may = {"organisation": "view add change"}`.
"""

from collections.abc import Iterator

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from malmoandan.accounts import security_log, tasks
from malmoandan.accounts.models import COORDINATORS, User


def update_group() -> Group:
    """Make the coordinators' group, or bring its rights up to date. Running it twice is harmless.

    Rights that another hand gave the group stay.
    """
    group, _made = Group.objects.get_or_create(name=COORDINATORS)
    wanted = set(_rights())
    of_apps = Permission.objects.filter(content_type__app_label__in={app for app, _right in wanted})
    known = of_apps.values_list("pk", "content_type__app_label", "codename")
    group.permissions.add(*[pk for pk, *right in known if tuple(right) in wanted])
    return group


def _rights() -> Iterator[tuple[str, str]]:
    for config in apps.get_app_configs():
        for model, verbs in getattr(config, "coordinators_may", {}).items():
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
