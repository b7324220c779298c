"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from renstra.health import sehat, siap

urlpatterns = [
    path("sehat/", sehat, name="sehat"),
    path("siap/", siap, name="siap"),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("pmks.urls")),
    path("", include("indicators.urls")),
    path("", include("reports.urls")),
]
