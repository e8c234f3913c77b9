"""What remisses keep of people (accounts/data_register.py)."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from malmoandan.accounts.data_register import WRITTEN_ABOUT, Category, Ground, Whose

ANSWERING = Whose(40, _("När du svarar på en remiss"))
ADDRESSES_DAYS = 730

DRAFTS = Category(
    whose=ANSWERING,
    what=_("Ett påbörjat svar med bilagor, och adresserna till dem som har fått läsa det"),
    why=_("Så att du kan fortsätta senare, och låta kollegor godkänna innan ni skickar."),
    ground=Ground.INTEREST,
    seen_by=_("Du och de som du bjuder in att läsa"),
    kept=ngettext_lazy(
        "Raderas %(days)s dag efter sista svarsdagen, eller efter att det skickades.",
        "Raderas %(days)s dagar efter sista svarsdagen, eller efter att det skickades.",
        "days",
    ),
    days=lambda: settings.REMISS_DRAFTS_KEPT_DAYS,
    job="remiss.forget_old_drafts",
    fields={
        "remiss.ResponseDraft": "token data owner_email language",
        "remiss.DraftAttachment": "file_name stored_name",
        "remiss.DraftReader": "email token comment",
    },
)
ADDRESSES = Category(
    whose=ANSWERING,
    what=_("E-postadressen på remisslistan"),
    why=_(
        "Dit går inbjudan, påminnelser och beskedet om vad som blev av svaret. På listan, som är "
        "öppen, står den inbjudnas namn men inte adressen."
    ),
    ground=Ground.INTEREST,
    seen_by=_("Samordnarna"),
    kept=ngettext_lazy(
        "Raderas %(days)s dag efter remissens sista svarsdag.",
        "Raderas %(days)s dagar efter remissens sista svarsdag.",
        "days",
    ),
    days=lambda: ADDRESSES_DAYS,
    job="remiss.forget_addresses",
    fields={"remiss.ReferralRecipient": "email token bounce_text"},
)
CATEGORIES = [
    Category(
        whose=ANSWERING,
        what=_("Ditt svar, ditt namn eller kontaktpersonens namn, och e-postadressen"),
        why=_(
            "Svaret är en allmän handling hos staden: den som ber om det får i regel läsa det. "
            "Som privatperson visas ditt namn bara om du säger ja."
        ),
        ground=Ground.INTEREST,
        seen_by=_(
            "Samordnarna. Alla ser svaret när det är publicerat, men aldrig adressen eller "
            "kontaktpersonen."
        ),
        kept=_(
            "Svaret sparas som allmän handling. Raderar du dina uppgifter försvinner ditt namn, "
            "adressen och kontaktpersonen ur det, och bilagor du bifogade som privatperson visas "
            "inte längre. Det du svarade står kvar."
        ),
        fields={
            "remiss.ReferralResponse": "name contact_person email account entered_by published_by "
            "withheld_by withheld_reason",
            "remiss.ResponseVersion": "on_behalf_of decided_by summary",
            "remiss.SectionAnswer": "text",
            "remiss.ResponseAttachment": "file_name stored_name",
            "remiss.ShownAnswer": "name text",
        },
        # What was sent stays as it came: a public record.
        ages=False,
    ),
    DRAFTS,
    ADDRESSES,
    Category(
        whose=WRITTEN_ABOUT,
        what=_("Namn i en remiss, i svaren på den och i samordnarnas anteckningar"),
        why=_(
            "Remissen säger vem den kan frågas om. Står andra personer i ett svar kan en "
            "samordnare maskera det, med skäl och datum."
        ),
        ground=Ground.INTEREST,
        seen_by=_("Alla ser remissen. Anteckningarna ser samordnarna."),
        kept=_("Så länge remissen finns. Där ditt namn står byter vi ut det när du begär det."),
        fields={
            "remiss.Referral": "title sender background contact_name contact_email opened_by "
            "closed_by reported_by",
            "remiss.ReferralNote": "reason by",
            "remiss.ReferralRecipient": "name",
            "remiss.ReferralSection": "title text",
            "remiss.ReferralDocument": "title file_name stored_name",
            "remiss.Masking": "note by",
            "remiss.Reply": "text published_by",
        },
        ages=False,
    ),
]
WITHOUT_PEOPLE = {
    "remiss.Referral": "registry_number preview_token",
    "remiss.ReferralResponse": "reference",
    "remiss.ReferralDocument": "ending sha256",
    "remiss.ResponseAttachment": "ending sha256 content_type",
    "remiss.DraftAttachment": "ending sha256 content_type",
    "remiss.DraftReader": "approved_digest",
}
