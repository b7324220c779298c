"""Small forms of the version pages."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import UnitKerja
from indicators.models import Indikator

_LONG = forms.Textarea(attrs={"rows": 2})


class BuatForm(forms.Form):
    """A new perubahan."""

    alasan = forms.CharField(label="Alasan perubahan", max_length=1000, widget=_LONG)


class TetapkanForm(forms.Form):
    """Determination of a draft."""

    nomor = forms.CharField(label="Nomor keputusan", max_length=100)
    tanggal = forms.DateField(
        label="Tanggal penetapan",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )


class SimpulBaruForm(forms.Form):
    """A node to add with its first indicator."""

    kode = forms.CharField(label="Kode", max_length=30)
    nama = forms.CharField(label="Nama", max_length=400, widget=_LONG)
    unit = forms.ModelChoiceField(UnitKerja.objects.none(), label="Unit penanggung jawab", empty_label="pilih unit")
    uraian = forms.CharField(label="Indikator pertama", max_length=500, widget=_LONG)
    satuan = forms.CharField(label="Satuan", max_length=40, required=False)
    arah = forms.ChoiceField(label="Arah", choices=Indikator.Arah.choices)
    akumulasi = forms.ChoiceField(label="Akumulasi sampai akhir Renstra", choices=Indikator.Akumulasi.choices)
    alasan = forms.CharField(label="Alasan perubahan", max_length=1000, widget=_LONG)

    def __init__(self, *args: Any, perangkat_daerah: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = UnitKerja.objects.filter(perangkat_daerah=perangkat_daerah)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
