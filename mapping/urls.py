from django.urls import include, path, re_path

from mapping.views import browse, cooperation, pictures, reports

app_name = "mapping"
# Another format of the page takes the same query.
_ENDING = r"\.(?P<ending>csv|csv-metadata\.json|xlsx|json)$"
urlpatterns = [
    path("", include("mapping.organisations.urls")),
    path("", include("mapping.open_data.urls")),
    path("", include("mapping.survey.urls")),
    path("kartlaggning/", browse.show, name="index"),
    re_path(rf"^kartlaggning{_ENDING}", browse.rows_as_file, name="file"),
    re_path(
        rf"^kartlaggning/tabeller/(?P<name>[a-z-]+){_ENDING}", browse.table_as_file, name="table"
    ),
    path("kartlaggning/bilder/", pictures.show, name="pictures"),
    re_path(
        r"^kartlaggning/bilder/(?P<page>forvaltningar|organisationer)/$",
        pictures.show,
        name="pictures",
    ),
    path("kartlaggning/rapport/<slug:kind>.pdf", reports.show, name="report_pdf"),
    path("kartlaggning/<slug:slug>/", cooperation.show, name="cooperation"),
]
