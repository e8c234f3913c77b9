"""What waits on a coordinator's desk in the pictures: invented people in the real content."""

from datetime import date, timedelta

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from challenges.models import ChallengeArea, Host, Participant
from challenges.remiss.models import Referral
from malmoandan.organisations import duplicates
from malmoandan.organisations.models import CityPart, Organisation, Sector
from mapping.models import SurveyRound
from signatures import corrections
from signatures.models import AgreementVersion, State
from tests.challenges.dialogues.dialogues import make_dialogue, make_participant
from tests.challenges.remiss.referrals import (
    make_recipient,
    make_referral,
    make_response,
    make_section,
)
from tests.factories import make_organisation, make_signature, make_user
from tests.mapping.survey.rounds import make_open_round
from tests.people import make_coordinator

NAMES = ["Möllans odlare", "Rosengårds läxhjälp", "Kulturföreningen Kajen", "Hyllie cykelkök"]


def lay_out():
    """Fill the desk; return the coordinator who sits at it."""
    call_command("load_content", verbosity=0)
    coordinator = make_coordinator("anna.lind@example.org", name="Anna Lind")
    sign_and_wait()
    seat_hosts()
    hold_dialogue()
    send_out_a_referral()
    open_a_round()
    let_a_worker_live()
    return coordinator


def sign_and_wait():
    version = AgreementVersion.objects.published().order_by("number").last()
    organisations = [
        make_organisation(name=name, city_part=CityPart.values[n], website="https://example.org")
        for n, name in enumerate(NAMES)
    ]
    stated = {"name": NAMES[0], "website": "https://example.org"}
    for organisation, state in zip(
        organisations, [State.SUBMITTED, *[State.PUBLISHED] * 3], strict=True
    ):
        signature = make_signature(
            state,
            organisation=organisation,
            version=version,
            decided_by="board",
            decided_on=date(2026, 11, 3),
            stated=stated,
        )
        signature.signatories.update(name="Alva Ek", title="ordförande", email="alva@example.org")
    corrections.propose(
        organisation=organisations[1],
        fields={"name": "Rosengårds läxhjälp och fritid"},
        by=make_user("sam@example.org", name="Sam Olsson"),
    )
    make_organisation(name="Mollans odlare")
    duplicates.find()


def seat_hosts():
    areas = ChallengeArea.objects.order_by("pk")
    today = timezone.localdate()
    for n, name in enumerate(["Bo Berg", "Eva Li", "Karin Dahl"]):
        Host.objects.create(
            area=areas[n],
            sector=Sector.CITY if n % 2 else Sector.CIVIL,
            name=name,
            name_basis="consent",
            name_public_since=today,
            first_day=today - timedelta(days=200),
            last_day=today + timedelta(days=40) if n == 1 else None,
            organisation=Organisation.objects.get(name=NAMES[n + 1]),
        )


def hold_dialogue():
    area = ChallengeArea.objects.order_by("pk").first()
    dialogue = make_dialogue(title="Trygga torg", areas=[area], seats=20)
    for name in ["Ada Ek", "Omar Nilsson", "Lisa Holm"]:
        make_participant(dialogue, Participant.State.SIGNED_UP, name=name)


def send_out_a_referral():
    referral = make_referral(
        title="Förslag till handlingsplan 2027", registry_number="STK-2026-412"
    )
    section = make_section(referral, title="Mötesplatser i hela staden")
    for n, name in enumerate(NAMES):
        make_recipient(
            referral, name=name, email=f"forening{n}@example.org", invited_at=timezone.now()
        )
    make_response(
        referral,
        recipient=referral.recipients.first(),
        name=NAMES[2],
        summary="Vi är för förslaget, och vill se öppettider på kvällar och helger.",
        sections={section: ("supports", "Mötesplatserna behöver vara öppna när folk är lediga.")},
    )
    assert Referral.objects.count() > 1  # beside the one of 2017


def open_a_round():
    survey_round = make_open_round(number=2027, state=SurveyRound.State.OPEN)
    for n, name in enumerate(NAMES):
        survey_round.invitations.create(
            organisation=Organisation.objects.get(name=name),
            email=f"forening{n}@example.org",
            invited_at=timezone.now(),
            reported_at=timezone.now() if n == 1 else None,
        )


def let_a_worker_live():
    """As where the portal runs: without one, each page of the admin would say that none does."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
