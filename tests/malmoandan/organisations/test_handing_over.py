import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from malmoandan.organisations.models import Handover, Membership
from tests.factories import make_organisation, make_user
from tests.mailbox import text_of
from tests.people import sign_in
from tests.signatures.signing import code_in

pytestmark = pytest.mark.django_db
EVA = {"name": "Eva Li", "email": "eva@example.org"}


@pytest.fixture
def membership():
    organisation = make_organisation(name="Möllans odlare")
    return Membership.objects.create(
        organisation=organisation, person=make_user("alva@example.org", name="Alva Ek")
    )


@pytest.fixture
def own(membership):
    return f"/mina-sidor/organisationer/{membership.organisation.slug}/lamna-over/"


def begin(membership, own):
    alva = sign_in(membership.person)
    alva.post(own, EVA)
    alva.post(f"{own}kontrollera/")
    return Handover.objects.latest("pk")


@pytest.mark.django_db(transaction=True)
def test_the_right_goes_over_by_form_mail_and_two_codes(membership, own, smtp, run_jobs):
    alva = sign_in(membership.person)
    assert alva.post(own, EVA).url == f"{own}kontrollera/"
    assert "eva@example.org" in alva.get(f"{own}kontrollera/").text
    assert alva.post(f"{own}kontrollera/", follow=True).text.count("Eva Li") == 1
    run_jobs()
    mail = text_of(smtp.to("eva@example.org")[0])
    link = re.search(r"https?://[^/]+(/mina-sidor/ta-over/\S+)", mail)[1]
    eva = Client()
    assert "Möllans odlare" in eva.get(link).text
    assert not Membership.objects.filter(person__email="eva@example.org").exists()
    code_page = eva.post(link).url
    page = eva.post(code_page, {"code": code_in(smtp.to("eva@example.org")[-1])}, follow=True)
    assert "Nu företräder du Möllans odlare" in page.text
    run_jobs()
    assert "företräder inte längre" in smtp.to("alva@example.org")[-1]["Subject"]
    assert "Du företräder nu" in smtp.to("eva@example.org")[-1]["Subject"]
    assert "Möllans odlare" not in alva.get("/mina-sidor/").text
    assert alva.get(own).status_code == 404


def test_what_is_wrong_is_said_beside_the_field_and_kept(membership, own):
    alva = sign_in(membership.person)
    for typed, says in (
        ({"name": "", "email": "eva@example.org"}, "Skriv för- och efternamn."),
        ({"name": "Eva Li", "email": "eva"}, "namn@exempel.se"),
        ({"name": "Eva Li", "email": "ALVA@example.org"}, "din egen adress"),
        ({"name": "850709-9805", "email": "eva@example.org"}, "personnummer"),
    ):
        answer = alva.post(own, typed)
        assert answer.status_code == 422
        assert says in answer.text
        assert f'value="{typed["email"]}"' in answer.text
    assert not Handover.objects.exists()


def test_an_old_sign_in_needs_a_new_code_and_keeps_what_was_typed(membership, own, smtp):
    alva = sign_in(membership.person, minutes_ago=16)
    alva.post(own, EVA)
    asked = alva.get(f"{own}kontrollera/")
    assert asked.url == f"/konto/bekrafta/?{urlencode({'next': f'{own}kontrollera/'})}"
    assert alva.post(f"{own}kontrollera/").url == asked.url
    assert not Handover.objects.exists()
    assert "alva@example.org" in alva.get(asked.url).text
    code_page = alva.post("/konto/bekrafta/", {"next": f"{own}kontrollera/"}).url
    back = alva.post(code_page, {"code": code_in(smtp.messages[-1])}, follow=True)
    assert back.redirect_chain[-1][0] == f"{own}kontrollera/"
    assert "eva@example.org" in back.text
    alva.post(f"{own}kontrollera/")
    assert Handover.objects.get().email == "eva@example.org"


def test_the_second_step_without_the_first_leads_back(membership, own):
    alva = sign_in(membership.person)
    assert alva.get(f"{own}kontrollera/").url == own
    assert alva.post(f"{own}kontrollera/").url == own


def test_what_was_typed_for_one_organisation_is_not_used_for_another(membership, own):
    other = make_organisation()
    Membership.objects.create(organisation=other, person=membership.person)
    alva = sign_in(membership.person)
    alva.post(own, EVA)
    path = f"/mina-sidor/organisationer/{other.slug}/lamna-over/"
    assert alva.post(f"{path}kontrollera/").url == path
    assert not Handover.objects.exists()


def test_a_handover_can_be_taken_back(membership, own):
    handover = begin(membership, own)
    alva = sign_in(membership.person)
    assert alva.get(f"{own}avbryt/").status_code == 405
    assert "avbruten" in alva.post(f"{own}avbryt/", follow=True).text
    page = Client().get(f"/mina-sidor/ta-over/{handover.token}/")
    assert "gäller inte längre" in page.text


def test_nobody_sends_handovers_to_many_addresses(membership, own):
    alva = sign_in(membership.person)
    for _time in range(5):
        begin(membership, own)
    answer = alva.post(own, EVA)
    assert answer.status_code == 422
    assert "Försök igen i morgon" in answer.text


def test_a_link_that_is_too_old_says_so(membership, own):
    handover = begin(membership, own)
    path = f"/mina-sidor/ta-over/{handover.token}/"
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        assert "gäller inte längre" in Client().post(path).text


def test_following_the_link_does_nothing_and_a_wrong_one_is_not_found(membership, own, smtp):
    handover = begin(membership, own)
    path = f"/mina-sidor/ta-over/{handover.token}/"
    for _time in range(3):
        assert Client().get(path).status_code == 200
    assert smtp.messages == []
    assert Handover.objects.get().is_waiting
    assert Client().get("/mina-sidor/ta-over/okand/").status_code == 404
    assert Client().post(f"{path}slutfor/").url == path


def test_somebody_elses_sign_in_does_not_take_over(membership, own):
    handover = begin(membership, own)
    stranger = sign_in(make_user())
    path = f"/mina-sidor/ta-over/{handover.token}/"
    assert stranger.post(f"{path}slutfor/").url == path
    assert Handover.objects.get().is_waiting


def test_a_mail_server_that_is_down_is_said(membership, own, smtp):
    handover = begin(membership, own)
    smtp.stop()
    answer = Client().post(f"/mina-sidor/ta-over/{handover.token}/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
