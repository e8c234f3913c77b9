from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from malmoandan.accounts import coordinators
from malmoandan.accounts.models import User
from tests.factories import make_user
from tests.mailbox import html_of, text_of

pytestmark = pytest.mark.django_db(transaction=True)


def invite(address, **options):
    out = StringIO()
    call_command("invite_coordinator", address, stdout=out, **options)
    return out.getvalue()


def test_a_new_address_becomes_a_coordinator_and_gets_mail(smtp, run_jobs, settings):
    settings.BASE_URL = "https://portal.example"
    said = invite(" Anna@Example.org ", name="Anna")
    assert "anna@example.org is now a coordinator" in said
    assert "https://portal.example/admin/" in said
    run_jobs()
    [message] = smtp.to("anna@example.org")
    assert "https://portal.example/admin/" in text_of(message)
    assert 'href="https://portal.example/admin/"' in html_of(message)
    anna = User.objects.get(email="anna@example.org")
    assert (anna.name, anna.is_staff, anna.is_superuser) == ("Anna", True, False)


def test_a_person_who_is_there_already_is_promoted():
    person = make_user("anna@example.org", name="Anna", is_active=False)
    invite("anna@example.org")
    person.refresh_from_db()
    assert (person.name, person.is_staff, person.is_active) == ("Anna", True, True)


def test_inviting_twice_is_harmless():
    invite("anna@example.org")
    assert "was a coordinator already" in invite("anna@example.org")
    assert User.objects.get().groups.count() == 1


@pytest.mark.parametrize("address", ["anna", "", "anna@", "a@example.org, b@example.org"])
def test_what_is_no_address_is_refused_and_changes_nothing(address):
    with pytest.raises(CommandError, match="is not an e-mail address"):
        invite(address)
    assert not User.objects.exists()


def test_coordinators_work_with_signatures_and_delete_none():
    invite("anna@example.org")
    anna = User.objects.get()
    assert anna.has_perms(["signatures.change_signature", "organisations.add_organisation"])
    assert not anna.has_perm("signatures.delete_signature")


def test_rights_that_another_hand_gave_the_group_stay():
    from django.contrib.auth.models import Permission

    group = coordinators.update_group()
    extra = Permission.objects.get(codename="delete_organisation")
    group.permissions.add(extra)
    coordinators.update_group()
    assert extra in group.permissions.all()
