"""The interface that other flows use: send_code and subclasses of CodeView."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from malmoandan.accounts.codes import CodeNotSent, CodeView, code_not_sent, send_code
from malmoandan.accounts.models import User
from tests.factories import make_user
from tests.malmoandan.accounts.test_second_factor import SECRET, app_code
from tests.malmoandan.accounts.test_sign_in import code_in, wrong


def begin(request):
    if request.method != "POST":
        request.session["draft"] = "kept"
        return HttpResponse()
    try:
        send_code(request, request.POST["email"])
    except CodeNotSent:
        return code_not_sent(request)
    return HttpResponse()


class StepView(CodeView):
    restart_url = "/begin/"
    resume_url = "/resume/"

    def verified(self):
        return HttpResponse(f"{self.request.user.email} {self.request.session['draft']}")


urlpatterns = [
    path("begin/", begin),
    path("code/", StepView.as_view()),
    path("", include("malmoandan.urls")),
]


@pytest.fixture
def client():
    """A visitor who has something in the session already."""
    client = Client()
    client.get("/begin/")
    return client


pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def test_the_post_that_proves_the_address_does_the_work(client, mailoutbox):
    client.post("/begin/", {"email": "Ny@Example.org"})
    response = client.post("/code/", {"code": code_in(mailoutbox[0])})
    assert response.content == b"ny@example.org kept"
    assert User.objects.get(email="ny@example.org").last_login


def test_a_link_in_the_mail_that_a_scanner_follows_proves_nothing(client, mailoutbox):
    client.post("/begin/", {"email": "ny@example.org"})
    client.get("/code/", {"code": code_in(mailoutbox[0])})
    client.head("/code/", {"code": code_in(mailoutbox[0])})
    assert User.objects.get().last_login is None


def test_a_double_click_does_the_work_both_times_for_the_same_person(client, mailoutbox):
    client.post("/begin/", {"email": "ny@example.org"})
    cookie, code = client.cookies["sessionid"].value, code_in(mailoutbox[0])
    answers = []
    for _index in range(3):
        client.cookies["sessionid"] = cookie
        answers.append(client.post("/code/", {"code": code}).content)
    assert answers == [b"ny@example.org kept"] * 3


def test_a_database_lost_in_the_midst_of_it_leaves_the_draft_and_the_code(
    client, mailoutbox, monkeypatch
):
    client.post("/begin/", {"email": "ny@example.org"})
    client.raise_request_exception = False

    def lose_the_database(*_args):
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(CodeView, "_keep_for_a_repeated_post", lose_the_database)
        # Again and again, and more often than somebody may guess.
        lost = [client.post("/code/", {"code": code_in(mailoutbox[0])}) for _try in range(12)]
    assert {response.status_code for response in lost} == {500}  # no page of ours in this module

    again = client.post("/code/", {"code": code_in(mailoutbox[0])})
    assert again.content == b"ny@example.org kept"


def test_many_guesses_at_once_are_counted_as_many(client, mailoutbox):
    client.post("/begin/", {"email": "ny@example.org"})
    cookie, code = client.cookies["sessionid"].value, code_in(mailoutbox[0])
    session = Session.objects.get(pk=cookie)
    for _guess in range(10):
        client.post("/code/", {"code": wrong(code)})
        session.save()  # each of them began before the others had been counted
    client.cookies["sessionid"] = cookie
    refused = client.post("/code/", {"code": code})
    assert refused.status_code == 302
    assert User.objects.get().last_login is None


def test_who_was_signed_in_is_signed_out_and_the_draft_stays(client, mailoutbox):
    client.force_login(make_user("bo@example.org"))
    client.get("/begin/")
    client.post("/begin/", {"email": "anna@example.org"})
    assert "_auth_user_id" not in client.session
    response = client.post("/code/", {"code": code_in(mailoutbox[0])})
    assert response.content == b"anna@example.org kept"


def test_nobody_is_signed_out_by_a_mail_that_was_not_sent(client, smtp):
    client.force_login(make_user("bo@example.org"))
    client.get("/begin/")  # signing in another person emptied the session
    smtp.stop()
    response = client.post("/begin/", {"email": "anna@example.org"})
    assert response.status_code == 503
    assert ("email", "anna@example.org") in response.context["fields"]
    assert "_auth_user_id" in client.session
    assert client.session["draft"] == "kept"


def test_who_tried_again_while_no_mail_was_taken_may_ask_for_a_code_afterwards(client, smtp):
    smtp.refuses = True
    refused = [client.post("/begin/", {"email": "anna@example.org"}) for _try in range(8)]
    smtp.refuses = False
    assert {answer.status_code for answer in refused} == {503}
    assert client.post("/begin/", {"email": "anna@example.org"}).status_code == 200
    assert len(smtp.to("anna@example.org")) == 1


def test_a_second_factor_comes_between_and_leads_to_where_the_flow_goes_on(client, mailoutbox):
    TOTP.activate(make_user("anna@example.org"), SECRET)
    client.post("/begin/", {"email": "anna@example.org"})
    response = client.post("/code/", {"code": code_in(mailoutbox[0])})
    assert response["Location"] == "/konto/andra-steget/kod/"
    response = client.post(response["Location"], {"code": app_code()})
    assert response["Location"] == "/resume/"
    assert client.session["draft"] == "kept"


def test_used_up_tries_lead_back_with_the_draft(client, mailoutbox):
    client.post("/begin/", {"email": "anna@example.org"})
    for _index in range(5):
        response = client.post("/code/", {"code": wrong(code_in(mailoutbox[0]))})
    assert response["Location"] == "/begin/"
    assert client.session["draft"] == "kept"


def test_one_address_is_not_flooded_by_many_visitors(mailoutbox):
    answers = [Client().post("/begin/", {"email": "anna@example.org"}) for _index in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [503] * 2
    assert len(mailoutbox) == 5


@pytest.mark.django_db(transaction=True)
def test_many_who_ask_at_once_make_one_account(mailoutbox):
    def ask(_index):
        try:
            return User.objects.get_or_create_person("Ny@example.org")[0].pk
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as pool:
        assert len(set(pool.map(ask, range(24)))) == 1
