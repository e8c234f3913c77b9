"""Texts at the coordinators' desk: prepare the next version, see it as all will, publish it."""

import unicodedata
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from malmoandan.accounts.history_admin import HistoryAdmin
from malmoandan.publishing.fields import DayField, LinesField
from malmoandan.publishing.markdown import blocks
from signatures import actions, versions
from signatures.models import Agreement, AgreementVersion, Translation, canonical_text
from signatures.views.agreement import plain_page, text_page
from signatures.views.versions import changes_page

# Of a published text. Its words and its first day stay.
MAY_CHANGE = {"last_day", "grace_days"}


class LineListField(LinesField):
    """A list, one item on each line; empty lines do not count."""

    def to_python(self, value: Any) -> Any:
        lines = [line for line in super().to_python(value).splitlines() if line]
        if any(len(line) > 100 for line in lines):
            raise ValidationError(_("Skriv högst 100 tecken på varje rad."))
        return lines

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class TextForm(forms.ModelForm):
    """A text in Markdown with the principles it names, one on each line."""

    principles = LineListField(
        label=_("Principer"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("En på varje rad, med samma ord som i texten."),
    )

    def clean_text(self) -> str:
        """The text as it is kept: canonical, without what nobody sees, with one heading first."""
        text = canonical_text("".join(c for c in self.cleaned_data["text"] if _is_visible(c)))
        tags = [block.tag for block in blocks(text)]
        if tags[:1] != ["h1"]:
            raise ValidationError(_("Börja texten med dess rubrik: en rad som inleds med # ."))
        if tags.count("h1") > 1:
            raise ValidationError(
                _("Texten har flera rubriker med ett #. Bara den första ska ha det, övriga ##.")
            )
        return text


class TranslationForm(TextForm):
    class Meta:
        model = Translation
        fields = ["kind", "language", "title", "text", "principles"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        plain = data.get("kind") == Translation.Kind.PLAIN
        if "language" in data and plain != (data["language"] == "sv"):
            self.add_error(
                "language",
                _("Lätt svenska skrivs på svenska.")
                if plain
                else _("Den svenska texten står ovan. Välj ett annat språk, eller lätt svenska."),
            )
        return data


class VersionForm(TextForm):
    adopted_on = DayField(label=_("Antagen"), help_text=_("Dagen då texten antogs."))
    first_day = DayField(
        label=_("Första dag att skriva under"),
        help_text=_("Får ligga i framtiden. Den förra texten kan skrivas under till dess."),
    )
    last_day = DayField(
        label=_("Sista dag att skriva under"),
        required=False,
        help_text=_("Tomt: tills en ny version börjar gälla."),
    )

    class Meta:
        model = AgreementVersion
        fields = [
            "agreement",
            "title",
            "text",
            "principles",
            "adopted_on",
            "adopted_in",
            "first_day",
            "last_day",
            "grace_days",
            "changes",
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        agreement = data.get("agreement") or self.instance.agreement
        if not self.instance.pk:
            self._refuse_second_draft(agreement)
        former = agreement.versions.published().exclude(pk=self.instance.pk).last()
        first = data.get("first_day")
        if first and former and first <= former.first_day:
            self.add_error(
                "first_day",
                _("Den förra texten gäller från %(day)s. Välj en senare dag.")
                % {"day": former.first_day},
            )
        return data

    def _refuse_second_draft(self, agreement: Agreement) -> None:
        draft = agreement.versions.filter(published_at=None).first()
        if draft:
            raise ValidationError(
                _("Version %(number)s är redan under arbete. Gör klart den, eller ta bort den.")
                % {"number": draft.number}
            )


class TranslationInline(admin.StackedInline):
    model = Translation
    form = TranslationForm
    fields = tuple(TranslationForm.Meta.fields)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """As many as the former text has, to begin with."""
        return 0 if obj else len(_starting_point()[1])


@admin.register(AgreementVersion)
class AgreementVersionAdmin(HistoryAdmin):
    """A new text begins as a copy of the former. Published it can be read; the database refuses
    to change it."""

    form = VersionForm
    list_display = ["title", "number", "agreement", "first_day", "last_day", "published_at"]
    list_select_related = ["agreement"]
    inlines = [TranslationInline]
    history_parts = ("translations",)
    fields = ("number", *VersionForm.Meta.fields, "text_sha256", "published_at")
    change_form_template = "admin/signatures/agreementversion/change_form.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        if obj and obj.published_at:
            return [name for name in self.get_fields(request) if name not in MAY_CHANGE]
        return ["number", *(["agreement"] if obj else []), "text_sha256", "published_at"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        unpublished = obj is None or obj.published_at is None
        return unpublished and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}  # texts are removed one by one, before they are published

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return _starting_point()[0]

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Any, inline: Any, prefix: str
    ) -> dict[str, Any]:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        # Only shown: what is sent back counts as written, also where nothing was changed.
        if not obj.pk and request.method == "GET":
            kwargs["initial"] = _starting_point()[1]
        return kwargs

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            Agreement.objects.select_for_update().get(pk=obj.agreement_id)
            obj.number = versions.next_number(obj.agreement)
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        base = "signatures_agreementversion"
        own = [
            path("<int:pk>/forhandsvisa/", view(self.preview), name=f"{base}_preview"),
            path("<int:pk>/publicera/", view(self.publish), name=f"{base}_publish"),
        ]
        return [*own, *super().get_urls()]

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The public pages of a text that is not public yet."""
        version = self._draft(request, pk)
        pages = {"lattlast": plain_page, "andringar": changes_page}
        show = pages.get(request.GET.get("visa", ""), text_page)
        return show(request, version, preview=True)

    def publish(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask first: what is published can never be changed."""
        version = self._draft(request, pk)
        if request.method == "POST":
            actions.publish_version(version=version)
            messages.success(
                request, _("Version %(number)s är publicerad.") % {"number": version.number}
            )
            return redirect(self._change_url(version))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Publicera version %(number)s?") % {"number": version.number},
            "version": version,
            "former": version.former(),
            "invited": len(versions.to_invite(version)),
        }
        template = "admin/signatures/agreementversion/publish.html"
        return TemplateResponse(request, template, context)

    def _draft(self, request: HttpRequest, pk: int) -> AgreementVersion:
        version = get_object_or_404(AgreementVersion.objects.select_related("agreement"), pk=pk)
        if not self.has_change_permission(request, version):
            raise PermissionDenied
        return version

    def _change_url(self, version: AgreementVersion) -> str:
        return reverse("admin:signatures_agreementversion_change", args=[version.pk])


@admin.register(Agreement)
class AgreementAdmin(HistoryAdmin):
    list_display = ["name", "kind"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _starting_point() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    declaration = Agreement.objects.filter(kind=Agreement.Kind.INTENT).first()
    return versions.starting_point(declaration) if declaration else ({}, [])


def _is_visible(character: str) -> bool:
    """Whether a character is one that people see, or a line's end."""
    return character in "\r\n" or unicodedata.category(character) not in {
        "Cc",
        "Cf",
        "Cn",
        "Co",
        "Cs",
        "Zl",
        "Zp",
    }
