"""Views and jobs that leave a mark in a file, for tests of the processes that run them."""

import time
from pathlib import Path

from django.core.mail import send_mail
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from procrastinate.contrib.django import app

from malmoandan import urls as real
from malmoandan.running.queue import MAIL_RETRY


def note(file, line):
    with Path(file).open("a") as marks:
        marks.write(f"{line}\n")


@csrf_exempt
def take_post(request):
    """Mark what arrived: the length of the field `text` and of the file `file`."""
    upload = request.FILES.get("file")
    size = len(upload.read()) if upload else 0
    note(request.GET["marks"], f"{len(request.POST.get('text', ''))} {size}")
    return HttpResponse("tack")


def large_page(request):
    """Use the database, then answer with more than a socket's buffers hold."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse(b"x" * 20_000_000)


def small_page(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("tack")


@csrf_exempt
def fail(request, word):
    """Fail as code with a mistake in it does: with what was typed in the error."""
    typed = request.POST.get("text", "")
    if request.GET.get("how") == "database":
        with transaction.atomic(), connection.cursor() as cursor:
            for _twice in range(2):
                cursor.execute(
                    "INSERT INTO django_session VALUES (%s, %s, now())", [typed[:40], typed]
                )
    if request.GET.get("how") == "type":
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::int", [typed])
    raise ValueError(f"{typed} {request.headers} {request.body!r}")


urlpatterns = [
    path("probe/post/", take_post),
    path("probe/large/", large_page),
    path("probe/small/", small_page),
    path("probe/fail/<str:word>/", fail),
    path("", include("malmoandan.urls")),
]
handler400, handler403 = real.handler400, real.handler403
handler404, handler500 = real.handler404, real.handler500


@app.task(name="probe.note")
def note_job(marks):
    note(marks, "done")


@app.task(name="probe.hang_once")
def hang_once(marks):
    """Hang at the first try, as long as it takes to be killed."""
    file = Path(marks)
    is_first = not file.exists()
    note(marks, "begun")
    if is_first:
        time.sleep(60)
    note(marks, "done")


@app.task(name="probe.take_a_second")
def take_a_second(marks):
    note(marks, "begun")
    time.sleep(1)
    note(marks, "done")


@app.task(name="probe.fail_once", retry=MAIL_RETRY)
def fail_once(marks):
    """Fail at the first try, once another job of the kind waits behind it."""
    file = Path(marks)
    is_first = not file.exists()
    note(marks, "begun")
    if is_first:
        fail_once.configure(lock="probe", queueing_lock="probe").defer(marks=marks)
        raise ValueError


@app.task(name="probe.mail", retry=MAIL_RETRY)
def mail_job(to):
    send_mail("Ämne", "Hej", None, [to])


@app.task(name="probe.defer_and_roll_back")
def defer_and_roll_back(lost, kept):
    with transaction.atomic():
        note_job.defer(marks=lost)
        transaction.set_rollback(True)
    note_job.defer(marks=kept)


@app.task(name="probe.fail")
def fail_job(word):
    with transaction.atomic(), connection.cursor() as cursor:
        try:
            cursor.execute("SELECT %s::int", [word])
        except Exception as error:
            raise ValueError(word) from error
