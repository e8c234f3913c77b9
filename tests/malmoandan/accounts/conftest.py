from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone


@pytest.fixture
def time_machine_at():
    """Set the clock to so much after the beginning of the test."""
    begin, travels = timezone.now(), []

    def travel_to(**after):
        while travels:
            travels.pop().stop()
        travels.append(time_machine.travel(begin + timedelta(**after), tick=True))
        travels[-1].start()

    yield travel_to
    while travels:
        travels.pop().stop()
