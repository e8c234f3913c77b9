"""The decisions about a referral: what each needs, when it fits, and what is said afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
            return [("due_date", _("Välj en annan dag än den som gäller, tidigast i dag."))]
        except referrals.WrongState as late:
            told = {"state": late.referral.phase().label}
            return [(None, _("Det går inte längre: remissen är %(state)s.") % told)]
        except recipients.NotOpen:
            return [(None, _("Remissen är inte öppen för svar."))]
        return []


def _is(*states: Referral.State) -> Callable[[Referral], bool]:
    return lambda referral: referral.state in states


def _has_uninvited(referral: Referral) -> bool:
    return referral.is_open() and referral.recipients.filter(invited_at__isnull=True).exists()


_t = gettext_lazy
DECISIONS = {
    decision.what: decision
    for decision in [
        Decision(
            "oppna",
            _t("Öppna för svar"),
            _t(
                "Remissen blir synlig för alla och tar emot svar till och med sista svarsdagen. "
                "Rubrik, bakgrund och avsnitt kan inte ändras sedan. Inga mejl skickas än."
            ),
            _t("Remissen är öppen för svar."),
            referrals.open_for_answers,
            _is(State.DRAFT),
        ),
        Decision(
            "bjud-in",
            _t("Skicka inbjudningar"),
            _t("Alla på remisslistan som inte redan är inbjudna får ett mejl med en egen länk."),
            _t("Inbjudningarna skickas."),
            recipients.invite,
            _has_uninvited,
            needs_person=False,
        ),
        Decision(
            "flytta-dagen",
            _t("Flytta sista svarsdagen"),
            _t("Den nya dagen gäller alla. Egna senare dagar som är beviljade står kvar."),
            _t("Sista svarsdagen är flyttad."),
            referrals.move_day,
            _is(State.OPEN),
            DayAndReasonForm,
        ),
        Decision(
            "stang",
            _t("Stäng för svar"),
            _t(
                "Inga nya svar kan påbörjas på webben, inte heller av dem som har fått längre tid. "
                "Den som redan har börjat kan skicka in sitt svar, som märks som sent."
            ),
            _t("Remissen är stängd för svar."),
            referrals.close,
            _is(State.OPEN),
            ReasonForm,
        ),
        Decision(
            "oppna-igen",
            _t("Öppna igen"),
            _t("Remissen tar emot svar igen, till och med den dag du väljer."),
            _t("Remissen är öppen igen."),
            referrals.reopen,
            _is(State.CLOSED, State.REPORTED),
            DayAndReasonForm,
        ),
        Decision(
            "aterkoppla",
            _t("Publicera återkoppling"),
            _t(
                "Det som är skrivet under Återkopplingar blir offentligt, och de som det gäller "
                "får ett mejl var."
            ),
            _t("Återkopplingen är publicerad, och de som har svarat får ett mejl."),
            replies.publish,
            lambda referral: not referral.is_draft and referral.replies.waiting().exists(),
        ),
        Decision(
            "redovisa",
            _t("Markera som redovisad"),
            _t("Sammanställningen är lämnad till dem som beslutar. Inga fler svar tas emot."),
            _t("Remissen är redovisad."),
            referrals.report,
            lambda referral: referral.phase() == State.CLOSED,
        ),
        Decision(
            "ny-lank",
            _t("Gör en ny länk för förhandsvisning"),
            _t("Den gamla länken slutar att fungera."),
            _t("Länken är ny. Den gamla fungerar inte längre."),
            referrals.renew_preview,
            _is(State.DRAFT),
            needs_person=False,
        ),
    ]
}
