"""The steps of answering as a visitor takes them, for the tests of its pages."""

from uuid import uuid4

from challenges.remiss.models import ResponseDraft
from tests.signatures.signing import code_in

ASSOCIATION = {"kind": "organisation", "name": "Möllans odlare", "email": "alva@example.org"}
PERSON = {"kind": "person", "name": "Bo Al", "email": "bo@example.org"}
DEPARTMENT = {
    "kind": "department",
    "name": "Kulturförvaltningen",
    "email": "kultur@example.org",
    "on_behalf_of": "Kulturnämnden",
    "decided_by": "Kulturnämnden",
    "decided_on": "2026-03-11",
    "contact_person": "Cia Dal",
}
OPINION = {"position": "supports", "summary": "Vi tycker om förslaget."}


def address(draft, step=""):
    return f"/remiss/{draft.referral.slug}/svara/{draft.token}/{step}"


def begin(client, referral, respondent=ASSOCIATION, **more):
    """The first step; return the draft that it became."""
    data = {"draft_id": str(uuid4())} | respondent | more
    client.post(f"/remiss/{referral.slug}/svara/", data)
    return ResponseDraft.objects.get(pk=data["draft_id"])


def fill_in(client, referral, respondent=ASSOCIATION, opinion=OPINION, **more):
    """All steps up to the last one before the code."""
    draft = begin(client, referral, respondent, **more)
    client.post(address(draft, "svaret/"), opinion)
    draft.refresh_from_db()
    return draft


def ask_for_code(client, draft):
    page = client.get(address(draft, "kontrollera/"))
    return client.post(address(draft, "kontrollera/"), {"seen": page.context["seen"]})


def answer(client, smtp, referral, respondent=ASSOCIATION, opinion=OPINION, **more):
    """From the first step to the receipt; return the draft, which knows its version."""
    draft = fill_in(client, referral, respondent, opinion, **more)
    ask_for_code(client, draft)
    code = code_in(smtp.to(respondent["email"])[-1])
    client.post(address(draft, "kod/"), {"code": code})
    draft.refresh_from_db()
    return draft
