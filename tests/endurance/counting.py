"""After a part: is everything there that was acknowledged, and once?"""

import hashlib
import os
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.endurance.houses import House
from tests.endurance.ledger import Acknowledged, Ledger
from tests.processes import wait_until

FILES = """
    SELECT minutes FROM signatures_signature WHERE minutes <> ''
    UNION SELECT scan FROM signatures_signature WHERE scan <> ''
    UNION SELECT stored_name FROM remiss_draftattachment
    UNION SELECT stored_name FROM remiss_responseattachment
    UNION SELECT stored_name FROM remiss_referraldocument
    UNION SELECT stored_name FROM pages_documentversion
"""
CLEAN_UP = """
from challenges.remiss.answer_tasks import remove_orphaned_files
from signatures.tasks import remove_unused_minutes
remove_orphaned_files(timestamp=0)
remove_unused_minutes(timestamp=0)
"""
TWO_WEEKS = 14 * 24 * 3600


@dataclass
class Count:
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    mails_twice: int = 0  # the same Message-ID twice: shown once by most mail programs


def count(house: House, ledger: Ledger) -> Count:
    """Look for every acknowledged write in database, files and mail."""
    result = Count()
    wait_until(lambda: queue_is_empty(house), seconds=240)
    _signatures(house, ledger, result)
    _seats(house, ledger, result)
    _drafts(house, ledger, result)
    _answers(house, ledger, result)
    return result


def queue_is_empty(house: House) -> bool:
    statement = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
    return bool(house.query(statement + " AND task_name LIKE '%%mail%%'") == [(0,)])


def _signatures(house: House, ledger: Ledger, result: Count) -> None:
    rows = house.query(
        "SELECT s.reference, o.organisation_number, s.minutes, p.email"
        " FROM signatures_signature s"
        " JOIN organisations_organisation o ON o.id = s.organisation_id"
        " JOIN signatures_signatory p ON p.signature_id = s.id"
    )
    known = {row[0]: row for row in rows}
    per_number = Counter(row[1] for row in rows)
    for reference, times in _times(ledger.of("signature")).items():
        number, sha = times[0].about.split(" ")
        row = known.get(reference)
        if row is None:
            result.lost.append(f"signature {reference}")
            continue
        if per_number[number] != 1:
            result.doubled.append(f"signature of {number}")
        if sha and _sha_of(house, row[2]) != sha:
            result.lost.append(f"minutes of {reference}")
        _mail(house, row[3], "Kvitto:", f"receipt of {reference}", result)


def _seats(house: House, ledger: Ledger, result: Count) -> None:
    rows = Counter(
        house.query(
            "SELECT p.email, d.slug FROM challenges_participant p"
            " JOIN challenges_dialogue d ON d.id = p.dialogue_id"
        )
    )
    for one in ledger.of("seat"):
        found = rows[one.key, one.about]
        if found != 1:
            (result.doubled if found else result.lost).append(f"seat of {one.key}")
        _mail(house, one.key, "", f"mail about the seat of {one.key}", result)


def _drafts(house: House, ledger: Ledger, result: Count) -> None:
    tokens = {row[0] for row in house.query("SELECT token FROM remiss_responsedraft")}
    result.lost += [f"draft {one.key}" for one in ledger.of("draft") if one.key not in tokens]
    stored = house.query(
        "SELECT DISTINCT sha256, stored_name FROM (SELECT sha256, stored_name"
        " FROM remiss_draftattachment UNION SELECT sha256, stored_name"
        " FROM remiss_responseattachment) AS attachment"
    )
    files = {sha for sha, name in stored if _sha_of(house, name) == sha}
    missing = [one for one in ledger.of("attachment") if one.key not in files]
    result.lost += [f"attachment {one.key[:12]}" for one in missing]


def _answers(house: House, ledger: Ledger, result: Count) -> None:
    rows = house.query(
        "SELECT r.reference, r.email, v.id, count(DISTINCT a.id) FROM remiss_referralresponse r"
        " JOIN remiss_responseversion v ON v.response_id = r.id"
        " LEFT JOIN remiss_responseattachment a ON a.version_id = v.id GROUP BY 1, 2, 3"
    )
    versions = Counter(row[0] for row in rows)
    attached = Counter({row[0]: 0 for row in rows})
    for reference, _email, _version, files in rows:
        attached[reference] += files
    for reference, times in _times(ledger.of("answer")).items():
        if versions[reference] != len(times):
            lost = versions[reference] < len(times)
            (result.lost if lost else result.doubled).append(f"answer {reference}")
        if attached[reference] != sum(bool(one.about.split(" ")[1]) for one in times):
            result.lost.append(f"attachment of answer {reference}")
        for one in times:
            email = one.about.split(" ")[0]
            _mail(house, email, f"Kvitto {reference}", f"receipt of answer {reference}", result)


def _times(acknowledged: Iterable[Acknowledged]) -> dict[str, list[Acknowledged]]:
    found: dict[str, list[Acknowledged]] = {}
    for one in acknowledged:
        found.setdefault(one.key, []).append(one)
    return found


def _mail(house: House, email: str, subject: str, what: str, result: Count) -> None:
    """Exactly one mail of that kind; a copy with the same Message-ID is counted apart."""
    sent = [m for m in house.mail.copies(email, subject) if subject or "dialogue" in str(m)]
    if not sent:
        result.lost.append(what)
    elif len(set(sent)) > 1:
        result.doubled.append(what)
    result.mails_twice += len(sent) - len(set(sent))


def _sha_of(house: House, name: str) -> str:
    path = house.folder / "files" / name
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def orphans(house: House) -> list[str]:
    """Files without a row, of all that lie in the store."""
    named = {row[0] for row in house.query(FILES)}
    base = house.folder / "files"
    stored = {str(path.relative_to(base)) for path in base.rglob("*") if path.is_file()}
    return sorted(stored - named)


def orphans_after_clean_up(house: House) -> tuple[int, int]:
    """How many files lay without a row, and how many the portal's own clean-up leaves.

    They are made to look old first: the clean-up waits for forms that may still be sent.
    """
    before = orphans(house)
    for name in before:
        path = Path(house.folder) / "files" / name
        old = time.time() - TWO_WEEKS
        os.utime(path, (old, old))
    house.manage("manage.py", "shell", "--no-imports", "-c", CLEAN_UP)
    return len(before), len(orphans(house))
