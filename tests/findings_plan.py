"""A small hand-made plan that adds up everywhere, for the rules to look at.

Two years. Program P = kegiatan A (two Rp lines) + kegiatan B::

    1.6.1            300  330 →  630     (A1 + A2 + B)
    1.6.1.02.01 A1   100  110 →  210     (sub 1)
    1.6.1.02.01 A2    50   60 →  110     (sub 2, two rows: 20+30, 25+35)
    1.6.1.02.02 B    150  160 →  310     (sub 1)

Every row plans one person a year, and so two in the end, but for A2 two and four.
"""

from decimal import Decimal

from indicators.findings import Facts
from indicators.findings.facts import BarisTabel, JumlahJenis, NilaiIndikator, RealisasiTercetak, Warna
from indicators.plan_sums import IndikatorRow, Plan, SimpulRow, TargetRow
from programs.codes import sort_key

TAHUN = (2021, 2022)


def node(tingkat, id_, induk, kode, nama="Simpul"):
    return SimpulRow(tingkat, id_, induk, kode, nama, 1, sort_key(kode))


def row(id_, key, urutan, akhir, melayani=None, ukuran_dari=None, data_awal="-", akhir_target=2):
    return IndikatorRow(
        id=id_, simpul=key, kode=str(id_), urutan=urutan, uraian=f"Indikator {id_}", satuan="Orang", arah="naik",
        rumus_turun="2T-R", batas_bawah=None, batas_atas=None, akumulasi="jumlah", data_awal_teks=data_awal,
        akhir_target=Decimal(akhir_target), akhir_pagu=akhir,
        ukuran_dari=ukuran_dari, melayani=melayani, baris=id_, teks_tercetak="", catatan_transkripsi="",
    )  # fmt: skip


def small_plan(**changes):
    """The plan above; ``changes`` replaces printed Rp: ``r5_2021=None``, ``r1_akhir=7``."""
    simpul = [
        node("program", 1, None, "1.6.1", "PROGRAM REHABILITASI"),
        node("kegiatan", 1, 1, "1.6.1.02.01"),
        node("subkegiatan", 1, 1, "1.6.1.02.01.1"),
        node("subkegiatan", 2, 1, "1.6.1.02.01.2"),
        node("kegiatan", 2, 1, "1.6.1.02.02"),
        node("subkegiatan", 3, 2, "1.6.1.02.02.1"),
    ]
    money = {
        1: (300, 330, 630), 2: (100, 110, 210), 3: (50, 60, 110), 4: (100, 110, 210), 5: (20, 25, 45),
        6: (30, 35, 65), 7: (150, 160, 310), 8: (150, 160, 310),
    }  # fmt: skip
    printed = {f"r{id_}_{at}": amounts[n] for id_, amounts in money.items() for n, at in enumerate((*TAHUN, "akhir"))}
    assert changes.keys() <= printed.keys()
    printed |= changes
    p, a, b = ("program", 1), ("kegiatan", 1), ("kegiatan", 2)
    s1, s2, s3 = ("subkegiatan", 1), ("subkegiatan", 2), ("subkegiatan", 3)

    def of(id_, key, urutan=1, **more):
        return row(id_, key, urutan, printed[f"r{id_}_akhir"], **more)

    indikator = {
        p: [of(1, p, data_awal="40 jiwa")],
        a: [of(2, a), of(3, a, 2, akhir_target=4)],
        s1: [of(4, s1, melayani=2)],
        # The second measure of a cell carries no money and must count nowhere.
        s2: [of(5, s2, melayani=3), of(6, s2, 2, melayani=3), row(9, s2, 3, None, ukuran_dari=5)],
        b: [of(7, b)],
        s3: [of(8, s3)],  # serves nobody by name: it counts for the first row of its kegiatan
    }
    target = {(id_, tahun): TargetRow(Decimal(1), printed[f"r{id_}_{tahun}"]) for id_ in money for tahun in TAHUN}
    # Row 3 is served by two rows of one person each.
    target |= {(3, tahun): TargetRow(Decimal(2), printed[f"r3_{tahun}"]) for tahun in TAHUN}
    target |= {(9, tahun): TargetRow(Decimal(1), None) for tahun in TAHUN}
    return Plan(TAHUN, simpul, indikator, target)


def small_facts(plan=None, **changes):
    """A document around the plan in which every total and every repeated fact agrees."""

    def jumlah(value):
        return BarisTabel("Jumlah", value, total=True)

    facts = Facts(
        plan=plan or small_plan(),
        total={("6.2", "pagu_2021"): 300, ("6.2", "pagu_2022"): 330, ("6.2", "pagu_akhir"): 630, ("3.1", "jumlah"): 50},
        profil={
            "2.1": [BarisTabel("Pegawai Negeri Sipil (PNS)", 6), BarisTabel("Pengemudi", 2), jumlah(8)],
            "2.2": [BarisTabel("Laki-laki", 4), BarisTabel("Perempuan", 2), jumlah(6)],
            "2.3": [BarisTabel("S 1", 4), BarisTabel("D3", 2), jumlah(6)],
            "2.4": [BarisTabel("SMA", 2), jumlah(2)],
            "2.5": [BarisTabel("Golongan III/d", 2), BarisTabel("Golongan III/c", 4), jumlah(6)],
            "2.6": [BarisTabel("Kasubag / Kasi", 2), BarisTabel("Pelaksana", 4), jumlah(6)],
            "2.9": [
                BarisTabel("Kasi Satu (III/d)", 3, "PNS (Gol III/c)", "S1"),
                BarisTabel("", 1, "Non PNS", "SMA"),
                BarisTabel("Kasi Dua ( III/d)", 1, "PNS (III/c)", "DIII"),
                BarisTabel("Kasi Tiga", 1, "Non PNS", "SMA"),
            ],
            "2.10": [BarisTabel("2021", 10), BarisTabel("2022", 20)],
        },
        pmks=[
            JumlahJenis(1, "Anak", "kuning", 2020, 10),
            JumlahJenis(2, "Lansia", "kuning", 2020, None, "-"),
            JumlahJenis(3, "Fakir miskin", "biru", 2020, 40),
            JumlahJenis(3, "Fakir miskin", "biru", 2021, 99),
        ],
        warna=[
            Warna("biru", "Biru", "Data dasar Program Rehabilitasi", 2020, 40),
            Warna("kuning", "Kuning", "", 2020, 10),
        ],
        indikator=[
            NilaiIndikator("6.2", 1, "1.6.1", "Cakupan", "40 jiwa", {2021: Decimal("7.23")}, Decimal("43.38")),
            NilaiIndikator("7.1", 1, "1.6.1", "cakupan", "40 PMKS", {2021: Decimal("7.2300")}, Decimal("43.38")),
            # Tabel 4.1 has neither base nor end, Tabel 6.1 no figures at all.
            NilaiIndikator("4.1", 1, "1.6.1", "Cakupan", "-", {2021: Decimal("7.23")}, None),
            NilaiIndikator("6.1", 1, "1.6.1", "Cakupan.", "", {}, None),
        ],
        realisasi=[
            RealisasiTercetak("2.12", 1, "Jumlah PMKS", 2019, Decimal(70)),
            RealisasiTercetak("2.12", 1, "Jumlah PMKS", 2020, Decimal(50)),
            RealisasiTercetak("2.12", 2, "Penanganan PMKS", 2020, Decimal("98.24")),
        ],
    )  # fmt: skip
    for name, value in changes.items():
        getattr(facts, name)  # a misspelt name is a broken test
        setattr(facts, name, value)
    return facts
