"""Parameters of a report, checked once for page, file and command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import UnitKerja
from programs.models import Renstra
from programs.versions import VersionNotFound, chain, find_version
from reports.pengesahan import units_of
from reports.renderers.pdf import KERTAS
from reports.report import LABEL_ANGKA, LABEL_TINGKAT, ModeAngka, Params, Report, Tingkat

# Units that stand indented below their bidang or the Sekretariat.
_INDENTED = {UnitKerja.Jenis.SUBBAGIAN, UnitKerja.Jenis.SEKSI}
_EXAMPLE = "rehsos"
_YA = {"ya": "Dengan", "tidak": "Tanpa"}


class ParameterForm(forms.Form):
    """Form of one report for one plan; ``params()`` after ``is_valid()``.

    Every field may be left out; the year is then this one, or the nearest of the plan.
    Fields that the report does not use are checked all the same, so a mistyped year
    never passes silently, but are not shown.
    """

    tahun = forms.CharField(label="Tahun", required=False, widget=forms.Select)
    angka = forms.ChoiceField(label="Angka", required=False)
    triwulan = forms.CharField(label="Triwulan", required=False, widget=forms.Select)
    unit = forms.CharField(label="Unit kerja", required=False, widget=forms.Select)
    tingkat = forms.ChoiceField(label="Tingkat", required=False)
    kertas = forms.ChoiceField(label="Kertas PDF", required=False)
    kop = forms.ChoiceField(label="Kop surat", required=False)
    ttd = forms.ChoiceField(label="Tanda tangan", required=False)
    penjelasan = forms.ChoiceField(label="Asal angka", required=False)
    renstra = forms.CharField(label="Versi Renstra", required=False, widget=forms.Select)
    per = forms.CharField(
        label="atau yang berlaku pada",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    banding = forms.CharField(label="Dibandingkan dengan", required=False, widget=forms.Select)

    def __init__(
        self, report: Report, renstra: Renstra, data: Mapping[str, Any] | None, salah: VersionNotFound | None = None
    ) -> None:
        # A plain dict: of a parameter given twice in an address the last one counts.
        values = {name: value for name, value in (data or {}).items() if value}
        current = min(max(timezone.localdate().year, renstra.tahun_awal), renstra.tahun_akhir)
        values.setdefault("tahun", str(renstra.tahun_dasar if report.dari_dasar else current))
        values.setdefault("kop", "tidak")
        values.setdefault("penjelasan", "tidak")
        values.setdefault("ttd", "ya" if report.bertanda_tangan else "tidak")
        super().__init__(data=values)
        self.report = report
        self.plan = renstra
        self.salah = salah
        self.versions = chain(renstra)
        listed = [(version.kode, _version(version)) for version in self.versions]
        self.fields["renstra"].widget.choices = [("", "Yang berlaku sekarang"), *listed]
        self.fields["banding"].widget.choices = [("", "Versi yang diubahnya"), *listed]
        # Years to choose from are a help for people; what is allowed is decided in clean_tahun.
        years = [renstra.tahun_dasar, *renstra.tahun] if report.dari_dasar else renstra.tahun
        self.fields["tahun"].widget.choices = [(str(year), str(year)) for year in years]
        self._limit("angka", {mode.value: LABEL_ANGKA[mode].capitalize() for mode in ModeAngka})
        sheets = {key: item.label for key, item in KERTAS.items() if not (report.lebar and item.tegak)}
        self._limit("kertas", {"": "Bawaan laporan"} | sheets)
        self._limit("tingkat", {level.value: label.capitalize() for level, label in LABEL_TINGKAT.items()})
        self._limit("kop", _YA)
        self._limit("penjelasan", _YA)
        self._limit("ttd", _YA)
        self.fields["triwulan"].widget.choices = [("", "Setahun"), *((str(item), f"TW {item}") for item in range(1, 5))]
        self.units: dict[str, UnitKerja] = {}
        if report.berunit or "unit" in values:
            self.units = {unit.kode: unit for unit in units_of(renstra)}
            self.fields["unit"].widget.choices = [("", "Semua unit"), *map(_choice, self.units.values())]

    def _limit(self, name: str, choices: dict[str, str]) -> None:
        """Choices of a field, named in the message for any other value."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices.items())
        allowed = " atau ".join(", ".join(filter(None, choices)).rsplit(", ", 1))
        field.error_messages["invalid_choice"] = f"%(value)s bukan pilihan laporan ini; pilih {allowed}."

    def clean_tahun(self) -> int:
        """Year within the plan."""
        text = self.cleaned_data["tahun"].strip()
        first, last = self.plan.tahun_awal, self.plan.tahun_akhir
        if self.report.dari_dasar:
            first = self.plan.tahun_dasar
        if not (text.isascii() and text.isdigit() and len(text) == 4):
            raise ValidationError(f"Tahun {text[:20]!r} tidak terbaca; tulis empat angka, antara {first} dan {last}.")
        if not first <= int(text) <= last:
            raise ValidationError(f"Tahun {text} di luar periode Renstra {first}-{last}; pilih tahun antara keduanya.")
        return int(text)

    def clean_triwulan(self) -> int:
        """Quarter 1-4, 0 for the whole year."""
        text = self.cleaned_data["triwulan"].strip()
        if not text:
            return 0
        if text not in {"1", "2", "3", "4"}:
            raise ValidationError(f"Triwulan {text[:20]!r} tidak ada; pilih 1, 2, 3 atau 4.")
        return int(text)

    def clean_unit(self) -> UnitKerja | None:
        """Unit of this office by its code, None for all."""
        text = self.cleaned_data["unit"].strip()
        if not text:
            return None
        if text not in self.units:
            raise ValidationError(f"Unit {text[:40]!r} tidak ada; tulis kode unit, misalnya {_EXAMPLE}.")
        return self.units[text]

    def clean_banding(self) -> Renstra | None:
        """Another version of the same plan, None for the one that was changed."""
        text = self.cleaned_data["banding"].strip()
        if not text:
            return None
        found = {version.kode: version for version in self.versions}
        if text not in found:
            raise ValidationError(f"{text[:60]!r} bukan versi dari Renstra ini; pilih {', '.join(found)}.")
        return found[text]

    def clean(self) -> dict[str, Any]:
        """Say at the field which version could not be found."""
        if self.salah is not None:
            self.add_error(self.salah.field, str(self.salah))
        return self.cleaned_data

    def tampil(self) -> list[forms.BoundField]:
        """Fields to show: those the report uses, and any that was filled in wrongly."""
        report = self.report
        uses = {
            "tahun": report.bertahun or report.dari_dasar,
            "angka": report.berangka,
            "triwulan": report.bertriwulan,
            "unit": report.berunit,
            "tingkat": report.bertingkat,
            "penjelasan": report.berasal,
            "renstra": len(self.versions) > 1,
            "per": len(self.versions) > 1,
            "banding": report.berbanding and len(self.versions) > 1,
        }
        used = {name for name in self.fields if uses.get(name, True)}
        return [self[name] for name in self.fields if name in used or name in self.errors]

    def params(self) -> Params:
        """Parameters of a valid form."""
        data = self.cleaned_data
        return Params(
            renstra=self.plan,
            tahun=max(data["tahun"], self.plan.tahun_awal),
            tahun_data=data["tahun"] if self.report.dari_dasar and data["tahun"] != self.plan.tahun_dasar else 0,
            angka=ModeAngka(data["angka"] or ModeAngka.DOKUMEN),
            triwulan=data["triwulan"],
            unit=data["unit"],
            tingkat=Tingkat(data["tingkat"] or Tingkat.SUBKEGIATAN),
            kop=data["kop"] == "ya",
            tanda_tangan=data["ttd"] == "ya",
            banding=data["banding"],
            penjelasan=data["penjelasan"] == "ya",
        )

    def first_error(self) -> str:
        """One line for those who see no form."""
        return next(str(message) for messages in self.errors.values() for message in messages)


def parameter_form(report: Report, data: Mapping[str, Any]) -> ParameterForm:
    """Form for the version that ``data`` asks for; raises ``Renstra.DoesNotExist`` where none is determined.

    One that cannot be found is an error of the form, which then speaks of the version in force.
    """
    try:
        return ParameterForm(report, find_version(data.get("renstra") or "", data.get("per") or ""), data)
    except VersionNotFound as error:
        return ParameterForm(report, Renstra.current(), data, error)


def _version(renstra: Renstra) -> str:
    return f"{renstra.versi.capitalize()}{' (draf)' if renstra.draf else ''}"


def _choice(unit: UnitKerja) -> tuple[str, str]:
    return unit.kode, f"– {unit.nama}" if unit.jenis in _INDENTED else unit.nama
