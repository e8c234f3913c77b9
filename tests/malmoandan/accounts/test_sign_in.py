import re

import pytest
from django.urls import reverse

from malmoandan.accounts.models import User
from tests.factories import make_user
from tests.mailbox import text_of

pytestmark = pytest.mark.django_db
SIGN_IN = "/konto/logga-in/"
CODE = "/konto/logga-in/kod/"


@pytest.fixture
def anna():
    return make_user("anna@example.org")


def ask(client, email="anna@example.org", **data):
    return client.post(SIGN_IN, {"email": email} | data)


def code_in(message):
    body = message.body if hasattr(message, "body") else text_of(message)
    return re.search(r"^\d{6}(?=\r?$)", body, re.MULTILINE)[0]


def wrong(code):
    return f"{(int(code) + 1) % 1000000:06d}"


def is_signed_in(client):
    return "_auth_user_id" in client.session


def test_the_code_in_the_mail_signs_in(client, anna, mailoutbox):
    assert ask(client)["Location"] == CODE
    page = client.get(CODE)
    assert "anna@example.org" in page.content.decode()
    [message] = mailoutbox
    response = client.post(CODE, {"code": code_in(message)})
    assert response["Location"] == "/"
    assert is_signed_in(client)


def test_one_goes_on_to_where_one_was_heading(client, anna, mailoutbox):
    response = client.post(f"{SIGN_IN}?next=/undertecknare/", {"email": anna.email})
    response = client.post(response["Location"], {"code": code_in(mailoutbox[0])})
    assert response["Location"] == "/undertecknare/"


def test_nobody_is_sent_to_another_host(client, anna, mailoutbox):
    ask(client)
    response = client.post(f"{CODE}?next=https://evil.example/", {"code": code_in(mailoutbox[0])})
    assert response["Location"] == "/"


@pytest.mark.parametrize("join", [" ".join, "-".join, lambda digits: f"\u00a0{digits}\u200b "])
def test_the_code_is_taken_as_it_was_pasted(client, anna, mailoutbox, join):
    ask(client)
    client.post(CODE, {"code": join(code_in(mailoutbox[0]))})
    assert is_signed_in(client)


@pytest.mark.parametrize("zero", ["０", "٠"])
def test_digits_of_other_scripts_are_digits(client, anna, mailoutbox, zero):
    ask(client)
    typed = "".join(chr(ord(zero) + int(digit)) for digit in code_in(mailoutbox[0]))
    client.post(CODE, {"code": typed})
    assert is_signed_in(client)


def test_a_wrong_code_says_how_many_tries_are_left(client, anna, mailoutbox):
    ask(client)
    response = client.post(CODE, {"code": wrong(code_in(mailoutbox[0]))})
    assert response.status_code == 422
    assert response.context["form"].errors["code"] == [
        "Koden stämmer inte. Du kan försöka 4 gånger till."
    ]
    client.post(CODE, {"code": code_in(mailoutbox[0])})
    assert is_signed_in(client)


@pytest.mark.parametrize("typed", ["", " ", "12345", "1234567", "abcdef", "\0", "1" * 300])
def test_what_cannot_be_a_code_costs_no_try(client, anna, mailoutbox, typed):
    ask(client)
    for _index in range(6):
        response = client.post(CODE, {"code": typed})
        assert response.status_code == 422
    client.post(CODE, {"code": code_in(mailoutbox[0])})
    assert is_signed_in(client)


def test_after_five_wrong_codes_not_even_the_right_one_works(client, anna, mailoutbox):
    ask(client)
    for _index in range(5):
        response = client.post(CODE, {"code": wrong(code_in(mailoutbox[0]))}, follow=True)
    assert response.redirect_chain[-1][0] == SIGN_IN
    assert "för många gånger" in response.content.decode()
    client.post(CODE, {"code": code_in(mailoutbox[0])})
    assert not is_signed_in(client)


def test_a_late_code_leads_back_to_ask_for_a_new_one(client, anna, mailoutbox, time_machine_at):
    ask(client)
    time_machine_at(minutes=16)
    response = client.post(CODE, {"code": code_in(mailoutbox[0])}, follow=True)
    assert "Koden har gått ut" in response.content.decode()
    assert not is_signed_in(client)


def test_a_new_code_replaces_the_old_one_and_holds_its_whole_time(
    client, anna, mailoutbox, time_machine_at
):
    ask(client)
    time_machine_at(minutes=9)
    client.post(CODE, {"action": "resend"})
    time_machine_at(minutes=18)
    first, second = map(code_in, mailoutbox)
    if first != second:
        assert client.post(CODE, {"code": first}).status_code == 422
    client.post(CODE, {"code": second})
    assert is_signed_in(client)


def test_the_code_page_without_a_code_leads_back(client):
    response = client.get(CODE, follow=True)
    assert response.redirect_chain[-1][0] == SIGN_IN
    assert "Be om en ny" in response.content.decode()


def test_a_post_whose_reply_was_lost_can_be_sent_again(client, anna, mailoutbox):
    ask(client)
    cookie = client.cookies["sessionid"].value
    client.post(CODE, {"code": code_in(mailoutbox[0])})
    client.cookies["sessionid"] = cookie  # the browser never saw the new one
    assert not is_signed_in(client)
    assert client.post(CODE, {"code": code_in(mailoutbox[0])})["Location"] == "/"
    assert is_signed_in(client)


def test_an_unknown_address_is_told_by_mail_alone(client, anna, mailoutbox):
    pages = {}
    for email in ("anna@example.org", "okand@example.org"):
        answers = [ask(client, email), client.get(CODE), client.post(CODE, {"code": "000000"})]
        words = [re.sub(r"\w{60,}", "", a.content.decode()) for a in answers]
        pages[email] = [a.status_code for a in answers], [w.replace(email, "") for w in words]
    for known, unknown in zip(*pages.values(), strict=True):
        assert known == unknown
    known, unknown = mailoutbox
    assert code_in(known)
    assert unknown.subject == "Vi känner inte till din adress"
    assert not User.objects.filter(email="okand@example.org").exists()


def test_one_can_go_back_and_change_the_address(client, anna, mailoutbox):
    ask(client, "ana@example.org")
    link = client.get(CODE).context["restart_url"]
    assert client.get(link).status_code == 200
    ask(client)
    client.post(CODE, {"code": code_in(mailoutbox[1])})
    assert is_signed_in(client)


def test_a_closed_account_gets_no_code(client, mailoutbox):
    make_user("anna@example.org", is_active=False)
    ask(client)
    assert mailoutbox[0].subject == "Vi känner inte till din adress"


def test_an_address_in_capitals_is_the_same_person(client, anna, mailoutbox):
    ask(client, " Anna@Example.ORG ")
    client.post(CODE, {"code": code_in(mailoutbox[0])})
    assert int(client.session["_auth_user_id"]) == anna.pk


@pytest.mark.parametrize("email", ["", "anna", "a@b@c", "anna@example.org\nBcc: all@example.org"])
def test_what_is_no_address_is_refused_beside_the_field(client, email, mailoutbox):
    response = ask(client, email)
    assert response.status_code == 422
    assert response.context["form"].errors["email"]
    assert mailoutbox == []


def test_one_address_gets_few_codes_in_a_row(client, anna, mailoutbox):
    for _index in range(8):
        response = ask(client)
    assert response.status_code == 422
    assert "för många försök" in response.content.decode()
    assert len(mailoutbox) == 5


def test_a_mail_server_that_is_down_ends_in_a_page_that_tries_again(client, anna, smtp):
    smtp.stop()
    response = ask(client, next="/undertecknare/")
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    fields = dict(response.context["fields"])
    assert fields == {"email": "anna@example.org", "next": "/undertecknare/"}
    smtp.start()
    response = client.post(SIGN_IN, fields)
    client.post(response["Location"], {"code": code_in(smtp.messages[0])})
    assert is_signed_in(client)


def test_the_first_code_still_works_when_a_new_one_cannot_be_sent(client, anna, smtp):
    ask(client)
    smtp.refuses = True
    assert client.post(CODE, {"action": "resend"}).status_code == 503
    client.post(CODE, {"code": code_in(smtp.messages[0])})
    assert is_signed_in(client)


def test_the_mail_says_how_long_the_code_holds_and_has_no_link_that_confirms(
    client, anna, mailoutbox
):
    ask(client)
    [message] = mailoutbox
    assert "10 minuter" in message.body
    assert re.findall(r"https?://\S+", message.body) == [
        url for url in re.findall(r"https?://\S+", message.body) if "konto" not in url
    ]
    assert code_in(message) in message.subject


def test_signing_out_takes_a_button(client, anna):
    client.force_login(anna)
    assert "Logga ut" in client.get("/konto/logga-ut/").content.decode()
    assert is_signed_in(client)
    client.post("/konto/logga-ut/")
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "path", ["signup/", "password/reset/", "password/change/", "email/", "login/", "social/signup/"]
)
def test_pages_about_passwords_and_sign_up_do_not_exist(client, path):
    assert client.get(f"/konto/{path}").status_code == 404


def test_no_name_of_a_password_page_resolves():
    from django.urls import NoReverseMatch

    for name in ("account_reset_password", "account_change_password", "admin:password_change"):
        with pytest.raises(NoReverseMatch):
            reverse(name)


def test_an_account_closed_while_the_code_was_on_its_way_is_told_so(client, anna, mailoutbox):
    ask(client)
    User.objects.update(is_active=False)
    response = client.post(CODE, {"code": code_in(mailoutbox[0])}, follow=True)
    assert "Kontot är avstängt" in response.content.decode()
    assert not is_signed_in(client)


def test_the_language_chosen_before_the_sign_in_is_kept_for_mails(client, anna, mailoutbox):
    client.get("/?sprak=en")
    ask(client)
    client.post(CODE, {"code": code_in(mailoutbox[0])})
    anna.refresh_from_db()
    assert anna.language == "en"


def test_who_reads_english_finds_the_portal_in_english_after_the_sign_in(client, mailoutbox):
    make_user("anna@example.org", language="en")
    ask(client)
    client.post(CODE, {"code": code_in(mailoutbox[0])})
    assert client.get("/")["Content-Language"] == "en"


def test_a_change_of_language_while_signed_in_is_kept_for_mails(client, anna):
    client.force_login(anna)
    for language in ("en", "sv"):
        client.get(f"/om/?sprak={language}")
        anna.refresh_from_db()
        assert anna.language == language
