import pytest

from tests.factories import make_user
from tests.people import sign_in
from tests.signatures.signing import code_in

pytestmark = pytest.mark.django_db
PAGE = "/konto/bekrafta/"


def test_a_fresh_sign_in_goes_straight_on():
    assert sign_in(make_user(), minutes_ago=14).get("/mina-sidor/radera/").status_code == 200


def test_an_old_one_meets_a_code_first_and_then_the_page(smtp):
    client = sign_in(make_user(), minutes_ago=16)
    asked = client.get("/mina-sidor/radera/")
    assert client.get(asked.url).status_code == 200
    assert smtp.messages == []
    code_page = client.post(PAGE, {"next": "/mina-sidor/radera/"}).url
    back = client.post(code_page, {"code": code_in(smtp.messages[0])})
    assert back.url == "/mina-sidor/radera/"
    assert client.get(back.url).status_code == 200


def test_nobody_is_led_to_another_site(smtp):
    client = sign_in(make_user(), minutes_ago=16)
    page = client.get(f"{PAGE}?next=https://evil.example/").text
    assert '<input type="hidden" name="next" value="/">' in page
    assert "evil" not in client.post(PAGE, {"next": "https://evil.example/"}).url


def test_a_mail_server_that_is_down_leaves_the_person_signed_in(smtp):
    client = sign_in(make_user(), minutes_ago=16)
    smtp.stop()
    assert client.post(PAGE, {"next": "/"}).status_code == 503
    assert client.get("/mina-sidor/").status_code == 200


def test_strangers_are_asked_to_sign_in(client):
    for answer in (client.get(PAGE), client.post(PAGE)):
        assert answer.url.startswith("/konto/logga-in/")
