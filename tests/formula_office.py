"""The entry office with a formula: served ÷ PMKS of the base year × 100 on the program indicator."""

from decimal import Decimal

from indicators.models import Komponen, Rumus, Target
from pmks.models import JumlahPMKS, KategoriPMKS, KelompokWarna
from tests.entry_office import build_office

PMKS_2020 = 11_268


def build_formula_office(**options):
    """``office.program`` gets the formula of Tabel 7.3 no. 4, ``office.iku`` one of two typed components."""
    office = build_office(**options)
    group = KelompokWarna.objects.create(kode="kuning-hijau", nomor=2, nama="Kuning dan Hijau")
    kind = KategoriPMKS.objects.create(nomor=1, nama="Anak Balita Terlantar", kelompok=group)
    JumlahPMKS.objects.create(kategori=kind, tahun=2020, jumlah=PMKS_2020)
    for row in (office.program, office.iku):
        for tahun in (2021, 2023, 2024, 2025, 2026):
            Target.objects.create(indikator=row, tahun=tahun, target=Decimal("7.23"))
    Komponen.objects.create(
        indikator=office.program, kode="direhabilitasi", urutan=1, nama="PMKS direhabilitasi", satuan="Jiwa"
    )
    Komponen.objects.create(
        indikator=office.program,
        kode="jumlah_pmks",
        urutan=2,
        nama="Jumlah PMKS",
        satuan="Jiwa",
        jenis_sumber="dihitung",
        acuan="pmks:jumlah",
        kebijakan="tahun dasar",
    )
    Rumus.objects.create(indikator=office.program, ekspresi="direhabilitasi / jumlah_pmks × 100", berlaku_mulai=2021)
    Komponen.objects.create(indikator=office.iku, kode="dipulangkan", urutan=1, nama="Dipulangkan", satuan="Orang")
    Komponen.objects.create(indikator=office.iku, kode="semua", urutan=2, nama="Semua korban", satuan="Orang")
    Rumus.objects.create(indikator=office.iku, ekspresi="dipulangkan / semua × 100", berlaku_mulai=2021)
    return office
