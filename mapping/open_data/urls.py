from django.urls import path, re_path

from mapping.open_data import views

urlpatterns = [
    path("oppna-data/", views.show, name="open_data"),
    path("oppna-data/katalog.rdf", views.as_rdf, name="catalogue"),
    path("oppna-data/openapi.json", views.open_api, name="open_api"),
    re_path(
        r"^oppna-data/(?P<key>[a-z-]+)\.(?P<ending>csv|csv-metadata\.json|xlsx|json)$",
        views.data_file,
        name="data_file",
    ),
]
