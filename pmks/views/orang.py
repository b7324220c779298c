"""The list of people, finding one, entering and changing one."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import allow
from accounts.models import Hak
from pmks import rujukan
from pmks.actions import Bentrok, Ditolak, create_orang, save_orang, set_identitas_luar, set_kategori, set_status
from pmks.akses import Jenis, TujuanKosong, open_nik, record_access
from pmks.daftar import URUTAN, Halaman, known_count, page, similar
from pmks.filters import OrangFilter, years_by_name
from pmks.forms import (
    BukaNikForm,
    IdentitasForm,
    JenisForm,
    MiripForm,
    OrangBaruForm,
    OrangUbahForm,
    StatusForm,
)
from pmks.kripto import KunciError
from pmks.models import KategoriPMKS, Orang, OrangKategori, StatusOrang, Wilayah
from pmks.nik import NikError, age_on, holds_number, read_number
from pmks.pencarian import MAX_LENGTH, is_number, recall, remember
from pmks.pilihan import chosen
from pmks.tampilan import nik_samar
from pmks.views.umum import PINTU, find_orang, no_store, put_errors, with_query
from pmks.wewenang import MAY_CHANGE, MAY_EXPORT, cakupan

JUDUL_URUT = {"nama": "Nama", "desa": "Desa", "baru": "Terbaru dicatat", "lama": "Terlama dicatat"}


def served_kinds(user: Any) -> list[KategoriPMKS]:
    """Kinds that this person sees by name, in their order."""
    seen = cakupan(user).kategori
    return [kind for kind in rujukan.kinds() if kind.pk in seen]


# The list --------------------------------------------------------------------------------------------------------


@allow(Hak.LIHAT_ORANG)
@require_GET
@no_store
def orang_daftar(request: HttpRequest) -> HttpResponse:
    """People in pages that follow each other by key; the address holds filters, order and cursor, never a name."""
    return _list(request)


@allow(Hak.LIHAT_ORANG)
@require_http_methods(["GET", "POST"])
@no_store
def orang_cari(request: HttpRequest) -> HttpResponse:
    """Find by name, or by exact NIK.

    What was typed is posted: a NIK is answered at once and not kept, a name is kept in the session and the list's
    address names a token for it.
    """
    kept = {name: str(text) for name, text in request.GET.items() if name not in {"cari", "dari"}}
    base = reverse("pmks-orang")
    text = " ".join(request.POST.get("cari", "").split())[:MAX_LENGTH]
    if request.method == "GET" or not text:
        return redirect(with_query(base, kept))
    if not is_number(text):
        if holds_number(text):
            return _list(request, typed=text, galat="Cari menurut NIK saja, atau menurut nama saja.")
        return redirect(with_query(base, kept | {"cari": remember(request.session, text)}))
    person: Any = request.user
    try:
        nik = read_number(text)
    except NikError as error:
        return _list(request, typed=text, galat=str(error))
    found = Orang.objects.for_user(person).with_nik(nik).first()
    record_access(person, Jenis.CARI_NIK, pintu=PINTU, orang=found, jumlah=int(found is not None))
    if found:
        return redirect("pmks-orang-satu", found.pk)
    return _list(
        request,
        typed=text,
        galat="Tidak ada orang dengan NIK ini di antara jenis yang dilayani unit Anda; "
        "periksa angkanya, atau cari menurut nama.",
    )


def _list(request: HttpRequest, *, typed: str = "", galat: str = "") -> HttpResponse:
    person: Any = request.user
    token = request.GET.get("cari", "")[:20]
    nama = recall(request.session, token) if token else ""
    kinds = served_kinds(person)
    saring = OrangFilter(request.GET, kinds=kinds, nama=nama or "")
    saringan = saring.saringan
    urut = request.GET.get("urut", "nama")
    urut = urut if urut in URUTAN else "nama"
    shown = page(person, saringan, urut, request.GET.get("dari", "")[:20]) if not galat else Halaman((), None, None)
    if shown.baris:
        record_access(person, Jenis.DAFTAR, pintu=PINTU, jumlah=len(shown.baris), rincian=saringan.rincian)
    kept = saring.kept | ({"cari": token} if nama else {})
    sort = {"urut": urut} if urut != "nama" else {}
    base = reverse("pmks-orang")
    catat = MAY_CHANGE.admits(person) and bool(kinds)
    here = {"dari": request.GET["dari"][:20]} if "dari" in request.GET else {}
    context = {
        "saring": saring,
        "dilayani": bool(kinds),
        "baris": _rows(shown, saringan.tahun, cakupan(person).kategori),
        "jumlah": known_count(person, saringan),
        "cari": typed or nama or "",
        "cari_alamat": with_query(reverse("pmks-orang-cari"), saring.kept | sort),
        "cari_hapus": with_query(base, saring.kept | sort) if nama else "",
        "cari_hilang": bool(token) and nama is None,
        "galat": galat,
        "tersembunyi": ({"cari": token} if nama else {}) | sort,
        "alamat": base,
        "ada_saringan": bool(saring.kept or nama),
        "sebelum": with_query(base, kept | sort | {"dari": shown.sebelum}) if shown.sebelum else "",
        "sesudah": with_query(base, kept | sort | {"dari": shown.sesudah}) if shown.sesudah else "",
        "awal": with_query(base, kept | sort) if shown.sebelum else "",
        "urutan": [
            (kata, with_query(base, kept | ({"urut": nama_urut} if nama_urut != "nama" else {})), nama_urut == urut)
            for nama_urut, kata in JUDUL_URUT.items()
        ],
        "kepala": {name: _heading(base, kept, name, urut) for name in ("nama", "desa")},
        "boleh_lihat": bool(kinds),
        "boleh_catat": catat,
        "terpilih": chosen(request.session) if catat else [],
        "pilih_alamat": with_query(reverse("pmks-orang-pilih"), kept | sort | here) if catat else "",
        "halaman_ini": " ".join(str(row.pk) for row in shown.baris),
        "ekspor": with_query(reverse("pmks-orang-ekspor"), kept | sort)
        if MAY_EXPORT.admits(person) and shown.baris
        else "",
    }
    return render(request, "pmks/orang_daftar.html", context)


def _heading(base: str, kept: dict[str, str], name: str, urut: str) -> tuple[str, str]:
    """Address that sorts by a column, the other way round when it already does, and ``aria-sort``."""
    after = f"-{name}" if urut == name else name
    state = "ascending" if urut == name else "descending" if urut == f"-{name}" else "none"
    return with_query(base, kept | ({"urut": after} if after != "nama" else {})), state


def _rows(shown: Halaman, tahun: int | None, seen: frozenset[int]) -> list[dict[str, Any]]:
    """People with what the table says: their newest kinds (of the year asked for), of those the reader may know."""
    links = OrangKategori.objects.filter(orang__in=[row.pk for row in shown.baris], kategori__in=seen)
    if tahun:
        links = links.filter(tahun=tahun)
    found: dict[int, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for orang, year, nomor, nama in links.order_by("kategori__nomor").values_list(
        "orang_id", "tahun", "kategori__nomor", "kategori__nama"
    ):
        found[orang][year].append(f"{nomor}. {nama}")
    today = timezone.localdate()
    rows = []
    for person in shown.baris:
        years = found.get(person.pk, {})
        newest = max(years, default=None)
        rows.append(
            {
                "orang": person,
                "nik": nik_samar(person),
                "umur": age_on(person.tanggal_lahir, today) if person.tanggal_lahir else None,
                "tahun": newest,
                "jenis": years[newest] if newest else [],
            }
        )
    return rows


# Entering and changing -----------------------------------------------------------------------------------------------


@allow(Hak.UBAH_ORANG)
@require_POST
@no_store
def orang_mirip(request: HttpRequest) -> HttpResponse:
    """People who may be the one being typed in, for the form to show while typing."""
    person: Any = request.user
    found = _similar(person, MiripForm(request.POST).readable())
    if found:
        record_access(person, Jenis.DAFTAR, pintu=PINTU, jumlah=len(found), rincian="mirip dengan yang diketik")
    return render(request, "pmks/mirip.html", {"mirip": _likeness(found)})


def _similar(user: Any, typed: dict[str, Any]) -> list[Orang]:
    try:
        nik = read_number(typed["nik"] or "")
    except NikError:
        nik = ""
    desa = typed["desa"]
    if isinstance(desa, str):
        desa = Wilayah.objects.filter(kode=desa).first()
    return similar(user, typed["nama"] or "", typed["tanggal_lahir"], desa, nik=nik)


def _likeness(found: list[Orang]) -> list[dict[str, Any]]:
    return [{"orang": row, "nik": nik_samar(row)} for row in found]


@allow(Hak.UBAH_ORANG)
@require_http_methods(["GET", "POST"])
@no_store
def orang_baru(request: HttpRequest) -> HttpResponse:
    """Enter a person; people who look the same are shown first, and saving goes on when they were looked at."""
    user: Any = request.user
    kinds = served_kinds(user)
    form = OrangBaruForm(request.POST or None, kinds=kinds, initial={"tahun": years_by_name()[0]})
    alike: list[Orang] = []
    status = 200
    if request.method == "POST":
        status = 422
        # Everything to mend is told in one round: what a field refuses, and who looks the same.
        alike = _similar(user, MiripForm(request.POST).readable())
        known = form.is_valid() and form.cleaned_data["yakin"]
        if form.is_valid() and (known or not alike):
            data = form.cleaned_data
            chosen = [kind for kind in kinds if str(kind.nomor) in data["kategori"]]
            try:
                saved = create_orang(user, form.isian(), data["tahun"], chosen, pintu=PINTU)
            except Ditolak as error:
                put_errors(form, error.galat)
            except KunciError as error:
                form.add_error("nik", str(error))
            else:
                _say(request, "Orang ini tercatat.", saved.peringatan)
                return redirect("pmks-orang-satu", saved.orang.pk)
        elif alike and not request.POST.get("yakin"):
            form.add_error(None, "ada orang yang mirip; periksa daftarnya di bawah NIK dan No KK.")
    context = {"form": form, "mirip": _likeness(alike), "dilayani": bool(kinds), "periksa": bool(alike)}
    return render(request, "pmks/orang_baru.html", context, status=status)


@allow(Hak.UBAH_ORANG)
@require_http_methods(["GET", "POST"])
@no_store
def orang_ubah(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a person; who saved in between is shown beside what was typed, and nothing is overwritten unseen."""
    user: Any = request.user
    person = find_orang(request, pk)
    form = OrangUbahForm(request.POST or None, orang=person, initial=OrangUbahForm.values_of(person))
    theirs: list[tuple[str, str, str]] = []
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                saved = save_orang(user, pk, form.isian(), versi=data["versi"], pintu=PINTU, alasan=data["alasan"])
            except Ditolak as error:
                put_errors(form, error.galat)
            except KunciError as error:
                form.add_error("nik", str(error))
            except Bentrok as clash:
                theirs, status = _differences(form, clash.kini), 409
                # Saving again from here is a decision: what is stored now stands beside what was typed.
                form.data = {**form.data.dict(), "versi": str(clash.kini.versi)}  # type: ignore[attr-defined]
            else:
                _say(request, "Perubahan tersimpan.", saved.peringatan)
                return redirect("pmks-orang-satu", pk)
    context = {"form": form, "orang": person, "mereka": theirs}
    return render(request, "pmks/orang_ubah.html", context, status=status)


def _differences(form: OrangUbahForm, stored: Orang) -> list[tuple[str, str, str]]:
    """Label, what is stored now, what was typed: of the fields in which they differ."""
    now, data = OrangUbahForm.values_of(stored), form.cleaned_data
    found = []
    for name in ("nama", "jenis_kelamin", "tanggal_lahir", "desa", "alamat", "catatan"):
        typed = data[name].kode if name == "desa" else data[name]
        if typed != now[name]:
            here = (stored.desa.nama, data["desa"].nama) if name == "desa" else (now[name], typed)
            found.append((str(form.fields[name].label), str(here[0] or "–"), str(here[1] or "–")))
    return found


def _say(request: HttpRequest, text: str, warnings: tuple[str, ...]) -> None:
    messages.success(request, text)
    for warning in warnings:
        messages.warning(request, f"Periksa lagi: {warning}.")


# Kinds, status, other registers, the whole NIK ---------------------------------------------------------------------


@allow(Hak.UBAH_ORANG)
@require_http_methods(["GET", "POST"])
@no_store
def orang_jenis(request: HttpRequest, pk: int) -> HttpResponse:
    """Kinds of a person in a year, of those that the own unit serves."""
    user: Any = request.user
    person, kinds = find_orang(request, pk), served_kinds(user)
    years = years_by_name()
    wanted = request.GET.get("tahun", "")
    year = int(wanted) if wanted.isdecimal() and wanted in map(str, years) else years[0]
    links = OrangKategori.objects.filter(orang=person, kategori__in=kinds).order_by("-tahun")
    stored = list(links.values_list("tahun", "kategori__nomor"))
    now = [str(nomor) for tahun, nomor in stored if tahun == year]
    # A year without kinds begins with those of the newest year: most people stay what they were.
    newest = [str(nomor) for tahun, nomor in stored if tahun == max(tahun for tahun, _ in stored)]
    form = JenisForm(request.POST or None, kinds=kinds, initial={"tahun": year, "kategori": now or newest})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            chosen = [kind for kind in kinds if str(kind.nomor) in form.cleaned_data["kategori"]]
            try:
                set_kategori(user, pk, form.cleaned_data["tahun"], chosen, pintu=PINTU)
            except Ditolak as error:
                put_errors(form, error.galat)
            else:
                messages.success(request, f"Jenis tahun {form.cleaned_data['tahun']} tersimpan.")
                return _after(pk, user)
    context = {
        "form": form,
        "orang": person,
        "tahun": year,
        "usulan": not now and bool(newest),
        "pilihan_tahun": [(item, with_query(request.path, {"tahun": str(item)}), item == year) for item in years],
    }
    return render(request, "pmks/orang_jenis.html", context, status=status)


def _after(pk: int, user: Any) -> HttpResponse:
    """Back to the person, or to the list when they are no longer among those this user sees."""
    if Orang.objects.for_user(user).filter(pk=pk).exists():
        return redirect("pmks-orang-satu", pk)
    return redirect("pmks-orang")


@allow(Hak.UBAH_ORANG)
@require_http_methods(["GET", "POST"])
@no_store
def orang_status(request: HttpRequest, pk: int) -> HttpResponse:
    """A new status from a day on."""
    user: Any = request.user
    person = find_orang(request, pk)
    form = StatusForm(request.POST or None, initial={"sejak": timezone.localdate()})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                set_status(user, pk, StatusOrang(data["status"]), data["sejak"], data["catatan"], pintu=PINTU)
            except Ditolak as error:
                put_errors(form, error.galat)
            else:
                messages.success(request, "Status tersimpan.")
                return redirect("pmks-orang-satu", pk)
    return render(request, "pmks/orang_status.html", {"form": form, "orang": person}, status=status)


@allow(Hak.UBAH_ORANG)
@require_http_methods(["GET", "POST"])
@no_store
def orang_identitas(request: HttpRequest, pk: int) -> HttpResponse:
    """The number of a person in another register."""
    user: Any = request.user
    person = find_orang(request, pk)
    form = IdentitasForm(request.POST or None, initial={"sumber": "DTSEN"})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                set_identitas_luar(user, pk, data["sumber"], data["nomor"], pintu=PINTU)
            except Ditolak as error:
                put_errors(form, error.galat)
            else:
                gone = f"Orang ini tanpa nomor {data['sumber'].upper()} sekarang."
                messages.success(request, "Nomor di daftar lain tersimpan." if data["nomor"] else gone)
                return redirect("pmks-orang-satu", pk)
    return render(request, "pmks/orang_identitas.html", {"form": form, "orang": person}, status=status)


@allow(Hak.BUKA_NIK)
@require_http_methods(["GET", "POST"])
@no_store
def orang_nik(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole NIK and No KK, for a reason that is recorded first."""
    user: Any = request.user
    person = find_orang(request, pk)
    form = BukaNikForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "orang": person}
    if request.method == "POST" and form.is_valid():
        try:
            nik, no_kk = open_nik(user, pk, form.cleaned_data["alasan"], pintu=PINTU)
        except TujuanKosong as error:
            form.add_error("alasan", str(error))
        else:
            context |= {"terbuka": True, "nik": nik, "no_kk": no_kk}
            return render(request, "pmks/orang_nik.html", context)
    return render(request, "pmks/orang_nik.html", context, status=422 if request.method == "POST" else 200)
