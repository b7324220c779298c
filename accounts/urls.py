"""Addresses of signing in and out."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("masuk/", views.MasukView.as_view(), name="masuk"),
    path("keluar/", views.KeluarView.as_view(), name="keluar"),
    path("sandi/", views.SandiView.as_view(), name="sandi"),
    path("panduan/", views.panduan, name="panduan"),
]
