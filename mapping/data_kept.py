"""What the mapping keeps of people (accounts/data_register.py)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from malmoandan.accounts.data_register import WRITTEN_ABOUT, Category, Ground, Whose

REPORTING = Whose(50, _("När du rapporterar till kartläggningen"))
DRAFTS_DAYS, INVITATIONS_DAYS = 90, 1095

DRAFTS = Category(
    whose=REPORTING,
    what=_("Utkast och kalkylblad som du har lämnat in, och att det var du"),
    why=_("Så att du och din organisation kan gå tillbaka och rätta."),
    ground=Ground.INTEREST,
    seen_by=_("De som rapporterar för samma organisation, och samordnarna"),
    kept=ngettext_lazy(
        "Raderas %(days)s dag efter att de sparades.",
        "Raderas %(days)s dagar efter att de sparades.",
        "days",
    ),
    days=lambda: DRAFTS_DAYS,
    job="mapping.daily",
    fields={"mapping.ReportDraft": "by data", "mapping.ReportFile": "by file name"},
)
INVITATIONS = Category(
    whose=REPORTING,
    what=_("E-postadressen som inbjudan gick till, och vem som rapporterade"),
    why=_("Dit går inbjudan och påminnelser, också i nästa omgång."),
    ground=Ground.INTEREST,
    seen_by=_("Samordnarna"),
    kept=ngettext_lazy(
        "Raderas %(days)s dag efter omgångens sista dag.",
        "Raderas %(days)s dagar efter omgångens sista dag.",
        "days",
    ),
    days=lambda: INVITATIONS_DAYS,
    job="mapping.daily",
    fields={"mapping.RoundInvitation": "email token language reported_by"},
)
CATEGORIES = [
    DRAFTS,
    INVITATIONS,
    Category(
        whose=REPORTING,
        what=_("Vem som bekräftade eller invände mot en uppgift"),
        why=_("Så att samordnarna kan fråga."),
        ground=Ground.INTEREST,
        seen_by=_("Samordnarna"),
        kept=_("Så länge uppgiften finns. Du raderar ditt namn när du vill; uppgiften står kvar."),
        fields={
            "mapping.Confirmation": "by",
            "mapping.Objection": "text made_by language decided_by answer",
            "mapping.SurveyRound": "published_by",
        },
    ),
    Category(
        whose=WRITTEN_ABOUT,
        what=_("Namn i beskrivningen av en samverkan"),
        why=_("Ingen frågar efter dem, men fälten är fri text."),
        ground=Ground.INTEREST,
        seen_by=_("Alla"),
        kept=_("Så länge uppgiften finns. Där ditt namn står byter vi ut det när du begär det."),
        fields={
            "mapping.CooperationEdition": "title description sources evaluation goals "
            "city_contribution civil_contribution steering partnership_evaluation",
            "mapping.SurveyRound": "made_by note",
        },
        ages=False,
    ),
]
WITHOUT_PEOPLE = {
    "mapping.SurveyRound": "name",
    "mapping.CooperationEdition": "registry_number",
    "mapping.MatrixTool": "tools",
    "mapping.ReportFile": "summary",
}
