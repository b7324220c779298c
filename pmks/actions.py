"""Writing people and services by hand: who may, what is checked, what the history keeps.

Files come in through ``pmks/impor``, which checks and stores the same way, many rows at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.access import require
from accounts.models import User
from pmks import bukti, dugaan_tersimpan, kripto, ringkasan
from pmks.models import (
    IdentitasLuar,
    KategoriPMKS,
    Layanan,
    Orang,
    OrangKategori,
    PerubahanStatus,
    StatusOrang,
    Wilayah,
)
from pmks.models.orang import TAHUN_AWAL
from pmks.nama import normalise
from pmks.nik import NikError, differences, read_number
from pmks.riwayat import contents, history_row, record_history
from pmks.wewenang import MAY_CHANGE, cakupan, require_kategori
from renstra.berkas import BerkasDitolak

TAHUN_LAHIR_AWAL = 1900


class Ditolak(Exception):
    """What was asked for cannot be stored: ``galat`` holds the messages by the name of the field (``""``: all)."""

    def __init__(self, galat: Mapping[str, str]) -> None:
        super().__init__(" ".join(galat.values()))
        self.galat = dict(galat)


class Bentrok(Exception):
    """Somebody saved this person since the page was opened; ``kini`` is the person as stored now."""

    def __init__(self, kini: Orang) -> None:
        super().__init__("Data orang ini diubah orang lain sesudah halaman dibuka.")
        self.kini = kini


@dataclass(frozen=True, slots=True)
class IsianOrang:
    """What a form says of a person. ``nik`` and ``no_kk`` None: leave as they are; empty: there is none."""

    nama: str
    desa: Wilayah
    nik: str | None = None
    no_kk: str | None = None
    jenis_kelamin: str = ""
    tanggal_lahir: date | None = None
    alamat: str = ""
    catatan: str = ""


@dataclass(frozen=True, slots=True)
class Tersimpan:
    """A stored person, with warnings that did not stop it."""

    orang: Orang
    peringatan: tuple[str, ...] = ()


def create_orang(
    actor: User, isian: IsianOrang, tahun: int, kategori: Collection[KategoriPMKS], *, pintu: str
) -> Tersimpan:
    """A new person with kinds in a year; raises ``Ditolak``, ``PermissionDenied``."""
    require_kategori(actor, kategori)
    galat = check_orang(isian.nama, isian.nik, isian.no_kk, isian.tanggal_lahir) | _check_desa(isian.desa)
    galat |= _check_year(tahun)
    if not kategori:
        galat["kategori"] = "Pilih sedikitnya satu jenis PMKS."
    if galat:
        raise Ditolak(galat)
    now = timezone.now()
    person = Orang(desa=isian.desa, dibuat_pada=now, diubah_pada=now)
    _fill(person, isian)
    with transaction.atomic():
        _store(person)
        record_history(person, {}, contents(person), actor=actor, pintu=pintu)
        _set_kinds(person, tahun, set(kategori), frozenset(), actor=actor, pintu=pintu)
        dugaan_tersimpan.refresh([person.pk])
    return Tersimpan(person, _warnings(person))


def save_orang(actor: User, orang_id: int, isian: IsianOrang, *, versi: int, pintu: str, alasan: str = "") -> Tersimpan:
    """Change a person; ``versi`` is the one the form was filled from.

    Raises ``Orang.DoesNotExist`` (also for one whom ``actor`` may not see), ``Ditolak``, ``Bentrok``.
    """
    require(actor, MAY_CHANGE)
    with transaction.atomic():
        person = _locked(actor, orang_id)
        if person.versi != versi:
            raise Bentrok(person)
        before, hashes = contents(person), (person.nik_hash, person.kk_hash)
        galat = check_orang(
            isian.nama, isian.nik, isian.no_kk, isian.tanggal_lahir, bernik=isian.nik is None and bool(person.nik_hash)
        ) | _check_desa(isian.desa)
        if galat:
            raise Ditolak(galat)
        moved = person.desa_id != isian.desa.pk
        _fill(person, isian)
        after = contents(person)
        if before == after and hashes == (person.nik_hash, person.kk_hash):
            return Tersimpan(person, _warnings(person))
        person.versi, person.diubah_pada = person.versi + 1, timezone.now()
        _store(person)
        record_history(
            person,
            before,
            after,
            actor=actor,
            pintu=pintu,
            alasan=alasan,
            nik_berubah=hashes[0] != person.nik_hash,
        )
        if moved:
            _move_kinds(person)
        dugaan_tersimpan.refresh([person.pk])
    return Tersimpan(person, _warnings(person))


def _locked(actor: User, orang_id: int) -> Orang:
    found = Orang.objects.for_user(actor).filter(pk=orang_id).values("pk")
    return Orang.objects.select_for_update(of=("self",)).select_related("desa").get(pk__in=found)


def check_orang(
    nama: str, nik: str | None, no_kk: str | None, born: date | None, *, bernik: bool = False
) -> dict[str, str]:
    """What is wrong with an identity as typed, by field; ``bernik``: a NIK is stored and stays. No query."""
    galat = {}
    if not normalise(nama):
        galat["nama"] = "Tulis nama."
    for name, text, label in (("nik", nik, "NIK"), ("no_kk", no_kk, "No KK")):
        try:
            read_number(text or "", label)
        except NikError as error:
            galat[name] = str(error)
    today = timezone.localdate()
    if born and not date(TAHUN_LAHIR_AWAL, 1, 1) <= born <= today:
        galat["tanggal_lahir"] = f"Tanggal lahir antara 1 Januari {TAHUN_LAHIR_AWAL} dan hari ini."
    if not born and not nik and not bernik:
        galat["tanggal_lahir"] = "Tanpa NIK, orang dikenali dari nama, tanggal lahir, dan desa; isi tanggal lahir."
    return galat


def _check_desa(desa: Wilayah) -> dict[str, str]:
    return {} if desa.tingkat == Wilayah.Tingkat.DESA else {"desa": "Pilih desa."}


def _check_year(tahun: int) -> dict[str, str]:
    last = timezone.localdate().year
    if TAHUN_AWAL <= tahun <= last:
        return {}
    return {"tahun": f"Data menurut nama dicatat untuk tahun {TAHUN_AWAL} sampai {last}."}


def _fill(person: Orang, isian: IsianOrang) -> None:
    person.nama = " ".join(isian.nama.split())
    person.nama_cari = normalise(person.nama)
    person.jenis_kelamin, person.tanggal_lahir = isian.jenis_kelamin, isian.tanggal_lahir
    person.desa = isian.desa
    person.alamat, person.catatan = " ".join(isian.alamat.split()), isian.catatan.strip()
    if isian.nik is not None:
        nik = read_number(isian.nik)
        if nik != kripto.decrypt(person.nik_sandi, "nik"):
            person.nik_sandi, person.nik_hash = kripto.encrypt(nik, "nik"), kripto.hash_of(nik)
    if isian.no_kk is not None:
        no_kk = read_number(isian.no_kk, "No KK")
        if no_kk != kripto.decrypt(person.kk_sandi, "kk"):
            person.kk_sandi, person.kk_hash = kripto.encrypt(no_kk, "kk"), kripto.hash_of(no_kk)


def _store(person: Orang) -> None:
    """Save, telling a person already there in words; also one whose NIK is still under an older key."""
    nik = kripto.decrypt(person.nik_sandi, "nik")
    person.nik_janggal = bool(differences(nik, person.tanggal_lahir, person.jenis_kelamin))
    if nik and Orang.objects.with_nik(nik).filter(digabung_ke=None).exclude(pk=person.pk).exists():
        raise Ditolak({"nik": "NIK ini sudah terdaftar; buka orangnya lewat pencarian NIK."})
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        if "orang_nik_unik" in str(error) or "nik_hash" in str(error):
            raise Ditolak({"nik": "NIK ini sudah terdaftar; buka orangnya lewat pencarian NIK."}) from None
        raise Ditolak({"": "Orang tanpa NIK dengan nama, tanggal lahir, dan desa yang sama sudah terdaftar."}) from None


def _warnings(person: Orang) -> tuple[str, ...]:
    nik = kripto.decrypt(person.nik_sandi, "nik")
    return tuple(differences(nik, person.tanggal_lahir, person.jenis_kelamin))


# Kinds -------------------------------------------------------------------------------------------------------------


def set_kategori(actor: User, orang_id: int, tahun: int, kategori: Collection[KategoriPMKS], *, pintu: str) -> None:
    """The kinds of a person in a year, of those that ``actor`` may record; others stay as they are.

    Raises ``Ditolak``, ``PermissionDenied``, ``Orang.DoesNotExist``.
    """
    require_kategori(actor, kategori)
    if galat := _check_year(tahun):
        raise Ditolak(galat)
    with transaction.atomic():
        person = _locked(actor, orang_id)
        _set_kinds(person, tahun, set(kategori), cakupan(actor).kategori, actor=actor, pintu=pintu)
        if not OrangKategori.objects.filter(orang=person).exists():
            raise Ditolak({"kategori": "Orang dalam data PMKS mempunyai sedikitnya satu jenis, sekarang atau dahulu."})
        dugaan_tersimpan.refresh([person.pk])


def _set_kinds(
    person: Orang,
    tahun: int,
    wanted: set[KategoriPMKS],
    removable: frozenset[int],
    *,
    actor: User,
    pintu: str,
) -> None:
    before = ringkasan.rows_of(person.pk)
    stored = OrangKategori.objects.filter(orang=person, tahun=tahun).select_related("kategori")
    present = {row.kategori: row for row in stored}
    gone = [row for kind, row in present.items() if kind.pk in removable and kind not in wanted]
    OrangKategori.objects.filter(pk__in=[row.pk for row in gone]).delete()
    added = sorted((kind for kind in wanted if kind not in present), key=lambda kind: kind.nomor)
    OrangKategori.objects.bulk_create(
        [OrangKategori(orang=person, tahun=tahun, kategori=kind, desa_id=person.desa_id) for kind in added]
    )
    record = [
        history_row(person.pk, f"jenis {tahun}", str(row.kategori), None, actor=actor, pintu=pintu) for row in gone
    ]
    record += [history_row(person.pk, f"jenis {tahun}", None, str(kind), actor=actor, pintu=pintu) for kind in added]
    person.riwayat.bulk_create(record)
    ringkasan.apply_delta(before, ringkasan.rows_of(person.pk))


def _move_kinds(person: Orang) -> None:
    """A person who moved is counted in the new desa from the newest year on; earlier years stay where they were."""
    before = ringkasan.rows_of(person.pk)
    if before:
        newest = max(year for year, _, _ in before)
        OrangKategori.objects.filter(orang=person, tahun=newest).update(desa=person.desa)
        ringkasan.apply_delta(before, ringkasan.rows_of(person.pk))


# Status, other registers ----------------------------------------------------------------------------------------------


def set_status(
    actor: User, orang_id: int, status: StatusOrang, sejak: date, catatan: str = "", *, pintu: str
) -> PerubahanStatus:
    """A new status from a day on; the newest day is the status of today. Raises ``Ditolak``, ``Orang.DoesNotExist``."""
    require(actor, MAY_CHANGE)
    if sejak > timezone.localdate():
        raise Ditolak({"sejak": "Tanggal ini belum tiba."})
    with transaction.atomic():
        person = _locked(actor, orang_id)
        if person.tanggal_lahir and sejak < person.tanggal_lahir:
            raise Ditolak({"sejak": "Tanggal ini sebelum orang itu lahir."})
        before = contents(person)
        row = PerubahanStatus.objects.create(
            orang=person, status=status, sejak=sejak, catatan=" ".join(catatan.split()), oleh=actor
        )
        newest = person.perubahan_status.order_by("-sejak", "-pk").first() or row
        Orang.objects.filter(pk=person.pk).update(
            status=newest.status, status_sejak=newest.sejak, versi=F("versi") + 1, diubah_pada=timezone.now()
        )
        person.status, person.status_sejak = newest.status, newest.sejak
        record_history(person, before, contents(person), actor=actor, pintu=pintu, alasan=catatan)
        dugaan_tersimpan.refresh([person.pk])
        return row


def set_identitas_luar(actor: User, orang_id: int, sumber: str, nomor: str, *, pintu: str) -> None:
    """The number of a person in another register; empty removes it. Raises ``Ditolak``, ``Orang.DoesNotExist``."""
    require(actor, MAY_CHANGE)
    sumber, nomor = " ".join(sumber.split()).upper(), "".join(nomor.split())
    if not sumber:
        raise Ditolak({"sumber": "Tulis sumbernya, misalnya DTSEN."})
    with transaction.atomic():
        person = _locked(actor, orang_id)
        stored = IdentitasLuar.objects.filter(orang=person, sumber=sumber)
        was = stored.values_list("nomor", flat=True).first()
        if was == (nomor or None):
            return
        if nomor and IdentitasLuar.objects.filter(sumber=sumber, nomor=nomor).exclude(orang=person).exists():
            raise Ditolak({"nomor": f"Nomor {sumber} ini sudah dipakai orang lain."})
        stored.delete()
        if nomor:
            IdentitasLuar.objects.create(orang=person, sumber=sumber, nomor=nomor)
        person.riwayat.bulk_create(
            [history_row(person.pk, f"nomor {sumber}", was, nomor or None, actor=actor, pintu=pintu)]
        )


# Services ------------------------------------------------------------------------------------------------------------


SUDAH_TERCATAT = "Layanan ini sudah tercatat: orang, tanggal, sub kegiatan, dan jenisnya sama."


@dataclass(frozen=True, slots=True)
class IsianLayanan:
    """One service as a form says it; ``kode`` is a canonical code of a sub kegiatan."""

    kode: str
    tanggal: date
    jenis_layanan: str
    nilai_rp: int | None = None
    kategori: KategoriPMKS | None = None
    bukti: str = ""


def check_layanan(actor: User, isian: IsianLayanan, kode_dikenal: Mapping[str, int | None]) -> None:
    """Refuse what is wrong with a service whoever receives it; raises ``Ditolak``, ``PermissionDenied``. No query."""
    require_kategori(actor, [isian.kategori] if isian.kategori else [])
    galat = {}
    if wrong := _check_year(isian.tanggal.year):
        galat["tanggal"] = wrong["tahun"]
    if isian.tanggal > timezone.localdate():
        galat["tanggal"] = "Tanggal layanan belum tiba."
    if isian.kode not in kode_dikenal:
        galat["kode"] = "Sub kegiatan ini tidak ada dalam Renstra."
    if not isian.jenis_layanan.strip():
        galat["jenis_layanan"] = "Tulis jenis layanan, misalnya paket sembako."
    if isian.nilai_rp is not None and isian.nilai_rp < 0:
        galat["nilai_rp"] = "Nilai tidak boleh kurang dari 0."
    if galat:
        raise Ditolak(galat)


def new_layanan(orang: Orang, isian: IsianLayanan, kode_dikenal: Mapping[str, int | None]) -> Layanan:
    """The row of a checked service, not saved yet."""
    return Layanan(
        orang=orang,
        tahun=isian.tanggal.year,
        tanggal=isian.tanggal,
        kode_sub_kegiatan=isian.kode,
        jenis_layanan=" ".join(isian.jenis_layanan.split()),
        nilai_rp=isian.nilai_rp,
        kategori=isian.kategori,
        unit_id=kode_dikenal[isian.kode],
        bukti=" ".join(isian.bukti.split()),
    )


def save_layanan(
    actor: User,
    orang_id: int,
    isian: IsianLayanan,
    kode_dikenal: Mapping[str, int | None],
    *,
    pintu: str,
    berkas: Sequence[bukti.Berkas] = (),
) -> Layanan:
    """A service given to a person, with files that prove it: all of it, or nothing.

    ``kode_dikenal`` are the sub kegiatan of the plan with the ids of their units: the caller knows the
    plan. Raises ``Ditolak``, ``PermissionDenied``, ``Orang.DoesNotExist``.
    """
    check_layanan(actor, isian, kode_dikenal)
    try:
        with bukti.prepared(berkas, isian.tanggal.year) as files, transaction.atomic():
            person = _locked(actor, orang_id)
            row = new_layanan(person, isian, kode_dikenal)
            try:
                with transaction.atomic():
                    row.save()
            except IntegrityError:
                raise Ditolak({"": SUDAH_TERCATAT}) from None
            person.riwayat.bulk_create([history_row(person.pk, "layanan", None, words(row), actor=actor, pintu=pintu)])
            bukti.attach(actor, row, files, pintu=pintu)
            dugaan_tersimpan.refresh([person.pk])
            return row
    except (bukti.BuktiDitolak, BerkasDitolak) as error:
        raise Ditolak({"berkas": str(error)}) from None


def delete_layanan(actor: User, layanan_id: int, alasan: str, *, pintu: str) -> None:
    """Take a service out that was recorded by mistake, with its files; raises ``Ditolak``, ``Layanan.DoesNotExist``."""
    require(actor, MAY_CHANGE)
    if not alasan.strip():
        raise Ditolak({"alasan": "Tulis mengapa layanan ini dihapus."})
    with transaction.atomic():
        row = Layanan.objects.for_user(actor).select_related("orang").get(pk=layanan_id)
        if row.unit_id is not None and row.unit_id not in cakupan(actor).unit:
            raise PermissionDenied("Layanan hanya dihapus oleh unit yang memberikannya.")
        row.orang.riwayat.bulk_create(
            [history_row(row.orang_id, "layanan", words(row), None, actor=actor, pintu=pintu, alasan=alasan.strip())]
        )
        files = list(row.berkas_bukti.select_for_update(of=("self",)))
        names = bukti.remove_rows(actor, row, files, alasan.strip(), pintu=pintu)
        row.delete()
        dugaan_tersimpan.refresh([row.orang_id])
        try:
            bukti.delete_files(names)
        except bukti.BuktiDitolak as error:
            raise Ditolak({"": str(error)}) from None


def words(row: Layanan) -> str:
    """A service as the history names it."""
    return f"{row.tanggal:%Y-%m-%d} · {row.kode_sub_kegiatan} · {row.jenis_layanan} · {row.nilai_rp or '-'}"
