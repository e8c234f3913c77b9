"""What seats and dialogues keep of people (accounts/data_register.py)."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from malmoandan.accounts.data_register import WRITTEN_ABOUT, Category, Ground, Whose

COMING = Whose(30, _("När du anmäler dig till en dialog eller blir inbjuden"))
HOLDING = Whose(60, _("När du är värd, samordnare eller med i en grupp"))

SIGN_UPS = Category(
    whose=COMING,
    what=_("Namn, e-postadress och, om du vill, organisation och behov"),
    why=_("Så att det finns en plats åt dig, och du får veta om något ändras."),
    ground=Ground.INTEREST,
    seen_by=_("Områdets värdar och samordnarna. Behoven ser bara värdarna."),
    kept=ngettext_lazy(
        "Raderas %(days)s dag efter dialogen.", "Raderas %(days)s dagar efter dialogen.", "days"
    ),
    days=lambda: settings.PARTICIPANTS_KEPT_DAYS,
    job="challenges.forget_participants",
    fields={
        "challenges.Participant": "name email organisation needs token language",
        "challenges.Invitation": "email",
    },
)
CATEGORIES = [
    SIGN_UPS,
    Category(
        whose=HOLDING,
        what=_("Namn, e-postadress, varifrån du kommer och vilka dagar du har uppdraget"),
        why=_(
            "Visar vem som bär området. Namn och adress visas bara om du har sagt ja, uppgift för "
            "uppgift, och du kan ta tillbaka det när som helst."
        ),
        ground=Ground.CONSENT,
        seen_by=_("Samordnarna. Alla ser det som du har sagt ja till."),
        kept=_("Så länge planen visas, med åren. Ditt namn raderar du när du vill."),
        fields={
            "challenges.Host": "name account unit",
            "challenges.Coordinator": "name account unit",
            "challenges.GroupMember": "name account unit",
        },
    ),
    Category(
        whose=HOLDING,
        what=_("Vilka dialoger du har planerat och vilka anteckningar du har godkänt"),
        why=_("Anteckningar publiceras när båda värdarna har godkänt dem."),
        ground=Ground.INTEREST,
        seen_by=_("Områdets värdar och samordnarna"),
        kept=_("Så länge dialogen finns. När du raderar dina uppgifter försvinner ditt namn."),
        fields={"challenges.Dialogue": "created_by", "challenges.Approval": "by"},
    ),
    Category(
        whose=WRITTEN_ABOUT,
        what=_("Namn som värdar skriver i dagordning, anteckningar och det som ska följas upp"),
        why=_("Visar vad som kom ut av en dialog, och vem som gör vad."),
        ground=Ground.INTEREST,
        seen_by=_("Alla, när båda värdarna har godkänt det"),
        kept=_("Så länge dialogen finns. Där ditt namn står byter vi ut det när du begär det."),
        fields={
            "challenges.Dialogue": "title method agenda directions cancel_reason notes "
            "published_notes",
            "challenges.Outcome": "what who note",
            "challenges.Coordinator": "about english_about",
        },
        ages=False,
    ),
]
WITHOUT_PEOPLE = {
    "challenges.Plan": "name text english_name english_text adopted_by english_adopted_by",
    "challenges.ChallengeArea": "name english_name",
    "challenges.PlanArea": "name description english_name english_description",
    "challenges.Dialogue": "place accessibility",
    "challenges.Group": "name task english_name english_task",
}
