from smtplib import SMTPException

import pytest

from malmoandan.publishing import mail
from tests.mailbox import html_of, text_of

WORDS = {
    "greeting.subject.txt": "Hej {{ name }}\n och välkommen\n",
    "greeting.txt": "{% load i18n %}Hej {{ name }}: {{ base_url }}/a/ {% translate 'January' %}",
    "greeting.html": '{% extends "mail/base.html" %}{% block content %}{{ name }}{% endblock %}',
}


@pytest.fixture(autouse=True)
def _templates(settings, tmp_path):
    for name, words in WORDS.items():
        (tmp_path / name).write_text(words)
    [engine] = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]
    settings.BASE_URL = "https://portal.example"


def send(name="Åsa & <Co>", **options):
    options = {"to": "asa@example.org", "language": "sv"} | options
    mail.send("greeting", context={"name": name}, **options)


def test_text_and_html_say_the_same_each_with_its_own_escaping(smtp):
    send()
    [message] = smtp.messages
    assert message["Subject"] == "Hej Åsa & <Co> och välkommen"
    assert text_of(message).startswith("Hej Åsa & <Co>: https://portal.example/a/ januari")
    assert "Åsa &amp; &lt;Co&gt;" in html_of(message)
    assert 'href="https://portal.example/"' in html_of(message)


def test_the_mail_is_in_the_receivers_language(smtp):
    send(language="en")
    [message] = smtp.messages
    assert "January" in text_of(message)
    assert '<html lang="en">' in html_of(message)


def test_a_name_with_line_breaks_adds_no_header(smtp):
    send(name="Åsa\r\nBcc: all@example.org")
    [message] = smtp.messages
    assert message["Bcc"] is None
    assert message["Subject"].strip() == "Hej Åsa Bcc: all@example.org och välkommen"


def test_an_address_with_a_line_break_is_never_sent_to(smtp):
    with pytest.raises(ValueError, match="address"):
        send(to="asa@example.org\nBcc: all@example.org")
    assert smtp.messages == []


def test_machines_are_told_that_a_machine_wrote_it(smtp):
    send(message_id="receipt-MA-1")
    [message] = smtp.messages
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == "<receipt-MA-1@portal.example>"


def test_each_mail_has_an_id_of_its_own_when_none_is_given(smtp):
    send()
    send()
    first, second = (message["Message-ID"] for message in smtp.messages)
    assert first != second


def test_a_server_that_refuses_hangs_or_is_gone_raises(smtp):
    smtp.refuses = True
    with pytest.raises(SMTPException):
        send()
    smtp.hangs = True
    with pytest.raises(OSError, match="timed out"):
        send()
    smtp.stop()
    with pytest.raises(OSError, match="refused"):
        send()
    assert smtp.messages == []
