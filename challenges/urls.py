from django.urls import path

from challenges.views import areas, coordinators, mine

app_name = "challenges"
urlpatterns = [
    # The areas: pages, and files of the same rows
    path("utmaningar/", areas.index, name="areas"),
    path("utmaningar.csv", areas.as_csv, name="areas_csv"),
    path("utmaningar.csv-metadata.json", areas.csv_metadata, name="areas_metadata"),
    path("utmaningar.xlsx", areas.as_xlsx, name="areas_xlsx"),
    path("utmaningar.json", areas.as_json, name="areas_json"),
    path("utmaningar/<slug:slug>/", areas.show, name="area"),
    # People
    path("samordnare/", coordinators.show, name="coordinators"),
    path("mina-sidor/omraden/", mine.areas, name="my_areas"),
]
