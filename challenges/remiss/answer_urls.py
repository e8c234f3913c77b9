"""Where people answer; the address of a draft is its secret."""

from django.urls import path

from challenges.remiss.views import answering, my_answers, sharing

_DRAFT = "remiss/<slug:slug>/svara/<str:token>/"
_MINE = "mina-sidor/remissvar/<str:reference>/"

urlpatterns = [
    path("remiss/<slug:slug>/svara/", answering.begin, name="answer"),
    path(_DRAFT, answering.respondent, name="draft"),
    path(f"{_DRAFT}svaret/", answering.answer, name="draft_answer"),
    path(f"{_DRAFT}bilagor/", answering.attachments, name="draft_attachments"),
    path(f"{_DRAFT}bilagor/<int:pk>/", answering.attachment, name="draft_attachment"),
    path(f"{_DRAFT}utkast/", sharing.readers, name="draft_readers"),
    path(f"{_DRAFT}kasta/", answering.throw_away, name="draft_throw_away"),
    path(f"{_DRAFT}kontrollera/", answering.check, name="draft_check"),
    path(f"{_DRAFT}kod/", answering.AnswerCodeView.as_view(), name="draft_code"),
    path(f"{_DRAFT}skicka/", answering.finish, name="draft_finish"),
    path(f"{_DRAFT}kvitto/", answering.receipt, name="draft_receipt"),
    # A colleague
    path("remiss/<slug:slug>/las/<str:token>/", sharing.reader, name="reader"),
    path(
        "remiss/<slug:slug>/las/<str:token>/bilagor/<int:pk>/",
        sharing.reader_attachment,
        name="reader_attachment",
    ),
    # Mina sidor
    path(_MINE, my_answers.show, name="my_response"),
    path(f"{_MINE}<int:number>.pdf", my_answers.pdf, name="my_response_pdf"),
    path(f"{_MINE}bilagor/<int:pk>/", my_answers.attachment, name="my_attachment"),
    path(f"{_MINE}ratta/", my_answers.correct, name="correct_response"),
    path(f"{_MINE}namn/", my_answers.name, name="response_name"),
]
