"""What the portal is measured against: plain Django that does the least, behind our middleware."""

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import include, path
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, ListView

from malmoandan.organisations.models import Kind, Organisation
from malmoandan.pages.models import News


@never_cache
def empty_page(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "floors/empty.html")


class PlainList(ListView):
    """So many rows of a table of 100,000, in Django's own generic view.

    Each row has a link, two words of choices and two days, as the portal's own lists have. It
    is not paged: counting all would cost more than showing some.
    """

    template_name = "floors/list.html"

    def get_queryset(self) -> QuerySet[Organisation]:
        return Organisation.objects.order_by("sort_key")[: self.kwargs["rows"]]


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
    path("golv/lista/<int:rows>/", never_cache(PlainList.as_view())),
    path("golv/formular/", PlainFormView.as_view()),
    path("", include("malmoandan.urls")),
]
handler404 = "malmoandan.pages.views.not_found"
handler500 = "malmoandan.pages.views.server_error"
