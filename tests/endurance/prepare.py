"""Rows that the visitors need, made in the portal's own database; prints their addresses.

Run in a process of its own, with the environment of the portal under test.
"""

import json
import os

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "malmoandan.settings")
    django.setup()
    from challenges.models import ChallengeArea
    from tests.challenges.dialogues.dialogues import make_dialogue
    from tests.challenges.remiss.referrals import make_recipient, make_referral

    areas = list(ChallengeArea.objects.all()[:1])
    referral = make_referral(title="Remiss för uthållighetsprov", sections=0)
    dialogue = make_dialogue(areas=areas, title="Dialog för uthållighetsprov", seats=None)
    full = make_dialogue(areas=areas, title="Sista platsen", seats=1)
    recipient = make_recipient(referral, name="Den enda instansen", email="instans@example.org")
    print(
        json.dumps(
            {
                "referral": referral.slug,
                "dialogue": dialogue.slug,
                "last_seat": full.slug,
                "recipient": recipient.token,
            }
        )
    )


if __name__ == "__main__":
    main()
