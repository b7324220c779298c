"""The plan on the admin pages; its nodes are registered in ``indicators/admin.py``, with their indicators."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.http import HttpRequest

from accounts.admin_jejak import IndonesianInputMixin, JejakAdmin, PrintedReadOnlyMixin, ReadOnlyMixin, figure
from programs.models import (
    ArahKebijakan,
    BarisProfil,
    IsuStrategis,
    Misi,
    Renstra,
    Sasaran,
    Strategi,
    TabelDokumen,
    TotalTercetak,
    Tujuan,
)


def plan_of(row: Any) -> Renstra | None:
    """The version of the plan a row belongs to."""
    if row is None or isinstance(row, Renstra):
        return row
    for name in ("renstra", "tujuan", "sasaran", "strategi"):
        above = getattr(row, name, None)
        if above is not None:
            return plan_of(above)
    return None


class HistoryMixin:
    """Rows of a version that a later one replaced are history: looked at, not changed."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Only inlines are asked about the row they stand below.
        given = (obj,) if isinstance(self, InlineModelAdmin) else ()
        return super().has_add_permission(request, *given) and not _is_history(obj)  # type: ignore[misc]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_history(obj)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not _is_history(obj)  # type: ignore[misc]


def _is_history(row: Any) -> bool:
    plan = plan_of(row)
    return plan is not None and plan.diganti


class SentenceInline(HistoryMixin, IndonesianInputMixin, PrintedReadOnlyMixin, admin.TabularInline):
    """Numbered sentences below what they belong to."""

    extra = 0
    show_change_link = True


class MisiInline(SentenceInline):
    """Missions of a plan."""

    model = Misi


class IsuInline(SentenceInline):
    """Strategic issues of a plan."""

    model = IsuStrategis


class TujuanInline(SentenceInline):
    """Aims of a plan."""

    model = Tujuan


class SasaranInline(SentenceInline):
    """Objectives of an aim."""

    model = Sasaran


class StrategiInline(SentenceInline):
    """Strategies of an objective."""

    model = Strategi


class ArahInline(SentenceInline):
    """Policy directions of a strategy."""

    model = ArahKebijakan


@admin.register(Renstra)
class RenstraAdmin(HistoryMixin, JejakAdmin):
    """Plans in their versions."""

    list_display = ("judul", "perangkat_daerah", "tahun_awal", "tahun_akhir", "perubahan_ke", "status")
    list_filter = ("status", "perangkat_daerah")
    list_select_related = ("perangkat_daerah",)
    search_fields = ("judul", "kode")
    inlines = (MisiInline, IsuInline, TujuanInline)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        given = ("asal", "akar", *super().get_readonly_fields(request, obj))
        if obj is None or obj.akar_id is None:
            return given
        # A perubahan is made, numbered and determined on the page of versions.
        return (*given, "kode", "perubahan_ke", "status", "tanggal_penetapan", "nomor_penetapan")


class SentenceAdmin(HistoryMixin, JejakAdmin):
    """Numbered sentences of the narrative."""

    list_display: Any = ("nomor", "kode", "teks")
    list_display_links = ("teks",)
    search_fields = ("kode", "teks")


@admin.register(Misi, IsuStrategis)
class PlanSentenceAdmin(SentenceAdmin):
    """Missions and issues."""

    list_filter = ("renstra",)


@admin.register(Tujuan)
class TujuanAdmin(SentenceAdmin):
    """Aims with their objectives."""

    list_filter = ("renstra",)
    inlines = (SasaranInline,)


@admin.register(Sasaran)
class SasaranAdmin(SentenceAdmin):
    """Objectives with their strategies."""

    list_display = ("nomor", "kode", "teks", "unit")
    list_filter = ("tujuan__renstra", "unit")
    list_select_related = ("unit",)
    inlines: ClassVar[Any] = (StrategiInline,)


@admin.register(Strategi)
class StrategiAdmin(SentenceAdmin):
    """Strategies with their directions."""

    inlines = (ArahInline,)


@admin.register(ArahKebijakan)
class ArahKebijakanAdmin(SentenceAdmin):
    """Policy directions."""


# Only the units that own something; the office has 21.
OWNER_FILTER = ("unit", admin.RelatedOnlyFieldListFilter)


class SimpulAdmin(HistoryMixin, JejakAdmin):
    """Base of the pages of program, kegiatan and sub kegiatan."""

    list_display = ("kode", "nama", "unit", "kode_kanonik")
    list_display_links = ("kode", "nama")
    list_filter: ClassVar[Any] = ("renstra", OWNER_FILTER, "nomenklatur")
    list_select_related = ("unit",)
    search_fields = ("kode", "kode_kanonik", "nama")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "kode_kanonik" in form.base_fields:
            # Left empty it follows from the printed code (Simpul.clean).
            form.base_fields["kode_kanonik"].required = False
        return form


@admin.register(TabelDokumen)
class TabelDokumenAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """The list of tables, as printed."""

    list_display = ("nomor", "judul", "halaman", "renstra")
    list_filter = ("renstra",)
    list_select_related = ("renstra",)
    search_fields = ("nomor", "judul")


@admin.register(TotalTercetak)
class TotalTercetakAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Totals as printed."""

    list_display = ("tabel", "kunci", figure("nilai", "nilai"), "sumber")
    fields = ("tabel", "kunci", figure("nilai", "nilai"), "sumber")
    readonly_fields = fields
    list_filter = ("tabel",)
    list_select_related = ("tabel",)


@admin.register(BarisProfil)
class BarisProfilAdmin(JejakAdmin):
    """Rows of the profile tables."""

    list_display = ("tabel", "urutan", "nomor", "uraian", "rincian", figure("jumlah", "jumlah"), "satuan")
    list_display_links = ("uraian",)
    list_filter = ("tabel", "jenis")
    list_select_related = ("tabel",)
    search_fields = ("uraian", "rincian", "rincian_lanjut", "keterangan")
