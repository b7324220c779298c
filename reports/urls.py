"""Addresses of the paper."""

from django.urls import path

from reports import views

urlpatterns = [
    path("laporan/", views.laporan, name="laporan"),
    path("laporan/<slug:slug>/", views.laporan_detail, name="laporan_detail"),
    path("laporan/<slug:slug>.<slug:suffix>", views.laporan_berkas, name="laporan_berkas"),
]
