from django.urls import path

from malmoandan.running import metrics, views

app_name = "running"
urlpatterns = [
    path("halsa/levande", views.alive, name="alive"),
    path("halsa/redo", views.ready, name="ready"),
    path("halsa/matt", metrics.metrics, name="metrics"),
    path("lokal-post/", views.mail_list, name="mail_list"),
    path("lokal-post/<slug:name>/", views.mail_detail, name="mail_detail"),
]
