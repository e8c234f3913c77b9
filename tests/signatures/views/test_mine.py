from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from malmoandan.organisations.models import Kind, Membership, ProposedChange
from signatures import actions
from signatures.models import RegisterEntry, Signature, State
from tests.factories import make_organisation, make_signature, make_user, make_version
from tests.mailbox import text_of
from tests.people import make_coordinator, sign_in
from tests.signatures.signing import ALVA, BO, sign

pytestmark = pytest.mark.django_db
OTHER_METHODS = ["put", "delete", "patch"]


def make_represented(state=State.PUBLISHED, **fields):
    """A published signature of an organisation with a representative, and that person."""
    person = make_user(name="Alva Ek")
    signature = make_signature(State.SUBMITTED, **fields)
    signature.signatories.update(person=person, email=person.email)
    if state == State.PUBLISHED:
        actions.publish(signature=signature, by=make_coordinator())
    signature.refresh_from_db()
    return signature, person


def withdrawing(signature):
    return f"/mina-sidor/undertecknanden/{signature.reference}/ta-tillbaka/"


def correcting(signature):
    return f"/mina-sidor/organisationer/{signature.organisation.slug}/uppgifter/"


def handing_over(signature):
    return f"/mina-sidor/organisationer/{signature.organisation.slug}/lamna-over/"


def data(signature, **changed):
    fields = ["name", "kind", "city_part", "website", "purpose"]
    return {name: getattr(signature.organisation, name) for name in fields} | changed


def test_publication_makes_signatories_representatives():
    signature, person = make_represented(State.SUBMITTED)
    assert not Membership.objects.exists()
    actions.publish(signature=signature, by=make_coordinator())
    assert Membership.objects.get().person == person


def test_who_types_a_known_number_gets_no_right_before_publication(client, smtp):
    signature, _person = make_represented(
        organisation=make_organisation(organisation_number="8020028711")
    )
    make_version()
    sign(client, smtp)
    assert Signature.objects.filter(state=State.SUBMITTED).count() == 1
    assert client.get(correcting(signature)).status_code == 404
    assert client.get(withdrawing(signature)).status_code == 404


def test_the_page_shows_state_and_what_one_can_do():
    signature, person = make_represented()
    page = sign_in(person).get("/mina-sidor/").text
    for text in (signature.organisation.name, signature.reference, "publicerad"):
        assert text in page
    for path in (withdrawing(signature), correcting(signature), handing_over(signature)):
        assert f'href="{path}"' in page


def test_an_organisation_that_withdrew_is_told_that_it_can_sign_again():
    signature, person = make_represented()
    client = sign_in(person)
    assert "Skriv under den text som gäller nu" not in client.get("/mina-sidor/").text
    actions.withdraw(signature=signature, by=person)
    page = client.get("/mina-sidor/").text
    assert "Skriv under den text som gäller nu" in page
    assert withdrawing(signature) not in page


def test_the_page_asks_as_many_questions_for_one_organisation_as_for_ten(
    django_assert_max_num_queries,
):
    _signature, person = make_represented()
    for _time in range(9):
        signature = make_signature(State.PUBLISHED)
        Membership.objects.create(person=person, organisation=signature.organisation)
    client = sign_in(person)
    with django_assert_max_num_queries(14):
        client.get("/mina-sidor/")


def test_withdrawing_takes_effect_at_once_and_stands_in_the_log():
    signature, person = make_represented()
    client = sign_in(person)
    assert "Det gäller genast" in client.get(withdrawing(signature)).text
    signature.refresh_from_db()
    assert signature.state == State.PUBLISHED
    assert "återtagen" in client.post(withdrawing(signature), follow=True).text
    signature.refresh_from_db()
    assert (signature.state, signature.withdrawn_by) == (State.WITHDRAWN, person)
    assert signature.organisation.name not in client.get("/undertecknare/").text
    assert signature.organisation.name not in client.get("/undertecknare.csv").text
    assert RegisterEntry.objects.latest("number").event == RegisterEntry.Event.WITHDRAWN


@pytest.mark.django_db(transaction=True)
def test_everyone_who_signed_is_told_once_and_the_organisation_can_sign_again(
    client, smtp, run_jobs
):
    make_version()
    sign(client, smtp, ALVA, BO)
    waiting = Signature.objects.get()
    client.post(withdrawing(waiting))
    run_jobs()
    assert not RegisterEntry.objects.exists()
    [alva] = [m for m in smtp.to(ALVA["email"]) if "tagit tillbaka" in m["Subject"]]
    [bo] = [m for m in smtp.to(BO["email"]) if "tagit tillbaka" in m["Subject"]]
    assert "Du har tagit tillbaka" in text_of(alva)
    assert "Alva Ek har tagit tillbaka" in text_of(bo)
    assert sign(Client(), smtp, ALVA).status_code == 302
    assert Signature.objects.live().count() == 1


def test_withdrawing_needs_a_fresh_code():
    signature, person = make_represented()
    client = sign_in(person, minutes_ago=16)
    for answer in (client.get(withdrawing(signature)), client.post(withdrawing(signature))):
        assert answer.url.startswith("/konto/bekrafta/?next=")
    signature.refresh_from_db()
    assert signature.state == State.PUBLISHED


def test_withdrawing_again_says_that_it_is_done():
    signature, person = make_represented()
    client = sign_in(person)
    client.post(withdrawing(signature))
    assert "gäller inte längre" in client.post(withdrawing(signature)).text
    assert RegisterEntry.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_eight_withdrawals_at_once_are_one():
    signature, person = make_represented()

    def withdraw(_index):
        try:
            actions.withdraw(signature=signature, by=person)
        except actions.AlreadyDecided:
            return 0
        finally:
            connections.close_all()
        return 1

    with ThreadPoolExecutor(max_workers=8) as executor:
        assert sum(executor.map(withdraw, range(8))) == 1
    assert RegisterEntry.objects.count() == 2
    told = ProcrastinateJob.objects.filter(task_name="signatures.mail_withdrawn")
    assert told.count() == 1


def test_a_correction_waits_for_a_coordinator_and_is_kept_when_wrong():
    signature, person = make_represented()
    client = sign_in(person)
    assert f'value="{signature.organisation.name}"' in client.get(correcting(signature)).text
    wrong = client.post(correcting(signature), data(signature, name="Nytt", website="x y"))
    assert wrong.status_code == 422
    assert 'value="Nytt"' in wrong.text
    assert 'value="x y"' in wrong.text
    client.post(
        correcting(signature), data(signature, name="  Nytt\u200b  namn ", city_part="norr")
    )
    change = ProposedChange.objects.get()
    assert change.after == {"name": "Nytt namn", "city_part": "norr"}
    assert change.proposed_by == person


def test_a_correction_without_a_change_is_refused_and_the_number_cannot_be_changed():
    signature, person = make_represented()
    client = sign_in(person)
    same = data(signature, organisation_number="802002-8711")
    answer = client.post(correcting(signature), same)
    assert answer.status_code == 422
    assert "Du har inte ändrat något" in answer.text
    assert "organisation_number" not in answer.text
    assert not ProposedChange.objects.exists()


def test_a_network_keeps_its_form_and_states_its_purpose():
    signature, person = make_represented(organisation=make_organisation(kind=Kind.NETWORK))
    client = sign_in(person)
    empty = client.post(correcting(signature), data(signature, purpose=""))
    assert empty.status_code == 422
    client.post(correcting(signature), data(signature, purpose="Odling.", kind="association"))
    assert ProposedChange.objects.get().after == {"purpose": "Odling."}


def test_everything_is_closed_to_everybody_else():
    signature, _person = make_represented()
    _other, stranger = make_represented()
    former = make_user()
    right = Membership.objects.create(person=former, organisation=signature.organisation)
    was = sign_in(former)
    assert was.get(correcting(signature)).status_code == 200
    right.until = right.since
    right.save()
    coordinator = sign_in(make_coordinator(), second_factor=True)
    paths = [withdrawing(signature), correcting(signature), handing_over(signature)]
    paths += [f"{handing_over(signature)}kontrollera/", f"{handing_over(signature)}avbryt/"]
    for path in paths:
        assert Client().post(path).url.startswith("/konto/logga-in/?next=")
        for client in (sign_in(stranger), was, coordinator):
            assert client.post(path, {"name": "X Y"}).status_code == 404
            assert client.get(path).status_code in {404, 405}
    for client in (sign_in(stranger), was, coordinator):
        assert signature.organisation.name not in client.get("/mina-sidor/").text


@pytest.mark.parametrize("method", OTHER_METHODS)
def test_other_methods_are_refused(method):
    signature, person = make_represented()
    client = sign_in(person)
    for path in (withdrawing(signature), correcting(signature), handing_over(signature)):
        assert getattr(client, method)(path).status_code == 405
