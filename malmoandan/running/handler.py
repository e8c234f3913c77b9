"""Django's ASGI handler for a portal whose middlewares and views are all synchronous."""

from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class SyncHandler(ASGIHandler):
    """Takes a request from the first middleware to the view and back in one thread.

    Django's own builds an asynchronous chain, and hops to a thread and back at each of our
    middlewares that is not made for both: half of what a small page costs.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> Any:
        answer: HttpResponseBase = await sync_to_async(self.get_response)(request)
        return answer
