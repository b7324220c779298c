"""The form of one service, and the sub kegiatan it can be given under."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import OuterRef, Subquery

from pmks.actions import IsianLayanan
from pmks.forms import date_field, without_number
from pmks.models import KategoriPMKS
from pmks.wewenang import cakupan
from programs.models import Renstra, SubKegiatan
from renstra.formats import FormatError, parse_rupiah
from renstra.penyimpanan import FilesField, accept_files, file_help


@dataclass(frozen=True, slots=True)
class SubRow:
    """A sub kegiatan of the plan in force: canonical code, code as printed, name, id of its unit."""

    kode: str
    tercetak: str
    nama: str
    unit: int | None


def load_sub() -> list[SubRow]:
    """Sub kegiatan in the order of the plan: two queries; none before a plan is in force."""
    plan = Renstra.current_or_none()
    if plan is None:
        return []
    rows = SubKegiatan.objects.filter(induk__induk__renstra=plan).order_by("kunci_urut")
    return [SubRow(*row) for row in rows.values_list("kode_kanonik", "kode", "nama", "unit_id")]


def by_owner(plan: Sequence[SubRow], user: Any) -> tuple[list[SubRow], list[SubRow]]:
    """Sub kegiatan of the own unit and those below it, and all others."""
    own = cakupan(user).unit
    return [row for row in plan if row.unit in own], [row for row in plan if row.unit not in own]


def sub_of_service() -> dict[str, Subquery]:
    """Annotations for services: printed code (``sub_tercetak``) and name (``sub_nama``) in the plan in force."""
    rows = SubKegiatan.objects.filter(
        kode_kanonik=OuterRef("kode_sub_kegiatan"),
        induk__induk__renstra=Subquery(Renstra.newest_determined().values("pk")[:1]),
    ).order_by("kunci_urut")
    return {"sub_tercetak": Subquery(rows.values("kode")[:1]), "sub_nama": Subquery(rows.values("nama")[:1])}


class LayananForm(forms.Form):
    """A service; the sub kegiatan of the own unit stand first."""

    kode = forms.ChoiceField(
        label="Sub kegiatan",
        error_messages={
            "required": "Pilih sub kegiatan yang membiayainya.",
            "invalid_choice": "Sub kegiatan ini tidak ada dalam Renstra.",
        },
    )
    tanggal = date_field("Tanggal layanan")
    jenis_layanan = forms.CharField(
        label="Jenis layanan",
        max_length=150,
        help_text="Misalnya: paket sembako, kursi roda, rujukan ke panti.",
        error_messages={"required": "Tulis jenis layanan, misalnya paket sembako."},
        validators=[without_number],
    )
    nilai_rp = forms.CharField(
        label="Nilai (Rp)", max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    kategori = forms.ChoiceField(
        label="Dilayani sebagai", required=False, help_text="Jenis PMKS yang menjadi alasan layanan ini."
    )
    bukti = forms.CharField(
        label="Bukti",
        max_length=200,
        required=False,
        help_text="Nomor surat, berita acara, atau daftar tanda terima.",
        validators=[without_number],
    )
    berkas = FilesField(label="Berkas bukti", required=False)

    def __init__(
        self, *args: Any, milik: Sequence[SubRow], lain: Sequence[SubRow], kinds: Sequence[KategoriPMKS], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["berkas"].help_text = f"Foto, surat, atau tanda terima; boleh beberapa. {file_help()}"
        accept_files(self.fields["berkas"])
        self.kinds = {str(kind.nomor): kind for kind in kinds}
        groups = [("Sub kegiatan unit Anda", milik), ("Sub kegiatan unit lain", lain)]
        kode, kategori = self.fields["kode"], self.fields["kategori"]
        assert isinstance(kode, forms.ChoiceField)
        assert isinstance(kategori, forms.ChoiceField)
        kode.choices = [
            ("", "– pilih sub kegiatan –"),
            *((label, [(row.kode, f"{row.tercetak} {row.nama}") for row in rows]) for label, rows in groups if rows),
        ]
        kategori.choices = [("", "tidak ditentukan"), *((nomor, str(kind)) for nomor, kind in self.kinds.items())]

    def clean_nilai_rp(self) -> int | None:
        """Whole rupiah as people write it; empty is not known."""
        text = self.cleaned_data["nilai_rp"].strip()
        if not text:
            return None
        try:
            return parse_rupiah(text)
        except FormatError as error:
            raise forms.ValidationError(str(error)) from None

    def berkas_bukti(self) -> list[tuple[Any, str]]:
        """Files of a valid form with their names."""
        return [(file, file.name) for file in self.cleaned_data["berkas"]]

    def isian(self) -> IsianLayanan:
        """What was typed, of a valid form."""
        data = self.cleaned_data
        return IsianLayanan(
            kode=data["kode"],
            tanggal=data["tanggal"],
            jenis_layanan=data["jenis_layanan"],
            nilai_rp=data["nilai_rp"],
            kategori=self.kinds.get(data["kategori"]),
            bukti=data["bukti"],
        )
