import hashlib
import unicodedata
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from signatures.models import AgreementVersion, State, text_sha256
from tests.factories import (
    make_organisation,
    make_signatory,
    make_signature,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE signatures_agreementversion SET text = 'En annan text'",
        "UPDATE signatures_agreementversion SET title = 'En annan rubrik'",
        "UPDATE signatures_agreementversion SET text_sha256 = repeat('0', 64)",
        "UPDATE signatures_agreementversion SET published_at = NULL",
        "UPDATE signatures_agreementversion SET adopted_on = '2016-01-01'",
        "UPDATE signatures_agreementversion SET principles = '{}'",
        "DELETE FROM signatures_agreementversion",
        "TRUNCATE signatures_agreementversion CASCADE",
    ],
)
def test_raw_sql_cannot_change_a_published_text(change):
    version = make_version()
    with pytest.raises(DatabaseError, match="cannot"), transaction.atomic():
        connection.cursor().execute(change)
    assert AgreementVersion.objects.get().text == version.text


def test_a_draft_can_change_until_it_is_published():
    draft = make_version(published=False)
    draft.text = "En bättre text"
    draft.save()
    assert draft.text_sha256 == text_sha256("En bättre text\n")


def test_the_hash_is_over_the_text_as_anyone_would_write_it_down():
    text = "# Avsiktsförklaring\n\nÅäö\n"
    assert text_sha256(text) == hashlib.sha256(text.encode()).hexdigest()
    windows = unicodedata.normalize("NFD", text).replace("\n", "\r\n")
    assert text_sha256(windows) == text_sha256(text)


def test_the_loaded_declaration_is_the_official_text_to_the_letter():
    from django.core.management import call_command

    import malmoandan

    call_command("load_content")
    version = AgreementVersion.objects.declaration()
    source = Path(malmoandan.__file__).parent / "content" / "avsiktsforklaring-2015.md"
    assert version.text.encode() == source.read_bytes()
    call_command("load_content")
    founders = version.signatures.published().in_swedish_order()
    assert [str(row.organisation)[:18] for row in founders] == [
        "Handikappidrottens",
        "Malmö Ideella före",
        "Malmö Idrottsfören",
        "Malmö stad",
    ]


def test_an_organisation_has_one_live_signature_of_a_text():
    signature = make_signature(State.SUBMITTED)
    for state in (State.WAITING, State.SUBMITTED, State.PUBLISHED):
        with pytest.raises(IntegrityError, match="one_live"), transaction.atomic():
            make_signature(state, organisation=signature.organisation)
    declined = make_signature(State.DECLINED, organisation=signature.organisation)
    assert declined.organisation == signature.organisation


def test_a_person_counts_once_whatever_the_case_of_the_address():
    signature = make_signature(State.WAITING)
    address = signature.signatories.get().email
    with pytest.raises(IntegrityError, match="one_person"), transaction.atomic():
        make_signatory(signature=signature, email=address.upper())


def test_the_database_refuses_a_persons_number_and_a_second_of_the_same():
    make_organisation(organisation_number="8020028711")
    for number in ("8507099805", "8020028711"):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_organisation(organisation_number=number)


def test_a_decline_has_time_person_and_reason_or_none():
    signature = make_signature(State.SUBMITTED)
    signature.state = State.DECLINED
    signature.decision_by = make_user()
    with pytest.raises(IntegrityError, match="declined_signature"), transaction.atomic():
        signature.save()


def test_references_are_easy_to_read_aloud():
    reference = make_signature().reference
    assert reference.startswith("MA-")
    assert not set(reference[3:]) & set("ILOU")
