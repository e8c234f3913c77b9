"""What each party puts in, year by year, and what nobody knows."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mapping.survey import cells
from mapping.survey.forms.steps import StepForm
from mapping.survey.report import Report


class MoneyForm(StepForm):
    """A field for each party and year, and one that says that nobody knows."""

    def __init__(
        self, data: Any = None, *, report: Report, names: dict[int, str], years: Iterable[int]
    ) -> None:
        self.names, self.years = names, list(years)
        super().__init__(data, report=report)
        for key, name in names.items():
            for year in self.years:
                self._add(key, name, year)

    def _add(self, key: int, name: str, year: int) -> None:
        label = _("%(name)s, kronor %(year)s") % {"name": name, "year": year}
        field = forms.CharField(
            label=label,
            required=False,
            max_length=30,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "number"}),
        )
        self.fields[f"sek_{key}_{year}"] = field
        not_known = _("%(name)s: beloppet %(year)s är okänt") % {"name": name, "year": year}
        self.fields[f"unknown_{key}_{year}"] = forms.BooleanField(label=not_known, required=False)

    def begin(self, report: Report) -> dict[str, Any]:
        initial: dict[str, Any] = {}
        for key in self.names:
            for year, sek in report.parties.get(key, {}).items():
                initial[f"sek_{key}_{year}"] = sek
                initial[f"unknown_{key}_{year}"] = sek is None
        return initial

    @property
    def groups(self) -> list[tuple[str, list[tuple[int, Any, Any]]]]:
        """Party by party: the year with its two fields."""
        return [
            (
                name,
                [(y, self[f"sek_{key}_{y}"], self[f"unknown_{key}_{y}"]) for y in self.years],
            )
            for key, name in self.names.items()
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for key in self.names:
            for year in self.years:
                self._amount(data, f"{key}_{year}")
        return data

    def _amount(self, data: dict[str, Any], place: str) -> None:
        typed, unknown = data.get(f"sek_{place}"), data.get(f"unknown_{place}")
        if typed and unknown:
            self.add_error(f"sek_{place}", _("Skriv ett belopp eller kryssa för okänt, inte båda."))
        elif typed:
            try:
                data[f"money_{place}"] = cells.kronor(typed)
            except cells.Wrong:
                self.add_error(
                    f"sek_{place}", _("Skriv hela kronor med siffror, till exempel 150 000.")
                )
        elif unknown:
            data[f"money_{place}"] = None

    def write(self) -> None:
        for key in self.names:
            money = self.report.parties[key]
            for year in self.years:
                money.pop(year, None)
                if f"money_{key}_{year}" in self.cleaned_data:
                    money[year] = self.cleaned_data[f"money_{key}_{year}"]
