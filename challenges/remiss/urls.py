from django.urls import URLPattern

app_name = "remiss"
urlpatterns: list[URLPattern] = []
