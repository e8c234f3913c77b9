"""A web process waits for its database a short while only, and holds no connection for nothing."""

import pytest
from django.db import connection, connections

from malmoandan.running import database


@pytest.mark.parametrize("given", ["", "-c search_path=public"])
def test_a_web_process_limits_how_long_a_statement_may_take(monkeypatch, given):
    options = {"options": given} if given else {}
    monkeypatch.setitem(connections["default"].settings_dict, "OPTIONS", options)
    database.limit_waiting()
    assert options["options"].startswith(given)
    assert "-c statement_timeout=8s -c lock_timeout=5s" in options["options"]


@pytest.mark.django_db(transaction=True)
def test_a_connection_is_let_go_before_something_slow():
    connection.ensure_connection()
    database.let_go()
    assert connection.connection is None


@pytest.mark.django_db
def test_a_transaction_keeps_its_connection():
    connection.ensure_connection()
    database.let_go()
    assert connection.connection is not None
