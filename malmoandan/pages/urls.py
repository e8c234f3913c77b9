from django.urls import path

from malmoandan.pages import views

app_name = "pages"
urlpatterns = [
    path("", views.start, name="start"),
]
