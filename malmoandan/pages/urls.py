from django.urls import path

from malmoandan.pages import views

app_name = "pages"
urlpatterns = [
    path("", views.start, name="start"),
    path("om/", views.about, name="about"),
    path("tillganglighet/", views.accessibility_statement, name="accessibility"),
    path("integritet/", views.privacy, name="privacy"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("robots.txt", views.robots, name="robots"),
]
