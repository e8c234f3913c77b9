"""A person who answered is erased: no trace is left of who, and what was said stays."""

import pytest
from django.core.files.storage import default_storage

from challenges.remiss import personal_data
from challenges.remiss.models import (
    DraftReader,
    Masking,
    ReferralRecipient,
    ReferralResponse,
    RespondentKind,
    ResponseDraft,
)
from malmoandan.accounts import data_rights
from malmoandan.accounts.data_rights import Words
from tests.challenges.remiss.referrals import (
    make_attachment,
    make_draft,
    make_masking,
    make_recipient,
    make_referral,
    make_reply,
    make_response,
    make_section,
    make_version,
)
from tests.factories import make_user
from tests.signatures.test_personal_data import everything_in_the_database

pytestmark = pytest.mark.django_db
NAME, EMAIL = "Zorvanna Qvistelkrona", "zorvanna@example.org"
TEXT = f"Jag heter {NAME} och bor vid torget. Min granne Bo Berg håller med {NAME}."


@pytest.fixture
def person():
    return make_user(EMAIL, name=NAME)


def left(word):
    return [place for place, value in everything_in_the_database() if word in value.lower()]


def make_private(person, **fields):
    section = make_section(fields.pop("referral", None) or make_referral())
    response = make_response(
        section.referral,
        kind=RespondentKind.PERSON,
        name=NAME,
        name_public=True,
        email=EMAIL,
        account=person,
        publication="published",
        summary=TEXT,
        sections={section: ("rejects", f"Nej, skriver {NAME}.")},
        **fields,
    )
    make_version(response, summary=TEXT, decided_by=NAME)
    return response


def test_of_a_private_person_only_what_was_said_is_left(person):
    response = make_private(person)
    file = make_attachment(response.counting_version, file_name=f"{NAME}.pdf")
    make_reply(response.referral, response=response, text=f"Tack {NAME}!")
    data_rights.erase(person)
    assert left("zorvanna") == left("qvistelkrona") == []
    response = ReferralResponse.objects.get()
    assert response.shown_name == "Privatperson"
    assert response.versions.count() == 2
    version = response.versions.get(number=1)
    assert version.summary == TEXT.replace(NAME, "[raderat]")
    assert version.sections.get().position == "rejects"
    assert default_storage.exists(file.stored_name)
    assert Masking.objects.get().attachment_id == file.pk


def test_a_bodys_answer_stays_with_the_body(person):
    response = make_response(
        name="Miljönämnden", contact_person=NAME, email=EMAIL, account=person, summary="Vi är för."
    )
    file = make_attachment(response.counting_version)
    data_rights.erase(person)
    assert left("zorvanna") == []
    response.refresh_from_db()
    assert (response.name, response.email, response.account) == ("Miljönämnden", "", None)
    assert response.counting_version.summary == "Vi är för."
    assert not file.maskings.exists()


def test_drafts_readers_and_an_address_on_the_list_go(person):
    recipient = make_recipient(email=EMAIL)
    make_draft(recipient.referral, owner_email=EMAIL, data={"summary": TEXT})
    others = make_draft(owner_email="annan@example.org")
    DraftReader.objects.create(draft=others, email=EMAIL, comment="Bra")
    data_rights.erase(person)
    assert left("zorvanna") == []
    assert list(ResponseDraft.objects.all()) == [others]
    assert not DraftReader.objects.exists()
    assert ReferralRecipient.objects.bounced().get().name == recipient.name


def test_what_is_masked_stays_masked_when_the_text_around_it_changes(person):
    response = make_private(person)
    version = response.versions.get(number=1)
    start = TEXT.index("Bo Berg")
    masking = make_masking(version, start, start + len("Bo Berg"))
    data_rights.erase(person)
    masking.refresh_from_db()
    version.refresh_from_db()
    assert version.summary[masking.start : masking.end] == "Bo Berg"


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("heter", "heter"),
        ("Zorvanna", "[raderat]"),
        ("Qvistelkrona och bor", "[raderat] och bor"),
        ("heter Zorvanna", "heter [raderat]"),
        (NAME, "[raderat]"),
        ("torget", "torget"),
    ],
)
def test_a_masking_that_cuts_a_name_covers_all_that_takes_its_place(part, expected):
    words, start = Words({NAME}), TEXT.index(part)
    first, last = words.moved(TEXT, start, start + len(part))
    assert words.without(TEXT)[first:last] == expected


def test_everything_stored_is_handed_out(person):
    response = make_private(person)
    make_draft(owner_email=EMAIL, data={"summary": "Utkast"})
    make_recipient(email=EMAIL, name="Torgets vänner")
    data = personal_data.collect(person)
    (told,) = data["remissvar"]
    assert told["referens"] == response.reference
    assert [version["sammanfattning"] for version in told["versioner"]] == [TEXT, TEXT]
    assert data["påbörjade remissvar"][0]["innehåll"] == {"summary": "Utkast"}
    assert data["remisser du har bjudits in till"][0]["instans"] == "Torgets vänner"
    stranger = personal_data.collect(make_user())
    assert not any(stranger.values())
