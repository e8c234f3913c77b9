"""The rows that are measured: made once, and kept in the benchmark's data folder."""

from django.core.management import call_command

from malmoandan.organisations.models import Organisation
from tests.factories import make_many_signatures

SIGNATURES = 10_000
COOPERATIONS = 100_000
ORGANISATIONS = 100_000


def fill() -> None:
    """Fill an empty database with the real content and invented rows in numbers."""
    call_command("migrate", verbosity=0)
    if Organisation.objects.count() > SIGNATURES:
        return
    call_command("load_content")
    make_many_signatures(SIGNATURES)
    call_command(
        "make_invented_round", cooperations=COOPERATIONS, organisations=ORGANISATIONS, verbosity=0
    )
    call_command("rebuild_search")
