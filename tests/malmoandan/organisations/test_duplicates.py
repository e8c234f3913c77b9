import pytest

from malmoandan.organisations import duplicates, tasks
from malmoandan.organisations.models import Kind, Organisation, PossibleDuplicate, Sector
from tests.factories import make_organisation, make_user
from tests.people import make_coordinator, sign_in

pytestmark = pytest.mark.django_db
LIST = "/admin/organisations/possibleduplicate/"


@pytest.fixture
def desk():
    return sign_in(make_coordinator("anna@example.org"), second_factor=True)


def nameless(name, **fields):
    return make_organisation(name=name, organisation_number=None, **fields)


def found():
    duplicates.find()
    return {(p.first.name, p.second.name): p.reasons for p in PossibleDuplicate.objects.all()}


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Kulturföreningen Västan", "KULTURFÖRENINGEN VÄSTAN", "same_name"),
        ("Kulturföreningen Västan", "Kulturforeningen Vastan", "same_name"),
        ("Möllans cykelkök", "Möllans cykelkök ideell förening", "alike_name"),
        ("Möllans cykelkök", "Stiftelsen Möllans cykelkök i Malmö", "alike_name"),
        ("Hockeyklubben Öster", "Öster Hockeyklubben", "alike_name"),
        ("Ängens odlare", "Ängens odlaré", "same_name"),
        ("Hyresgästernas samråd", "Hyresgästernas samrad", "same_name"),
        ("Hyresgästernas samråd", "Hyresgästeras samråd", "alike_name"),
    ],
)
def test_one_name_written_in_two_ways_is_found(one, other, reason):
    make_organisation(name=one)
    nameless(other)
    assert reason in found()[one, other]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kolonin nummer 4", "Kolonin nummer 5"),
        ("Bokcirkeln Norr", "Bokcirkeln Söder"),
        ("IF Malmö", "BK Malmö"),
    ],
)
def test_two_that_only_look_a_little_alike_are_not(one, other):
    nameless(one)
    nameless(other)
    assert not found()


def test_a_short_name_and_a_web_address_are_signs_too():
    nameless("Handikappidrottens samarbetsorganisation", short_name="HISO")
    nameless("Hiso")
    nameless("Ett", website="https://www.exempel.example.org/")
    nameless("Två", website="http://exempel.example.org")
    assert sorted(found().values()) == [["short_name"], ["website"]]


def test_a_sign_that_many_share_is_none():
    for serial in range(8):
        nameless(f"{'abcdefgh'[serial] * 9}", website="https://www.paraplyet.example.org/")
    assert not found()


def test_two_numbers_or_two_sectors_are_two_organisations():
    make_organisation(name="Möllans cykelkök")
    make_organisation(name="Möllans cykelkök ideell förening")
    nameless("Miljö", sector=Sector.CITY, kind=Kind.DEPARTMENT)
    nameless("Miljö")
    assert not found()


def test_names_that_differ_in_a_direction_are_two_organisations():
    for part in ("Norr", "Söder", "Öster"):
        nameless(f"Stadsområdesförvaltningen {part}")
    nameless("Södra Malmös odlarförening")
    nameless("Norra Malmös odlarförening")
    assert not found()


def test_not_the_same_is_remembered_and_what_no_longer_looks_alike_goes():
    one, other = nameless("Odlarna"), nameless("Odlarna")
    nameless("Grannarna")
    grannar = nameless("Grannarna")
    assert len(found()) == 2
    pair = PossibleDuplicate.objects.of(one).get()
    assert duplicates.tell_apart(pair=pair, by=make_user())
    assert not duplicates.tell_apart(pair=pair, by=make_user())
    Organisation.objects.filter(pk=grannar.pk).update(name="Något helt annat")
    tasks.find_duplicates(0)
    assert PossibleDuplicate.objects.get().state == PossibleDuplicate.State.NOT_SAME
    assert duplicates.put_on_list(other, one).is_waiting


def test_ten_thousand_organisations_are_compared_in_a_few_queries(django_assert_max_num_queries):
    Organisation.objects.bulk_create(
        Organisation(
            name=f"Grupp {serial:05d} {serial * 7919 % 10007}", kind=Kind.OTHER, slug=str(serial)
        )
        for serial in range(2000)
    )
    with django_assert_max_num_queries(8):
        duplicates.find()


def test_a_coordinator_merges_in_one_step_after_seeing_what_moves(desk):
    kept, gone = nameless("Odlarna i Malmö"), nameless("Odlarna")
    duplicates.find()
    pair = PossibleDuplicate.objects.get()
    assert "Odlarna i Malmö · Odlarna" in desk.get("/admin/").text
    assert "liknande namn" in desk.get(f"{LIST}{pair.pk}/change/").text.lower()
    address = f"{LIST}{pair.pk}/sla-ihop/{kept.pk}/"
    assert "Det här flyttas" in desk.get(address).text
    assert desk.post(address, follow=True).status_code == 200
    gone.refresh_from_db()
    assert gone.merged_into == kept
    assert desk.post(address).status_code == 409


def test_a_coordinator_tells_two_apart(desk):
    nameless("Odlarna")
    nameless("Odlarna")
    duplicates.find()
    pair = PossibleDuplicate.objects.get()
    desk.post(f"{LIST}{pair.pk}/inte-samma/")
    answer = desk.post(f"{LIST}{pair.pk}/inte-samma/", follow=True)
    assert "Någon hann före" in answer.text
    assert "Inget väntar" in desk.get("/admin/").text


def test_a_coordinator_asks_about_two_that_were_not_found(desk):
    one, other = nameless("Odlarna"), nameless("Trädgårdslaget")
    address = f"{LIST}fraga/{one.pk}/"
    assert "Trädgårdslaget" in desk.get(address, {"q": "trädgård"}).text
    assert "Ingen annan" in desk.get(address, {"q": "odlarna"}).text
    for wrong in ("", "x", str(one.pk), "99999999999999999999999"):
        assert desk.post(address, {"other": wrong}).status_code == 422
    answer = desk.post(address, {"other": other.pk})
    assert answer["Location"] == f"{LIST}{PossibleDuplicate.objects.get().pk}/change/"


def test_a_refused_merge_says_why(desk):
    make_organisation(name="Odlarna")
    kept = make_organisation(name="Odlarna")
    duplicates.find()
    pair = PossibleDuplicate.objects.get()
    answer = desk.post(f"{LIST}{pair.pk}/sla-ihop/{kept.pk}/")
    assert answer.status_code == 409
    assert "olika organisationsnummer" in answer.text
    assert desk.get(f"{LIST}{pair.pk}/sla-ihop/99/").status_code == 404


@pytest.mark.parametrize(
    "step", ["leta/", "1/inte-samma/", "1/sla-ihop/1/", "fraga/1/", "1/change/", ""]
)
def test_nobody_but_coordinators_gets_there(client, step):
    assert client.get(LIST + step).status_code == 302
    assert sign_in(make_user()).get(LIST + step).status_code == 403
    plain_staff = sign_in(make_user(is_staff=True), second_factor=True)
    assert plain_staff.get(LIST + step).status_code in {403, 302}


@pytest.mark.parametrize("step", ["leta/", "1/inte-samma/"])
def test_a_link_that_is_followed_decides_nothing(desk, step):
    assert desk.get(LIST + step).status_code == 403


def test_the_search_for_duplicates_is_started_from_the_list(desk):
    assert "Leta nu" in desk.get(LIST).text
    assert desk.post(f"{LIST}leta/", follow=True).status_code == 200
