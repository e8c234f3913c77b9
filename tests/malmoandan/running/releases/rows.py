"""What a portal that becomes the file of a release holds, besides the real content (README.md)."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from challenges.models import ChallengeArea
from challenges.remiss.models import Position
from challenges.remiss.shown_answers import catch_up, group
from signatures import register_log
from signatures.models import AgreementVersion, RegisterEntry, State
from tests.challenges.dialogues.dialogues import (
    make_dialogue,
    make_host,
    make_outcome,
    make_participant,
)
from tests.challenges.remiss.referrals import (
    Publication,
    make_attachment,
    make_draft,
    make_draft_attachment,
    make_masking,
    make_recipient,
    make_referral,
    make_reply,
    make_response,
)
from tests.challenges.remiss.referrals import State as ReferralState
from tests.challenges.remiss.referrals import make_document as make_referral_document
from tests.factories import make_organisation, make_signature, make_user
from tests.malmoandan.pages.publications import make_document, make_news
from tests.mapping.cooperations import make_edition
from tests.mapping.survey.rounds import make_department, make_open_round, report, reporter
from tests.people import make_coordinator

make_coordinator("samordnare@example.org")
version = AgreementVersion.objects.published().first()
with transaction.atomic():
    for number in range(40):
        name = "Upplandsföreningen Östan\t\\N" if number == 3 else f"Ängens odlare {number}"
        signature = make_signature(
            organisation=make_organisation(name=name), version=version, signatories=1 + number % 2
        )
        register_log.append(RegisterEntry.Event.PUBLISHED, signature)
make_signature(State.WAITING, version=version)
make_signature(State.SUBMITTED, version=version)
area = ChallengeArea.objects.first()
make_host(area)
for _number in range(3):
    dialogue = make_dialogue(areas=[area])
    for _participant in range(4):
        make_participant(dialogue)
make_outcome(dialogue)
make_news(areas=[area])
make_news(published_from=None)
make_document(areas=[area])

referral = make_referral(sections=2)
make_draft_attachment(make_draft(referral))
make_recipient(referral)
make_response(referral)
closed = make_referral(ReferralState.CLOSED, closed_at=timezone.now(), sections=2)
make_referral_document(closed)
for said in ["Vi är för förslaget.", "Vi vill se mer av samråd.", "Vi saknar pengarna."]:
    response = make_response(
        closed,
        publication=Publication.PUBLISHED,
        position=Position.SUPPORTS,
        summary=said,
        sections=dict.fromkeys(closed.sections.all(), said),
    )
    make_attachment(response.counting_version)
    make_masking(response.counting_version)
make_reply(closed, published=True)
while catch_up():
    pass
group(closed)

edition = make_edition(areas=[area])
survey_round = make_open_round(number=2027)
report(reporter(survey_round, make_department()), make_organisation())
edition.objections.create(
    organisation=edition.parties.first().organisation, text="Vi lägger mer.", made_by=make_user()
)

default_storage.save("minutes/protokoll.pdf", ContentFile(b"%PDF-1.7\n%%EOF\n"))
