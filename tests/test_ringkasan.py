"""The one-page summary: the figures of the dashboard on paper."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PdfReader

from indicators.models import Indikator, Realisasi, Target
from programs.models import Renstra
from reports.matrix import Peran, Sel, parts, resolve, shown
from reports.renderers.pdf import render_pdf
from tests.report_cells import build

TAHUN = 2022


def reach(kode, kinerja, rupiah=None, status=Realisasi.Status.DISETUJUI, **more):
    return Realisasi.objects.create(
        indikator=Indikator.objects.get(kode=kode, renstra=Renstra.current()),
        tahun=TAHUN,
        keadaan="terisi",
        kinerja=Decimal(kinerja),
        rupiah=rupiah,
        status=status,
        **more,
    )


def lines():
    """Rows of the summary as text, without the marks of notes."""
    return [
        (row.peran, ["" if cell is None else " / ".join(map(shown, parts(cell))) for cell in cells])
        for row, cells in resolve(build("ringkasan", TAHUN).baris)
    ]


def test_the_indicators_of_tabel_7_1_open_it(baseline):
    # Tabel 7.1, 2022: IKU 1 3 %, rehabilitasi 7,23 %
    reach("IKU-1", "1.5")
    reach("1.6.4", "7.23")
    rows = lines()
    assert rows[0][1][0] == "Indikator kinerja utama"
    assert rows[1][1][1:6] == ["%", "3", "1,5", "50,00", "Sangat Rendah"]
    assert rows[4][1][:6] == ["Cakupan Rehabilitasi Sosial", "%", "7,23", "7,23", "100,00", "Sangat Tinggi"]
    assert rows[8][0] is Peran.PENUTUP
    assert rows[8][1][4:6] == ["75,00", "Sedang"]  # of the two that are known


def test_programs_show_their_money_and_the_total_closes_them(baseline):
    reach("1.6.3.02.01.1", "1", 2_500_000)
    rows = lines()
    programs = {cells[0][:5]: cells for _, cells in rows[10:17]}
    # Tabel 6.2, 2022: program 1.6.3 has Rp 10.000.000, all programs Rp 14.770.044.005
    assert programs["1.6.3"][6:] == ["10.000.000", "2.500.000", "25,00"]
    assert programs["1.6.4"][7:] == ["–", "–"]
    role, total = rows[17]
    assert role is Peran.JUMLAH
    assert total[6:] == ["14.770.044.005", "2.500.000", "0,02"]


def test_what_is_not_approved_is_marked(baseline):
    reach("1.6.3", "90", status=Realisasi.Status.DRAF)
    matrix = build("ringkasan", TAHUN)
    marked = [row.kode for row in matrix.baris if isinstance(row.sel[3], Sel) and row.sel[3].catatan]
    # as IKU, as program, as gap
    assert marked == ["1.6.3"] * 3
    assert "Belum disetujui: status draf." in [note.teks for note in matrix.catatan]


def test_the_widest_gaps_close_it_with_their_reason(baseline):
    reach("1.6.3", "90", faktor_penghambat="Laporan\nterlambat")
    reach("1.6.4", "1")
    reach("1.6.7", "100")
    rows = lines()
    assert rows[18][1][0] == "Kesenjangan terbesar: 2 dari 2 baris di bawah target"
    assert rows[19][1][0].startswith("1.6.4 ")
    assert rows[20][1][0].splitlines()[1] == "Faktor penghambat: Laporan terlambat"


def test_it_says_how_much_was_entered(baseline):
    assert "Terisi 0 dari 96 baris" in build("ringkasan", TAHUN).subjudul


@pytest.mark.parametrize("kertas", ["f4-tegak", "a4-tegak"])
def test_the_fullest_year_stays_on_one_page(baseline, kertas):
    targets = Target.objects.filter(tahun=TAHUN, indikator__milik_renstra__isnull=True).select_related("indikator")
    Realisasi.objects.bulk_create(
        Realisasi(
            indikator=row.indikator,
            tahun=TAHUN,
            keadaan="terisi",
            kinerja=(row.target or 1) / 3,
            rupiah=row.pagu,
            faktor_penghambat="Penyaluran bantuan tertunda karena pemutakhiran data belum selesai. " * 4,
        )
        for row in targets
    )
    content = render_pdf(build("ringkasan", TAHUN), timezone.localtime(), kertas)
    assert len(PdfReader(BytesIO(content)).pages) == 1
