"""A remiss in numbers: forty bodies, and as many long answers as one likes, in words that read."""

import random
from datetime import timedelta

from django.utils import timezone

from challenges.remiss.models import (
    Position,
    Referral,
    ReferralRecipient,
    ReferralResponse,
    ReferralSection,
    RespondentKind,
    ResponseVersion,
    SectionAnswer,
)
from tests.challenges.remiss.referrals import Publication, State, make_referral

SECTIONS = [
    "Inledning och syfte",
    "Utbildning för barn och unga",
    "Arbete och egen försörjning",
    "Trygga platser i hela staden",
    "Hur ska planen följas upp?",
]
DEPARTMENTS = [
    "Stadskontoret",
    "Förskoleförvaltningen",
    "Grundskoleförvaltningen",
    "Gymnasie- och vuxenutbildningsförvaltningen",
    "Kulturförvaltningen",
    "Fritidsförvaltningen",
    "Arbetsmarknads- och socialförvaltningen",
    "Funktionsstödsförvaltningen",
    "Hälsa-, vård- och omsorgsförvaltningen",
    "Stadsbyggnadskontoret",
    "Miljöförvaltningen",
    "Fastighets- och gatukontoret",
    "Serviceförvaltningen",
]
WHOM = ["Odlarna", "Fotbollsklubben", "Kulturhuset", "Hyresgästerna", "Scoutkåren", "Kvinnojouren"]
WHERE = ["Möllan", "Hyllie", "Rosengård", "Kirseberg", "Limhamn", "Sofielund", "Lindängen"]
WHAT = ["planen", "förslaget", "avsnittet", "dialogen", "samverkan", "uppföljningen", "strategin"]
WHO = ["föreningarna", "staden", "de unga", "våra medlemmar", "förvaltningarna", "de äldre"]
DO = ["beskriver tydligt", "behöver säga mer om", "bör börja med", "lyfter fram", "saknar"]
THING = [
    "hur arbetet ska betalas",
    "vem som har ansvaret",
    "lokaler som går att låna på kvällar och helger",
    "de mål som går att mäta",
    "hur små föreningar kan vara med på lika villkor",
    "barnens rätt att bli hörda",
    "vad som händer när projektet är slut",
    "långsiktiga avtal i stället för bidrag ett år i taget",
]
WHY = [
    "Det har vi sett i vårt eget arbete",
    "Så har det fungerat i andra städer",
    "Annars riskerar det att stanna vid ord",
    "Det är en förutsättning för förtroende",
    "Vi har erfarenheter som vi gärna delar med oss av",
]


def sentence(chance: random.Random) -> str:
    pick = chance.choice
    return pick(
        [
            f"Vi anser att {pick(WHAT)} {pick(DO)} {pick(THING)} i {pick(WHERE)}.",
            f"{pick(WHY)}, bland annat i {pick(WHERE)} år {chance.randint(1990, 2025)}.",
            f"För {pick(WHO)} är det viktigt att {pick(WHAT)} {pick(DO)} {pick(THING)}.",
            f"När {pick(WHO)} och {pick(WHO)} möts i {pick(WHERE)} blir {pick(WHAT)} bättre.",
            f"Minst {chance.randint(2, 90)} procent av {pick(WHO)} i {pick(WHERE)} bör nås.",
        ]
    )


def prose(chance: random.Random, words: int) -> str:
    """Paragraphs of together about that many words."""
    paragraphs: list[str] = []
    while sum(len(p.split()) for p in paragraphs) < words:
        paragraphs.append(" ".join(sentence(chance) for _n in range(chance.randint(3, 7))))
    return "\n\n".join(paragraphs)


def body_name(number: int) -> str:
    """The name of one of many bodies: the departments first, then associations."""
    if number < len(DEPARTMENTS):
        return DEPARTMENTS[number]
    number -= len(DEPARTMENTS)
    name = f"{WHOM[number % len(WHOM)]} i {WHERE[number // len(WHOM) % len(WHERE)]}"
    around = number // (len(WHOM) * len(WHERE))
    return f"{name} {around + 1}" if around else name


def body_kind(number: int) -> str:
    return "department" if number < len(DEPARTMENTS) else "organisation"


def make_consultation(
    answers: int, *, words: int = 2000, bodies: int = 40, campaign: int = 0, **fields
) -> Referral:
    """A closed referral of five sections whose answers are published.

    Half of the bodies answer, a tenth abstain; the rest of the answers come from others. The last
    `campaign` of them are private persons who send the same text.
    """
    fields = {"title": "Plan för samverkan 2027–2030", "registry_number": "STK-2026-412"} | fields
    referral = make_referral(State.CLOSED, closed_at=timezone.now(), **fields)
    sections = ReferralSection.objects.bulk_create(
        ReferralSection(
            referral=referral, order=n, kind="question", title=title, text="Vad är bra?"
        )
        for n, title in enumerate(SECTIONS, start=1)
    )
    listed = ReferralRecipient.objects.bulk_create(
        ReferralRecipient(
            referral=referral,
            name=body_name(n),
            email=f"instans{n}@example.org",
            kind=body_kind(n),
            invited_at=timezone.now(),
        )
        for n in range(bodies)
    )
    invited = listed[: min(bodies * 6 // 10, answers)]
    responses = ReferralResponse.objects.bulk_create(
        [_response(referral, n, invited, n >= answers - campaign) for n in range(answers)],
        batch_size=500,
    )
    chance = random.Random(answers)
    call = [prose(random.Random(-n), 60) for n in range(len(sections) + 1)]
    for start in range(0, answers, 100):
        _answer(
            responses[start : start + 100],
            sections,
            [
                call if n >= answers - campaign else _texts(chance, words, len(sections))
                for n in range(start, min(start + 100, answers))
            ],
            chance,
        )
    return referral


def _texts(chance: random.Random, words: int, sections: int) -> list[str]:
    """A summary, and what is said of each section; some say nothing of some."""
    each = max(words // sections, 10)
    said = [prose(chance, each) if chance.random() < 0.9 else "" for _n in range(sections)]
    return [prose(chance, min(each, 120)), *said]


def _response(
    referral: Referral, number: int, invited: list[ReferralRecipient], is_campaign: bool
) -> ReferralResponse:
    body = invited[number] if number < len(invited) else None
    is_person = is_campaign or (body is None and number % 3 == 0)
    kind = RespondentKind.PERSON if is_person else RespondentKind(body_kind(number))
    return ReferralResponse(
        referral=referral,
        recipient=body,
        kind=kind,
        name=f"Alva {number} Ek" if is_person else body.name if body else body_name(number + 40),
        name_public=is_person and number % 2 == 0,
        origin=ReferralResponse.Origin.WEB,
        publication=Publication.PUBLISHED,
        published_at=timezone.now(),
        published_by=referral.opened_by,
    )


def _answer(
    responses: list[ReferralResponse],
    sections: list[ReferralSection],
    texts: list[list[str]],
    chance: random.Random,
) -> None:
    """The one version of each of these."""
    positions = [*Position.values[:5], None]
    versions = []
    for response, said in zip(responses, texts, strict=True):
        abstains = response.recipient_id is not None and chance.random() < 0.17
        versions.append(
            ResponseVersion(
                response=response,
                received_at=timezone.now() - timedelta(days=chance.randint(2, 60)),
                due_date=response.referral.due_date,
                late=chance.random() < 0.03,
                decided_by="Styrelsen" if response.kind == "organisation" else "",
                position=Position.ABSTAINS if abstains else chance.choice(positions),
                summary="" if abstains else said[0],
            )
        )
    versions = ResponseVersion.objects.bulk_create(versions)
    SectionAnswer.objects.bulk_create(
        SectionAnswer(
            version=version,
            section=section,
            position=chance.choice(positions),
            text=text,
        )
        for version, said in zip(versions, texts, strict=True)
        if version.position != Position.ABSTAINS
        for section, text in zip(sections, said[1:], strict=True)
        if text
    )
