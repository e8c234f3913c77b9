"""Where the portal runs: database, cache, files, disk, backups and versions."""

import platform
import shutil
from datetime import timedelta
from secrets import token_hex

import django
from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from malmoandan.running.health import is_migrated
from malmoandan.running.models import Backup
from malmoandan.running.status import Figure, Finding, Level
from malmoandan.running.status.jobs import moment

# A nightly backup that was a little late is no reason to worry.
BACKUP_EVERY = timedelta(hours=26)
GIGABYTE = 1024**3


def database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        size = cursor.fetchone()[0]
    figures = [Figure("database_bytes", "Size of the database.", size)]
    label = _("Databas")
    if is_migrated():
        text = _("Svarar, och är %(size)s stor.") % {"size": filesizeformat(size)}
        return Finding("database", label, text, figures=figures)
    text = _("Är inte uppgraderad till den här versionen av portalen.")
    advice = _("Den som driver portalen kör ”manage.py migrate”.")
    return Finding("database", label, text, Level.BAD, advice, figures)


def attempts() -> Finding:
    """The cache, where attempts to sign in are counted."""
    label = _("Räknare för inloggningsförsök")
    try:
        value = token_hex(8)
        cache.set("status-probe", value, 60)
        works = cache.get("status-probe") == value
    except Exception:  # whatever the service's client makes of it
        works = False
    if works:
        return Finding("cache", label, _("Fungerar."))
    text = _("Går inte att nå. Ingen kan logga in eller skriva under.")
    advice = _("Den som driver portalen startar om Redis, eller rättar CACHE_URL.")
    return Finding("cache", label, text, Level.BAD, advice)


def files() -> Finding:
    label = _("Uppladdade filer")
    try:
        default_storage.exists("status-probe")
    except Exception:  # whatever the store, or its client, makes of it
        text = _("Lagret går inte att nå. Filer kan varken tas emot eller läsas.")
        advice = _("Den som driver portalen ser till att lagret svarar, eller rättar FILES_URL.")
        return Finding("files", label, text, Level.BAD, advice)
    where = _("Ligger i ett objektlager.") if settings.FILES_URL else _("Ligger på portalens disk.")
    return Finding("files", label, f"{where} {_('Lagret svarar.')}")


def disk() -> Finding:
    """The disk of the data folder: files, and the embedded database."""
    usage = shutil.disk_usage(settings.DATA_DIR)
    share = usage.free / usage.total
    text = _("%(free)s är ledigt, %(share)s %% av disken.") % {
        "free": filesizeformat(usage.free),
        "share": round(share * 100),
    }
    level, advice = Level.GOOD, ""
    if share < 0.05 or usage.free < GIGABYTE:
        level = Level.BAD
        advice = _("När disken är full kan ingen skriva under. Den som driver portalen gör plats.")
    elif share < 0.15:
        level = Level.NOTE
        advice = _("Säg till den som driver portalen, i god tid.")
    figures = [
        Figure("disk_free_bytes", "Free space on the disk of the data folder.", usage.free),
        Figure("disk_bytes", "Size of the disk of the data folder.", usage.total),
    ]
    return Finding("disk", _("Disk"), text, level, advice, figures)


def backup() -> Finding:
    last = Backup.objects.first()
    made = last.made_at.timestamp() if last else 0
    figures = [
        Figure("backup_timestamp_seconds", "When the last backup was finished; 0: never.", made)
    ]
    label = _("Säkerhetskopia")
    if last:
        text = _("Den senaste gjordes %(time)s och är %(size)s stor.") % {
            "time": moment(last.made_at),
            "size": filesizeformat(last.size),
        }
    else:
        text = _("Ingen har gjorts.")
    if last and last.made_at > timezone.now() - BACKUP_EVERY:
        return Finding("backup", label, text, figures=figures)
    advice = _("Den som driver portalen ser till att ”manage.py backup” körs varje natt.")
    level = Level.BAD if settings.PUBLIC_HOSTS else Level.NOTE
    return Finding("backup", label, text, level, advice, figures)


def versions() -> list[tuple[str, str]]:
    """What runs, for whoever is asked to help."""
    number = connection.cursor().connection.info.server_version  # such as 150018
    return [
        ("PostgreSQL", f"{number // 10000}.{number % 10000}"),
        ("Django", django.get_version()),
        ("Python", platform.python_version()),
    ]
