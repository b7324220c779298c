"""Forms of the pages where the LKIP is written."""

from __future__ import annotations

from decimal import Decimal

from django import forms

from renstra.formats import FormatError, parse_number
from reports.models import Analisis, CatatanEvaluasi, Standar

ANALISIS = ("sebab", "alternatif", "program_pendukung", "efisiensi")
CATATAN = ("faktor_pendorong", "faktor_penghambat", "tindak_lanjut_triwulan", "tindak_lanjut_renja")


class TulisanForm(forms.ModelForm):
    """Texts with the token of the version they were read in."""

    versi = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class AnalisisForm(TulisanForm):
    """Analysis of an indicator in a year."""

    class Meta:
        model = Analisis
        fields = ANALISIS


class CatatanForm(TulisanForm):
    """Close of an evaluation."""

    class Meta:
        model = CatatanEvaluasi
        fields = CATATAN


class StandarForm(forms.Form):
    """A standard to compare with."""

    tingkat = forms.ChoiceField(label="Tingkat", choices=Standar.Tingkat.choices)
    nama = forms.CharField(label="Nama pembanding", max_length=200, required=False)
    nilai = forms.CharField(
        label="Nilai", max_length=40, error_messages={"required": "Isi nilai standarnya, misalnya 7,5."}
    )
    sumber = forms.CharField(
        label="Sumber",
        max_length=300,
        error_messages={"required": "Sebutkan sumbernya, misalnya peraturan atau laporan dan tahunnya."},
    )

    def clean_nilai(self) -> Decimal:
        """The number as Indonesia writes it."""
        try:
            value = parse_number(self.cleaned_data["nilai"]).value
        except FormatError as error:
            raise forms.ValidationError(str(error)) from None
        if value < 0:
            raise forms.ValidationError("Standar tidak boleh negatif.")
        return value
