"""`manage.py verify_register`: has anybody changed the register or its log behind its back?"""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from signatures import register_log


class Command(BaseCommand):
    help = "Recompute the log of the register and compare it with the register."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print the report as JSON.")
        parser.add_argument(
            "--hash",
            action="append",
            default=[],
            metavar="HASH",
            help="A hash from a printed document: it must be in the log. May be given again.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        report = register_log.verify(printed=[text.strip().lower() for text in options["hash"]])
        if options["json"]:
            told = {
                "whole": report.whole,
                "entries": report.entries,
                "signatures": report.signatures,
                "newest_hash": report.newest_hash,
                "findings": report.findings,
            }
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            self._tell(report)
        if not report.whole:
            raise CommandError(
                ngettext("%(count)s fel.", "%(count)s fel.", len(report.findings))
                % {"count": len(report.findings)}
            )

    def _tell(self, report: register_log.Report) -> None:
        for finding in report.findings:
            self.stdout.write(finding)
        if report.whole:
            self.stdout.write(
                _("Kedjan är hel: %(entries)s poster om %(signatures)s undertecknanden.")
                % {"entries": report.entries, "signatures": report.signatures}
            )
        if report.newest_hash:
            self.stdout.write(_("Senaste kontrollsumma: %(hash)s") % {"hash": report.newest_hash})
