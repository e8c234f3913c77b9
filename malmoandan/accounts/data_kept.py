"""What accounts, and the rooms below them, keep of people (data_register.py)."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from malmoandan.accounts.data_register import Category, Ground, Whose
from malmoandan.running.tasks import DAYS_KEPT

VISITING = Whose(90, _("När du besöker portalen"))
SIGNING_IN = Whose(80, _("När du loggar in"))
CHANGING = Whose(85, _("När du ändrar något"))
UNPROVEN_DAYS, UNUSED_DAYS, HISTORY_DAYS = 1, 730, 730

UNPROVEN = Category(
    whose=SIGNING_IN,
    what=_("En e-postadress som fick en kod som ingen använde"),
    why=_("Dit gick koden. Adressen kan vara felskriven."),
    ground=Ground.INTEREST,
    seen_by=_("Samordnarna"),
    kept=ngettext_lazy("Raderas efter %(days)s dygn.", "Raderas efter %(days)s dygn.", "days"),
    days=lambda: UNPROVEN_DAYS,
    job="accounts.remove_unproven",
)
UNUSED = Category(
    whose=SIGNING_IN,
    what=_("Ditt konto: e-postadress, namn, språk, andra steg och när du senast loggade in"),
    why=_("Adressen är det du loggar in med, och dit går koden."),
    ground=Ground.INTEREST,
    seen_by=_("Du och samordnarna"),
    kept=ngettext_lazy(
        "Tills du raderar det. Ett konto som inget i portalen hänger på raderas %(days)s dag "
        "efter den senaste inloggningen.",
        "Tills du raderar det. Ett konto som inget i portalen hänger på raderas %(days)s dagar "
        "efter den senaste inloggningen.",
        "days",
    ),
    days=lambda: UNUSED_DAYS,
    job="accounts.remove_unused",
    fields={
        "accounts.User": "password name email",
        "accounts.User_groups": "user",
        "accounts.User_user_permissions": "user",
        "account.EmailAddress": "user email",
        "account.EmailConfirmation": "key",
        "mfa.Authenticator": "user data",
    },
)
SESSIONS = Category(
    whose=VISITING,
    what=_("Det du har fyllt i men inte skickat, valt språk och att du är inloggad"),
    why=_("Så att det finns kvar när du går vidare till nästa steg."),
    ground=Ground.INTEREST,
    seen_by=_("Ingen"),
    kept=ngettext_lazy(
        "Raderas efter %(days)s dygn. Närmar sig textens sista dag sparas ett påbörjat "
        "undertecknande så länge det går att skicka.",
        "Raderas efter %(days)s dygn. Närmar sig textens sista dag sparas ett påbörjat "
        "undertecknande så länge det går att skicka.",
        "days",
    ),
    days=lambda: settings.SESSION_COOKIE_AGE // 86400,
    job="running.remove_old_sessions",
    fields={"sessions.Session": "session_key session_data"},
)
ATTEMPTS = Category(
    whose=VISITING,
    what=_("Din IP-adress, när du ber om en kod, söker eller skickar ett formulär"),
    why=_("Så att ingen kan gissa koder eller överlasta portalen."),
    ground=Ground.INTEREST,
    seen_by=_("Ingen"),
    kept=ngettext_lazy("Raderas efter %(days)s dygn.", "Raderas efter %(days)s dygn.", "days"),
    days=lambda: 1,
    job="running.remove_old_attempts",
    fields={"running.Attempt": "key"},  # a sum of it under the portal's secret key
    elsewhere="table cache (or Redis): addresses as counters, e-mail as sums",
)
HISTORY = Category(
    whose=CHANGING,
    what=_("Historik: vem som ändrade vad, och vad som stod där förut"),
    why=_("Så att det går att se vad som har hänt, och att rätta misstag."),
    ground=Ground.INTEREST,
    seen_by=_("Samordnarna"),
    kept=ngettext_lazy(
        "Efter %(days)s dag raderas namn, adresser och vem det var ur historiken.",
        "Efter %(days)s dagar raderas namn, adresser och vem det var ur historiken.",
        "days",
    ),
    days=lambda: HISTORY_DAYS,
    job="accounts.age_history",
    fields={
        "pghistory.Context": "metadata",
        "admin.LogEntry": "user object_id object_repr change_message",
    },
)
JOBS = Category(
    whose=CHANGING,
    what=_("Mejl i kön: vilket mejl som ska till vem"),
    why=_("Så att mejlet kommer fram, också när mejlservern har varit nere."),
    ground=Ground.INTEREST,
    seen_by=_("Ingen"),
    kept=ngettext_lazy(
        "Raderas %(days)s dag efter att det är skickat. I kön står nummer, aldrig adresser.",
        "Raderas %(days)s dagar efter att det är skickat. I kön står nummer, aldrig adresser.",
        "days",
    ),
    days=lambda: DAYS_KEPT,
    job="running.remove_finished_jobs",
    fields={"procrastinate.ProcrastinateJob": "args"},
    elsewhere="tables procrastinate_jobs, procrastinate_events: keys of rows",
)
CATEGORIES = [
    UNUSED,
    UNPROVEN,
    HISTORY,
    JOBS,
    SESSIONS,
    ATTEMPTS,
    Category(
        whose=VISITING,
        what=_("Loggar över hur portalen mår"),
        why=_("Så att den som driver portalen kan se och rätta fel."),
        ground=Ground.INTEREST,
        seen_by=_("Den som driver portalen"),
        kept=_("Loggarna innehåller inga namn, adresser eller formulär."),
        elsewhere="standard error of web and worker",
    ),
]
WITHOUT_PEOPLE = {
    # Made anew from the rows; receipts with a person in them go with the answer's erasing.
    "publishing.StoredDocument": "name stamp content_type content sha256",
    "running.Backup": "sha256",
    "auth.Permission": "name codename",
    "auth.Group": "name",
    "contenttypes.ContentType": "app_label model",
    "procrastinate.ProcrastinateJob": "queue_name task_name lock queueing_lock",
    "procrastinate.ProcrastinatePeriodicDefer": "task_name periodic_id",
}
