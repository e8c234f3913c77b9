"""Every address of remisses for every role. A new address fails here until it is added."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from challenges.remiss import urls
from challenges.remiss.models import DraftReader
from malmoandan.organisations.models import Membership
from tests.challenges.remiss.referrals import (
    Publication,
    State,
    make_attachment,
    make_document,
    make_draft,
    make_draft_attachment,
    make_referral,
    make_response,
)
from tests.factories import make_organisation, make_user
from tests.people import make_coordinator, sign_in

pytestmark = pytest.mark.django_db

OPEN_TO_ALL = {"referrals", "referrals_atom"}
OF_A_REFERRAL = {"referral", "bodies", "answer", "compilation", "responses", "responses_atom"}
OF_A_DRAFT = {
    *("draft", "draft_answer", "draft_attachments", "draft_readers", "draft_throw_away"),
    *("draft_check", "draft_code", "draft_finish", "draft_receipt"),
}
OWN = {"my_response", "my_response_pdf", "my_attachment", "correct_response", "response_name"}
ROLES = ["anonymous", "person", "representative", "first_factor", "coordinator"]


@pytest.fixture
def world():
    """A closed referral with an answer, a draft referral, and somebody's draft of an answer."""
    referral = make_referral(State.CLOSED, closed_at=timezone.now(), sections=1)
    hidden = make_referral(State.DRAFT, sections=1)
    organisation = make_organisation()
    response = make_response(referral, organisation=organisation)
    draft = make_draft(make_referral(sections=1))
    return {
        "referral": referral,
        "hidden": hidden,
        "response": response,
        "organisation": organisation,
        "file": make_attachment(response.counting_version),
        "document": make_document(referral),
        "hidden_document": make_document(hidden),
        "draft": draft,
        "draft_file": make_draft_attachment(draft),
        "reader": DraftReader.objects.create(draft=draft, email="chef@example.org"),
    }


def client_of(role, world):
    if role == "anonymous":
        return Client()
    if role == "representative":
        person = make_user()
        Membership.objects.create(organisation=world["organisation"], person=person)
        return sign_in(person)
    if role == "person":
        return sign_in(make_user())
    return sign_in(make_coordinator(), second_factor=role == "coordinator")


def addresses(world, *, referral, draft_token, reader_token, preview_token):
    """Each name with its address; the secrets are those that the visitor knows."""
    response, draft = world["response"], world["draft"]
    answer = [referral.slug, response.reference]
    document = world["document" if referral == world["referral"] else "hidden_document"]
    found = {name: [] for name in OPEN_TO_ALL}
    found |= {name: [referral.slug] for name in OF_A_REFERRAL}
    found |= {name: [draft.referral.slug, draft_token] for name in OF_A_DRAFT}
    found |= {
        "document": [referral.slug, document.pk],
        "compilation_file": [referral.slug, "json"],
        "response": answer,
        "alike": answer,
        "attachment": [*answer, world["file"].pk],
        "draft_attachment": [draft.referral.slug, draft_token, world["draft_file"].pk],
        "reader": [draft.referral.slug, reader_token],
        "reader_attachment": [draft.referral.slug, reader_token, world["draft_file"].pk],
        "preview": [preview_token],
        "preview_document": [preview_token, world["hidden_document"].pk],
        "my_response": [response.reference],
        "my_response_pdf": [response.reference, 1],
        "my_attachment": [response.reference, world["file"].pk],
        "correct_response": [response.reference],
        "response_name": [response.reference],
    }
    return {name: reverse(f"remiss:{name}", args=arguments) for name, arguments in found.items()}


def without_secrets(world, referral):
    """What somebody can try who knows how addresses are made, and others' secrets of other use."""
    return addresses(
        world,
        referral=referral,
        draft_token=world["reader"].token,
        reader_token=world["draft"].token,
        preview_token=world["reader"].token,
    )


def test_every_address_is_tried(world):
    names = {pattern.name for pattern in urls.urlpatterns}
    assert set(without_secrets(world, world["referral"])) == names


@pytest.mark.parametrize("role", ROLES)
def test_what_is_not_public_is_found_by_nobody(role, world):
    client = client_of(role, world)
    found = without_secrets(world, world["hidden"])
    signed_in = {404} if role != "anonymous" else {302}
    for name, address in found.items():
        if name not in OPEN_TO_ALL:
            wanted = signed_in if name in OWN else {404}
            codes = {client.get(address).status_code, client.post(address).status_code}
            assert codes <= wanted | {405}, name
            assert codes & wanted, name


@pytest.mark.parametrize("publication", [Publication.WAITING, Publication.WITHHELD])
@pytest.mark.parametrize("role", ROLES)
def test_an_unpublished_answer_and_its_files_are_found_by_nobody(role, publication, world):
    response = world["response"]
    if publication == Publication.WITHHELD:
        fields = {"withheld_at": timezone.now(), "withheld_by": make_user()}
        type(response).objects.filter(pk=response.pk).update(
            publication=publication, withheld_reason="Hot", **fields
        )
    client, found = client_of(role, world), without_secrets(world, world["referral"])
    for name in ("response", "alike", "attachment"):
        assert client.get(found[name]).status_code == 404, name
    for name in ("responses", "responses_atom", "referral"):
        assert response.name not in client.get(found[name]).text, name


@pytest.mark.parametrize("role", ROLES)
def test_what_is_public_is_the_same_for_all(role, world):
    response = world["response"]
    type(response).objects.filter(pk=response.pk).update(
        publication=Publication.PUBLISHED, published_at=timezone.now(), published_by=make_user()
    )
    client, found = client_of(role, world), without_secrets(world, world["referral"])
    public = OPEN_TO_ALL | OF_A_REFERRAL | {"document", "response", "attachment"}
    codes = {name: client.get(found[name]).status_code for name in public}
    assert {name: code for name, code in codes.items() if code != 200} == {}


@pytest.mark.parametrize("role", ROLES)
def test_who_has_a_draft_readers_link_reads_and_does_nothing_else(role, world):
    reader, draft = world["reader"], world["draft"]
    found = addresses(
        world,
        referral=world["referral"],
        draft_token=reader.token,
        reader_token=reader.token,
        preview_token=reader.token,
    )
    client = client_of(role, world)
    assert client.get(found["reader"]).status_code == 200
    assert client.get(found["reader_attachment"]).status_code == 200
    for name in OF_A_DRAFT | {"draft_attachment"}:
        assert client.get(found[name]).status_code == 404, name
        assert client.post(found[name]).status_code in {404, 405}, name
    assert draft.token not in client.get(found["reader"]).text
