"""A session that cannot be written is an outage only when the database is one."""

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError

from malmoandan.running.session_store import SessionStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    session = SessionStore()
    session["typed"] = "något"
    session.save()
    return session


def test_a_session_is_kept(session):
    session["typed"] = "annat"
    session.save()
    assert SessionStore(session.session_key)["typed"] == "annat"


def test_a_full_database_is_told_as_what_it_is(session, monkeypatch):
    def full(*args, **options):
        raise OperationalError

    monkeypatch.setattr(SessionStore.get_model_class(), "save", full)
    with pytest.raises(OperationalError):
        session.save()


def test_a_session_that_was_deleted_meanwhile_is_not_an_outage(session):
    SessionStore.get_model_class().objects.all().delete()
    with pytest.raises(UpdateError):
        session.save()
