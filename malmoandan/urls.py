"""Public addresses: Swedish, lower case, stable (design.md, "Public addresses")."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("malmoandan.pages.urls")),
    path("", include("mapping.urls")),
    path("", include("challenges.remiss.urls")),
    path("", include("challenges.urls")),
    path("", include("signatures.urls")),
    path("", include("malmoandan.organisations.urls")),
    path("", include("malmoandan.running.urls")),
    path("konto/", include("malmoandan.accounts.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "malmoandan.pages.views.bad_request"
handler403 = "malmoandan.pages.views.permission_denied"
handler404 = "malmoandan.pages.views.not_found"
handler429 = "malmoandan.pages.views.too_many"
handler500 = "malmoandan.pages.views.server_error"
