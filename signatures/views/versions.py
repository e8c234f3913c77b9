"""What a new text changes, side by side with the former one, and the way to sign it."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from malmoandan.organisations.models import Organisation
from signatures.models import AgreementVersion
from signatures.versions import (
    INVITATION,
    can_sign_anew,
    compare,
    invitation,
    invited_organisation,
)
from signatures.views.agreement import published_or_404


@never_cache
@require_safe
def changes(request: HttpRequest, number: int) -> HttpResponse:
    """What the published text changes. Who is invited or signed in gets a button of their own."""
    return changes_page(request, published_or_404(number))


def changes_page(
    request: HttpRequest, version: AgreementVersion, *, preview: bool = False
) -> TemplateResponse:
    former = version.former()
    if former is None:
        raise Http404
    context = {
        "version": version,
        "former": former,
        "preview": preview,
        "changes": compare(former.text, version.text),
        "can_sign": not preview and version.is_open(timezone.localdate()),
        "ways": [] if preview else [_way(one, version) for one in _asked(request, version)],
    }
    return TemplateResponse(request, "signatures/versions/changes.html", context)


def _asked(request: HttpRequest, version: AgreementVersion) -> list[Organisation]:
    """The organisations that this visitor is asked to sign for."""
    invited = invited_organisation(request.GET.get(INVITATION, ""))
    own = can_sign_anew(request.user, version) if request.user.is_authenticated else []
    return [invited, *(one for one in own if one != invited)] if invited else own


def _way(organisation: Organisation, version: AgreementVersion) -> tuple[Organisation, str]:
    """The organisation, and the address where its form is filled in beforehand."""
    query = urlencode({INVITATION: invitation(organisation), "version": version.number})
    return organisation, f"{reverse('signatures:sign')}?{query}"
