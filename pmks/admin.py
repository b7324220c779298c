"""Kinds of PMKS, their published counts and the series of services on the admin pages."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin_jejak import IndonesianInputMixin, JejakAdmin, PrintedReadOnlyMixin, ReadOnlyMixin
from pmks.models import (
    JumlahPMKS,
    JumlahWarna,
    KategoriPMKS,
    KelompokWarna,
    NilaiSeri,
    SeriLayanan,
    WewenangKategori,
    Wilayah,
)


class YearInline(IndonesianInputMixin, PrintedReadOnlyMixin, admin.TabularInline):
    """One row a year."""

    extra = 0


class JumlahInline(YearInline):
    """Published counts of a kind."""

    model = JumlahPMKS


class WewenangInline(IndonesianInputMixin, admin.TabularInline):
    """Units that serve a kind and see its people by name."""

    model = WewenangKategori
    extra = 0
    autocomplete_fields = ("unit",)


class WarnaInline(ReadOnlyMixin, YearInline):
    """Counts of a colour as Tabel 3.2 prints them."""

    model = JumlahWarna


class NilaiInline(YearInline):
    """Values of a series."""

    model = NilaiSeri


@admin.register(KelompokWarna)
class KelompokWarnaAdmin(JejakAdmin):
    """Colours of Tabel 3.1."""

    list_display = ("nomor", "nama", "kode")
    list_display_links = ("nama",)
    search_fields = ("nama", "kode")
    inlines = (WarnaInline,)


@admin.register(KategoriPMKS)
class KategoriAdmin(JejakAdmin):
    """The 26 kinds with their counts."""

    list_display = ("nomor", "nama", "kelompok", "klaster", "peka")
    list_display_links = ("nama",)
    list_filter = ("kelompok", "klaster", "peka")
    list_select_related = ("kelompok",)
    search_fields = ("nama",)
    inlines = (WewenangInline, JumlahInline)


@admin.register(SeriLayanan)
class SeriLayananAdmin(JejakAdmin):
    """Series of Tabel 3.4-3.9 with their years."""

    list_display = ("nama", "tabel", "urutan", "satuan")
    list_filter = ("tabel",)
    search_fields = ("nama", "kode")
    inlines = (NilaiInline,)


@admin.register(Wilayah)
class WilayahAdmin(JejakAdmin):
    """Kecamatan and desa."""

    list_display = ("kode", "nama", "tingkat", "induk")
    list_display_links = ("nama",)
    list_filter = ("tingkat",)
    list_select_related = ("induk",)
    search_fields = ("nama", "kode")
    autocomplete_fields = ("induk",)
