"""What the portal is measured against: plain Django that does the least, behind our middleware."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import include, path
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, ListView

from challenges.models import Dialogue
from challenges.remiss.models import ReferralResponse
from challenges.remiss.shown_answers import counting_versions
from malmoandan.organisations.models import Kind, Organisation
from malmoandan.pages.models import News
from mapping.models import CooperationEdition
from mapping.organisations.public import public_organisations
from signatures.models import Signature


@never_cache
def empty_page(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "floors/empty.html")


# What anyone may see: a list that showed more would be another one.
ROWS: dict[str, Callable[[], QuerySet[Any]]] = {
    "organisationer": lambda: public_organisations().order_by("sort_key"),
    "undertecknare": lambda: (
        Signature.objects.filter(state="published")
        .select_related("organisation")
        .order_by("organisation__sort_key")
    ),
    "samverkan": lambda: (
        CooperationEdition.objects.public()
        .select_related("cooperation")
        .prefetch_related("areas", "parties__organisation")
        .order_by("sort_key")
    ),
    "remissvar": lambda: (
        ReferralResponse.objects.published()
        .select_related("referral", "organisation")
        .prefetch_related(counting_versions())
        .order_by("name")
    ),
    "dialoger": lambda: (
        Dialogue.objects.published().prefetch_related("areas").order_by("-starts_at")
    ),
}


class PlainList(ListView):
    """The rows of one of the portal's lists with what they show, in Django's own generic view.

    Paged by Django, in the frame that every page of the site has.
    """

    def get_queryset(self) -> QuerySet[Any]:
        return ROWS[self.kwargs["what"]]()

    def get_paginate_by(self, queryset: QuerySet[Any]) -> int:
        return self.kwargs["rows"]

    def get_template_names(self) -> list[str]:
        return [f"floors/{self.kwargs['what']}.html"]


class PlainForm(forms.Form):
    name = forms.CharField(max_length=200)
    email = forms.EmailField()
    website = forms.URLField(required=False, assume_scheme="https")


class PlainFormView(FormView):
    """Validate a form and insert two rows in one transaction."""

    form_class = PlainForm
    template_name = "floors/form.html"

    def form_valid(self, form: PlainForm) -> HttpResponse:
        name = form.cleaned_data["name"]
        with transaction.atomic():
            Organisation.objects.create(name=name, kind=Kind.OTHER)
            News.objects.create(title=name, slug=slugify(name), lead=form.cleaned_data["email"])
        return HttpResponseRedirect("/golv/tom/")


urlpatterns = [
    path("golv/tom/", empty_page),
    path("golv/lista/<str:what>/<int:rows>/", never_cache(PlainList.as_view())),
    path("golv/formular/", PlainFormView.as_view()),
    path("", include("malmoandan.urls")),
]
handler404 = "malmoandan.pages.views.not_found"
handler500 = "malmoandan.pages.views.server_error"
