"""A person with a name like no other goes through everything, is erased, and is searched for."""

import re
from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client

from malmoandan.accounts import data_rights
from malmoandan.accounts.models import ERASED_NAME, User
from malmoandan.organisations.models import Membership, Organisation, ProposedChange
from signatures import actions, corrections
from signatures.models import RegisterEntry, Signature, State
from tests.factories import make_signature, make_user, make_version
from tests.mailbox import text_of
from tests.people import make_coordinator, sign_in
from tests.signatures.signing import BO, ORGANISATION, ask_for_code, code_in, sign, signatories

PLANTED = {
    "name": "Zorvanna Qvistelkrona",
    "title": "hedersräddare",
    "email": "zorvanna.qvistelkrona@example.org",
}
TRACES = ("zorvanna", "qvistelkrona", "hedersräddare")
PDF = b"%PDF-1.7\n% Zorvanna Qvistelkrona\ntrailer <<>>\n%%EOF\n"


def everything_in_the_database():
    """Every value of every column of every table, as (table.column, text)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c"
            " JOIN information_schema.tables t USING (table_schema, table_name)"
            " WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
        )
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT "{column}"::text FROM "{table}" WHERE "{column}" IS NOT NULL')
            for (value,) in cursor.fetchall():
                yield f"{table}.{column}", value


def everything_in_the_sessions():
    from django.contrib.sessions.models import Session

    for session in Session.objects.all():
        yield f"session {session.pk}", str(session.get_decoded())


def everything_in_the_files(*folders):
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                yield str(path), str(path) + path.read_bytes().decode(errors="replace")


def traces(*sources):
    return [
        (place, trace)
        for source in sources
        for place, text in source
        for trace in TRACES
        if trace in text.lower()
    ]


def link_in(message, path):
    return re.search(rf"https?://[^/]+({path}\S+)", text_of(message))[1]


def live_a_full_life(client, smtp, run_jobs, coordinator):
    """Sign jointly with minutes, publish, correct twice, hand over and take back again."""
    minutes = SimpleUploadedFile("Zorvanna Qvistelkrona protokoll.pdf", PDF)
    client.post("/skriv-under/", ORGANISATION | {"minutes": minutes})
    client.post("/skriv-under/firmatecknare/", signatories(PLANTED, BO))
    ask_for_code(client)
    client.post("/skriv-under/kod/", {"code": code_in(smtp.to(PLANTED["email"])[-1])})
    run_jobs()
    confirm = link_in(smtp.to(BO["email"])[0], "/skriv-under/bekrafta/")
    bo = Client()
    bo.post(bo.post(confirm).url, {"code": code_in(smtp.to(BO["email"])[-1])})
    signature = Signature.objects.get()
    desk = sign_in(coordinator, second_factor=True)
    desk.post(f"/admin/signatures/signature/{signature.pk}/publicera/")
    own = f"/mina-sidor/organisationer/{signature.organisation.slug}"
    for name, decide in (("Möllans odling", "godkann"), ("Möllans park", "avboj")):
        client.post(f"{own}/uppgifter/", ORGANISATION | {"name": name})
        change = ProposedChange.objects.waiting().get()
        reason = {"reason": "Zorvanna Qvistelkrona har inte rätt att ändra."}
        desk.post(f"/admin/organisations/proposedchange/{change.pk}/{decide}/", reason)
    hand_over(client, smtp, run_jobs, own, {"name": "Eva Li", "email": "eva@example.org"})
    note = "Zorvanna Qvistelkrona visade legitimation på kontoret."
    desk.post(
        f"/admin/organisations/organisation/{signature.organisation_id}/foretradare/",
        {"email": PLANTED["email"], "check_note": note, "ends": ""},
    )
    client.post(f"{own}/lamna-over/", {"name": "Ivar Ny", "email": "ivar@example.org"})
    client.post(f"{own}/lamna-over/kontrollera/")
    return signature


def hand_over(client, smtp, run_jobs, own, new):
    client.post(f"{own}/lamna-over/", new)
    client.post(f"{own}/lamna-over/kontrollera/")
    run_jobs()
    link = link_in(smtp.to(new["email"])[0], "/mina-sidor/ta-over/")
    taker = Client()
    taker.post(taker.post(link).url, {"code": code_in(smtp.to(new["email"])[-1])})


@pytest.mark.django_db(transaction=True)
def test_an_erased_person_leaves_no_trace(client, smtp, run_jobs, settings, caplog, capfd):
    make_version()
    coordinator = make_coordinator("anna@example.org", name="Anna Samordnare")
    signature = live_a_full_life(client, smtp, run_jobs, coordinator)
    assert traces(everything_in_the_database(), everything_in_the_sessions())
    assert traces(everything_in_the_files(settings.MEDIA_ROOT))
    queued_before = smtp.messages[:]
    answer = client.post("/mina-sidor/radera/")
    assert answer.url == "/mina-sidor/raderat/"
    assert client.get(answer.url).status_code == 200
    run_jobs()
    found = traces(
        everything_in_the_database(),
        everything_in_the_sessions(),
        everything_in_the_files(settings.MEDIA_ROOT),
        [("log", caplog.text), ("output", "".join(capfd.readouterr()))],
    )
    assert found == []
    last = [message for message in smtp.messages if message not in queued_before]
    assert [m["To"] for m in last if m["To"] == PLANTED["email"]] == [PLANTED["email"]]
    assert "raderas" in smtp.to(PLANTED["email"])[-1]["Subject"]
    signature.refresh_from_db()
    assert signature.state == State.PUBLISHED
    assert signature.signatories.first().name == ERASED_NAME
    assert signature.signatories.first().confirmed_at
    assert signature.signatories.last().name == BO["name"]
    assert RegisterEntry.objects.latest("number").event == RegisterEntry.Event.ERASED
    call_command("verify_register", stdout=StringIO())


@pytest.mark.django_db(transaction=True)
def test_the_local_mail_files_are_erased_too(client, smtp, run_jobs, settings, tmp_path):
    make_version()
    sign(client, smtp, PLANTED, BO)
    settings.MAIL_DIR = tmp_path / "mail"
    settings.EMAIL_BACKEND = "malmoandan.running.mail_files.EmailBackend"
    run_jobs()
    assert traces(everything_in_the_files(settings.MAIL_DIR))
    client.post("/mina-sidor/radera/")
    assert traces(everything_in_the_files(settings.MAIL_DIR)) == []


@pytest.mark.django_db
def test_a_signature_that_waits_is_taken_back_first(client, smtp):
    make_version()
    sign(client, smtp, PLANTED, BO)
    data_rights.erase(User.objects.get(email=PLANTED["email"]))
    signature = Signature.objects.get()
    assert signature.state == State.WITHDRAWN
    assert signature.withdrawn_by.name == ERASED_NAME
    assert not RegisterEntry.objects.exists()


@pytest.mark.django_db
def test_a_co_signatory_who_has_not_confirmed_can_be_erased(client, smtp):
    make_version()
    sign(client, smtp, PLANTED, BO)
    data_rights.erase(make_user(BO["email"]))
    assert Signature.objects.get().state == State.WITHDRAWN
    assert [s.name for s in Signature.objects.get().signatories.all()] == [
        PLANTED["name"],
        ERASED_NAME,
    ]


@pytest.mark.django_db(transaction=True)
def test_minutes_stay_until_the_decision_and_go_with_it(client, smtp, run_jobs):
    make_version()
    client.post("/skriv-under/", ORGANISATION | {"minutes": SimpleUploadedFile("p.pdf", PDF)})
    client.post("/skriv-under/firmatecknare/", signatories(PLANTED))
    ask_for_code(client)
    client.post("/skriv-under/kod/", {"code": code_in(smtp.messages[-1])})
    data_rights.erase(User.objects.get(email=PLANTED["email"]))
    signature = Signature.objects.get()
    assert default_storage.exists(signature.minutes.name)
    actions.decline(signature=signature, by=make_coordinator(), reason="Ingen svarar.")
    from signatures.tasks import remove_unused_minutes

    remove_unused_minutes(0)
    assert not default_storage.exists(signature.minutes.name)
    assert Signature.objects.get().minutes_name == ""


@pytest.mark.django_db
def test_the_organisation_can_sign_again_after_the_erasing(client, smtp):
    make_version()
    sign(client, smtp, PLANTED)
    first = Signature.objects.get()
    actions.publish(signature=first, by=make_coordinator())
    data_rights.erase(User.objects.get(email=PLANTED["email"]))
    assert sign(Client(), smtp, PLANTED).status_code == 302
    assert Signature.objects.count() == 1  # it stands, and the signer is told so by mail
    assert not Membership.objects.exists()


@pytest.mark.django_db
def test_a_coordinators_decisions_stay_without_the_coordinator(client, smtp):
    leaving, staying = make_coordinator(name="Zorvanna Qvistelkrona"), make_coordinator()
    signature = make_signature(State.SUBMITTED)
    actions.publish(signature=signature, by=leaving)
    change = corrections.propose(
        organisation=signature.organisation, fields={"name": "Nytt namn"}, by=make_user()
    )
    corrections.approve(change=change, by=leaving)
    data_rights.erase(leaving)
    signature.refresh_from_db()
    assert str(signature.decision_by) == ERASED_NAME
    assert signature.state == State.PUBLISHED
    assert User.objects.coordinators().get() == staying
    assert traces(everything_in_the_database()) == []


@pytest.mark.django_db
def test_what_bears_the_same_name_and_is_public_stays(client, smtp):
    make_version()
    sign(client, smtp, PLANTED, name="Zorvanna Qvistelkronas minne")
    data_rights.erase(User.objects.get(email=PLANTED["email"]))
    assert Organisation.objects.get().name == "Zorvanna Qvistelkronas minne"


@pytest.mark.django_db
def test_the_export_holds_all_that_is_stored(client, smtp):
    make_version()
    sign(client, smtp, PLANTED)
    actions.publish(signature=Signature.objects.get(), by=make_coordinator())
    data = client.get("/mina-sidor/mina-uppgifter.json").json()
    assert data["konto"]["e-postadress"] == PLANTED["email"]
    [signed] = data["undertecknanden"]
    assert (signed["namn"], signed["uppdrag"]) == (PLANTED["name"], PLANTED["title"])
    assert signed["du uppgav om organisationen"]["name"] == "Möllans odlare"
    [right] = data["organisationer du företräder eller har företrätt"]
    assert (right["organisation"], right["till"]) == ("Möllans odlare", None)
