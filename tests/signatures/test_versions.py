"""From one text to the next: what is open when, what a new text changes, who is asked."""

import hashlib
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from procrastinate.contrib.django.models import ProcrastinateJob

from malmoandan.organisations.models import Membership
from signatures import actions
from signatures.models import AgreementVersion, Signature, State, Way
from signatures.versions import Piece, can_sign_anew, compare, invitation, invited_organisation
from tests.factories import make_organisation, make_signature, make_user, make_version
from tests.mailbox import html_of, text_of

pytestmark = pytest.mark.django_db
MALMO = ZoneInfo("Europe/Stockholm")
# A usual day, and the two days of the year that have 23 and 25 hours.
LAST_DAYS = [date(2026, 6, 30), date(2027, 3, 28), date(2026, 10, 25)]


def midnight_after(day):
    return datetime(day.year, day.month, day.day, tzinfo=MALMO) + timedelta(days=1)


def sign(version, *, begun_at=None, email="alva@example.org", **stated):
    organisation = {
        "name": "Möllans odlare",
        "kind": "association",
        "organisation_number": "8020028711",
        "purpose": "",
        "city_part": "soder",
        "website": "",
        "decided_by": "board",
        "decided_on": "2026-03-11",
    } | stated
    person = make_user(email)
    signature = actions.sign(
        version=version,
        draft_id="5a1f3c1e-7d5e-4d0b-9a49-3f6a5c1b2d3e",
        organisation=organisation,
        signatories=[{"name": "Alva Ek", "title": "ordförande", "email": email}],
        by=person,
        begun_at=begun_at,
    )
    signature.refresh_from_db()
    return signature


@pytest.mark.parametrize("last_day", LAST_DAYS)
def test_the_last_day_ends_at_midnight_in_malmo(last_day):
    version = make_version(last_day=last_day)
    end = midnight_after(last_day)
    with time_machine.travel(end - timedelta(seconds=1), tick=False):
        assert sign(version).state == State.SUBMITTED
    Signature.objects.all().delete()
    with time_machine.travel(end, tick=False), pytest.raises(actions.NotOpen):
        sign(version, email="bo@example.org")


@pytest.mark.parametrize("last_day", LAST_DAYS)
def test_what_was_begun_in_time_can_be_finished_within_the_grace_to_the_second(last_day):
    version = make_version(last_day=last_day, grace_days=7)
    in_time = midnight_after(last_day) - timedelta(seconds=1)
    grace_ends = midnight_after(last_day + timedelta(days=7))
    with time_machine.travel(grace_ends - timedelta(seconds=1), tick=False):
        with pytest.raises(actions.NotOpen):
            sign(version, begun_at=midnight_after(last_day))
        assert sign(version, begun_at=in_time, email="bo@example.org").state == State.SUBMITTED
    Signature.objects.all().delete()
    with time_machine.travel(grace_ends, tick=False), pytest.raises(actions.NotOpen):
        sign(version, begun_at=in_time, email="eva@example.org")


@pytest.mark.parametrize("last_day", LAST_DAYS)
def test_a_co_signatory_can_confirm_within_the_grace_and_not_after(last_day):
    version = make_version(last_day=last_day, grace_days=1)
    grace_ends = midnight_after(last_day + timedelta(days=1))
    with time_machine.travel(midnight_after(last_day) - timedelta(hours=1)):
        early, late = (make_signature(State.WAITING, version=version) for _one in range(2))
    for signature, moment, ends in [
        (early, grace_ends - timedelta(seconds=1), False),
        (late, grace_ends, True),
    ]:
        signatory = signature.signatories.get()
        person = make_user(signatory.email)
        with time_machine.travel(moment, tick=False):
            if ends:
                with pytest.raises(actions.NotOpen):
                    actions.confirm(signatory=signatory, by=person)
            else:
                actions.confirm(signatory=signatory, by=person)
        signature.refresh_from_db()
        assert signature.state == (State.WAITING if ends else State.SUBMITTED)


def test_a_coming_text_is_read_while_the_former_is_signed():
    former = make_version()
    coming = make_version(first_day=date(2027, 1, 1))
    texts = AgreementVersion.objects
    assert texts.declaration() == coming
    assert texts.to_sign(date(2026, 12, 31)) == former
    assert texts.to_sign(date(2027, 1, 1)) == coming
    with time_machine.travel("2026-12-31 12:00"), pytest.raises(actions.NotOpen):
        sign(coming)


def test_publishing_fixes_the_text_and_its_hash_and_closes_the_former():
    former = make_version()
    version = make_version(published=False, first_day=date(2027, 1, 1))
    # By raw SQL, so that neither text nor hash is canonical.
    AgreementVersion.objects.filter(pk=version.pk).update(
        text="# Ny\r\n\r\nA\u030a\n\n", text_sha256="0"
    )
    version = actions.publish_version(version=version)
    assert version.text == "# Ny\n\nÅ\n"
    assert version.text_sha256 == hashlib.sha256("# Ny\n\nÅ\n".encode()).hexdigest()
    former.refresh_from_db()
    assert former.last_day == date(2026, 12, 31)
    moment = version.published_at
    assert actions.publish_version(version=version).published_at == moment


def test_each_who_represents_a_signatory_is_invited_once():
    make_version()
    represented, alone = make_signature(signatories=2), make_signature(signatories=2)
    anna = make_user("anna@example.org")
    Membership.objects.create(organisation=represented.organisation, person=anna)
    for state in (State.WAITING, State.SUBMITTED, State.DECLINED):
        make_signature(state)
    version = make_version(published=False)
    for _click in range(2):
        actions.publish_version(version=version)
    jobs = ProcrastinateJob.objects.filter(task_name="signatures.mail_invitation")
    assert sorted((job.args["signature_id"], job.args.get("user_id")) for job in jobs) == sorted(
        [(represented.pk, anna.pk), (alone.pk, None), (alone.pk, None)], key=str
    )
    assert "example.org" not in str([job.args for job in jobs])


@pytest.mark.django_db(transaction=True)
def test_the_invitation_says_what_is_new_and_leads_to_text_beside_text(smtp, run_jobs, client):
    signature = make_signature(organisation=make_organisation(name="Möllans odlare"))
    version = make_version(published=False, changes="Barn & unga <nämns> nu.")
    actions.publish_version(version=version)
    run_jobs()
    [mail] = smtp.to(signature.signatories.get().email)
    assert "Möllans odlare" in mail["Subject"]
    assert "Barn & unga <nämns> nu." in text_of(mail)
    assert "Barn &amp; unga &lt;nämns&gt; nu." in html_of(mail)
    [changes, form] = [
        line.partition("//")[2].partition("/")[2]
        for line in text_of(mail).split()
        if "inbjudan=" in line
    ]
    assert "Skriv under version 2 för Möllans odlare" in client.get(f"/{changes}").text
    page = client.get(f"/{form}").text
    assert 'value="Möllans odlare"' in page
    assert signature.organisation.shown_number in page


def test_a_word_that_is_not_ours_invites_nobody():
    organisation = make_organisation()
    assert invited_organisation(invitation(organisation)) == organisation
    for word in ("", str(organisation.pk), invitation(organisation) + "x"):
        assert invited_organisation(word) is None


def test_who_represents_an_organisation_may_sign_anew_until_it_has():
    signature = make_signature()
    person = make_user()
    Membership.objects.create(organisation=signature.organisation, person=person)
    version = make_version()
    assert can_sign_anew(person, version) == [signature.organisation]
    assert can_sign_anew(make_user(), version) == []
    make_signature(State.SUBMITTED, organisation=signature.organisation, version=version)
    assert can_sign_anew(person, version) == []


def test_a_network_that_signs_a_new_text_stays_one_organisation():
    network = make_organisation(name="Grannar i Möllan", kind="network")
    earlier = make_signature(organisation=network)
    person = make_user("alva@example.org")
    earlier.signatories.update(person=person, email=person.email)
    stated = {"kind": "network", "organisation_number": "", "purpose": "Odling"}
    again = actions.sign(
        version=make_version(),
        draft_id="5a1f3c1e-7d5e-4d0b-9a49-3f6a5c1b2d3f",
        organisation=stated
        | {"name": "grannar i möllan", "city_part": "soder", "website": ""}
        | {"decided_by": "board", "decided_on": "2026-03-11"},
        signatories=[{"name": "Alva Ek", "title": "", "email": person.email}],
        by=person,
    )
    assert again.organisation == network
    assert again.signatories.get().way == Way.CODE


OLD = "# Avsikt\n\nVi vill *samverka* i staden.\n\n- Dialog\n- Mångfald\n\nDet sista stycket."
NEW = (
    "# Avsikt\n\nEn helt ny inledning här.\n\nVi vill samverka i hela staden.\n\n- Dialog\n- Insyn"
)


def test_texts_are_compared_by_paragraph_and_word():
    kinds = [(change.kind, change.tag) for change in compare(OLD, NEW)]
    assert kinds == [
        ("kept", "h1"),
        ("inserted", "p"),
        ("changed", "p"),
        ("kept", "li"),
        ("deleted", "li"),
        ("deleted", "p"),
        ("inserted", "li"),
    ]
    changed = compare(OLD, NEW)[2]
    assert changed.old == [Piece("Vi vill samverka i "), Piece("staden.")]
    assert changed.new == [
        Piece("Vi vill samverka i "),
        Piece("hela ", "inserted"),
        Piece("staden."),
    ]


@pytest.mark.parametrize("texts", [(OLD, NEW), (NEW, OLD), (OLD, OLD), ("", NEW), (OLD, "")])
def test_the_comparison_loses_no_word_of_either_text(texts):
    changes = compare(*texts)
    for side, text in enumerate(texts):
        found = [
            "".join(
                piece.text
                for piece in (change.new if side or change.kind == "kept" else change.old)
            )
            for change in changes
        ]
        words = " ".join(found).split()
        assert sorted(words) == sorted(
            text.replace("#", "").replace("*", "").replace("- ", "").split()
        )
