"""The register's log: what enters it, how it is chained, and what tampering leaves behind."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from itertools import pairwise

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone

from malmoandan.accounts.data_rights import Words
from malmoandan.organisations.models import Organisation
from signatures import actions, personal_data, register_log
from signatures.models import RegisterEntry, Signatory, Signature, State
from signatures.register_log.chain import canonical, hash_of
from tests.factories import make_organisation, make_signature, make_user, make_version

Event = RegisterEntry.Event


def publish(name="Möllans odlare", **fields):
    """A published signature with its entry."""
    organisation = make_organisation(name=name, **fields.pop("facts", {}))
    signature = make_signature(organisation=organisation, **fields)
    register_log.append(Event.PUBLISHED, signature)
    return signature


def withdraw(signature):
    signature.state = State.WITHDRAWN
    signature.withdrawn_at = timezone.now()
    signature.save()
    register_log.append(Event.WITHDRAWN, signature)


def correct(organisation):
    return register_log.correct(Signature.objects.filter(organisation=organisation))


def bodies():
    return [json.loads(entry.body) for entry in RegisterEntry.objects.order_by("number")]


# What enters the log


@pytest.mark.django_db
def test_publishing_enters_the_public_facts_and_nothing_of_a_person():
    organisation = make_organisation(name="Möllans odlare", website="https://odlare.example/")
    signature = make_signature(State.SUBMITTED, organisation=organisation, signatories=2)
    actions.publish(signature=signature, by=make_user("samordnare@example.org"))
    entry = register_log.latest_entry()
    said = json.loads(entry.body)
    signature.refresh_from_db()
    assert (said["number"], said["event"], said["previous"]) == (1, "published", "0" * 64)
    assert said["time"] == signature.published_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert said["organisation"]["name"] == "Möllans odlare"
    assert said["organisation"]["website"] == "https://odlare.example/"
    assert said["version"]["text_sha256"] == signature.version.text_sha256
    assert said["ways"] == {"code": 2}
    person = signature.signatories.first()
    assert person.name not in entry.body
    assert person.email not in entry.body
    assert "samordnare" not in entry.body


@pytest.mark.django_db
def test_each_entry_holds_the_hash_of_the_one_before():
    first = publish()
    publish()
    withdraw(first)
    entries = list(RegisterEntry.objects.order_by("number"))
    assert [entry.number for entry in entries] == [1, 2, 3]
    for before, after in pairwise(entries):
        assert json.loads(after.body)["previous"] == before.hash
        assert hashlib.sha256(before.body.encode()).hexdigest() == before.hash
    assert register_log.newest_hash() == entries[-1].hash


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.WAITING, State.SUBMITTED, State.DECLINED])
def test_what_was_never_public_does_not_enter(state):
    signature = make_signature(state)
    with pytest.raises(ValueError, match="public"):
        register_log.append(Event.WITHDRAWN, signature)
    assert register_log.latest_entry() is None


@pytest.mark.django_db
def test_body_is_written_in_one_way():
    assert canonical({"b": "A\u030a\r\nö", "a": {"z": None, "y": 1}}) == (
        '{"a":{"y":1,"z":null},"b":"Å\\nö"}'
    )
    assert canonical({"a": "C:\\r"}) == '{"a":"C:\\\\r"}'


@pytest.mark.django_db
def test_purpose_of_a_network_stays_out():
    publish(facts={"kind": "network", "purpose": "Alva Ek svarar på frågor."})
    assert "Alva" not in register_log.latest_entry().body


@pytest.mark.django_db
def test_decision_that_is_undone_leaves_no_entry():
    signature = make_signature(State.SUBMITTED)
    with transaction.atomic():
        actions.publish(signature=signature, by=make_user())
        transaction.set_rollback(True)
    assert register_log.latest_entry() is None
    assert register_log.verify().whole


# Corrections


@pytest.mark.django_db
def test_changed_public_fact_enters_for_each_published_signature():
    signature = publish("Gamla namnet")
    make_signature(State.SUBMITTED, organisation=signature.organisation, version=make_version())
    newer = make_signature(organisation=signature.organisation, version=make_version())
    register_log.append(Event.PUBLISHED, newer)
    signature.organisation.name = "Nya namnet"
    signature.organisation.save()
    correct(signature.organisation)
    assert [said["event"] for said in bodies()] == ["published"] * 2 + ["corrected"] * 2
    assert [said["organisation"]["name"] for said in bodies()[2:]] == ["Nya namnet"] * 2
    assert register_log.verify().whole


@pytest.mark.django_db
def test_unchanged_or_hidden_fact_enters_nothing():
    signature = publish()
    organisation = signature.organisation
    organisation.purpose = "Något annat"
    organisation.is_umbrella = True
    organisation.save()
    correct(organisation)
    assert RegisterEntry.objects.count() == 1


@pytest.mark.django_db
def test_fact_changed_after_withdrawal_is_no_correction():
    signature = publish()
    withdraw(signature)
    Organisation.objects.filter(pk=signature.organisation_id).update(name="Nya namnet")
    correct(signature.organisation)
    assert [said["event"] for said in bodies()] == ["published", "withdrawn"]
    assert register_log.verify().whole


# What the database refuses


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE signatures_registerentry SET event = 'withdrawn'",
        "DELETE FROM signatures_registerentry",
        "TRUNCATE signatures_registerentry CASCADE",
    ],
)
def test_log_only_grows(sql):
    publish()
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        execute("SET CONSTRAINTS ALL IMMEDIATE", sql)
    assert RegisterEntry.objects.count() == 1


# Tampering, by a superuser with triggers switched off

ENTRY = "signatures_registerentry"
CONSTRAINTS = [
    f"ALTER TABLE {ENTRY} DROP CONSTRAINT {ENTRY}_pkey",
    f"ALTER TABLE {ENTRY} DROP CONSTRAINT {ENTRY}_hash_key",
]
COLUMNS = "number, entered_at, event, signature_id, body, previous_hash, hash"


def execute(*statements):
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)


def tamper(*statements):
    """Run the statements as a replica does: without triggers and foreign keys."""
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("SET LOCAL session_replication_role = replica", *statements)
    execute("SET LOCAL session_replication_role = origin")


def forge(number, **changes):
    """Write an entry's body anew, with a hash that fits."""
    entry = RegisterEntry.objects.get(number=number)
    body = canonical(json.loads(entry.body) | changes)
    with pgtrigger.ignore():
        RegisterEntry.objects.filter(number=number).update(body=body, hash=hash_of(body))


def rechain():
    """Number and hash all anew, as one does who knows how the log is made."""
    previous, rows = "0" * 64, list(RegisterEntry.objects.order_by("number"))
    execute("SET CONSTRAINTS ALL IMMEDIATE", *CONSTRAINTS)
    for number, entry in enumerate(rows, start=1):
        said = json.loads(entry.body) | {"number": number, "previous": previous}
        body = canonical(said)
        with pgtrigger.ignore():
            RegisterEntry.objects.filter(number=entry.number).update(
                number=number, body=body, previous_hash=previous, hash=hash_of(body)
            )
        previous = hash_of(body)


def append_forged(reference, event, **changes):
    """An entry that nobody's action made, chained as it should be."""
    entry = register_log.append(event, Signature.objects.get(reference=reference))
    if changes:
        forge(entry.number, **changes)


def copy_entry(number, to):
    rest = COLUMNS.removeprefix("number, ")
    return (
        f"INSERT INTO {ENTRY} ({COLUMNS}) SELECT {to}, {rest} FROM {ENTRY} WHERE number = {number}"
    )


def set_entry(number, assignments):
    return f"UPDATE {ENTRY} SET {assignments} WHERE number = {number}"


def set_signature(assignments, reference="MA-0000-0002"):
    return f"UPDATE signatures_signature SET {assignments} WHERE reference = '{reference}'"


def set_organisation(assignments):
    return f"UPDATE organisations_organisation SET {assignments} WHERE name = 'Förening 2'"


LOG_TAMPERING = {
    "body changed": (
        [set_entry(2, "body = replace(body, 'Förening 2', 'Förening X')")],
        "Innehållet i post 2 stämmer inte med postens kontrollsumma.",
    ),
    "body changed by a blank": (
        [set_entry(2, "body = body || ' '")],
        "Innehållet i post 2 stämmer inte med postens kontrollsumma.",
    ),
    "body emptied": (
        [set_entry(2, "body = '{}'")],
        "Innehållet i post 2 är inte skrivet som logg.",
    ),
    "hash changed": (
        [set_entry(2, f"hash = '{'a' * 64}'")],
        "Post 3 bygger inte på posten före den.",
    ),
    "hash of the newest changed": (
        [set_entry(5, f"hash = '{'a' * 64}'")],
        "Innehållet i post 5 stämmer inte med postens kontrollsumma.",
    ),
    "previous hash changed": (
        [set_entry(2, f"previous_hash = '{'a' * 64}'")],
        "Post 2 bygger inte på posten före den.",
    ),
    "time changed": (
        [set_entry(2, "entered_at = entered_at - interval '1 day'")],
        "Post 2 står i loggen med tid",
    ),
    "event changed": (
        [set_entry(2, "event = 'withdrawn'")],
        "Post 2 står i loggen med händelse ”withdrawn”, men dess innehåll säger ”published”.",
    ),
    "number changed": (
        [set_entry(5, "number = 6")],
        "Post 6 står i loggen med nummer ”6”, men dess innehåll säger ”5”.",
    ),
    "first dropped": ([f"DELETE FROM {ENTRY} WHERE number = 1"], "Post 1 saknas."),
    "one in the middle dropped": ([f"DELETE FROM {ENTRY} WHERE number = 3"], "Post 3 saknas."),
    "several dropped": (
        [f"DELETE FROM {ENTRY} WHERE number IN (2, 3)"],
        "Posterna 2 till 3 saknas.",
    ),
    "last dropped": (
        [f"DELETE FROM {ENTRY} WHERE number = 5"],
        "är återtagen i registret men publicerad enligt loggen.",
    ),
    "all dropped": ([f"DELETE FROM {ENTRY}"], "är publicerad men saknar post om det i loggen."),
    "doubled under the same number": (
        [*CONSTRAINTS, copy_entry(2, to=2)],
        "Post 2 står mer än en gång.",
    ),
    "doubled under a new number": (
        [*CONSTRAINTS, copy_entry(2, to=6)],
        "Post 6 bygger inte på posten före den.",
    ),
    "two exchanged": (
        [*CONSTRAINTS, f"UPDATE {ENTRY} SET number = 5 - number WHERE number IN (2, 3)"],
        "Post 2 står i loggen med nummer ”2”, men dess innehåll säger ”3”.",
    ),
    "all renumbered": (
        [*CONSTRAINTS, f"UPDATE {ENTRY} SET number = number + 1"],
        "Post 1 saknas.",
    ),
    "filed under another signature": (
        [
            set_entry(
                2,
                "signature_id = (SELECT id FROM signatures_signature"
                " WHERE reference = 'MA-0000-0003')",
            )
        ],
        "Förening 2 (MA-0000-0002) är publicerad men saknar post om det i loggen.",
    ),
}
REGISTER_TAMPERING = {
    "name changed": (
        [set_organisation("name = 'Förening X'")],
        "organisationens namn är ”Förening X” i registret men ”Förening 2” i loggen.",
    ),
    "short name changed": (
        [set_organisation("short_name = 'X'")],
        "organisationens kortnamn är ”X”",
    ),
    "number changed": (
        [set_organisation("organisation_number = '2120001124'")],
        "organisationsnumret är ”2120001124” i registret",
    ),
    "number taken away": (
        [set_organisation("organisation_number = NULL")],
        "organisationsnumret är ”–” i registret",
    ),
    "kind changed": (
        [set_organisation("kind = 'foundation'")],
        "organisationsformen är ”Stiftelse” i registret men ”Ideell förening” i loggen.",
    ),
    "part of the city changed": (
        [set_organisation("city_part = 'norr'")],
        "delen av Malmö är ”Norr” i registret men ”Hela Malmö” i loggen.",
    ),
    "website changed": (
        [set_organisation("website = 'https://evil.example/'")],
        "webbplatsen är ”https://evil.example/” i registret men ”–” i loggen.",
    ),
    "day changed": (
        [set_signature("signed_on = '2016-01-01'")],
        "dagen för undertecknandet är ”2016-01-01” i registret",
    ),
    "origin changed": (
        [set_signature("origin = 'paper'")],
        "var organisationen skrev under är ”på papper” i registret men ”på webben” i loggen.",
    ),
    "reference changed": (
        [set_signature("reference = 'MA-XXXX-XXXX'")],
        "referensen är ”MA-XXXX-XXXX” i registret men ”MA-0000-0002” i loggen.",
    ),
    "time of publication changed": (
        [set_signature("published_at = published_at - interval '1 year'")],
        "Förening 2 (MA-0000-0002): tiden för ”publicerad” är en annan i registret än i loggen.",
    ),
    "time of withdrawal changed": (
        [set_signature("withdrawn_at = withdrawn_at - interval '1 day'", "MA-0000-0001")],
        "Förening 1 (MA-0000-0001): tiden för ”återtagen” är en annan i registret än i loggen.",
    ),
    "withdrawn without an entry": (
        [set_signature("state = 'withdrawn', withdrawn_at = now()")],
        "Förening 2 (MA-0000-0002) är återtagen i registret men publicerad enligt loggen.",
    ),
    "withdrawal undone": (
        [set_signature("state = 'published', withdrawn_at = NULL", "MA-0000-0001")],
        "Förening 1 (MA-0000-0001) är publicerad i registret men återtagen enligt loggen.",
    ),
    "publication undone": (
        [set_signature("state = 'submitted', published_at = NULL")],
        "är väntar på beslut i registret men publicerad enligt loggen.",
    ),
    "published without an entry": (
        [
            set_signature(
                "state = 'published', published_at = now(), signed_on = now()", "MA-0000-0009"
            )
        ],
        "Förening 9 (MA-0000-0009) är publicerad men saknar post om det i loggen.",
    ),
    "version changed": (
        [
            set_signature(
                "version_id = (SELECT id FROM signatures_agreementversion WHERE number = 2)"
            )
        ],
        "textens version är ”2” i registret men ”1” i loggen.",
    ),
    "organisation exchanged": (
        [
            set_signature(
                "organisation_id = (SELECT id FROM organisations_organisation"
                " WHERE name = 'Förening 8')"
            )
        ],
        "organisationens namn är ”Förening 8” i registret men ”Förening 2” i loggen.",
    ),
    "text changed": (
        ["UPDATE signatures_agreementversion SET text = text || 'Mer.' WHERE number = 1"],
        "Texten i Avsiktsförklaringen, version 1, har ändrats.",
    ),
    "hash of the text changed": (
        [f"UPDATE signatures_agreementversion SET text_sha256 = '{'a' * 64}' WHERE number = 1"],
        f"textens kontrollsumma är ”{'a' * 64}” i registret",
    ),
    "text changed with its hash": (
        [
            "UPDATE signatures_agreementversion SET text = E'Annat\\n',"
            " text_sha256 = encode(sha256(convert_to(E'Annat\\n', 'UTF8')), 'hex')"
            " WHERE number = 1"
        ],
        "En firmatecknare för MA-0000-0002 bekräftade en annan text.",
    ),
    "confirmation of another text": (
        [f"UPDATE signatures_signatory SET seen_sha256 = '{'a' * 64}'"],
        "En firmatecknare för MA-0000-0002 bekräftade en annan text.",
    ),
    "way of signing changed": (
        ["UPDATE signatures_signatory SET way = 'paper'"],
        "sättet att skriva under är ”paper: 1” i registret men ”code: 1” i loggen.",
    ),
    "signatory added": (
        [
            "INSERT INTO signatures_signatory ({columns}) SELECT {values}"
            " FROM signatures_signatory old WHERE signature_id ="
            " (SELECT id FROM signatures_signature WHERE reference = 'MA-0000-0002')"
        ],
        "sättet att skriva under är ”code: 2” i registret men ”code: 1” i loggen.",
    ),
    "signature deleted": (
        ["DELETE FROM signatures_signature WHERE reference = 'MA-0000-0002'"],
        "Post 2 gäller MA-0000-0002, som inte finns i registret.",
    ),
    "signature deleted with its entry, the last one": (
        [
            "DELETE FROM signatures_signature WHERE reference = 'MA-0000-0001'",
            f"DELETE FROM {ENTRY} WHERE number = 5",
        ],
        "Undertecknandet MA-0000-0001 har varit publicerat men finns inte i registret.",
    ),
    "signature added": (
        [
            "INSERT INTO signatures_signature ({signature_columns}) SELECT {signature_values}"
            " FROM signatures_signature old WHERE reference = 'MA-0000-0002'"
        ],
        "(MA-NEW0-0000) är publicerad men saknar post om det i loggen.",
    ),
}
FORGERY = {
    "body forged with its hash": (
        lambda: forge(2, signed_on="2016-01-01"),
        "Post 3 bygger inte på posten före den.",
    ),
    "newest body forged with its hash": (
        lambda: forge(5, time="2016-01-01T00:00:00.000000Z"),
        "Post 5 står i loggen med tid",
    ),
    "field added to a body": (
        lambda: forge(5, person="Alva Ek"),
        "Innehållet i post 5 är inte skrivet som logg.",
    ),
    "one dropped and all hashed anew": (
        lambda: (tamper(f"DELETE FROM {ENTRY} WHERE number = 2"), rechain()),
        "Förening 2 (MA-0000-0002) är publicerad men saknar post om det i loggen.",
    ),
    "one changed and all hashed anew": (
        lambda: (forge(2, origin="paper"), rechain()),
        "var organisationen skrev under är ”på webben” i registret men ”på papper” i loggen.",
    ),
    "published twice": (
        lambda: append_forged("MA-0000-0002", Event.PUBLISHED),
        "Posterna om Förening 2 (MA-0000-0002) kan inte följa på varandra så.",
    ),
    "corrected after withdrawal": (
        lambda: append_forged("MA-0000-0001", Event.CORRECTED),
        "Posterna om Förening 1 (MA-0000-0001) kan inte följa på varandra så.",
    ),
    "withdrawal forged": (
        lambda: append_forged("MA-0000-0002", Event.WITHDRAWN),
        "Förening 2 (MA-0000-0002) är publicerad i registret men återtagen enligt loggen.",
    ),
    "unknown event": (
        lambda: append_forged("MA-0000-0002", "blessed"),
        "Post 6 har en okänd händelse: ”blessed”.",
    ),
}


@pytest.fixture
def filled(db):
    """Four published signatures, one of them withdrawn, and one that waits for a decision."""
    version = make_version()
    make_version(text="# Annan text\n")
    for number in [1, 2, 3, 4]:
        signature = publish(
            f"Förening {number}",
            reference=f"MA-0000-000{number}",
            version=version,
            published_at=timezone.now() - timedelta(hours=1),
        )
        if number == 1:
            withdrawn = signature
    withdraw(withdrawn)
    make_organisation(name="Förening 8")
    make_signature(
        State.SUBMITTED,
        organisation=make_organisation(name="Förening 9"),
        reference="MA-0000-0009",
        version=version,
    )
    assert register_log.verify().findings == []


@pytest.mark.parametrize("kind", LOG_TAMPERING)
def test_tampering_with_the_log_is_found_and_told(filled, kind):
    statements, told = LOG_TAMPERING[kind]
    tamper(*statements)
    assert told in "\n".join(register_log.verify().findings)


@pytest.mark.parametrize("kind", REGISTER_TAMPERING)
def test_tampering_with_the_register_is_found_and_told(filled, kind):
    statements, told = REGISTER_TAMPERING[kind]
    tamper(*[sql.format(**copies()) for sql in statements])
    assert told in "\n".join(register_log.verify().findings)


@pytest.mark.parametrize("kind", FORGERY)
def test_forgery_by_one_who_knows_the_recipe_is_found_and_told(filled, kind):
    forge_it, told = FORGERY[kind]
    forge_it()
    assert told in "\n".join(register_log.verify().findings)


def test_log_and_register_rewritten_alike_are_told_by_what_was_printed(filled):
    printed = register_log.newest_hash()
    forge(2, organisation=bodies()[1]["organisation"] | {"name": "Förening X"})
    rechain()
    tamper(set_organisation("name = 'Förening X'"))
    assert register_log.verify().whole
    [finding] = register_log.verify(printed=[printed]).findings
    assert finding.startswith(f"Kontrollsumman {printed} finns inte i loggen.")


def test_erasure_whose_entry_is_dropped_is_told(filled):
    person = make_user()
    signature = Signature.objects.get(reference="MA-0000-0002")
    Signatory.objects.filter(signature=signature).update(person=person)
    personal_data.erase(person, Words({"Alva Ek"}))
    assert bodies()[-1]["event"] == "erased"
    assert register_log.verify().whole
    tamper(f"DELETE FROM {ENTRY} WHERE number = 6")
    told = "För MA-0000-0002 är personuppgifter raderade utan post i loggen."
    assert told in register_log.verify().findings


def copies():
    """Columns and values that copy a signature or a signatory as one more row."""

    def both(model, **changed):
        names = [f.column for f in model._meta.concrete_fields if not f.primary_key]
        values = [changed.get(name, f'old."{name}"') for name in names]
        return ", ".join(f'"{name}"' for name in names), ", ".join(values)

    columns, values = both(Signatory, token="'new'", email="'ny@example.org'")
    signature = both(
        Signature,
        draft_id="gen_random_uuid()",
        reference="'MA-NEW0-0000'",
        organisation_id="(SELECT id FROM organisations_organisation WHERE name = 'Förening 9')",
        version_id="(SELECT id FROM signatures_agreementversion WHERE number = 2)",
    )
    return {
        "columns": columns,
        "values": values,
        "signature_columns": signature[0],
        "signature_values": signature[1],
    }


# The command


def test_command_says_that_the_chain_is_whole(filled):
    out = StringIO()
    call_command("verify_register", stdout=out)
    assert "Kedjan är hel: 5 poster om 4 undertecknanden." in out.getvalue()
    assert register_log.newest_hash() in out.getvalue()


def test_command_fails_and_tells_each_finding(filled):
    tamper(f"DELETE FROM {ENTRY} WHERE number = 3")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_register", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["whole"], told["entries"]) == (False, 4)
    assert "Post 3 saknas." in told["findings"]


def test_command_looks_for_a_printed_hash(filled):
    call_command("verify_register", "--hash", bodies()[3]["previous"].upper(), stdout=StringIO())
    with pytest.raises(CommandError):
        call_command("verify_register", "--hash", "a" * 64, stdout=StringIO())


# Many at once


@pytest.mark.django_db(transaction=True)
def test_sixty_publications_at_once_make_one_chain():
    version, by = make_version(), make_user()
    waiting = [make_signature(State.SUBMITTED, version=version) for _number in range(60)]

    def decide(signature):
        try:
            actions.publish(signature=signature, by=by)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=20) as executor:
        list(executor.map(decide, waiting))
    assert [said["number"] for said in bodies()] == list(range(1, 61))
    report = register_log.verify()
    assert (report.findings, report.entries, report.signatures) == ([], 60, 60)


@pytest.mark.django_db(transaction=True)
def test_publishing_meanwhile_is_no_finding(monkeypatch):
    publish()
    waiting = make_signature(State.SUBMITTED)
    from signatures.register_log import checks

    def meanwhile():
        actions.publish(signature=waiting, by=make_user())
        connections.close_all()

    def chain_then_publish(report, chain=checks._chain):
        yield from chain(report)
        with ThreadPoolExecutor(max_workers=1) as executor:
            executor.submit(meanwhile).result(timeout=20)

    monkeypatch.setattr(checks, "_chain", chain_then_publish)
    report = register_log.verify()
    assert (report.findings, report.entries) == ([], 1)
    assert RegisterEntry.objects.count() == 2
