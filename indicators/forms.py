"""What a browser sends. Shape only: what a cell means is read in ``entry.py``, a formula in ``rumus.py``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from indicators.acuan import choices
from indicators.entry import LABELS, TEXTS, Typed
from indicators.models import Indikator, Komponen
from indicators.rumus import MAX_LENGTH, RumusError
from pmks.hitungan import AWALAN

PUTUSAN = ("saya", "mereka", "pilih")
CELLS = ("kinerja", "keadaan", "rupiah", *TEXTS)


class RowForm(forms.Form):
    """The token a row was read with and, after a conflict, the decision.

    ``versi_mereka`` is the version whose values stood beside one's own; a
    decision sends it, an ordinary save does not, so a row in conflict is never
    overwritten in passing.
    """

    versi = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    asal = forms.CharField(max_length=200, required=False)
    putus = forms.ChoiceField(choices=[(name, name) for name in PUTUSAN], required=False)
    versi_mereka = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)

    @property
    def typed(self) -> Typed:
        """The cells exactly as they came, also when one is refused."""
        return Typed(**{name: str(self.data.get(name, "")) for name in CELLS})

    @property
    def has_cells(self) -> bool:
        """Whether the row came with cells; a closed one is submitted without."""
        return any(name in self.data for name in CELLS)

    @property
    def theirs(self) -> set[str]:
        """Cells in which the other person's value was chosen."""
        putus = self.cleaned_data["putus"]
        if putus == "pilih":
            return {name for name in LABELS if self.data.get(f"pilih_{name}") == "mereka"}
        return set(LABELS) if putus == "mereka" else set()

    @property
    def token(self) -> int:
        """Version this save builds on: the one decided upon, else the one the row was read with."""
        seen = self.cleaned_data["versi_mereka"]
        return seen if self.cleaned_data["putus"] and seen is not None else self.cleaned_data["versi"]


class NilaiForm(forms.Form):
    """One component of a year: what was typed, the token it was read with and, after a conflict, the decision."""

    nilai = forms.CharField(max_length=100, required=False, strip=False)
    versi = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    putus = forms.ChoiceField(choices=[(name, name) for name in PUTUSAN[:2]], required=False)
    versi_mereka = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)

    @property
    def teks(self) -> str:
        """The cell exactly as it came."""
        return str(self.cleaned_data["nilai"])

    @property
    def token(self) -> int:
        """Version this save builds on: the one decided upon, else the one the cell was read with."""
        seen = self.cleaned_data["versi_mereka"]
        return seen if self.cleaned_data["putus"] and seen is not None else self.cleaned_data["versi"]


class RumusForm(forms.Form):
    """A formula as typed, from which year it holds, and why."""

    ekspresi = forms.CharField(
        label="Rumus",
        max_length=MAX_LENGTH,
        strip=False,
        help_text="Nama komponen, angka, + − × ÷ dan kurung; * dan / juga boleh. Desimal dengan koma.",
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": "Rumus masih kosong; tulis misalnya dilayani / jumlah_pmks × 100."},
    )
    berlaku_mulai = forms.TypedChoiceField(label="Berlaku mulai tahun", coerce=int)
    alasan = forms.CharField(
        label="Alasan perubahan",
        max_length=1000,
        help_text="Tersimpan bersama rumus lama; misalnya nomor surat yang mengubah definisinya.",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": "Tulis alasannya; rumus lama tetap tersimpan dan orang perlu tahu mengapa berubah."
        },
    )
    versi = forms.IntegerField(min_value=0, max_value=32_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, tahun: Sequence[int], perubahan: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["berlaku_mulai"].choices = [(year, str(year)) for year in tahun]  # type: ignore[attr-defined]
        self.fields["alasan"].required = perubahan

    def mark(self, error: RumusError) -> None:
        """Put a mistake at the formula."""
        self.add_error("ekspresi", str(error))


class KomponenForm(forms.ModelForm):
    """Definition of a component; what it refers to is chosen from the figures there are."""

    alasan = forms.CharField(
        label="Alasan",
        max_length=1000,
        required=False,
        help_text="Diminta bila komponen yang sudah ada diubah.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    class Meta:
        model = Komponen
        fields: ClassVar = [
            "nama",
            "kode",
            "satuan",
            "peran",
            "jenis_sumber",
            "acuan",
            "acuan_hitung",
            "kebijakan",
            "urutan",
        ]
        help_texts: ClassVar = {
            "nama": "Apa yang dihitung, dengan kata-kata dokumen.",
            "kode": "Huruf kecil, angka dan garis bawah; misalnya jumlah_pmks.",
            "satuan": "Yang dijumlahkan harus satu satuan; Jiwa dan Orang dianggap sama.",
            "acuan": "Dipilih bila angkanya tidak diketik.",
            "acuan_hitung": "Hitungan dari data PMKS di samping angka yang diketik.",
            "kebijakan": "Nilai tahun mana yang dipakai dalam rumus.",
        }

    def __init__(self, *args: Any, indikator: Indikator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [(item.acuan, item.nama) for item in choices(indikator.renstra, tanpa=indikator.kode)]
        counts = [item for item in found if item[0].startswith(AWALAN)]
        for name, label, empty, there in (
            ("acuan", "Angka yang diacu", "– diketik unit –", found),
            ("acuan_hitung", "Hitungan pembanding", "– tidak ada –", counts),
        ):
            current = getattr(self.instance, name)
            if current and current not in dict(there):
                there = [*there, (current, current)]
            self.fields[name] = forms.ChoiceField(
                label=label,
                choices=[("", empty), *there],
                required=False,
                help_text=self.fields[name].help_text,
            )

    def _post_clean(self) -> None:
        """Fill the instance only: ``save_definisi`` checks it, with the formulas around it."""
        self.instance = forms.models.construct_instance(
            self,
            self.instance,
            self._meta.fields,
            self._meta.exclude,
        )
