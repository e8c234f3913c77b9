from django.urls import path

from malmoandan.pages import my_pages, views

app_name = "pages"
urlpatterns = [
    path("", views.start, name="start"),
    path("om/", views.about, name="about"),
    path("tillganglighet/", views.accessibility_statement, name="accessibility"),
    path("integritet/", views.privacy, name="privacy"),
    path("mina-sidor/", my_pages.mine, name="mine"),
    path("mina-sidor/mina-uppgifter.json", my_pages.own_data, name="own_data"),
    path("mina-sidor/radera/", my_pages.erase, name="erase"),
    path("mina-sidor/raderat/", my_pages.erased, name="erased"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("robots.txt", views.robots, name="robots"),
]
