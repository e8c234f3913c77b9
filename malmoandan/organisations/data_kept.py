"""What organisations keep of people (accounts/data_register.py)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from malmoandan.accounts.data_register import WRITTEN_ABOUT, Category, Ground, Whose
from malmoandan.organisations.models.representatives import HANDOVER_KEPT_DAYS

WHOSE = Whose(20, _("När du företräder en organisation"))

HANDOVERS = Category(
    whose=WHOSE,
    what=_("Namn och e-postadress på den som du vill lämna över till"),
    why=_("Dit går länken som personen bekräftar med."),
    ground=Ground.INTEREST,
    seen_by=_("Du och samordnarna"),
    kept=ngettext_lazy(
        "Tog personen inte över raderas det %(days)s dag efter att länken slutade gälla.",
        "Tog personen inte över raderas det %(days)s dagar efter att länken slutade gälla.",
        "days",
    ),
    days=lambda: HANDOVER_KEPT_DAYS,
    job="organisations.remove_past_handovers",
    fields={"organisations.Handover": "by name email token language"},
)
CATEGORIES = [
    Category(
        whose=WHOSE,
        what=_("Vem som företräder organisationen, sedan när och hur det kontrollerades"),
        why=_("Bara den får rätta uppgifter, ta tillbaka underskriften eller lämna över."),
        ground=Ground.INTEREST,
        seen_by=_("Samordnarna"),
        kept=_("Så länge organisationen finns i registret, eller tills du raderar dina uppgifter."),
        fields={"organisations.Membership": "person check_note"},
    ),
    HANDOVERS,
    Category(
        whose=WHOSE,
        what=_("Rättelser som du har föreslagit, och svaret på dem"),
        why=_("Visar varför registret har ändrats."),
        ground=Ground.INTEREST,
        seen_by=_("Samordnarna"),
        kept=_("Så länge organisationen finns i registret. Du raderar ditt namn när du vill."),
        fields={
            "organisations.ProposedChange": "proposed_by language before after decided_by reason",
            "organisations.PossibleDuplicate": "decided_by",
        },
    ),
    Category(
        whose=WRITTEN_ABOUT,
        what=_("Ett nätverks syfte och ansvariga kontakt"),
        why=_("Ett nätverk har inget organisationsnummer, och säger i stället vad det är."),
        ground=Ground.INTEREST,
        seen_by=_("Alla"),
        kept=_("Så länge organisationen finns i registret."),
        fields={"organisations.Organisation": "purpose"},
        ages=False,
    ),
]
WITHOUT_PEOPLE = {
    # A person's number is refused as an organisation number (domain.md, rule 3).
    "organisations.Organisation": "name short_name organisation_number",
    "organisations.PossibleDuplicate": "reasons",
}
