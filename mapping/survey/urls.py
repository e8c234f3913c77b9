"""Addresses on Mina sidor for who reports; included by mapping/urls.py."""

from django.urls import path

from mapping.survey.views import drafts, link, report, sheets

BASE = "mina-sidor/kartlaggning/"
OWN = f"{BASE}<slug:round_slug>/<slug:organisation_slug>/"

urlpatterns = [
    path(f"{BASE}lank/<str:token>/", link.link, name="report_link"),
    path(f"{BASE}lank/<str:token>/kod/", link.ReportCodeView.as_view(), name="report_code"),
    path(OWN, report.report, name="report"),
    path(f"{OWN}bekrafta/", report.confirm, name="report_confirm"),
    path(f"{OWN}klar/", report.finish, name="report_finish"),
    path(f"{OWN}ny/", drafts.begin, name="report_new"),
    path(f"{OWN}andra/<slug:slug>/", drafts.begin, name="report_change"),
    path(f"{OWN}avsluta/<slug:slug>/", report.end, name="report_end"),
    path(f"{OWN}angra/<slug:slug>/", report.undo, name="report_undo"),
    path(f"{OWN}invand/<slug:slug>/", report.objection, name="report_objection"),
    path(f"{OWN}utkast/<int:pk>/slang/", drafts.drop, name="report_drop"),
    path(f"{OWN}utkast/<int:pk>/<slug:step>/", drafts.step, name="report_step"),
    path(f"{OWN}mall.xlsx", sheets.template, name="report_template"),
    path(f"{OWN}fil/", sheets.hand_in, name="report_hand_in"),
    path(f"{OWN}fil/<int:pk>/", sheets.preview, name="report_file"),
    path(f"{OWN}fil/<int:pk>/spara/", sheets.apply, name="report_apply"),
    path(f"{OWN}fil/<int:pk>/fel.xlsx", sheets.bad_rows, name="report_bad_rows"),
]
