"""Dialogues as forms: they clean and refuse, and decide nothing."""

from challenges.dialogues.forms.inviting import InviteForm
from challenges.dialogues.forms.joining import DialogueFilter, ParticipantForm, SignUpForm
from challenges.dialogues.forms.outcomes import FollowUpForm, NotesForm, OutcomeForm
from challenges.dialogues.forms.planning import CancelForm, DialogueForm

__all__ = [
    "CancelForm",
    "DialogueFilter",
    "DialogueForm",
    "FollowUpForm",
    "InviteForm",
    "NotesForm",
    "OutcomeForm",
    "ParticipantForm",
    "SignUpForm",
]
