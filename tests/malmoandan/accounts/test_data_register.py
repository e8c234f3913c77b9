"""The register of personal data: nothing is left out, and what it says is what happens."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from procrastinate.contrib.django import app

from malmoandan.accounts import data_register
from malmoandan.accounts.data_kept import UNPROVEN, UNUSED
from tests.people import make_coordinator, sign_in


def test_every_field_that_could_hold_a_person_is_declared():
    """A new field fails here: say in the app's data_kept.py what it holds, why and how long."""
    known = data_register.declared()
    assert [str(f) for f in data_register.could_hold_people() if str(f) not in known] == []


def test_every_reference_to_a_person_is_declared_as_about_people():
    of_people = {name for each in data_register.categories() for name in each.field_names}
    references = [f for f in data_register.could_hold_people() if f.refers_to_person]
    assert len(references) > 20
    assert [str(f) for f in references if str(f) not in of_people] == []


def test_no_declared_field_has_gone():
    for name in data_register.declared():
        label, field = name.rsplit(".", 1)
        assert apps.get_model(label)._meta.get_field(field)


def test_what_has_a_time_is_deleted_by_a_job_that_runs_by_itself():
    app.perform_import_paths()
    periodic = {task.task.name for task in app.periodic_registry.periodic_tasks.values()}
    jobs = {each.job for each in data_register.categories() if each.job}
    assert len(jobs) > 10
    assert jobs - periodic == set()


def test_a_number_of_days_needs_a_job():
    fields = {name: getattr(UNPROVEN, name) for name in ("whose", "what", "why", "ground")}
    with pytest.raises(ValueError, match="needs the job"):
        data_register.Category(**fields, seen_by="", kept="", days=lambda: 3)


@pytest.mark.django_db
def test_the_open_page_says_all_that_is_declared(client):
    page = client.get("/integritet/").content.decode()
    for each in data_register.categories():
        assert str(each.what) in page
        assert each.how_long in page
    assert "730 dagar" in UNUSED.how_long


@pytest.mark.django_db
def test_the_page_and_the_jobs_follow_the_same_number(client, settings):
    settings.PARTICIPANTS_KEPT_DAYS = 11
    assert "Raderas 11 dagar efter dialogen." in client.get("/integritet/").content.decode()


@pytest.mark.django_db
def test_coordinators_see_where_it_lies(client):
    desk = sign_in(make_coordinator(), second_factor=True)
    page = desk.get("/admin/personuppgifter/").content.decode()
    assert "challenges.Participant.email" in page
    assert "challenges.forget_participants" in page
    assert "/admin/personuppgifter/" in desk.get("/admin/").content.decode()
    assert client.get("/admin/personuppgifter/").status_code == 302


def test_the_command_prints_the_whole_register():
    out = StringIO()
    call_command("personal_data_register", stdout=out)
    for each in data_register.categories():
        assert str(each.what) in out.getvalue()
    assert "- Fält: challenges.Participant.name" in out.getvalue()
