from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from malmoandan.running import messages, static_files


class Command(BaseCommand):
    help = "Gör det som en ny version behöver innan den startar: översättningar, typsnitt, filer."
    requires_system_checks: list[str] = []  # they load pages that need what is made here

    def handle(self, *args: Any, **options: Any) -> None:
        messages.compile_all()
        call_command("build_fonts")
        static_files.collect()
