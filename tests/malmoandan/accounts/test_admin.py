import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver

from malmoandan.accounts import coordinators
from malmoandan.accounts.admin_site import WaitingAdmin
from malmoandan.accounts.history_admin import HistoryAdmin
from malmoandan.accounts.models import User
from malmoandan.organisations.models import Organisation
from signatures.models import Signatory
from tests.factories import make_organisation, make_signature, make_user
from tests.people import make_coordinator, sign_in

pytestmark = pytest.mark.django_db


def staff_paths():
    """Every address of the admin, filled in where it wants a value."""
    values = {"object_id": "1", "pk": 1, "app_label": "accounts", "url": "nonsense"}
    values |= {"content_type_id": 1}

    def walk(patterns, prefix):
        for pattern in patterns:
            route = prefix + str(pattern.pattern).lstrip("^").rstrip("$")
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            elif isinstance(pattern, URLPattern):
                yield route

    for route in walk(admin.site.get_urls(), "/admin/"):
        path = route
        for name, value in values.items():
            for kind in ("", "int:", "path:"):
                path = path.replace(f"<{kind}{name}>", str(value))
        yield path.replace("(?P<app_label>accounts|organisations)/", "accounts/").rstrip("?")


@pytest.fixture
def coordinator():
    return make_coordinator("anna@example.org", name="Anna")


@pytest.fixture
def client_of_staff(coordinator):
    return sign_in(coordinator, second_factor=True)


def test_the_sweep_finds_the_pages():
    paths = list(staff_paths())
    assert "/admin/" in paths
    assert "/admin/accounts/user/1/history/" in paths
    assert "/admin/organisations/organisation/" in paths
    assert len(paths) > 15


def test_every_staff_page_sends_a_stranger_to_the_sign_in():
    client = Client()
    for path in staff_paths():
        for method in (client.get, client.post):
            if path == "/admin/logout/":
                continue
            response = method(path)
            assert response.status_code == 302, path
            assert response["Location"].startswith("/konto/logga-in/"), path


def test_every_staff_page_refuses_a_person_who_is_not_staff():
    client = sign_in(make_user(), second_factor=True)
    for path in staff_paths():
        if path != "/admin/logout/":
            assert client.get(path).status_code == 403, path
            assert client.post(path).status_code == 403, path


def test_every_staff_page_leads_staff_without_a_second_factor_to_one(coordinator):
    client = sign_in(coordinator)
    for path in staff_paths():
        if path != "/admin/logout/":
            for method in (client.get, client.post):
                response = method(path)
                assert response.status_code == 302, path
                assert response["Location"].startswith("/konto/andra-steget/"), path


def test_a_superuser_needs_the_second_factor_too():
    client = sign_in(make_user(is_staff=True, is_superuser=True))
    assert client.get("/admin/")["Location"].startswith("/konto/andra-steget/")


def test_staff_without_rights_get_no_rows():
    client = sign_in(make_user(is_staff=True), second_factor=True)
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/accounts/user/").status_code == 403


def test_signing_in_returns_to_the_page_one_came_for():
    response = Client().get("/admin/accounts/user/?q=a")
    assert response["Location"] == "/konto/logga-in/?next=%2Fadmin%2Faccounts%2Fuser%2F%3Fq%3Da"


def test_every_model_in_the_admin_shows_its_history():
    assert admin.site._registry
    for model_admin in admin.site._registry.values():
        assert isinstance(model_admin, HistoryAdmin)
        assert model_admin.model._meta.get_field("events")


def test_secrets_of_packages_are_not_in_the_admin(client_of_staff):
    page = client_of_staff.get("/admin/").content.decode()
    assert "mfa/authenticator" not in page
    assert client_of_staff.get("/admin/mfa/authenticator/").status_code == 404


def test_the_history_says_who_changed_what(client_of_staff, coordinator):
    organisation = make_organisation(name="Odlarna", website="")
    address = f"/admin/organisations/organisation/{organisation.pk}"
    form = client_of_staff.get(f"{address}/change/").context["adminform"].form
    data = {name: form[name].value() or "" for name in form.fields}
    data |= {"name": "Odlarna i Malmö", "is_umbrella": "on"}
    data |= {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    assert client_of_staff.post(f"{address}/change/", data).status_code == 302
    page = client_of_staff.get(f"{address}/history/")
    changed, made = page.context["steps"]
    assert changed.who == "Anna (anna@example.org)"
    assert {(c.field, c.old, c.new) for c in changed.changes} >= {
        ("Namn", "Odlarna", "Odlarna i Malmö"),
        ("Paraplyorganisation", "nej", "ja"),
    }
    assert (made.what, made.who) == ("Tillagd", "")


def test_the_history_sees_changes_made_in_bulk(client_of_staff):
    organisation = make_organisation(city_part="norr")
    Organisation.objects.update(city_part="hela")
    page = client_of_staff.get(f"/admin/organisations/organisation/{organisation.pk}/history/")
    [change] = page.context["steps"][0].changes
    assert (change.field, change.old, change.new) == ("Del av Malmö", "Norr", "Hela Malmö")


def test_the_history_holds_the_parts_by_the_name_they_had(client_of_staff):
    signature = make_signature()
    signatory = signature.signatories.first()
    signatory.name = "Åsa Öberg"
    signatory.save()
    Signatory.objects.all().delete()
    page = client_of_staff.get(f"/admin/signatures/signature/{signature.pk}/history/")
    gone, renamed = page.context["steps"][:2]
    assert (gone.what, gone.about) == ("Borttagen", "Firmatecknare Åsa Öberg")
    assert [(change.field, change.new) for change in renamed.changes] == [("Namn", "Åsa Öberg")]


def test_the_history_of_a_missing_row_is_not_found(client_of_staff):
    assert client_of_staff.get("/admin/accounts/user/999999/history/").status_code == 404


def test_a_long_history_takes_as_many_queries_as_a_short_one(
    client_of_staff, django_assert_max_num_queries
):
    organisation = make_organisation()
    for number in range(40):
        organisation.name = f"Namn {number}"
        organisation.save()
    with django_assert_max_num_queries(14):
        client_of_staff.get(f"/admin/organisations/organisation/{organisation.pk}/history/")


@pytest.mark.parametrize("query", ["802002-8711", "8020028711", "802002", "åkare", "AKARE förb"])
def test_an_organisation_is_found_by_number_and_name(client_of_staff, query):
    make_organisation(name="Åkares förbund", organisation_number="8020028711")
    make_organisation(name="Zigenarrådet", organisation_number="2120001124")
    page = client_of_staff.get("/admin/organisations/organisation/", {"q": query})
    assert [o.name for o in page.context["cl"].result_list] == ["Åkares förbund"]


def test_organisations_stand_in_swedish_order(client_of_staff):
    for name in ("Öresund", "Ärlighet", "Zebra", "Åkarp", "alfa"):
        make_organisation(name=name)
    page = client_of_staff.get("/admin/organisations/organisation/")
    names = [o.name for o in page.context["cl"].result_list]
    assert names == ["alfa", "Zebra", "Åkarp", "Ärlighet", "Öresund"]


def test_a_coordinator_invites_another(client_of_staff, mailoutbox):
    response = client_of_staff.post(
        "/admin/accounts/user/add/", {"email": "Bo@Example.org", "name": "Bo"}
    )
    bo = User.objects.get(email="bo@example.org")
    assert (
        response["Location"] == f"/admin/accounts/user/{bo.pk}/change/"
        or response.status_code == 302
    )
    assert bo.is_staff
    assert bo.has_perm("organisations.change_organisation")


def test_nobody_takes_away_their_own_rights(client_of_staff, coordinator):
    client_of_staff.post(f"/admin/accounts/user/{coordinator.pk}/change/", {"name": "Ny"})
    coordinator.refresh_from_db()
    assert (coordinator.name, coordinator.is_staff, coordinator.is_active) == ("Ny", True, True)


def test_the_address_of_a_person_cannot_be_changed(client_of_staff):
    other = make_user("bo@example.org")
    client_of_staff.post(
        f"/admin/accounts/user/{other.pk}/change/", {"email": "x@example.org", "is_active": "on"}
    )
    other.refresh_from_db()
    assert other.email == "bo@example.org"


def test_no_account_is_deleted(client_of_staff, coordinator):
    other = make_user()
    assert client_of_staff.post(f"/admin/accounts/user/{other.pk}/delete/").status_code == 403


def test_a_reset_of_a_second_factor_demands_a_reason_and_is_in_the_history(client_of_staff):
    other = make_coordinator("bo@example.org")
    address = f"/admin/accounts/user/{other.pk}"
    assert client_of_staff.post(f"{address}/aterstall/", {"reason": ""}).status_code == 422
    assert client_of_staff.get(f"{address}/aterstall/").status_code == 200
    client_of_staff.post(f"{address}/aterstall/", {"reason": "Ny telefon"})
    step = client_of_staff.get(f"{address}/history/").context["steps"][0]
    assert (step.reason, step.who) == ("Ny telefon", "Anna (anna@example.org)")
    assert [change.field for change in step.changes] == ["Andra steget återställt"]


def test_who_made_and_unmade_a_coordinator_is_in_the_history(client_of_staff):
    other = make_user("bo@example.org")
    group = coordinators.update_group()
    address = f"/admin/accounts/user/{other.pk}"
    rights = {"is_active": "on", "is_staff": "on"}
    client_of_staff.post(f"{address}/change/", rights | {"groups": [group.pk]})
    client_of_staff.post(f"{address}/change/", rights)
    steps = client_of_staff.get(f"{address}/history/").context["steps"]
    told = [(step.what, step.who) for step in steps if step.about == "Grupp Samordnare"]
    assert told == [
        ("Borttagen", "Anna (anna@example.org)"),
        ("Tillagd", "Anna (anna@example.org)"),
    ]


def test_nobody_resets_their_own_second_factor(client_of_staff, coordinator):
    address = f"/admin/accounts/user/{coordinator.pk}/aterstall/"
    assert client_of_staff.post(address, {"reason": "Hej"}).status_code == 403


class WaitingOrganisations(WaitingAdmin):
    waiting_label = "Organisationer att se över"

    def waiting(self, request):
        return Organisation.objects.filter(purpose="").order_by("pk")

    def waiting_since(self, row):
        return row.created_at

    def waiting_query(self):
        return "is_umbrella__exact=0"


def test_the_first_page_shows_how_many_wait_and_the_oldest(client_of_staff, monkeypatch):
    waiting = WaitingOrganisations(Organisation, admin.site)
    monkeypatch.setitem(admin.site._registry, Organisation, waiting)
    organisations = [make_organisation(purpose="") for _index in range(7)]
    page = client_of_staff.get("/admin/")
    [group] = page.context["waiting"]
    assert (group.label, group.count) == ("Organisationer att se över", 7)
    assert [row.text for row in group.rows] == [o.name for o in organisations[:5]]
    assert client_of_staff.get(group.rows[0].url).status_code == 200
    assert client_of_staff.get(group.url).status_code == 200


def test_what_one_may_not_decide_does_not_wait_on_the_first_page(monkeypatch):
    waiting = WaitingOrganisations(Organisation, admin.site)
    monkeypatch.setitem(admin.site._registry, Organisation, waiting)
    make_organisation(purpose="")
    client = sign_in(make_user(is_staff=True), second_factor=True)
    assert client.get("/admin/").context["waiting"] == []


def test_the_first_page_says_when_nothing_waits(client_of_staff):
    assert "Inget väntar." in client_of_staff.get("/admin/").content.decode()


def test_signing_out_of_the_admin_signs_out(client_of_staff):
    client_of_staff.post("/admin/logout/")
    assert client_of_staff.get("/admin/").status_code == 302
