"""Addresses of signing in and out."""

from django.urls import path

from accounts import token_views, views

urlpatterns = [
    path("masuk/", views.MasukView.as_view(), name="masuk"),
    path("keluar/", views.KeluarView.as_view(), name="keluar"),
    path("sandi/", views.SandiView.as_view(), name="sandi"),
    path("akun/token/", token_views.token, name="token"),
    path("akun/token/<int:pk>/cabut/", token_views.token_cabut, name="token-cabut"),
    path("panduan/", views.panduan, name="panduan"),
]
