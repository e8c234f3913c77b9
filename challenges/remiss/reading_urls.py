"""What everyone can read. Another format of a page has its address and an ending."""

from django.urls import path

from challenges.remiss.views import reading, reading_answers, reading_files

_ONE = "remiss/<slug:slug>/"

urlpatterns = [
    path("remiss/", reading.index, name="referrals"),
    path("remiss.atom", reading_files.referrals_atom, name="referrals_atom"),
    path(_ONE, reading.show, name="referral"),
    path(f"{_ONE}handlingar/<int:pk>/", reading.document, name="document"),
    path(f"{_ONE}remissinstanser/", reading.bodies, name="bodies"),
    # Answers
    path(f"{_ONE}svar/", reading_answers.responses, name="responses"),
    path("remiss/<slug:slug>/svar.atom", reading_files.responses_atom, name="responses_atom"),
    path(f"{_ONE}svar/<slug:reference>/", reading.response, name="response"),
    path(f"{_ONE}svar/<slug:reference>/likalydande/", reading.alike, name="alike"),
    path(f"{_ONE}svar/<slug:reference>/bilagor/<int:pk>/", reading.attachment, name="attachment"),
    # The compilation
    path(f"{_ONE}sammanstallning/", reading_files.compilation, name="compilation"),
    path(
        "remiss/<slug:slug>.<slug:ending>",
        reading_files.compilation_file,
        name="compilation_file",
    ),
]
