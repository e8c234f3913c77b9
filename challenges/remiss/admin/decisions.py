"""The decisions about a referral: what each needs, when it fits, and what is said afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from challenges.remiss.actions import recipients, referrals, replies
from challenges.remiss.admin.forms import ConfirmForm, DayAndReasonForm, ReasonForm
from challenges.remiss.models import Referral

State = Referral.State
# What is wrong: the field, or None, and a sentence.
Wrong = list[tuple[str | None, str]]


@dataclass(frozen=True)
class Decision:
    what: str  # the word in the address
    title: str | Promise
    text: str | Promise
    told: str | Promise
    act: Callable[..., Any]
    fits: Callable[[Referral], bool]
    form: type[forms.Form] = ConfirmForm
    needs_person: bool = True

    def carry_out(self, form: forms.Form, referral: Referral, by: Any) -> Wrong:
        """Do it; where it cannot be done, nothing is, and the sentences say why."""
        person = {"by": by} if self.needs_person else {}
        try:
            self.act(referral=referral, **form.cleaned_data, **person)
        except referrals.NotReady as missing:
            return [(None, reason) for reason in missing.reasons]
        except referrals.NoSuchDay:
            return [("due_date", gettext("Välj en annan dag än den som gäller, tidigast i dag."))]
        except referrals.WrongState as late:
            told = {"state": late.referral.phase().label}
            return [(None, gettext("Det går inte längre: remissen är %(state)s.") % told)]
        except recipients.NotOpen:
            return [(None, gettext("Remissen är inte öppen för svar."))]
        return []


def _is(*states: Referral.State) -> Callable[[Referral], bool]:
    return lambda referral: referral.state in states


def _has_uninvited(referral: Referral) -> bool:
    return referral.is_open() and referral.recipients.filter(invited_at__isnull=True).exists()


DECISIONS = {
    decision.what: decision
    for decision in [
        Decision(
            "oppna",
            _("Öppna för svar"),
            _(
                "Remissen blir synlig för alla och tar emot svar till och med sista svarsdagen. "
                "Rubrik, bakgrund och avsnitt kan inte ändras sedan. Inga mejl skickas än."
            ),
            _("Remissen är öppen för svar."),
            referrals.open_for_answers,
            _is(State.DRAFT),
        ),
        Decision(
            "bjud-in",
            _("Skicka inbjudningar"),
            _("Alla på remisslistan som inte redan är inbjudna får ett mejl med en egen länk."),
            _("Inbjudningarna skickas."),
            recipients.invite,
            _has_uninvited,
            needs_person=False,
        ),
        Decision(
            "flytta-dagen",
            _("Flytta sista svarsdagen"),
            _("Den nya dagen gäller alla. Egna senare dagar som är beviljade står kvar."),
            _("Sista svarsdagen är flyttad."),
            referrals.move_day,
            _is(State.OPEN),
            DayAndReasonForm,
        ),
        Decision(
            "stang",
            _("Stäng för svar"),
            _(
                "Inga nya svar kan påbörjas på webben, inte heller av dem som har fått längre tid. "
                "Den som redan har börjat kan skicka in sitt svar, som märks som sent."
            ),
            _("Remissen är stängd för svar."),
            referrals.close,
            _is(State.OPEN),
            ReasonForm,
        ),
        Decision(
            "oppna-igen",
            _("Öppna igen"),
            _("Remissen tar emot svar igen, till och med den dag du väljer."),
            _("Remissen är öppen igen."),
            referrals.reopen,
            _is(State.CLOSED, State.REPORTED),
            DayAndReasonForm,
        ),
        Decision(
            "aterkoppla",
            _("Publicera återkoppling"),
            _(
                "Det som är skrivet under Återkopplingar blir offentligt, och de som det gäller "
                "får ett mejl var."
            ),
            _("Återkopplingen är publicerad, och de som har svarat får ett mejl."),
            replies.publish,
            lambda referral: not referral.is_draft and referral.replies.waiting().exists(),
        ),
        Decision(
            "redovisa",
            _("Markera som redovisad"),
            _("Sammanställningen är lämnad till dem som beslutar. Inga fler svar tas emot."),
            _("Remissen är redovisad."),
            referrals.report,
            lambda referral: referral.phase() == State.CLOSED,
        ),
        Decision(
            "ny-lank",
            _("Gör en ny länk för förhandsvisning"),
            _("Den gamla länken slutar att fungera."),
            _("Länken är ny. Den gamla fungerar inte längre."),
            referrals.renew_preview,
            _is(State.DRAFT),
            needs_person=False,
        ),
    ]
}
