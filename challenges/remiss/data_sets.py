"""The open data of referrals and their published answers."""

from datetime import datetime

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from challenges.remiss import columns
from challenges.remiss.models import Referral, ReferralResponse
from malmoandan.publishing.exports import Table
from malmoandan.publishing.open_data import DataSet


def _referrals_changed() -> datetime | None:
    newest: datetime | None = Referral.objects.public().aggregate(at=Max("updated_at"))["at"]
    return newest


def _answers_changed() -> datetime | None:
    found = ReferralResponse.objects.published()
    newest: datetime | None = found.aggregate(at=Max("published_at"))["at"]
    return newest


def _referrals() -> Table:
    return Table(
        name="remisser",
        title=_now("Remisser"),
        source=settings.BASE_URL + reverse("remiss:referrals"),
        columns=columns.REFERRAL_COLUMNS,
        rows=columns.referral_rows(),
        selection={},
    )


def _answers() -> Table:
    return Table(
        name="remissvar",
        title=_now("Publicerade remissvar"),
        source=settings.BASE_URL + reverse("remiss:referrals"),
        columns=columns.ANSWER_COLUMNS,
        rows=columns.answer_rows(),
        selection={},
    )


DATA_SETS = [
    DataSet(
        key="remisser",
        title=_("Remisser"),
        description=_("Förslag som har skickats ut för synpunkter: från vem och till vilken dag."),
        keywords=(_("remiss"), _("samråd"), _("delaktighet")),
        page="remiss:referrals",
        columns=columns.REFERRAL_COLUMNS,
        changed=_referrals_changed,
        table=_referrals,
    ),
    DataSet(
        key="remissvar",
        title=_("Publicerade remissvar"),
        description=_(
            "Svar på remisser som har publicerats: vem som svarade, ställningstagande och "
            "sammanfattning. Privatpersoner står med namn bara när de vill det."
        ),
        keywords=(_("remiss"), _("remissvar"), _("yttrande")),
        page="remiss:referrals",
        columns=columns.ANSWER_COLUMNS,
        changed=_answers_changed,
        table=_answers,
    ),
]
