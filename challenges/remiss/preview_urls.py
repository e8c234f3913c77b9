"""The preview of a draft; the token in the address is its secret."""

from django.urls import path

from challenges.remiss.views import preview

urlpatterns = [
    path("remiss/forhandsvisning/<str:token>/", preview.preview, name="preview"),
    path(
        "remiss/forhandsvisning/<str:token>/handling/<int:pk>/",
        preview.preview_document,
        name="preview_document",
    ),
]
