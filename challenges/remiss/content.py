"""The content that remisses start with: the referral of 2017, as far as facts are known.

Nothing is invented: who was invited by name, and what they answered, is not known here.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from challenges.models import Plan
from challenges.remiss.models import Referral, ReferralSection


@transaction.atomic
def load(folder: Path, facts: dict[str, Any]) -> bool:
    """Load the referral when there is none at all; say whether anything was done."""
    if Referral.objects.exists():
        return False
    words = json.loads((folder / "remiss.json").read_text())
    remiss = facts["remiss_2017"]
    # The draft that was sent out is the plan that nobody adopted.
    draft = Plan.objects.filter(adopted_on=None, name__startswith=remiss["document"]).first()
    referral = Referral.objects.create(
        title=remiss["document"],
        background=words["background"],
        plan=draft,
        due_date=date.fromisoformat(remiss["answers_due"]),
        state=Referral.State.CLOSED,
    )
    places = draft.areas.select_related("area") if draft else []
    for place in places:
        ReferralSection.objects.create(
            referral=referral,
            order=place.order,
            kind=ReferralSection.Kind.AREA,
            area=place.area,
            title=place.name,
        )
    return True
