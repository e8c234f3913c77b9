"""What happens to a dialogue. Each function is one transaction; mail is queued inside it.

Everything that counts seats holds the dialogue's row locked, so that two who decide at once take
turns.
"""

from challenges.dialogues.actions.joining import change_sign_up, leave, sign_up
from challenges.dialogues.actions.outcomes import (
    add_outcome,
    approve,
    follow_up,
    remove_outcome,
    write_notes,
)
from challenges.dialogues.actions.planning import (
    cancel,
    change,
    invite,
    mark_held,
    open_for_sign_up,
    plan,
)
from challenges.dialogues.actions.steps import (
    ChangedSinceRead,
    NotOpen,
    SeatsTaken,
    TooEarly,
    TooLate,
)

__all__ = [
    "ChangedSinceRead",
    "NotOpen",
    "SeatsTaken",
    "TooEarly",
    "TooLate",
    "add_outcome",
    "approve",
    "cancel",
    "change",
    "change_sign_up",
    "follow_up",
    "invite",
    "leave",
    "mark_held",
    "open_for_sign_up",
    "plan",
    "remove_outcome",
    "sign_up",
    "write_notes",
]
