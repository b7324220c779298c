"""The list of findings on paper: what ``/temuan/`` shows under its filters, as a file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.access import allow_signed_in
from indicators.findings.listing import Daftar, load_listing
from indicators.findings.page import PILIHAN_KEADAAN, BarisTemuan
from programs.models import Renstra
from reports.export import FORMATS, export
from reports.matrix import TIDAK_DIKETAHUI, Baris, Isian, Kolom, Matrix, Peran, Rata, angka, clean, teks

KOLOM = (
    Kolom("Tabel", "tabel", bobot=10),
    Kolom("Kode", "kode", bobot=22),
    Kolom("Baris", "indikator", bobot=50, judul_baris=True),
    Kolom("Kolom", "kolom", bobot=20),
    Kolom("Tercetak", "tercetak", rata=Rata.KANAN, bobot=24),
    Kolom("Dihitung", "dihitung", rata=Rata.KANAN, bobot=24),
    Kolom("Selisih", "selisih", rata=Rata.KANAN, bobot=24),
    Kolom("Temuan", "aturan", bobot=36),
    Kolom("Keterangan", "keterangan", bobot=80),
    Kolom("Keadaan", "keadaan", bobot=22),
    Kolom("Catatan", "catatan", bobot=40),
)


@require_safe
@allow_signed_in
def temuan_berkas(request: HttpRequest, suffix: str) -> HttpResponse:
    """The filtered list in its order, all pages of it."""
    if suffix not in ("xlsx", "pdf", "json"):
        raise Http404(f"Daftar temuan tidak ada dalam format .{suffix[:20]}; pilih .xlsx, .pdf atau .json.")
    try:
        renstra = Renstra.current()
    except Renstra.DoesNotExist as error:
        raise Http404(str(error)) from None
    content = export(build(load_listing(renstra, request.GET)), suffix)
    kind = FORMATS[suffix]
    answer = HttpResponse(content, content_type=kind.content_type)
    answer["Content-Disposition"] = content_disposition_header(kind.simpan, f"temuan.{suffix}") or ""
    answer["Cache-Control"] = "private, no-cache"
    return answer


def build(listing: Daftar) -> Matrix:
    """Matrix of the list with its filters as parameters."""
    saring = listing.saring
    chosen = [Isian("keadaan", "Keadaan", saring.keadaan_dipilih, PILIHAN_KEADAAN[saring.keadaan_dipilih])]
    for name, field in saring.fields.items():
        if name != "keadaan" and (value := saring.value(name)):
            words = dict(getattr(field, "choices", ())).get(value, value)
            chosen.append(Isian(name, str(field.label), value, str(words)))
    return Matrix(
        slug="temuan",
        nomor="",
        judul="Temuan: tempat angka dokumen bertentangan dengan angka lain di dokumen yang sama",
        subjudul=(listing.renstra.judul,),
        kolom=KOLOM,
        baris=tuple(map(_row, listing.sorted())),
        parameter=tuple(chosen),
        sumber="selisih = tercetak dikurangi dihitung; sel kosong bukan nol",
        kolom_lekat=0,
        kosong="Tidak ada temuan yang cocok.",
    )


def _row(row: BarisTemuan) -> Baris:
    item, entry = row.temuan, row.tercatat
    note = f"{entry.riwayat[-1].catatan} ({entry.riwayat[-1].oleh})" if entry.riwayat else ""
    return Baris(
        Peran.BARIS,
        (
            teks(item.tabel),
            teks(item.kode),
            teks(clean(item.indikator)),
            teks(row.kolom),
            *(angka(figure, kosong=TIDAK_DIKETAHUI) for figure in (item.tercetak, item.dihitung, item.selisih)),
            teks(row.judul),
            teks(item.keterangan),
            teks(entry.kata),
            teks(note),
        ),
        item.kode,
    )
