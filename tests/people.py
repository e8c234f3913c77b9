"""People who are signed in, for tests of what comes after the sign-in."""

import time

from django.test import Client

from malmoandan.accounts import coordinators
from tests.factories import make_user


def make_coordinator(email=None, **fields):
    user = make_user(email, is_staff=True, **fields)
    user.groups.add(coordinators.update_group())
    return user


def sign_in(user, *, second_factor=False, minutes_ago=0):
    """A client signed in as after a code, and after a second factor when asked for."""
    client = Client()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    methods = ["code", "mfa"] if second_factor else ["code"]
    at = time.time() - 60 * minutes_ago
    session["account_authentication_methods"] = [{"method": name, "at": at} for name in methods]
    session.save()
    return client
