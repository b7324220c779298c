"""``export_report``: a report as a file (contract: "Commands of manage.py")."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from programs.models import Renstra
from renstra.commands import WRONG_CALL, Ditolak, Perintah, check_writable, file_trouble, require_migrated, write_file
from reports.export import FORMATS, export
from reports.finish import finish
from reports.parameter import ParameterForm, parameter_form
from reports.registry import REPORTS, UnknownSlugError, find_report
from reports.report import Report


class Command(Perintah):
    """Write one report, or all of them."""

    help = "Menulis satu laporan ke berkas (HTML, XLSX, PDF, JSON), atau semuanya."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Arguments of the contract, and what the page of a report offers beside them."""
        parser.add_argument("slug", nargs="?", help="misalnya tabel-6-2; daftarnya dengan --list")
        parser.add_argument("--output", help="berkas (atau folder bersama --all)")
        parser.add_argument("--format", choices=sorted(FORMATS), help="bila tidak ditulis: menurut akhiran berkas")
        parser.add_argument("--tahun", help="tahun laporan, di dalam periode Renstra")
        parser.add_argument("--triwulan", help="1-4; bila tidak ditulis: setahun")
        parser.add_argument("--angka", help="dokumen (bawaan) atau dihitung")
        parser.add_argument("--kertas", help="kertas PDF: f4-lanskap, f4-tegak, a4-lanskap, a4-tegak")
        parser.add_argument("--unit", help="kode unit, misalnya rehsos; bila tidak ditulis: semua unit")
        parser.add_argument("--tingkat", help="program, kegiatan atau subkegiatan (bawaan)")
        parser.add_argument(
            "--penjelasan",
            action="store_const",
            const="ya",
            help="dengan lampiran asal angka, untuk laporan yang punya",
        )
        parser.add_argument("--kop", action="store_const", const="ya", help="dengan kop surat")
        parser.add_argument("--tanda-tangan", dest="ttd", help="ya atau tidak; bila tidak ditulis: menurut laporannya")
        parser.add_argument("--renstra", help="kode versi Renstra; bila tidak ditulis: yang berlaku sekarang")
        parser.add_argument("--per", help="versi yang berlaku pada tanggal ini, misalnya 2023-05-01")
        parser.add_argument("--banding", help="perbandingan-renstra: kode versi semula; bawaan: versi yang diubahnya")
        parser.add_argument("--list", action="store_true", help="menulis slug dan judul semua laporan")
        parser.add_argument("--all", action="store_true", help="menulis semua laporan dalam semua format ke folder")

    def handle(self, *args: Any, **options: Any) -> None:
        """Dispatch; refuse what cannot be before anything is written."""
        if options["list"]:
            for report in REPORTS.values():
                self.stdout.write(f"{report.slug}\t{report.nama}")
            return
        if not options["output"]:
            raise Ditolak(
                "--output belum ditulis; sebutkan berkas tujuan, misalnya --output tabel-6-2.pdf.",
                returncode=WRONG_CALL,
            )
        if options["all"] and options["slug"]:
            raise Ditolak("Sebutkan satu slug atau --all, bukan keduanya.", returncode=WRONG_CALL)
        if not options["all"] and not options["slug"]:
            raise Ditolak("Slug laporan belum ditulis; lihat daftarnya dengan --list.", returncode=WRONG_CALL)
        require_migrated()
        if options["all"]:
            self._all(Path(options["output"]), options)
        else:
            self._one(Path(options["output"]), options)

    def _one(self, target: Path, options: dict[str, Any]) -> None:
        suffix = options["format"] or target.suffix.lstrip(".").lower()
        if suffix not in FORMATS:
            raise Ditolak(
                f"Format berkas {target.name} tidak dikenal; pakai .html, .xlsx, .pdf, .json, atau --format.",
                returncode=WRONG_CALL,
            )
        try:
            report = find_report(options["slug"])
        except UnknownSlugError as error:
            raise Ditolak(str(error)) from None
        form = self._form(report, options)
        check_writable(target)
        write_file(target, export(finish(report, form), suffix, form.cleaned_data["kertas"]))
        self.stderr.write(f"{target}: {report.nama}")

    def _all(self, folder: Path, options: dict[str, Any]) -> None:
        forms = {report.slug: self._form(report, options) for report in REPORTS.values()}
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Ditolak(f"Folder {folder} tidak dapat dibuat: {file_trouble(error)}.") from None
        suffixes = [options["format"]] if options["format"] else list(FORMATS)
        targets = {(slug, suffix): folder / f"{slug}.{suffix}" for slug in forms for suffix in suffixes}
        for target in targets.values():
            check_writable(target)
        # All are made before the first is written: a report that fails leaves no half set.
        made = []
        for slug, form in forms.items():
            matrix = finish(REPORTS[slug], form)
            for suffix in suffixes:
                made.append((targets[slug, suffix], export(matrix, suffix, form.cleaned_data["kertas"])))
        for target, content in made:
            write_file(target, content)
        self.stderr.write(f"{folder}: {len(forms)} laporan, {', '.join(suffixes)}")

    @staticmethod
    def _form(report: Report, options: dict[str, Any]) -> ParameterForm:
        try:
            form = parameter_form(report, {name: options[name] or "" for name in ParameterForm.base_fields})
        except Renstra.DoesNotExist as error:
            raise Ditolak(str(error)) from None
        if not form.is_valid():
            raise Ditolak(form.first_error())
        return form
