"""What a browser sends about people. Shape only: what may be stored is decided in ``actions.py``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pmks.actions import IsianOrang, check_orang
from pmks.akses import MIN_TUJUAN
from pmks.filters import years_by_name
from pmks.models import KategoriPMKS, Orang, StatusOrang, Wilayah
from pmks.nik import holds_number
from pmks.tampilan import kk_samar, nik_samar

# What a date picker sends, and what people type where there is none.
FORMAT_TANGGAL = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"]
_NUMBER = {"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}


def date_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """A day: the browser's own picker, or typed as 31-12-1980."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=FORMAT_TANGGAL,
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d"),
        error_messages={
            "invalid": "Tanggal ini tidak terbaca; tulis hari-bulan-tahun, misalnya 31-12-1980.",
            "required": f"Isi {label.lower()}.",
        },
    )


def without_number(text: str) -> None:
    """Refuse a text with a NIK or No KK in it: what is typed there is kept in the clear."""
    if holds_number(text):
        raise ValidationError("Jangan tulis NIK atau No KK di sini, karena di sini terbaca; pakai kolomnya.")


def reason_field(label: str, help_text: str = "", *, required: bool = True) -> forms.CharField:
    """Why something is done; it is kept."""
    return forms.CharField(
        label=label,
        max_length=300,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Tulis alasannya; tersimpan dalam riwayat."},
        validators=[without_number],
    )


def desa_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Desa by kecamatan: one query."""
    rows = Wilayah.objects.filter(tingkat=Wilayah.Tingkat.DESA).order_by("induk__nama", "nama")
    listed = rows.values_list("induk__nama", "kode", "nama")
    return [
        (f"Kec. {kecamatan}", [(kode, nama) for _, kode, nama in group])
        for kecamatan, group in groupby(listed, key=lambda row: row[0])
    ]


class _DesaField(forms.ChoiceField):
    """A desa chosen by name within its kecamatan; gives a ``Wilayah``."""

    def clean(self, value: Any) -> Any:
        code = super().clean(value)
        return Wilayah.objects.get(kode=code) if code else None


class OrangForm(forms.Form):
    """Who a person is. On a change an empty NIK or No KK leaves the stored one as it is."""

    nama = forms.CharField(
        label="Nama",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Tulis nama.", "max_length": "Nama paling panjang 150 huruf."},
        validators=[without_number],
    )
    nik = forms.CharField(label="NIK", max_length=40, required=False, widget=forms.TextInput(attrs=_NUMBER))
    no_kk = forms.CharField(
        label="No KK",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs=_NUMBER),
        help_text="16 angka; anggota rumah tangga dikenali dari nomor ini.",
    )
    jenis_kelamin = forms.ChoiceField(
        label="Jenis kelamin", choices=[("", "tidak diketahui"), *Orang.JenisKelamin.choices], required=False
    )
    tanggal_lahir = date_field("Tanggal lahir", required=False, help_text="Wajib bila tidak ada NIK.")
    desa = _DesaField(
        label="Desa/kelurahan tempat tinggal",
        error_messages={"required": "Pilih desa.", "invalid_choice": "Desa ini tidak ada; pilih dari daftar."},
    )
    alamat = forms.CharField(
        label="Alamat",
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        validators=[without_number],
    )
    catatan = forms.CharField(
        label="Catatan",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Terbaca semua unit yang melihat orang ini; jangan tulis penyakit atau perkara.",
        validators=[without_number],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["desa"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "– pilih desa –"), *desa_choices()]

    def numbers(self) -> dict[str, str | None]:
        """NIK and No KK for ``IsianOrang``."""
        return {name: self.cleaned_data[name] for name in ("nik", "no_kk")}

    def isian(self) -> IsianOrang:
        """What was typed, of a valid form."""
        data = self.cleaned_data
        return IsianOrang(
            nama=data["nama"],
            desa=data["desa"],
            jenis_kelamin=data["jenis_kelamin"],
            tanggal_lahir=data["tanggal_lahir"],
            alamat=data["alamat"],
            catatan=data["catatan"],
            **self.numbers(),
        )


class OrangBaruForm(OrangForm):
    """A new person with kinds of a year; ``kinds`` are those that the unit serves."""

    tahun = forms.TypedChoiceField(label="Tercatat untuk tahun", coerce=int)
    kategori = forms.MultipleChoiceField(
        label="Jenis PMKS",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Pilih sedikitnya satu jenis PMKS.", "invalid_choice": "Jenis ini tidak ada."},
    )
    yakin = forms.BooleanField(label="Sudah saya periksa: ini orang lain", required=False)

    def __init__(self, *args: Any, kinds: Sequence[KategoriPMKS], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nik"].help_text = "16 angka, diketik atau ditempel sebagai teks. Kosongkan bila tidak punya."
        _offer_years(self)
        _offer_kinds(self, kinds)

    def clean(self) -> dict[str, Any]:
        """What the writing would refuse is told beside what the fields refuse, not one round later."""
        data = self.cleaned_data
        found = check_orang(data.get("nama", ""), data.get("nik"), data.get("no_kk"), data.get("tanggal_lahir"))
        for name, message in found.items():
            if name not in self.errors:
                self.add_error(name, message)
        return data


class OrangUbahForm(OrangForm):
    """Change a person; ``versi`` is the one the page was filled from."""

    tanpa_nik = forms.BooleanField(label="Hapus NIK yang tersimpan: orang ini tidak mempunyainya", required=False)
    tanpa_kk = forms.BooleanField(label="Hapus No KK yang tersimpan", required=False)
    alasan = reason_field("Alasan perubahan", "Misalnya: menurut KTP yang diperlihatkan.", required=False)
    versi = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, orang: Orang, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, stored in (("nik", nik_samar(orang)), ("no_kk", kk_samar(orang))):
            self.fields[name].help_text = (
                f"Tersimpan {stored}. Kosongkan bila tidak berubah." if stored else "Belum ada. 16 angka."
            )
        if not orang.nik_sandi:
            del self.fields["tanpa_nik"]
        if not orang.kk_sandi:
            del self.fields["tanpa_kk"]

    def numbers(self) -> dict[str, str | None]:
        """Empty leaves a number as it is, unless the box says that there is none."""
        data = self.cleaned_data
        return {
            name: data[name] or ("" if data.get(box) else None)
            for name, box in (("nik", "tanpa_nik"), ("no_kk", "tanpa_kk"))
        }

    @staticmethod
    def values_of(orang: Orang) -> dict[str, Any]:
        """What a form begins with."""
        names = ("nama", "jenis_kelamin", "tanggal_lahir", "alamat", "catatan", "versi")
        return {name: getattr(orang, name) for name in names} | {"desa": orang.desa.kode}


class MiripForm(forms.Form):
    """What is typed so far, leniently: something unreadable is not there yet."""

    nama = forms.CharField(max_length=150, required=False)
    nik = forms.CharField(max_length=40, required=False)
    tanggal_lahir = date_field("Tanggal lahir", required=False)
    desa = forms.CharField(max_length=13, required=False)

    def readable(self) -> dict[str, Any]:
        """Cleaned values of what could be read."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or None for name in self.fields}


class JenisForm(forms.Form):
    """Kinds of a person in a year."""

    tahun = forms.TypedChoiceField(label="Tahun", coerce=int)
    kategori = forms.MultipleChoiceField(
        label="Jenis PMKS yang dilayani unit Anda", widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, kinds: Sequence[KategoriPMKS], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_years(self)
        _offer_kinds(self, kinds)


class StatusForm(forms.Form):
    """A status from a day on."""

    status = forms.ChoiceField(
        label="Status",
        choices=StatusOrang.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Pilih statusnya."},
    )
    sejak = date_field("Sejak")
    catatan = forms.CharField(
        label="Catatan",
        max_length=300,
        required=False,
        help_text="Misalnya nomor surat kematian, atau desa tujuan.",
        validators=[without_number],
    )


class IdentitasForm(forms.Form):
    """The number of a person in another register; an empty number removes it."""

    sumber = forms.CharField(
        label="Sumber",
        max_length=30,
        help_text="DTSEN, DTKS, atau daftar lain.",
        error_messages={"required": "Isi sumbernya."},
    )
    nomor = forms.CharField(
        label="Nomor",
        max_length=60,
        required=False,
        help_text="Kosongkan untuk menghapus nomor dari sumber ini.",
        validators=[without_number],
    )


class BukaNikForm(forms.Form):
    """Why somebody has to see a NIK in full."""

    alasan = reason_field(
        "Untuk apa NIK dibuka?", f"Sedikitnya {MIN_TUJUAN} huruf. Tercatat bersama nama Anda dan waktunya."
    )


class GabungForm(forms.Form):
    """Which of two persons stays, and why they are one."""

    utama = forms.ChoiceField(
        label="Yang dipertahankan",
        widget=forms.RadioSelect,
        error_messages={"required": "Pilih data yang dipertahankan."},
    )
    alasan = reason_field("Mengapa keduanya orang yang sama?", "Misalnya: NIK salah satu angka, alamat dan KK sama.")

    def __init__(self, *args: Any, pilihan: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["utama"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(pk), text) for pk, text in pilihan]


class PisahForm(forms.Form):
    """Why a merge is undone."""

    alasan = reason_field("Mengapa penggabungan dibatalkan?")


class EksporForm(forms.Form):
    """What an export of names is for, and in which format."""

    tujuan = forms.CharField(
        label="Untuk apa daftar ini dipakai?",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=f"Sedikitnya {MIN_TUJUAN} huruf, misalnya: penyaluran sembako tahap II. Tercatat bersama nama Anda.",
        error_messages={"required": "Tulis untuk apa daftar ini dipakai."},
    )
    format = forms.ChoiceField(
        label="Berkas", choices=[("xlsx", "XLSX"), ("csv", "CSV")], widget=forms.RadioSelect, initial="xlsx"
    )


def _offer_years(form: forms.Form) -> None:
    field = form.fields["tahun"]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [(year, str(year)) for year in years_by_name()]


def _offer_kinds(form: forms.Form, kinds: Sequence[KategoriPMKS]) -> None:
    field = form.fields["kategori"]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [(str(kind.nomor), str(kind)) for kind in kinds]
