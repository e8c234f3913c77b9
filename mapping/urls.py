from django.urls import include, path

app_name = "mapping"
urlpatterns = [
    path("", include("mapping.organisations.urls")),
]
