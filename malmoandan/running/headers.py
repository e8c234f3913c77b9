"""Headers that tell browsers what a page of ours never needs, and who may embed it: nobody."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

# What a page of ours never uses, and therefore nobody else inside one either.
UNUSED_FEATURES = [
    *["accelerometer", "autoplay", "bluetooth", "camera", "display-capture", "geolocation"],
    *["gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb"],
    *["browsing-topics", "idle-detection", "local-fonts", "screen-wake-lock"],
]
POLICY = ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES)


class Headers:
    """Middleware, outermost of those that answer: what it adds stands on static files too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
