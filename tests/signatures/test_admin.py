import pytest
from django.core.files.base import ContentFile

from signatures import actions
from signatures.models import Signature, State
from tests.factories import make_organisation, make_signature, make_user, make_version
from tests.people import make_coordinator, sign_in

pytestmark = pytest.mark.django_db
LIST = "/admin/signatures/signature/"


@pytest.fixture
def anna():
    return make_coordinator("anna@example.org", name="Anna Al")


@pytest.fixture
def desk(anna):
    return sign_in(anna, second_factor=True)


def address(signature, step="change"):
    return f"{LIST}{signature.pk}/{step}/"


def test_what_waits_stands_on_the_first_page_the_oldest_first(desk):
    make_version()
    for name in ("Möllans odlare", "Ängens vänner"):
        make_signature(State.SUBMITTED, organisation=make_organisation(name=name))
    make_signature(State.WAITING, organisation=make_organisation(name="Inte klar än"))
    page = desk.get("/admin/").text
    assert page.index("Möllans odlare") < page.index("Ängens vänner")
    assert "Inte klar än" not in page


def test_a_coordinator_sees_what_stands_out_and_publishes(desk, anna):
    make_organisation(name="Möllans odlare")
    signature = make_signature(
        State.SUBMITTED, organisation=make_organisation(name="Mollans odlare")
    )
    assert "Namnet liknar Möllans odlare" in desk.get(address(signature)).text
    answer = desk.post(address(signature, "publicera"), follow=True)
    assert "Mollans odlare är publicerad" in answer.text
    signature.refresh_from_db()
    assert (signature.state, signature.decision_by) == (State.PUBLISHED, anna)
    assert "Mollans odlare" in desk.get("/undertecknare/").text


def test_a_decline_needs_a_reason(desk):
    signature = make_signature(State.SUBMITTED)
    refused = desk.post(address(signature, "avboj"), {"reason": "  "})
    assert refused.status_code == 422
    signature.refresh_from_db()
    assert signature.state == State.SUBMITTED
    desk.post(address(signature, "avboj"), {"reason": "Fel nummer.\r\nSkriv under igen."})
    signature.refresh_from_db()
    assert (signature.state, signature.decline_reason) == (
        State.DECLINED,
        "Fel nummer.\nSkriv under igen.",
    )


@pytest.mark.parametrize("step", ["publicera", "avboj"])
def test_who_comes_second_is_told_who_was_first(desk, step):
    signature = make_signature(State.SUBMITTED)
    bo = make_coordinator("bo@example.org", name="Bo Berg")
    actions.publish(signature=signature, by=bo)
    answer = desk.post(address(signature, step), {"reason": "För sent."}, follow=True)
    assert "Bo Berg hann före: undertecknandet är publicerad" in answer.text
    signature.refresh_from_db()
    assert signature.state == State.PUBLISHED


def test_a_decision_is_a_post(desk):
    signature = make_signature(State.SUBMITTED)
    for step in ("publicera", "avboj"):
        assert desk.get(address(signature, step)).status_code in {403, 405}
    assert Signature.objects.get().state == State.SUBMITTED


def test_minutes_are_for_coordinators_alone_and_never_shown_in_the_page(desk):
    signature = make_signature(State.SUBMITTED, minutes_name="Protokoll årsmöte.pdf")
    signature.minutes.save("x.pdf", ContentFile(b"%PDF-1.7 hemligt"))
    path = address(signature, "protokoll")
    answer = desk.get(path)
    assert answer.content == b"%PDF-1.7 hemligt"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    signatory = signature.signatories.get()
    for person in (make_user(), make_user(signatory.email), make_coordinator()):
        assert sign_in(person).get(path).status_code in {302, 403, 404}
    assert desk.get(address(make_signature(), "protokoll")).status_code == 404


def test_the_history_says_who_published(desk):
    signature = make_signature(State.SUBMITTED)
    desk.post(address(signature, "publicera"))
    page = desk.get(address(signature, "history")).text
    assert "Anna Al" in page
    assert "publicerad" in page


def test_signatures_are_neither_added_nor_changed_nor_removed_by_hand(desk):
    signature = make_signature(State.SUBMITTED)
    assert desk.get(f"{LIST}add/").status_code == 403
    assert desk.post(address(signature, "delete"), {"post": "yes"}).status_code == 403
    desk.post(address(signature), {"state": "published", "signatories-TOTAL_FORMS": "0"})
    signature.refresh_from_db()
    assert signature.state == State.SUBMITTED


def test_a_published_text_is_read_only_in_the_admin(desk):
    version = make_version(text="Den första texten.")
    path = f"/admin/signatures/agreementversion/{version.pk}/change/"
    assert 'name="text"' not in desk.get(path).text


def test_the_list_costs_the_same_at_any_size(desk, django_assert_max_num_queries):
    for _row in range(3):
        make_signature(State.SUBMITTED)
    with django_assert_max_num_queries(20) as few:
        desk.get(LIST)
    for _row in range(12):
        make_signature(State.SUBMITTED)
    with django_assert_max_num_queries(len(few.captured_queries)):
        desk.get(LIST)
