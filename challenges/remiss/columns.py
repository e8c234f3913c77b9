"""The fields of referrals and of published answers: exactly what is public of each."""

from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from challenges.remiss.models import Referral, ReferralResponse
from challenges.remiss.shown import shown_summary
from malmoandan.publishing.exports import Column, Row


def referral_rows() -> Iterator[Row]:
    for referral in Referral.objects.public().order_by("-due_date", "-pk"):
        yield {"referral": referral}


def answer_rows() -> Iterator[Row]:
    """Published answers with the version that counts; three queries for any 2,000 rows."""
    found = ReferralResponse.objects.published().with_counting_version()
    found = found.select_related("referral", "organisation")
    found = found.prefetch_related("_counting_versions__maskings")  # type: ignore[misc]
    for response in found.order_by("-referral__due_date", "reference").iterator(chunk_size=2000):
        yield {"response": response, "version": response.counting_version}


def _referral(row: Row) -> Referral:
    referral: Referral = row["referral"]
    return referral


def _response(row: Row) -> ReferralResponse:
    response: ReferralResponse = row["response"]
    return response


def _organisation(row: Row) -> str | None:
    organisation = _response(row).organisation
    return organisation.slug if organisation else None


REFERRAL_COLUMNS = [
    Column("rubrik", _("Rubrik"), _("Vad remissen gäller."), lambda r: _referral(r).title,
           width=48),
    Column("webbadress", _("Webbadress"), _("Sidan om remissen."),
           lambda r: settings.BASE_URL + _referral(r).get_absolute_url(), "anyURI", 48),
    Column("diarienummer", _("Diarienummer"), _("Ärendets nummer, när det finns."),
           lambda r: _referral(r).registry_number or None),
    Column("avsandare", _("Avsändare"), _("Vem som ber om synpunkter."),
           lambda r: _referral(r).sender or None, width=36),
    Column("lage", _("Läge"), _("Öppen för svar, svarstiden är slut eller redovisad."),
           lambda r: str(_referral(r).get_state_display()), width=24),
    Column("sista_svarsdag", _("Sista svarsdag"), _("Svar tas emot till midnatt den dagen."),
           lambda r: _referral(r).due_date, "date", 14),
]  # fmt: skip
ANSWER_COLUMNS = [
    Column("referens", _("Referens"), _("Svarets nummer; det ändras aldrig."),
           lambda r: _response(r).reference, width=14),
    Column("remiss", _("Remiss"), _("Rubriken på remissen."),
           lambda r: _response(r).referral.title, width=48),
    Column("webbadress", _("Webbadress"), _("Sidan med svaret."),
           lambda r: settings.BASE_URL + _response(r).get_absolute_url(), "anyURI", 48),
    Column("svarande", _("Svarande"),
           _("Vem som har svarat. ”Privatperson” när personen inte vill visa sitt namn."),
           lambda r: _response(r).shown_name, width=40),
    Column("slag_av_svarande", _("Slag av svarande"),
           _("Organisation, förvaltning eller privatperson."),
           lambda r: str(_response(r).get_kind_display())),
    Column("organisation", _("Organisation"), _("Organisationens adress på portalen, om den är "
                                               "känd där."), _organisation, width=36),
    Column("stallningstagande", _("Ställningstagande"),
           _("Till exempel tillstyrker eller avstyrker. Tomt när inget är angivet."),
           lambda r: str(r["version"].get_position_display()) if r["version"].position else None,
           width=30),
    Column("version", _("Version"), _("Numret på den version av svaret som gäller."),
           lambda r: r["version"].number, "integer", 10),
    Column("mottaget", _("Mottaget"), _("Den dag då versionen kom in (år-månad-dag)."),
           lambda r: timezone.localdate(r["version"].received_at), "date", 14),
    Column("for_sent", _("För sent"), _("Om svaret kom efter sista svarsdagen."),
           lambda r: r["version"].late, "boolean", 10),
    Column("sammanfattning", _("Sammanfattning"),
           _("Svaret i korthet, i den svarandes ord. Det som är maskerat finns inte med."),
           lambda r: shown_summary(r["version"]) or None, width=60),
]  # fmt: skip
