from django.urls import path

from malmoandan.organisations import views

app_name = "organisations"
urlpatterns = [
    path("mina-sidor/organisationer/<slug:slug>/lamna-over/", views.hand_over, name="hand_over"),
    path(
        "mina-sidor/organisationer/<slug:slug>/lamna-over/kontrollera/",
        views.hand_over_check,
        name="hand_over_check",
    ),
    path(
        "mina-sidor/organisationer/<slug:slug>/lamna-over/avbryt/",
        views.cancel,
        name="hand_over_cancel",
    ),
    path("mina-sidor/ta-over/<str:token>/", views.take_over, name="take_over"),
    path(
        "mina-sidor/ta-over/<str:token>/kod/",
        views.TakeOverCodeView.as_view(),
        name="take_over_code",
    ),
    path(
        "mina-sidor/ta-over/<str:token>/slutfor/", views.take_over_finish, name="take_over_finish"
    ),
]
