from datetime import timedelta

import pgtrigger
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from challenges.remiss.models import (
    Position,
    ReferralResponse,
    RespondentKind,
    ResponseAttachment,
    ResponseVersion,
)
from tests.challenges.remiss.referrals import (
    Publication,
    State,
    make_attachment,
    make_masking,
    make_recipient,
    make_referral,
    make_reply,
    make_response,
    make_section,
    make_version,
)
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db


def sql(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or TRUNCATE would stop at those first
        cursor.execute(statement, values)


@pytest.fixture
def version():
    section = make_section(make_referral())
    response = make_response(section.referral, sections={section: (Position.REJECTS, "Nej.")})
    make_attachment(response.counting_version)
    return response.counting_version


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE remiss_responseversion SET summary = 'Annat'",
        "UPDATE remiss_responseversion SET received_at = now()",
        "DELETE FROM remiss_responseversion",
        "TRUNCATE remiss_responseversion CASCADE",
        "UPDATE remiss_sectionanswer SET text = 'Annat'",
        "UPDATE remiss_sectionanswer SET position = 'supports'",
        "DELETE FROM remiss_sectionanswer",
        "TRUNCATE remiss_sectionanswer CASCADE",
        "UPDATE remiss_responseattachment SET stored_name = 'annan.pdf'",
        "DELETE FROM remiss_responseattachment",
        "TRUNCATE remiss_responseattachment CASCADE",
    ],
)
def test_raw_sql_cannot_change_what_was_sent(version, statement):
    with pytest.raises(ProgrammingError, match="stays as it came"):
        sql(statement)
    version.refresh_from_db()
    assert version.summary == "Vi är för förslaget."
    assert version.sections.get().text == "Nej."


def test_the_scanner_may_say_later_what_it_found(version):
    ResponseAttachment.objects.update(scan="clean", scanned_at=timezone.now())
    assert version.attachments.get().scan == "clean"


def test_only_the_erasing_of_personal_data_gets_through(version):
    with pgtrigger.ignore("remiss.ResponseVersion:a_sent_answer_stays"):
        ResponseVersion.objects.update(summary="[raderat]")
    version.refresh_from_db()
    assert version.summary == "[raderat]"
    with pytest.raises(ProgrammingError), transaction.atomic():
        ResponseVersion.objects.update(summary="igen")


def test_the_newest_version_counts_and_the_earlier_stays(version):
    newer = make_version(version.response, summary="Vi har ändrat oss.")
    response = ReferralResponse.objects.get()
    assert response.counting_version == newer
    assert response.versions.count() == 2
    assert list(ResponseVersion.objects.counting()) == [newer]


def test_counting_versions_of_many_answers_are_two_queries(django_assert_num_queries):
    referral = make_referral()
    for _number in range(9):
        make_version(make_response(referral))
    with django_assert_num_queries(2):
        rows = referral.responses.with_counting_version()
        assert [row.counting_version.number for row in rows] == [2] * 9


def test_published_answers_are_public_after_the_day_or_at_once_where_it_says_so():
    yesterday = timezone.localdate() - timedelta(days=1)
    over, reported = make_referral(due_date=yesterday), make_referral(State.REPORTED)
    at_once = make_referral(publishes_at_once=True)
    shown = [make_response(r, publication="published") for r in (over, reported, at_once)]
    hidden = make_response(make_referral(), publication="published")
    for publication in (Publication.WAITING, Publication.WITHHELD):
        make_response(over, publication=publication)
    assert set(ReferralResponse.objects.published()) == set(shown)
    assert all(response.is_published for response in shown)
    assert not hidden.is_published


def test_a_private_person_is_named_only_with_consent():
    person = {"kind": RespondentKind.PERSON, "name": "Ada Ek"}
    assert make_response(**person).shown_name == "Privatperson"
    assert make_response(**person, name_public=True).shown_name == "Ada Ek"
    assert make_response(name="Föreningen Torget").shown_name == "Föreningen Torget"
    assert "Ada" not in str(make_response(**person))


def test_a_corrected_answer_waits_again():
    response = make_response(publication="published")
    response.wait_for_review()
    response.refresh_from_db()
    assert response.publication == Publication.WAITING


def test_an_invited_body_has_one_answer_and_an_umbrella_and_its_member_one_each():
    referral = make_referral()
    recipient = make_recipient(referral)
    make_response(referral, recipient=recipient)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_response(referral, recipient=recipient)
    make_response(referral, organisation=make_organisation(is_umbrella=True))
    make_response(referral, organisation=make_organisation())
    assert referral.responses.count() == 3


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ("publication = 'published'", "published_or_withheld_says"),
        ("published_at = now()", "published_or_withheld_says"),
        ("publication = 'withheld', withheld_at = now()", "published_or_withheld_says"),
        ("origin = 'letter'", "entered_answer_says_by_whom"),
    ],
)
def test_raw_sql_cannot_make_a_state_that_does_not_exist(columns, constraint):
    response = make_response()
    with pytest.raises(IntegrityError, match=constraint):
        sql(f"UPDATE remiss_referralresponse SET {columns} WHERE id = %s", response.pk)


@pytest.mark.parametrize("number", [0, 1])
def test_version_numbers_begin_with_one_and_are_used_once(number):
    response = make_response()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_version(response, number=number)


def test_a_position_is_one_of_the_list():
    with pytest.raises(IntegrityError, match="one_of_the_list"), transaction.atomic():
        make_response(position="maybe")


def test_a_masking_has_an_extent_and_hides_an_attachment_as_a_whole(version):
    attachment = version.attachments.get()
    make_masking(version, 0, 0, part="attachment", attachment=attachment)
    for start, end, part in [(5, 5, "summary"), (0, 4, "attachment"), (0, 4, "section")]:
        with pytest.raises(IntegrityError), transaction.atomic():
            make_masking(version, start, end, part=part)


def test_a_reply_is_to_a_section_or_an_answer_and_is_published_by_somebody(version):
    referral, section = version.response.referral, version.sections.get().section
    with pytest.raises(IntegrityError, match="reply_is_to"), transaction.atomic():
        make_reply(referral, section=section, response=version.response)
    reply = make_reply(referral, section=section)
    with pytest.raises(IntegrityError, match="published_reply_says"):
        sql("UPDATE remiss_reply SET published_at = now() WHERE id = %s", reply.pk)
    sql(
        "UPDATE remiss_reply SET published_at = now(), published_by_id = %s WHERE id = %s",
        make_user().pk,
        reply.pk,
    )
