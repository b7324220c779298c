"""Storing good rows many at a time, the same on SQLite and PostgreSQL but for how rows are poured in.

A chunk is looked up, compared and written in one transaction of the caller. What a row did is told back:
new, changed or the same, and warnings. Nothing here reads a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import User
from pmks import kripto
from pmks.actions import words
from pmks.impor.baris import BarisLayanan, BarisPMKS
from pmks.impor.sebab import Keluhan
from pmks.models import Layanan, Orang, RiwayatOrang, Wilayah
from pmks.nik import differences
from pmks.riwayat import history_row

BARU, BERUBAH, SAMA, DITOLAK = "baru", "berubah", "sama", "ditolak"


@dataclass(slots=True)
class Akibat:
    """What became of one row; ``keluhan`` are the reasons of a refused one."""

    nomor: int
    apa: str
    keluhan: Sequence[Keluhan] = ()
    peringatan: Sequence[Keluhan] = ()

    @property
    def alasan(self) -> str:
        """Reasons in words."""
        return "; ".join(item.pesan for item in self.keluhan)


class Bergeser(Exception):
    """Somebody changed a person between looking and writing; the chunk has to be looked at again."""


@dataclass(slots=True)
class _Orang:
    """A person as compared with rows: as stored, or about to be."""

    id: int
    nama: str
    nama_cari: str
    jenis_kelamin: str
    tanggal_lahir: date | None
    desa: int
    alamat: str
    kk_hash: str
    kk_sandi: str = ""
    versi: int = 1
    baru: BarisPMKS | None = None
    lama: dict[str, Any] = field(default_factory=dict)
    kategori: dict[int, int] = field(default_factory=dict)
    gabungan: bool = False
    janggal: bool = False


_COLUMNS = (
    "id",
    "nama",
    "nama_cari",
    "nik_sandi",
    "nik_hash",
    "kk_sandi",
    "kk_hash",
    "nik_janggal",
    "jenis_kelamin",
    "tanggal_lahir",
    "desa_id",
    "alamat",
    "status",
    "catatan",
    "versi",
    "impor_id",
    "dibuat_pada",
    "diubah_pada",
)


class PenyimpanPMKS:
    """Stores rows of people of one year.

    The first row of a file that names a person says how the person is; a later one that says otherwise is a
    warning, so that the same file read twice changes nothing. An empty cell never takes away what is stored.
    """

    def __init__(self, tahun: int, pelaku: User | None, pintu: str, impor: int | None) -> None:
        self.tahun, self.pelaku, self.pintu, self.impor = tahun, pelaku, pintu, impor
        # Which line of the file named a person first, by the first 8 bytes of what stands for the person.
        self._first: dict[int, int] = {}
        self._codes = dict(Wilayah.objects.filter(tingkat=Wilayah.Tingkat.DESA).values_list("pk", "kode"))

    def remember(self, rows: Iterable[BarisPMKS]) -> None:
        """Rows that an earlier run stored."""
        for row in rows:
            self._first.setdefault(hash(row.kunci), row.nomor)

    def store(self, rows: Sequence[BarisPMKS]) -> list[Akibat]:
        """Write a chunk; what became of each row, in order."""
        people = self._people(rows)
        found: list[Akibat] = []
        new: list[_Orang] = []
        changed: dict[int, _Orang] = {}
        links: list[tuple[int, int, int]] = []
        moved: list[tuple[int, int, int]] = []
        places = iter(_next_ids("pmks_orang", sum(row.kunci not in people for row in rows)))
        for row in rows:
            who = people.get(row.kunci)
            warnings = row.peringatan
            what = SAMA
            first = self._first.setdefault(hash(row.kunci), row.nomor)
            if who is None:
                who = people[row.kunci] = _new(next(places), row)
                new.append(who)
                what = BARU
            elif (different := _differences(who, row)) and not who.gabungan:
                if first == row.nomor:
                    _change(who, row, different)
                    changed[who.id] = who
                    what = BERUBAH
                else:
                    text = f"{', '.join(different)} berbeda dengan baris {first}, yang dipakai"
                    warnings = [*warnings, Keluhan("beda-baris", text)]
            elif different:
                text = "orang ini sudah digabung ke orang lain; hanya jenisnya yang dicatat"
                warnings = [*warnings, Keluhan("digabung", text)]
            area = who.kategori.get(row.kategori)
            if area is None:
                links.append((who.id, row.kategori, row.desa))
                who.kategori[row.kategori] = row.desa
                what = BARU
            elif area != row.desa and first == row.nomor:
                moved.append((who.id, row.kategori, row.desa))
                who.kategori[row.kategori] = row.desa
                what = BERUBAH if what == SAMA else what
            found.append(Akibat(row.nomor, what, peringatan=warnings))
        now = timezone.now()
        _pour("pmks_orang", _COLUMNS, _as_rows(new, now, self.impor))
        _pour(
            "pmks_orangkategori",
            ("orang_id", "tahun", "kategori_id", "desa_id", "impor_id"),
            ((who, self.tahun, kind, area, self.impor) for who, kind, area in links),
        )
        if moved:
            with connection.cursor() as cursor:
                cursor.executemany(
                    "UPDATE pmks_orangkategori SET desa_id = %s "
                    "WHERE orang_id = %s AND tahun = %s AND kategori_id = %s",
                    [(area, who, self.tahun, kind) for who, kind, area in moved],
                )
        self._update(changed, now)
        return found

    # --- people as they are ------------------------------------------------------------

    def _people(self, rows: Sequence[BarisPMKS]) -> dict[str, _Orang]:
        """Stored people that rows are about, by what stands for them, with their kinds of the year."""
        people = self._by_nik({row.nik_hash: row for row in rows if row.nik_hash})
        nameless = [row for row in rows if not row.nik_hash]
        if nameless:
            wanted = {row.kunci for row in nameless}
            stored = _registered().filter(nik_hash="", nama_cari__in={row.nama_cari for row in nameless})
            for pk, *values in stored.values_list("pk", *_COMPARED):
                who = _Orang(pk, *values)
                key = f"{who.nama_cari}|{who.tanggal_lahir}|{who.desa}"
                if key in wanted:
                    people[key] = who
        by_id = {who.id: who for who in people.values()}
        if by_id:
            links = _among(
                "SELECT orang_id, kategori_id, desa_id FROM pmks_orangkategori WHERE tahun = %s AND orang_id",
                by_id,
                [self.tahun],
            )
            for orang, kind, area in links:
                by_id[orang].kategori[kind] = area
        return people

    def _by_nik(self, rows: dict[str, BarisPMKS]) -> dict[str, _Orang]:
        found: dict[str, _Orang] = {}
        hashes = {key: key for key in rows}
        for older in kripto.keys()[1:]:
            hashes |= {kripto.hash_of(row.nik, older): key for key, row in rows.items()}
        columns = ", ".join(_COMPARED)
        # As the partial indexes are: living and merged people apart.
        living = f"SELECT id, nik_hash, {columns} FROM pmks_orang "  # noqa: S608
        living += "WHERE digabung_ke_id IS NULL AND nik_hash <> '' AND nik_hash"
        for pk, nik_hash, *values in _among(living, hashes):
            found[hashes[nik_hash]] = _stored(pk, values)
        for pk, nik_hash in _among(_MERGED, hashes):
            if hashes[nik_hash] not in found and (keeper := _keeper(pk)) is not None:
                found[hashes[nik_hash]] = keeper
        return found

    # --- changes -----------------------------------------------------------------------

    def _update(self, changed: dict[int, _Orang], now: datetime) -> None:
        if not changed:
            return
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE pmks_orang SET nama = %s, nama_cari = %s, nik_janggal = %s, jenis_kelamin = %s, "
                "tanggal_lahir = %s, desa_id = %s, alamat = %s, kk_hash = %s, kk_sandi = %s, "
                "versi = versi + 1, diubah_pada = %s WHERE id = %s AND versi = %s",
                [
                    (
                        who.nama,
                        who.nama_cari,
                        who.janggal,
                        who.jenis_kelamin,
                        _day(who.tanggal_lahir),
                        who.desa,
                        who.alamat,
                        who.kk_hash,
                        who.kk_sandi,
                        _stamp(now),
                        who.id,
                        who.versi,
                    )
                    # Two imports that change the same people take them in the same order.
                    for who in sorted(changed.values(), key=lambda who: who.id)
                ],
            )
            if cursor.rowcount != len(changed):
                raise Bergeser
            # Who moved is counted in the new desa under every kind of the year.
            cursor.executemany(
                "UPDATE pmks_orangkategori SET desa_id = %s WHERE orang_id = %s AND tahun = %s AND desa_id = %s",
                [
                    (who.desa, who.id, self.tahun, who.lama["kode_desa"])
                    for who in changed.values()
                    if "kode_desa" in who.lama
                ],
            )
        history: list[RiwayatOrang] = []
        for who in changed.values():
            for name, was in who.lama.items():
                before, after = self._words(name, was), self._words(name, _value(who, name))
                row = history_row(
                    who.id,
                    _HISTORY.get(name, name),
                    before,
                    after,
                    actor=self.pelaku,
                    pintu=self.pintu,
                    impor=self.impor,
                )
                history.append(row)
        RiwayatOrang.objects.bulk_create(history, batch_size=500)

    def _words(self, name: str, value: Any) -> str | None:
        if name == "kode_desa":
            return self._codes.get(value)
        if name == "no_kk":
            return kripto.mask(kripto.decrypt(value, "kk")) or None
        return None if value in (None, "") else str(value)


_COMPARED = (
    "nama", "nama_cari", "jenis_kelamin", "tanggal_lahir", "desa_id", "alamat", "kk_hash", "kk_sandi", "versi",
)  # fmt: skip
_HISTORY = {"kode_desa": "desa"}


def _stored(pk: int, values: list[Any]) -> _Orang:
    """A person from the columns of ``_COMPARED``; SQLite gives a day as text."""
    born = values[3]
    if isinstance(born, str):
        values[3] = date.fromisoformat(born)
    return _Orang(pk, *values)


# Merged people are few and have an index of their own; looked up in it first, whatever the planner believes.
_MERGED = (
    "WITH gabungan AS MATERIALIZED (SELECT id, nik_hash FROM pmks_orang WHERE digabung_ke_id IS NOT NULL) "
    "SELECT id, nik_hash FROM gabungan WHERE nik_hash"
)


def _among(query: str, values: Iterable[Any], before: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Rows whose last-named column is one of many values, handed over as a single text.

    psycopg would write a list item by item in Python, which took longer than the query.
    """
    wanted = list(values)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            kind = "bigint[]" if wanted and isinstance(wanted[0], int) else "text[]"
            cursor.execute(f"{query} = ANY(string_to_array(%s, ' ')::{kind})", [*before, " ".join(map(str, wanted))])
        else:
            cursor.execute(query + " IN (SELECT value FROM json_each(%s))", [*before, json.dumps(wanted)])  # noqa: S608
        return cursor.fetchall()


def _registered() -> Any:
    return Orang.objects.terdaftar().order_by()


def _keeper(pk: int) -> _Orang | None:
    """The person that a merged one was merged into, at the end of the chain."""
    seen: set[int] = set()
    while pk not in seen:
        seen.add(pk)
        row = Orang.objects.filter(pk=pk).values_list("pk", "digabung_ke_id", *_COMPARED).first()
        if row is None:
            return None
        if row[1] is None:
            who = _Orang(row[0], *row[2:])
            who.gabungan = True
            return who
        pk = row[1]
    return None


def _new(pk: int, row: BarisPMKS) -> _Orang:
    return _Orang(
        pk, row.nama, row.nama_cari, row.jenis_kelamin, row.tanggal_lahir, row.desa, row.alamat, row.kk_hash, baru=row
    )


def _differences(who: _Orang, row: BarisPMKS) -> list[str]:
    """Columns in which a row says something else of a person; what it leaves empty says nothing."""
    found = []
    if row.nama != who.nama:
        found.append("nama")
    if row.jenis_kelamin and row.jenis_kelamin != who.jenis_kelamin:
        found.append("jenis_kelamin")
    if row.tanggal_lahir and row.tanggal_lahir != who.tanggal_lahir:
        found.append("tanggal_lahir")
    if row.desa != who.desa:
        found.append("kode_desa")
    if row.alamat and row.alamat != who.alamat:
        found.append("alamat")
    if row.kk_hash and row.kk_hash != who.kk_hash:
        found.append("no_kk")
    return found


def _value(who: _Orang, name: str) -> Any:
    return (
        {"kode_desa": who.desa, "no_kk": who.kk_sandi}.get(name)
        if name in {"kode_desa", "no_kk"}
        else getattr(who, name)
    )


def _change(who: _Orang, row: BarisPMKS, columns: Sequence[str]) -> None:
    # A row that changes birth date or sex names them; one that leaves both empty says nothing about the NIK.
    who.janggal = bool(
        differences(row.nik, row.tanggal_lahir or who.tanggal_lahir, row.jenis_kelamin or who.jenis_kelamin)
    )
    for name in columns:
        who.lama[name] = _value(who, name)
        if name == "nama":
            who.nama, who.nama_cari = row.nama, row.nama_cari
        elif name == "kode_desa":
            who.desa = row.desa
        elif name == "no_kk":
            who.kk_hash, who.kk_sandi = row.kk_hash, row.kk_sandi
        else:
            setattr(who, name, getattr(row, name))


def _as_rows(people: Iterable[_Orang], now: datetime, impor: int | None) -> Iterator[tuple[Any, ...]]:
    """Rows of ``_COLUMNS`` for new people of an import."""
    stamp, text_dates = _stamp(now), connection.vendor == "sqlite"
    for who in people:
        row = who.baru
        assert row is not None
        born: Any = row.tanggal_lahir
        if born and text_dates:
            born = born.isoformat()
        yield (
            *(who.id, row.nama, row.nama_cari, row.nik_sandi, row.nik_hash, row.kk_sandi, row.kk_hash),
            bool(row.peringatan),
            *(row.jenis_kelamin, born, row.desa, row.alamat, "aktif", "", 1, impor, stamp, stamp),
        )


def _stamp(now: datetime) -> Any:
    """A moment as the database keeps it: SQLite has text in UTC."""
    return connection.ops.adapt_datetimefield_value(now)


def _day(value: date | None) -> Any:
    """A day as the database keeps it."""
    return value.isoformat() if value is not None and connection.vendor == "sqlite" else value


# --- services --------------------------------------------------------------------------


class PenyimpanLayanan:
    """Stores rows of services. A service already there with other words about it is changed, never doubled."""

    def __init__(self, tahun: int, pelaku: User | None, pintu: str, impor: int | None) -> None:
        self.tahun, self.pelaku, self.pintu, self.impor = tahun, pelaku, pintu, impor

    def remember(self, rows: Iterable[BarisLayanan]) -> None:
        """Nothing of earlier rows is needed."""

    def store(self, rows: Sequence[BarisLayanan]) -> list[Akibat]:
        """Write a chunk; what became of each row, in order."""
        people = self._people(rows)
        keys = {}
        for row in rows:
            who = people.get(row.nik_hash or f"id:{row.orang}")
            if who is not None:
                keys[row.nomor] = (who, row.tanggal, row.kode, row.jenis_layanan)
        stored = {
            (row.orang_id, row.tanggal, row.kode_sub_kegiatan, row.jenis_layanan): row
            for row in Layanan.objects.filter(orang__in={key[0] for key in keys.values()}, tahun=self.tahun).order_by()
        }
        found: list[Akibat] = []
        new: dict[tuple[int, date, str, str], Layanan] = {}
        changed: dict[int, Layanan] = {}
        history: list[RiwayatOrang] = []
        for row in rows:
            key = keys.get(row.nomor)
            if key is None:
                reason = "nik: orang dengan NIK ini belum terdaftar" if row.nik else f"id: orang {row.orang} tidak ada"
                found.append(Akibat(row.nomor, DITOLAK, (Keluhan("penerima-asing", reason),)))
                continue
            known = stored.get(key) or new.get(key)
            if known is None:
                new[key] = Layanan(
                    orang_id=key[0],
                    tahun=self.tahun,
                    tanggal=row.tanggal,
                    kode_sub_kegiatan=row.kode,
                    jenis_layanan=row.jenis_layanan,
                    nilai_rp=row.nilai_rp,
                    kategori_id=row.kategori,
                    unit_id=row.unit,
                    bukti=row.bukti,
                    impor_id=self.impor,
                )
                found.append(Akibat(row.nomor, BARU, peringatan=row.peringatan))
                continue
            before = words(known)
            if not _differs(known, row):
                found.append(Akibat(row.nomor, SAMA, peringatan=row.peringatan))
            elif key in new or known.pk in changed:
                note = "layanan yang sama sudah disebut baris lain dengan nilai lain; yang pertama dipakai"
                found.append(Akibat(row.nomor, SAMA, peringatan=[*row.peringatan, Keluhan("layanan-beda", note)]))
            else:
                _take_over(known, row)
                changed[known.pk] = known
                after = words(known)
                history.append(
                    history_row(key[0], "layanan", before, after, actor=self.pelaku, pintu=self.pintu, impor=self.impor)
                )
                found.append(Akibat(row.nomor, BERUBAH, peringatan=row.peringatan))
        _pour(
            "pmks_layanan",
            _SERVICE,
            (
                (
                    row.orang_id,
                    row.tahun,
                    _day(row.tanggal),
                    row.kode_sub_kegiatan,
                    row.jenis_layanan,
                    row.nilai_rp,
                    row.kategori_id,
                    row.unit_id,
                    row.bukti,
                    row.impor_id,
                )
                for row in new.values()
            ),
        )
        Layanan.objects.bulk_update(changed.values(), ["nilai_rp", "kategori", "bukti"], batch_size=500)
        RiwayatOrang.objects.bulk_create(history, batch_size=500)
        return found

    def _people(self, rows: Sequence[BarisLayanan]) -> dict[str, int]:
        """Ids of registered people by hash of NIK or ``id:…``; a merged one is the one it was merged into."""
        numbers = {row.nik_hash: row.nik for row in rows if row.nik_hash}
        hashes = {key: key for key in numbers}
        for older in kripto.keys()[1:]:
            hashes |= {kripto.hash_of(nik, older): key for key, nik in numbers.items()}
        found: dict[str, int] = {}
        for pk, number in _among(
            "SELECT id, nik_hash FROM pmks_orang WHERE digabung_ke_id IS NULL AND nik_hash <> '' AND nik_hash", hashes
        ):
            found[hashes[number]] = pk
        merged = {hashes[number]: pk for pk, number in _among(_MERGED, hashes)}
        ids = [row.orang for row in rows if row.orang is not None]
        for pk in Orang.objects.filter(pk__in=ids, dihapus_pada=None).values_list("pk", flat=True):
            merged[f"id:{pk}"] = pk
        for key, pk in merged.items():
            keeper = _keeper(pk)
            if keeper is not None:
                found.setdefault(key, keeper.id)
        return found


_SERVICE = (
    "orang_id",
    "tahun",
    "tanggal",
    "kode_sub_kegiatan",
    "jenis_layanan",
    "nilai_rp",
    "kategori_id",
    "unit_id",
    "bukti",
    "impor_id",
)


def _differs(known: Layanan, row: BarisLayanan) -> bool:
    """What a row leaves empty says nothing."""
    return bool(
        (row.nilai_rp is not None and row.nilai_rp != known.nilai_rp)
        or (row.kategori is not None and row.kategori != known.kategori_id)
        or (row.bukti and row.bukti != known.bukti)
    )


def _take_over(known: Layanan, row: BarisLayanan) -> None:
    known.nilai_rp = row.nilai_rp if row.nilai_rp is not None else known.nilai_rp
    known.kategori_id = row.kategori if row.kategori is not None else known.kategori_id
    known.bukti = row.bukti or known.bukti


# --- pouring rows in -------------------------------------------------------------------


def _next_ids(table: str, count: int) -> Sequence[int]:
    """Ids for rows about to be written; taken from the sequence, so that nobody else gets them."""
    if not count:
        return ()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The name looked up once and not for every row, and one text instead of as many rows.
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')::regclass::oid", [table])
            (sequence,) = cursor.fetchone() or (None,)
            cursor.execute(
                "SELECT string_agg(nextval(%s::oid::regclass)::text, ' ') FROM generate_series(1, %s)",
                [sequence, count],
            )
            (ids,) = cursor.fetchone() or ("",)
            return [int(text) for text in ids.split()]
        # The caller's transaction holds the only write lock.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        last = row[0] if row else 0
        return range(last + 1, last + count + 1)


def _pour(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert many rows: COPY on PostgreSQL, one prepared statement on SQLite."""
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT attname, atttypid FROM pg_attribute WHERE attrelid = %s::regclass", [table])
            types = dict(cursor.fetchall())
            statement = f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)"
            # What goes wrong inside COPY comes as Django's exception, as from any other statement.
            with connection.wrap_database_errors, cursor.copy(statement) as copy:
                copy.set_types([types[name] for name in columns])
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(rows))  # noqa: S608
