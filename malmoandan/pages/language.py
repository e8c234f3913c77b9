"""Swedish unless the visitor chose English: by `?sprak=en`, remembered in the session."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from malmoandan.accounts.actions import remember_language
from malmoandan.publishing.languages import PARAMETER


class LanguageMiddleware:
    """Django's own middleware would set a cookie of its own or guess from the browser.

    A choice in the address can be shared, and a visitor who never chose gets no session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = request.GET.get(PARAMETER)
        switched = False
        if language not in dict(settings.LANGUAGES):
            language = request.session.get(PARAMETER, settings.LANGUAGE_CODE)
        elif request.session.get(PARAMETER, settings.LANGUAGE_CODE) != language:
            request.session[PARAMETER] = language
            switched = True
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        if switched:
            _remember(request, language)
        response.headers.setdefault("Content-Language", language)
        return response


def _remember(request: HttpRequest, language: str) -> None:
    """Mails to someone who is signed in come in the language that was chosen last."""
    user = getattr(request, "user", None)
    if user and user.is_authenticated:
        remember_language(user=user, language=language)
