import json
import logging
import sys

import pytest
from django.test import RequestFactory

from malmoandan.running.logs import HEADER, AddNumber, JsonFormatter, RequestNumber

FROM_A_PROXY = "0af7651916cd43dd8448eb211c80319c"


def line(message="Hej %s", *args, **fields):
    record = logging.LogRecord("portal", logging.WARNING, "x.py", 1, message, args, None)
    record.__dict__.update(fields)
    AddNumber().filter(record)
    return json.loads(JsonFormatter().format(record))


def number_of_a_request(**headers):
    """The number in the answer's header, and the one in the log's line during the request."""
    seen = []

    def view(request):
        from django.http import HttpResponse

        seen.append(line("i vyn")["request"])
        return HttpResponse()

    response = RequestNumber(view)(RequestFactory().get("/", headers=headers))
    return response.headers[HEADER], seen[0]


def test_a_line_is_one_json_object():
    told = line("Jobb %s misslyckades\nigen", 7)

    assert told["message"] == "Jobb 7 misslyckades\nigen"
    assert (told["level"], told["logger"], told["request"]) == ("WARNING", "portal", "-")
    assert told["time"].endswith("+00:00")


def test_an_error_brings_where_it_happened():
    try:
        raise KeyError("något")
    except KeyError:
        told = line("Fel", exc_info=sys.exc_info())

    assert "test_logs.py" in told["exception"]


def test_answer_and_log_have_the_same_number():
    answered, logged = number_of_a_request()

    assert answered == logged
    assert len(answered) == 32
    assert number_of_a_request()[0] != answered
    assert line()["request"] == "-"  # over with the request


def test_what_django_tells_at_the_end_has_the_number_too(client, caplog):
    caplog.handler.addFilter(AddNumber())

    number = client.get("/finns-inte/").headers[HEADER]

    assert [record.request_number for record in caplog.records] == [number]


@pytest.mark.parametrize(
    ("hosts", "given", "taken"),
    [
        (["portal.example"], FROM_A_PROXY, True),
        (["portal.example"], "alva@example.org", False),
        (["portal.example"], "0" * 200, False),
        ([], FROM_A_PROXY, False),
    ],
)
def test_a_number_is_taken_from_a_proxy_alone_and_only_if_it_is_one(settings, hosts, given, taken):
    settings.PUBLIC_HOSTS = hosts

    answered, logged = number_of_a_request(**{HEADER: given})

    assert answered == logged
    assert (answered == given) is taken
