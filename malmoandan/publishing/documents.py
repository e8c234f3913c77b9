"""Documents are made by the worker, outside the request, and served from store while fresh."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.tasks import Task

from malmoandan.publishing.models import StoredDocument

RETRY_AFTER_SECONDS = 2


def store_document(
    *, name: str, stamp: str, render: Callable[[], bytes], content_type: str = "application/pdf"
) -> None:
    """Make and store the document, unless the stored one has this stamp.

    Take the stamp before `render` reads its data: a change in between gives the next request
    another stamp, and the document is made again. Whatever interrupts it leaves the old one.
    """
    if StoredDocument.objects.filter(name=name, stamp=stamp).exists():
        return
    content = render()
    StoredDocument.objects.update_or_create(
        name=name,
        defaults={
            "stamp": stamp,
            "content": content,
            "content_type": content_type,
            "sha256": hashlib.sha256(content).hexdigest(),
        },
    )


def serve_document(
    request: HttpRequest,
    *,
    name: str,
    stamp: str,
    make: Task,
    arguments: dict[str, Any],
    filename: str,
) -> HttpResponse:
    """The stored document, when it has the wanted stamp; otherwise 503 while it is made.

    `make` is the task that stores it, called with `arguments`. However many ask, it waits in
    the queue once, and runs one at a time.
    """
    document = StoredDocument.objects.filter(name=name, stamp=stamp).defer("content").first()
    if document is None:
        queue_once(make, name, arguments)
        return _being_made(request)
    return document_response(request, document, filename)


def document_response(
    request: HttpRequest, document: StoredDocument, filename: str, *, save: bool = False
) -> HttpResponse:
    """The document, or 304 for who has it; `save` hands it over as a file to save."""
    etag = f'"{document.sha256}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(bytes(document.content), content_type=document.content_type)
        way = "attachment" if save else "inline"
        response["Content-Disposition"] = f'{way}; filename="{filename}"'
    response["ETag"] = etag
    patch_cache_control(response, no_cache=True)
    return response


def queue_once(make: Task, name: str, arguments: dict[str, Any]) -> None:
    """Put the job in the queue unless one of that name waits there; one runs at a time."""
    job = make.configure(lock=name, queueing_lock=name)
    # A savepoint: the refusal must not break a transaction around the request.
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(**arguments)


def _being_made(request: HttpRequest) -> HttpResponse:
    response = render(request, "publishing/being_made.html", status=503)
    response["Retry-After"] = RETRY_AFTER_SECONDS
    # The header, not the meta element: the page reloads without JavaScript in either way.
    response["Refresh"] = RETRY_AFTER_SECONDS
    patch_cache_control(response, no_store=True)
    # Django logs every 503 as an error, and this one is nobody's fault.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
