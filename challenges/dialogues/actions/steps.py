"""What every step of a dialogue shares: its row locked, and why a step is refused."""

from challenges.models import Dialogue


class NotOpen(Exception):
    """The dialogue takes no sign-ups now: not yet, no longer, or cancelled."""


class TooLate(Exception):
    """The dialogue has begun, or is over or cancelled: that can no longer be done."""


class TooEarly(Exception):
    """The dialogue has not begun: it cannot have been held."""


class SeatsTaken(Exception):
    """More people have seats than there would be; `taken` says how many."""

    def __init__(self, taken: int) -> None:
        super().__init__(taken)
        self.taken = taken


class ChangedSinceRead(Exception):
    """What was to be approved is not what the person has read."""


def locked(dialogue: Dialogue) -> Dialogue:
    """The dialogue as it is now, nobody else's to change until the transaction ends."""
    return Dialogue.objects.select_for_update().get(pk=dialogue.pk)
