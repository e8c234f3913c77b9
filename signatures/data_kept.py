"""What signing keeps of people (accounts/data_register.py)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from malmoandan.accounts.data_register import Category, Ground, Whose

WHOSE = Whose(10, _("När du skriver under för en organisation"))
UNFINISHED_DAYS, UNPUBLISHED_DAYS = 180, 730

UNFINISHED = Category(
    whose=WHOSE,
    what=_("Ett undertecknande som medundertecknarna inte har bekräftat"),
    why=_("Så att alla hinner bekräfta innan det börjar gälla."),
    ground=Ground.INTEREST,
    seen_by=_("Samordnarna och de som skriver under tillsammans med dig"),
    kept=ngettext_lazy(
        "Raderas %(days)s dag efter att det påbörjades.",
        "Raderas %(days)s dagar efter att det påbörjades.",
        "days",
    ),
    days=lambda: UNFINISHED_DAYS,
    job="signatures.forget_unpublished",
)
UNPUBLISHED = Category(
    whose=WHOSE,
    what=_("Ett undertecknande som avböjdes eller togs tillbaka innan det blev publicerat"),
    why=_("Så att det går att se varför, och att fråga om det."),
    ground=Ground.INTEREST,
    seen_by=_("Samordnarna och de som skrev under"),
    kept=ngettext_lazy(
        "Raderas %(days)s dag efter beslutet.", "Raderas %(days)s dagar efter beslutet.", "days"
    ),
    days=lambda: UNPUBLISHED_DAYS,
    job="signatures.forget_unpublished",
)
CATEGORIES = [
    Category(
        whose=WHOSE,
        what=_("Ditt namn, ditt uppdrag och din e-postadress, hur och när du bekräftade"),
        why=_(
            "Visar att någon med rätt att företräda organisationen har skrivit under. Till "
            "adressen går koden, kvittot och beskedet."
        ),
        ground=Ground.INTEREST,
        seen_by=_("Samordnarna och de som skriver under tillsammans med dig"),
        kept=_(
            "Så länge undertecknandet sparas som bevis, också när det är återtaget. Du kan när som "
            "helst radera ditt namn, ditt uppdrag och din adress ur det."
        ),
        fields={
            "signatures.Signatory": "person name title email token eid_person",
            "signatures.Signature": "decision_by withdrawn_by stated",
        },
    ),
    Category(
        whose=WHOSE,
        what=_("Protokoll och inskannade blanketter som du lämnar in"),
        why=_("Styrker att organisationen har beslutat."),
        ground=Ground.INTEREST,
        seen_by=_("Samordnarna"),
        kept=_(
            "Så länge undertecknandet sparas. Raderar någon som skrev under sina uppgifter går "
            "filerna samma väg, så snart undertecknandet är beslutat."
        ),
        fields={"signatures.Signature": "minutes minutes_name scan scan_name decline_reason"},
    ),
    Category(
        whose=WHOSE,
        what=_("Filer till ett formulär som aldrig skickades"),
        why=_("Så att du inte behöver ladda upp filen igen om något i formuläret är fel."),
        ground=Ground.INTEREST,
        seen_by=_("Ingen"),
        kept=ngettext_lazy(
            "Raderas efter %(days)s dygn. Närmar sig textens sista dag sparas de så länge "
            "formuläret går att skicka.",
            "Raderas efter %(days)s dygn. Närmar sig textens sista dag sparas de så länge "
            "formuläret går att skicka.",
            "days",
        ),
        days=lambda: 2,
        job="signatures.remove_unused_minutes",
        elsewhere="files: protokoll/, blanketter/",
    ),
    UNFINISHED,
    UNPUBLISHED,
]
WITHOUT_PEOPLE = {
    "signatures.Agreement": "name",
    "signatures.AgreementVersion": "title text text_sha256 adopted_in changes",
    "signatures.Translation": "title text",
    "signatures.Signature": "reference",
    "signatures.Signatory": "seen_sha256",
    # The log is public and holds nothing of people: register_log tests it.
    "signatures.RegisterEntry": "body previous_hash hash",
}
