"""Signing where an eID is switched on: it proves the person, and the code the address."""

import pytest
from django.db import connection
from django.test import Client

from malmoandan.accounts.eid_proof import Level
from signatures import actions
from signatures.models import Signatory, Signature, State, Way
from signatures.remarks import remarks
from tests.factories import make_version
from tests.oidc_provider import PERSONAL_NUMBER, answer_of, choose_eid
from tests.people import make_coordinator
from tests.signatures.signing import ALVA, BO, code_in, fill_in

pytestmark = pytest.mark.django_db
CHECK = "/skriv-under/kontrollera/"
SUB_OF_BO = "196408233234"


@pytest.fixture(autouse=True)
def version(db):
    return make_version()


def type_code(client, smtp, person, address="/skriv-under/kod/"):
    return client.post(address, {"code": code_in(smtp.to(person["email"])[-1])})


def sign_with_eid(client, smtp, provider, *others):
    fill_in(client, ALVA, *others)
    client.get(answer_of(provider, choose_eid(client)))
    return type_code(client, smtp, ALVA)


def confirm_with_eid(client, smtp, provider, person=BO):
    """As the co-signatory who came by the link in the mail; return the answer to the code."""
    address = f"/skriv-under/bekrafta/{Signatory.objects.get(email=person['email']).token}/"
    back = answer_of(provider, client.post(address, {"way": "eid"}))
    return type_code(client, smtp, person, client.get(back).url)


def test_the_way_and_its_level_are_stored_and_shown(client, smtp, provider):
    receipt = client.get(sign_with_eid(client, smtp, provider).url)
    signatory = Signatory.objects.get()
    assert (signatory.way, signatory.assurance) == (Way.EID, Level.LOA3)
    assert signatory.signature.state == State.SUBMITTED
    assert signatory.eid_name_differs is False
    assert "med e-legitimation, tillitsnivå 3" in receipt.text


def test_nothing_of_the_person_that_the_broker_told_is_in_the_database(client, smtp, provider):
    provider.claims |= {"name": "Alva Hemlig Ek"}
    sign_with_eid(client, smtp, provider, BO)
    provider.claims = {"sub": SUB_OF_BO, "name": "Bo Dold Al"}
    confirm_with_eid(Client(), smtp, provider)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        kept = ""
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            kept += "".join(row for (row,) in cursor.fetchall())
    assert "Alva Ek" in kept
    for word in (PERSONAL_NUMBER, PERSONAL_NUMBER[2:], SUB_OF_BO, "Hemlig", "Dold"):
        assert word not in kept


def test_two_persons_confirm_with_an_eid_each(client, smtp, provider):
    sign_with_eid(client, smtp, provider, BO)
    assert len(Signatory.objects.get(email=ALVA["email"]).eid_person) == 64
    provider.claims = {"sub": SUB_OF_BO, "name": "Bo Al"}
    assert "/klart/" in confirm_with_eid(Client(), smtp, provider).url
    assert Signature.objects.get().state == State.SUBMITTED
    # What told them apart is of no more use, and is gone.
    assert set(Signatory.objects.values_list("eid_person", flat=True)) == {""}


def test_the_same_person_under_two_addresses_counts_once(client, smtp, provider):
    sign_with_eid(client, smtp, provider, BO)
    answer = confirm_with_eid(Client(), smtp, provider)
    assert answer.status_code == 403
    assert "samma person kan bara skriva under en gång" in answer.text
    assert Signature.objects.get().state == State.WAITING
    assert Signatory.objects.filter(confirmed_at__isnull=False).count() == 1


def test_the_same_person_signs_for_two_organisations(client, smtp, provider):
    sign_with_eid(client, smtp, provider, BO)
    other = Client()
    fill_in(other, ALVA, BO, organisation_number="212000-1124", name="En annan")
    other.get(answer_of(provider, choose_eid(other)))
    assert "/klart/" in type_code(other, smtp, ALVA).url
    hashes = Signatory.objects.filter(email=ALVA["email"]).values_list("eid_person", flat=True)
    assert len(set(hashes)) == 2  # nobody can tell from them that it is the same person


def test_an_eid_alone_signs_nothing(client, smtp, provider):
    fill_in(client)
    assert client.get(answer_of(provider, choose_eid(client))).url == "/skriv-under/kod/"
    client.post("/skriv-under/kod/", {"code": "000000"})
    client.post("/skriv-under/slutfor/")
    assert not Signature.objects.exists()


def test_who_chose_eid_and_passes_it_by_signs_nothing(client, smtp, provider):
    fill_in(client)
    choose_eid(client)
    answer = type_code(client, smtp, ALVA)
    assert answer.url == CHECK
    assert not Signature.objects.exists()
    page = client.get(CHECK).text
    assert "Legitimera dig först" in page
    assert "Möllans odlare" in page


def test_who_cancelled_can_sign_with_the_code_alone(client, smtp, provider):
    fill_in(client)
    client.get(answer_of(provider, choose_eid(client), cancel=True))
    client.post(CHECK, {"whole_text": "on", "way": "code"})
    assert "/klart/" in type_code(client, smtp, ALVA).url
    signatory = Signatory.objects.get()
    assert (signatory.way, signatory.assurance) == (Way.CODE, "")


def test_a_new_code_needs_no_new_eid(client, smtp, provider):
    fill_in(client)
    client.get(answer_of(provider, choose_eid(client)))
    assert "Du har redan legitimerat dig" in client.get(CHECK).text
    provider.broken = {"/.well-known/openid-configuration"}
    assert choose_eid(client).url == "/skriv-under/kod/"
    type_code(client, smtp, ALVA)
    assert Signatory.objects.get().way == Way.EID


def test_a_proof_is_for_the_person_who_was_named(client, smtp, provider):
    fill_in(client)
    client.get(answer_of(provider, choose_eid(client)))
    fill_in(client, ALVA | {"name": "Någon Annan"})
    assert "redan legitimerat dig" not in client.get(CHECK).text
    assert choose_eid(client).url.startswith(provider.url)


def test_two_tabs_make_one_signature(client, smtp, provider):
    fill_in(client)
    first, second = choose_eid(client), choose_eid(client)
    assert client.get(answer_of(provider, first)).url == "/skriv-under/kod/"
    assert client.get(answer_of(provider, second)).url == "/skriv-under/kod/"
    answer = type_code(client, smtp, ALVA)
    again = client.post("/skriv-under/kod/", {"code": code_in(smtp.to(ALVA["email"])[-1])})
    assert "/klart/" in answer.url
    assert again.status_code == 302
    assert Signature.objects.count() == 1


def test_the_privacy_page_says_what_is_kept_of_an_eid(client, provider, settings):
    assert "BankID, om du väljer det" in client.get("/integritet/").text
    settings.EID = None
    assert "om du väljer det" not in client.get("/integritet/").text


@pytest.mark.parametrize(
    ("claims", "differs"),
    [
        ({"name": "ALVA MARIA EK"}, False),
        ({"given_name": "Alva", "family_name": "Ek"}, False),
        ({"name": "Olga Berg"}, True),
        ({"name": "Alva Berg"}, True),
        ({}, None),
    ],
)
def test_coordinators_are_told_of_another_name(client, smtp, provider, claims, differs):
    provider.claims = {"sub": "1", **claims}
    sign_with_eid(client, smtp, provider)
    assert Signatory.objects.get().eid_name_differs is differs
    told = [remark for remark in remarks(Signature.objects.get()) if "e-legitimationen" in remark]
    assert bool(told) == bool(differs)


def test_the_way_must_be_chosen(client, provider):
    fill_in(client)
    answer = client.post(CHECK, {"whole_text": "on"})
    assert answer.status_code == 422
    assert "Välj hur du vill bekräfta." in answer.text


def test_a_co_signatory_chooses_too(client, smtp, provider):
    sign_with_eid(client, smtp, provider, BO)
    address = f"/skriv-under/bekrafta/{Signatory.objects.get(email=BO['email']).token}/"
    bo = Client()
    assert "Med BankID och en kod i mejlen" in bo.get(address).text
    refused = bo.post(address, {})
    assert refused.status_code == 422
    assert "Välj hur du vill bekräfta." in refused.text
    code_page = bo.post(address, {"way": "code"})
    assert "/klart/" in type_code(bo, smtp, BO, code_page.url).url
    assert Signatory.objects.get(email=BO["email"]).way == Way.CODE


def test_a_co_signatory_is_told_when_the_broker_is_down(client, smtp, provider):
    sign_with_eid(client, smtp, provider, BO)
    provider.broken = {"/.well-known/openid-configuration"}
    address = f"/skriv-under/bekrafta/{Signatory.objects.get(email=BO['email']).token}/"
    answer = Client().post(address, {"way": "eid"})
    assert answer.status_code == 503
    assert f'href="{address}"' in answer.text


def test_the_form_may_lead_to_the_broker_and_nowhere_else(client, provider):
    fill_in(client)
    policy = client.get(CHECK).headers["Content-Security-Policy"]
    assert f"form-action 'self' {provider.url};" in policy + ";"


def test_declining_forgets_who_the_eid_was(client, smtp, provider):
    sign_with_eid(client, smtp, provider, BO)
    signature = Signature.objects.get()
    actions.decline(signature=signature, by=make_coordinator(), reason="Fel nummer.")
    assert set(Signatory.objects.values_list("eid_person", flat=True)) == {""}
