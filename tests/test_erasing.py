"""A person's name in every field that is declared to hold people, in every app, and then erased.

The flows with real forms are tried app by app; this one finds the field that nobody thought of.
"""

import pgtrigger
import pytest
from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from challenges.models import Approval, Coordinator, GroupMember, Outcome
from challenges.remiss.models import DraftReader, ReferralNote, Reply
from malmoandan.accounts import data_register, data_rights
from malmoandan.organisations.models import Handover, Membership, Organisation
from mapping.models import Confirmation, Objection, ReportDraft, ReportFile
from tests.challenges.remiss.referrals import make_draft, make_draft_attachment, make_masking
from tests.factories import make_user
from tests.guide.desk import lay_out
from tests.mapping.cooperations import make_edition
from tests.signatures.test_personal_data import (
    everything_in_the_database,
    everything_in_the_files,
    everything_in_the_sessions,
)

NAME, EMAIL = "Zorvanna Qvistelkrona", "zorvanna.qvistelkrona@example.org"
TRACES = ("zorvanna", "qvistelkrona")
# Names of ours for files and links, and what an account is made of: tested where they belong.
ONE_OF_TWO = {"remiss.ReferralResponse": {"published_by"}, "signatures.Signature": {"withdrawn_by"}}
OURS = {"token", "stored_name", "session_key", "minutes", "scan", "file", "eid_person", "language"}
# What coordinators publish of others stays until they change it: a deed for their eyes.
BY_HAND = {"pages"}
# Rows that are made by machines, or belong to the account and go with it.
NOT_PLANTED = {
    *["remiss.ShownAnswer", "accounts.User", "accounts.User_groups", "mfa.Authenticator"],
    *["accounts.User_user_permissions", "account.EmailAddress", "account.EmailConfirmation"],
    *["sessions.Session", "pghistory.Context", "admin.LogEntry", "organisations.Organisation"],
    *[
        "procrastinate.ProcrastinateJob",
        "running.Attempt",
        "remiss.ResponseAttachment",
        "remiss.ReferralDocument",
    ],
}
# What a constraint wants beside a person.
PAIRS = {
    "mapping.Objection": {"state": "upheld"},
    "mapping.SurveyRound": {"state": "published"},
    "mapping.CooperationEdition": {"form": "iop"},
    "signatures.Signature": {"state": "declined", "declined_at": timezone.now()},
    "organisations.ProposedChange": {"state": "approved"},
    "organisations.PossibleDuplicate": {"state": "not_same"},
    "remiss.Referral": {"state": "reported"},
    "remiss.ReferralRecipient": {"bounced_at": timezone.now()},
    "remiss.ReferralResponse": {"origin": "letter", "publication": "withheld"},
}

pytestmark = pytest.mark.django_db(transaction=True)


def fill_the_rest(person):
    """A row in each of the tables that the guide's desk leaves empty."""
    from challenges.models import Dialogue, Group
    from challenges.remiss.models import Referral, ResponseVersion
    from mapping.models import SurveyRound

    organisation, dialogue = Organisation.objects.first(), Dialogue.objects.get()
    referral, today = Referral.objects.latest("pk"), dialogue.starts_at.date()
    survey_round = SurveyRound.objects.get(number=2027)
    Approval.objects.create(dialogue=dialogue, sector="civil", by=person)
    Outcome.objects.create(dialogue=dialogue, what="Bänkar", who="Bo", sector="civil", until=today)
    GroupMember.objects.create(
        group=Group.objects.first(), sector="civil", account=person, first_day=today
    )
    Coordinator.objects.filter(pk=Coordinator.objects.first().pk).update(account=person)
    dialogue.invitations.create(email="bo@example.org")
    draft = make_draft(referral, owner_email=EMAIL)
    make_draft_attachment(draft)
    DraftReader.objects.create(draft=make_draft(referral), email="bo@example.org")
    ReferralNote.objects.create(referral=referral, kind="reopened", reason="Fler vill", by=person)
    Reply.objects.create(referral=referral, section=referral.sections.first(), text="Tack")
    make_masking(ResponseVersion.objects.first())
    Membership.objects.create(organisation=organisation, person=person)
    Handover.objects.create(
        organisation=organisation, by=person, name="Bo", email="bo@example.org", token="x"
    )
    edition = make_edition(survey_round)
    Confirmation.objects.create(edition=edition, round=survey_round, organisation=organisation)
    Objection.objects.create(edition=edition, organisation=organisation, text="Nej")
    ReportDraft.objects.create(round=survey_round, organisation=organisation, by=person)
    ReportFile.objects.create(round=survey_round, organisation=organisation, by=person, file="k/x")


def planted_in(person):
    """Write the person into one row of each declared model; return which fields were written."""
    written = set()
    fields = {}
    for category in data_register.categories():
        for label, names in category.fields.items():
            fields.setdefault(label, []).extend(names.split())
    for label, names in fields.items():
        model = apps.get_model(label)
        if model._meta.app_label in BY_HAND or label in NOT_PLANTED:
            continue
        row = model._base_manager.order_by("-pk").first()
        assert row, f"no row of {label} to write into"
        # All at once: constraints want pairs, such as who and when.
        own = set(names) - OURS - ONE_OF_TWO.get(label, set())
        chosen = {name: value(model._meta.get_field(name), person) for name in own}
        times = {f"{n.removesuffix('_by')}_at" for n in chosen if n.endswith("_by")}
        known = {field.name for field in model._meta.fields} & times
        pairs = dict.fromkeys(known, timezone.now()) | PAIRS.get(label, {})
        with pgtrigger.ignore(), transaction.atomic():
            model._base_manager.filter(pk=row.pk).update(**chosen, **pairs)
        written |= {f"{label}.{name}" for name in chosen}
    return written


def value(field, person):
    if field.remote_field:
        return person.pk
    if isinstance(field, models.EmailField):
        return EMAIL
    if isinstance(field, models.JSONField):
        return {"name": NAME}
    return NAME[: field.max_length] if field.max_length else NAME


def test_a_person_written_into_every_field_leaves_no_trace(settings):
    lay_out()
    person = make_user(EMAIL, name=NAME)
    fill_the_rest(person)
    written = planted_in(person)
    assert len(written) > 80
    found = {place for place, text in everything_in_the_database() if hit(text)}
    assert len(found) > 60
    exported = str(data_rights.export(person))
    assert EMAIL in exported
    data_rights.erase(person)
    left = {
        place
        for source in (
            everything_in_the_database(),
            everything_in_the_sessions(),
            everything_in_the_files(settings.MEDIA_ROOT),
        )
        for place, text in source
        if hit(text)
    }
    assert left == set()


def hit(text):
    return any(trace in text.lower() for trace in TRACES)
