import pytest

from malmoandan.accounts import data_rights
from malmoandan.accounts.data_rights import Words
from malmoandan.accounts.models import User
from tests.factories import make_user
from tests.people import make_coordinator, sign_in

pytestmark = pytest.mark.django_db
PATHS = ["/mina-sidor/", "/mina-sidor/mina-uppgifter.json", "/mina-sidor/radera/"]


@pytest.mark.parametrize("path", PATHS)
def test_strangers_are_asked_to_sign_in(client, path):
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code in {302, 405}
    assert client.get(path).url.startswith("/konto/logga-in/?next=")


def test_the_link_stands_at_the_top_and_in_the_footer_for_all(client):
    assert client.get("/om/").text.count('href="/mina-sidor/"') == 2
    assert sign_in(make_user()).get("/om/").text.count('href="/mina-sidor/"') == 2


def test_someone_who_represents_nobody_is_told_how_one_does():
    page = sign_in(make_user()).get("/mina-sidor/").text
    assert "Du företräder ingen organisation här." in page


def test_own_data_is_a_file_that_no_cache_keeps():
    answer = sign_in(make_user("alva@example.org")).get("/mina-sidor/mina-uppgifter.json")
    assert answer.json()["konto"]["e-postadress"] == "alva@example.org"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_own_data_needs_a_fresh_code():
    client = sign_in(make_user(), minutes_ago=16)
    answer = client.get("/mina-sidor/mina-uppgifter.json")
    assert answer.url == "/konto/bekrafta/?next=%2Fmina-sidor%2F"


def test_reading_the_page_erases_nothing(smtp):
    person = make_user()
    page = sign_in(person).get("/mina-sidor/radera/").text
    assert "Det här står kvar" in page
    assert User.objects.filter(pk=person.pk).exists()


def test_erasing_ends_every_session_of_the_person(smtp):
    person = make_user()
    here, there = sign_in(person), sign_in(person)
    assert here.post("/mina-sidor/radera/").url == "/mina-sidor/raderat/"
    assert not User.objects.filter(email=person.email).exists()
    for client in (here, there):
        assert client.get("/mina-sidor/").url.startswith("/konto/logga-in/")


def test_a_mail_server_that_is_down_does_not_stop_the_erasing(smtp):
    person = make_user()
    smtp.stop()
    sign_in(person).post("/mina-sidor/radera/")
    assert not User.objects.filter(email=person.email).exists()


def test_the_only_coordinator_cannot_be_erased(smtp):
    coordinator = make_coordinator()
    client = sign_in(coordinator, second_factor=True)
    assert "den enda samordnaren" in client.get("/mina-sidor/radera/").text
    assert client.post("/mina-sidor/radera/").status_code == 409
    with pytest.raises(data_rights.LastCoordinator):
        data_rights.erase(coordinator)
    assert smtp.messages == []
    make_coordinator()
    data_rights.erase(coordinator)
    assert User.objects.coordinators().count() == 1


def test_the_stand_in_cannot_sign_in(client, smtp):
    data_rights.erase(make_user())
    make_user()
    stand_in = User.objects.stand_in()
    assert not stand_in.is_active
    assert not stand_in.is_staff
    client.force_login(stand_in)
    assert client.get("/mina-sidor/").status_code == 302


def test_words_are_found_whole_and_in_any_case():
    words = Words({"Bo Al", "bo@example.org", ""})
    assert words.without("Ring BO AL, inte Bo Almgren.") == "Ring [raderat], inte Bo Almgren."
    assert words.without({"a": ["Bo@Example.org", 3, None]}) == {"a": ["[raderat]", 3, None]}
    assert not words.found_in("hobo@example.org.se bo")
