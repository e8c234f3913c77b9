"""Organisations and departments; /kartlaggning/ has its own."""

from django.urls import path

from mapping.organisations import views

urlpatterns = [
    path("organisationer/", views.index, name="organisations"),
    path("organisationer.csv", views.as_csv, name="organisations_csv"),
    path("organisationer.csv-metadata.json", views.csv_metadata, name="organisations_metadata"),
    path("organisationer.xlsx", views.as_xlsx, name="organisations_xlsx"),
    path("organisationer.json", views.as_json, name="organisations_json"),
    path("organisationer/<slug:slug>/", views.show, name="organisation"),
]
