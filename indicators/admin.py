"""Nodes of the plan with their indicators, targets, and realisasi to look at.

The nodes are registered here and not in ``programs/admin.py``: their pages carry
indicators, which that layer does not know.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from accounts.admin_jejak import IndonesianInputMixin, JejakAdmin, PrintedReadOnlyMixin, ReadOnlyMixin, figure
from indicators.models import Definisi, Indikator, Komponen, NilaiBeku, Realisasi, Rumus, Sebutan, Target
from programs.admin import OWNER_FILTER, HistoryMixin, SasaranAdmin, SimpulAdmin
from programs.models import Kegiatan, Program, Sasaran, SubKegiatan

FINAL_TARGET = figure("akhir_target", "target akhir tercetak")
FINAL_PAGU = figure("akhir_pagu", "pagu akhir tercetak (Rp)")


class NodeIndicatorForm(forms.ModelForm):
    """An indicator below its node; the plan is the node's."""

    def _get_validation_exclusions(self) -> set[str]:
        # Django leaves out what the form does not show; the code must be unique within the plan.
        return super()._get_validation_exclusions() - {"renstra"}  # type: ignore[misc]


class NodeIndicatorFormSet(forms.BaseInlineFormSet):
    """Gives new indicators the plan of their node."""

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        if form.instance.renstra_id is None:
            node = self.instance
            form.instance.renstra_id = node.tujuan.renstra_id if isinstance(node, Sasaran) else node.renstra_id
        return form


class IndikatorInline(HistoryMixin, IndonesianInputMixin, PrintedReadOnlyMixin, admin.TabularInline):
    """Indicators of a node; targets are on the page of the indicator."""

    model = Indikator
    form = NodeIndicatorForm
    formset = NodeIndicatorFormSet
    extra = 0
    show_change_link = True
    fields = ("urutan", "kode", "uraian", "satuan", "arah", FINAL_TARGET, FINAL_PAGU)
    readonly_fields = (FINAL_TARGET, FINAL_PAGU)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "uraian":
            kwargs["widget"] = forms.Textarea(attrs={"rows": 2, "cols": 44})
            return db_field.formfield(**kwargs)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(Program)
class ProgramAdmin(SimpulAdmin):
    """Programs."""

    inlines = (IndikatorInline,)


@admin.register(Kegiatan)
class KegiatanAdmin(SimpulAdmin):
    """Kegiatan."""

    list_filter = ("renstra", OWNER_FILTER, "induk", "nomenklatur")
    inlines = (IndikatorInline,)


@admin.register(SubKegiatan)
class SubKegiatanAdmin(SimpulAdmin):
    """Sub kegiatan."""

    list_filter = ("renstra", OWNER_FILTER, "induk__induk", "nomenklatur")
    inlines = (IndikatorInline,)


# The objective again, with its indicators (IKU) below it.
admin.site.unregister(Sasaran)


@admin.register(Sasaran)
class SasaranIkuAdmin(SasaranAdmin):
    """Objectives with strategies and IKU."""

    inlines = (*SasaranAdmin.inlines, IndikatorInline)


class TargetForm(forms.ModelForm):
    """A year of target and pagu."""

    def clean_target(self) -> Decimal | None:
        """Refuse a 0 that somebody types; what the document prints stays as it is."""
        value: Decimal | None = self.cleaned_data["target"]
        if value == 0 and "target" in self.changed_data:
            raise forms.ValidationError(
                "Target 0 tidak dapat dinilai, karena capaian membagi dengan target. "
                "Kosongkan bila tahun ini tidak punya target."
            )
        return value


class TargetInline(HistoryMixin, IndonesianInputMixin, PrintedReadOnlyMixin, admin.TabularInline):
    """Six years of target and pagu."""

    model = Target
    form = TargetForm
    extra = 0


@admin.register(Indikator)
class IndikatorAdmin(HistoryMixin, JejakAdmin):
    """Indicators with their targets."""

    list_display = ("kode", "uraian", "satuan", "arah", "akumulasi_tampil", "induk", "nomor_tabel")
    list_display_links = ("kode", "uraian")
    list_filter = ("renstra", "tabel", "arah", "akumulasi", "wajib_bukti")
    list_select_related = ("renstra", "sasaran", "program", "kegiatan", "subkegiatan", "milik_renstra", "tabel")
    search_fields = ("kode", "uraian")
    autocomplete_fields = (
        "renstra",
        "milik_renstra",
        "sasaran",
        "program",
        "kegiatan",
        "subkegiatan",
        "ukuran_dari",
        "melayani",
    )
    inlines = (TargetInline,)
    fieldsets: ClassVar = (
        (None, {"fields": ("renstra", "kode", "uraian", "satuan", "urutan")}),
        (
            "Melekat pada (tepat satu)",
            {"fields": ("milik_renstra", "sasaran", "program", "kegiatan", "subkegiatan", "ukuran_dari", "melayani")},
        ),
        ("Pengisian", {"fields": ("wajib_bukti",)}),
        (
            "Cara menghitung",
            {
                "fields": (
                    "arah",
                    "rumus_turun",
                    "batas_bawah",
                    "batas_atas",
                    "akumulasi",
                    "akumulasi_tahun",
                    "data_awal",
                    "data_awal_satuan",
                )
            },
        ),
        (
            "Seperti tercetak",
            {
                "fields": (
                    "data_awal_teks",
                    FINAL_TARGET,
                    FINAL_PAGU,
                    "tabel",
                    "baris",
                    "teks_tercetak",
                    "catatan_transkripsi",
                )
            },
        ),
        (None, {"fields": ("alasan_perubahan",)}),
    )
    readonly_fields = (FINAL_TARGET, FINAL_PAGU, "tabel", "baris")

    @admin.display(description="Akumulasi", ordering="akumulasi")
    def akumulasi_tampil(self, obj: Indikator) -> str:
        """Short head, so that the columns fit."""
        return obj.get_akumulasi_display()

    @admin.display(description="Tabel", ordering="tabel__nomor")
    def nomor_tabel(self, obj: Indikator) -> str:
        """The number alone; the title is on the page of the row."""
        return obj.tabel.nomor if obj.tabel else "-"


@admin.register(Realisasi)
class RealisasiAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """To look at: realisasi is typed on its own page, where its rules are."""

    list_display = (
        "indikator",
        "tahun",
        "triwulan",
        "keadaan",
        figure("kinerja", "kinerja"),
        figure("rupiah", "rupiah"),
        "status",
        "versi",
        "diubah_pada",
    )
    list_filter = ("tahun", "keadaan", "status", "indikator__renstra")
    list_select_related = ("indikator",)
    search_fields = ("indikator__kode", "indikator__uraian")


class PrintedAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """What other tables print about an indicator."""

    list_display = ("tabel", "urutan", "nomor", "teks", "indikator")
    list_display_links = ("teks",)
    list_filter = ("tabel",)
    list_select_related = ("tabel", "indikator")
    search_fields = ("teks", "indikator__kode")


@admin.register(Komponen)
class KomponenAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """To look at: components are defined on the page of their indicator, where the formula checks them."""

    list_display = ("indikator", "kode", "nama", "satuan", "jenis_sumber", "acuan", "kebijakan")
    list_filter = ("jenis_sumber", "kebijakan")
    list_select_related = ("indikator",)
    search_fields = ("indikator__kode", "kode", "nama")


@admin.register(Rumus)
class RumusAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """To look at: a version is never changed, and a new one is written with a preview."""

    list_display = ("indikator", "versi", "ekspresi", "berlaku_mulai", "alasan", "dibuat_oleh")
    list_select_related = ("indikator", "dibuat_oleh")
    search_fields = ("indikator__kode", "ekspresi")


@admin.register(NilaiBeku)
class NilaiBekuAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """To look at: what approval froze."""

    list_display = ("indikator", "tahun", figure("hasil", "hasil"), "dibekukan_oleh", "dibekukan_pada")
    list_filter = ("tahun",)
    list_select_related = ("indikator", "dibekukan_oleh")
    search_fields = ("indikator__kode",)


admin.site.register(Sebutan, PrintedAdmin)
admin.site.register(Definisi, PrintedAdmin)
