import pytest
from django.core.mail import EmailMessage, get_connection

LIST = "/lokal-post/"


@pytest.fixture(autouse=True)
def _mail_folder(settings, tmp_path):
    settings.MAIL_DIR = tmp_path / "mail"


@pytest.fixture
def send():
    def send(subject="Din kod", body="Koden är 123456", to="kassör@exempel.se"):
        backend = get_connection("malmoandan.running.mail_files.EmailBackend")
        EmailMessage(subject, body, None, [to], connection=backend).send()

    return send


def first_mail(client):
    return f"{LIST}{client.get(LIST).context['mails'][0].name}/"


@pytest.mark.django_db
def test_an_empty_mailbox_says_so(client):
    assert "Inga brev än" in client.get(LIST).content.decode()


@pytest.mark.django_db
def test_mails_are_listed_newest_first(client, send):
    send("Första")
    send("Andra")
    subjects = [mail.subject for mail in client.get(LIST).context["mails"]]
    assert subjects == ["Andra", "Första"]


@pytest.mark.django_db
def test_a_mail_shows_its_text_with_links_to_follow(client, send):
    send("Åäö – bekräfta", "Hej!\n\nÖppna http://127.0.0.1:8000/skriv-under/?a=1&b=2 nu.")
    page = client.get(first_mail(client)).content.decode()
    assert "Åäö – bekräfta" in page
    assert 'href="http://127.0.0.1:8000/skriv-under/?a=1&amp;b=2"' in page


@pytest.mark.django_db
def test_markup_in_a_mail_stays_text(client, send):
    send("<b>hej</b>", "<script>alert(1)</script>")
    page = client.get(first_mail(client)).content.decode()
    assert "<script>alert" not in page
    assert "<b>hej" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["saknas", "../secret_key", "..%2fsecret_key", "a.eml", "%00"])
def test_other_names_are_not_found(client, send, settings, name):
    send()
    (settings.MAIL_DIR.parent / "secret_key.eml").write_text("Subject: hemligt\n\nx")
    assert client.get(f"{LIST}{name}/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["", "x/"])
@pytest.mark.parametrize("why", ["another machine", "a mail server", "a public portal"])
def test_the_mailbox_is_for_the_local_portal_alone(client, send, settings, path, why):
    send()
    address = "192.0.2.7" if why == "another machine" else "127.0.0.1"
    if why == "a mail server":
        settings.MAIL_DIR = None
    if why == "a public portal":
        settings.PUBLIC_HOSTS = ["portal.example"]
    assert client.get(LIST + path, REMOTE_ADDR=address).status_code == 404
