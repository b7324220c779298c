"""Loading the baseline: fixtures with natural keys, without losing what people changed.

``Loader`` compares three contents of a row: what the fixture says now, what the
baseline wrote last (``BarisDasar``) and what stands in the database.

- fixture = database: nothing is written, so a second load changes nothing
- database = last baseline: the fixture has been corrected, the row follows it
- otherwise people changed (or deleted) the row: it is kept and listed, unless ``overwrite``

Everything happens in the caller's transaction; a broken record is a ``BarisRusak`` of one
line that names file, record, column and remedy. Django's own deserializer asks the database
some five questions a record; here the rows of a model are read once.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, models, transaction

from accounts.jejak import record_changes, snapshot
from accounts.models import BarisDasar, Jejak
from renstra.commands import Ditolak

Key = tuple[Any, ...]
_REMEDY = "Perbaiki berkasnya lalu ulangi; tidak ada yang disimpan."


class BarisRusak(Ditolak):
    """A record that cannot be loaded; the message is one line."""


@dataclass(frozen=True)
class Catatan:
    """One record of a fixture file; ``nomor`` counts from 1."""

    berkas: str
    nomor: int
    model: type[models.Model]
    isi: dict[str, Any]

    def refuse(self, column: str, reason: str) -> BarisRusak:
        """The one line about what is wrong with this record."""
        where = f"{self.berkas}, data ke-{self.nomor} ({self.model._meta.verbose_name}{self._hint()})"
        which = f", kolom {column}" if column else ""
        return BarisRusak(f"{where}{which}: {reason.rstrip('.')}. {_REMEDY}")

    def _hint(self) -> str:
        """The values a person finds the record by, as the file writes them."""
        parts = []
        for name in ("indikator", "kategori", "seri", "tabel", "kode", "nomor", "kunci", "urutan", "tahun"):
            value = self.isi.get(name)
            if isinstance(value, list):
                value = "/".join(str(part) for part in value)
            if value not in (None, ""):
                parts.append(str(value))
        return " " + " · ".join(parts[:3]) if parts else ""


@dataclass(frozen=True)
class Dipertahankan:
    """A row of the baseline that people changed or deleted and that was left alone."""

    nama: str
    kolom: tuple[str, ...]

    def __str__(self) -> str:
        """One line of the list."""
        return f"{self.nama}: {', '.join(self.kolom)}" if self.kolom else f"{self.nama}: dihapus"


@dataclass
class Hasil:
    """What a load did; the counters are by model label."""

    baru: Counter[str] = field(default_factory=Counter)
    diperbarui: Counter[str] = field(default_factory=Counter)
    sama: Counter[str] = field(default_factory=Counter)
    dipertahankan: list[Dipertahankan] = field(default_factory=list)
    diganti: list[Dipertahankan] = field(default_factory=list)
    berkas: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The outcome as a person reads it."""
        found = []
        for label in [*dict.fromkeys([*self.baru, *self.diperbarui, *self.sama])]:
            name = str(apps.get_model(label)._meta.verbose_name)
            counts = f"{self.baru[label]:>5} baru {self.diperbarui[label]:>5} diperbarui {self.sama[label]:>5} sama"
            found.append(f"  {name:<22} {counts}")
        if self.dipertahankan:
            found.append(
                f"Dipertahankan karena diubah orang ({len(self.dipertahankan)} baris; --overwrite menggantinya):"
            )
            found += [f"  {row}" for row in self.dipertahankan]
        if self.diganti:
            found.append(f"Perubahan orang yang diganti ({len(self.diganti)} baris; nilai lamanya ada di jejak):")
            found += [f"  {row}" for row in self.diganti]
        return found


def baseline_files() -> list[Path]:
    """The fixture files of the document, in the order in which they are loaded."""
    return sorted(path for folder in settings.FIXTURE_DIRS for path in Path(folder).glob("*.json"))


def load(files: Iterable[Path], *, overwrite: bool = False, using: str = DEFAULT_DB_ALIAS) -> Hasil:
    """Load fixture files in one transaction; raises ``BarisRusak`` and then nothing was stored."""
    with transaction.atomic(using=using):
        loader = Loader(overwrite=overwrite, using=using)
        for path in files:
            loader.read(path)
        return loader.write()


class _Unresolved(Exception):
    """A reference to a row that is not there (yet)."""

    def __init__(self, column: str, model: type[models.Model], key: Key) -> None:
        super().__init__(column)
        self.column = column
        self.model = model
        self.key = key


class Loader:
    """Reads records from any number of files, then writes them in order."""

    def __init__(self, *, overwrite: bool = False, using: str = DEFAULT_DB_ALIAS) -> None:
        self.overwrite = overwrite
        self.using = using
        self.hasil = Hasil()
        self._records: list[Catatan] = []
        self._plain: list[Catatan] = []
        self._rows: dict[type[models.Model], dict[Key, models.Model]] = {}
        self._keys: dict[type[models.Model], dict[Any, Key]] = {}
        self._bases: dict[tuple[str, str], BarisDasar] | None = None
        self._seen: dict[tuple[type[models.Model], Key], Catatan] = {}
        self._changed_bases: dict[tuple[str, str], BarisDasar] = {}
        # Rows that people deleted, as unsaved instances: what hangs on them stays away too.
        self._ghosts: dict[tuple[type[models.Model], Key], models.Model] = {}

    # --- reading -------------------------------------------------------------------

    def read(self, path: Path) -> None:
        """Parse one JSON fixture; nothing is stored yet."""
        name = _display(path)
        try:
            # Decimals, not floats: 7.23 stays 7.23.
            data = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        except OSError as error:
            raise BarisRusak(f"{name}: tidak dapat dibaca ({error.strerror}). Periksa berkas dan izinnya.") from None
        except UnicodeDecodeError as error:
            raise BarisRusak(f"{name}: bukan teks UTF-8 (byte ke-{error.start + 1}). {_REMEDY}") from None
        except json.JSONDecodeError as error:
            line = error.doc.splitlines()[error.lineno - 1] if error.doc else ""
            near = line[max(0, error.colno - 25) : error.colno + 15].strip() or "akhir berkas"
            raise BarisRusak(
                f"{name}, baris {error.lineno} kolom {error.colno}: JSON tidak terbaca di dekat «{near}»; "
                f"periksa tanda petik, koma, dan kurung di situ. {_REMEDY}"
            ) from None
        if not isinstance(data, list):
            raise BarisRusak(f"{name}: isi berkas harus daftar [...] berisi data. {_REMEDY}")
        self.hasil.berkas.append(path.name)
        for number, item in enumerate(data, start=1):
            self._records.append(self._record(name, number, item))

    def _record(self, name: str, number: int, item: Any) -> Catatan:
        where = f"{name}, data ke-{number}"
        if not isinstance(item, dict) or not isinstance(item.get("fields"), dict) or "model" not in item:
            raise BarisRusak(f'{where}: harus berbentuk {{"model": ..., "fields": {{...}}}}. {_REMEDY}')
        try:
            model = apps.get_model(str(item["model"]))
        except (LookupError, ValueError):
            raise BarisRusak(f"{where}: model {item['model']!r} tidak dikenal. {_REMEDY}") from None
        record = Catatan(name, number, model, item["fields"])
        if (
            item.get("pk") is not None
            or not _has_natural_key(model)
            or any(f.name in record.isi for f in model._meta.many_to_many)
        ):
            self._plain.append(Catatan(name, number, model, item))
        return record

    # --- writing -------------------------------------------------------------------

    def write(self) -> Hasil:
        """Store what was read. References may point forward: such records wait for their target."""
        plain = {(record.berkas, record.nomor): record.isi for record in self._plain}
        waiting = self._records
        while waiting:
            postponed: list[tuple[Catatan, _Unresolved]] = []
            for record in waiting:
                item = plain.get((record.berkas, record.nomor))
                if item is not None:
                    self._write_plain(record, item)
                    continue
                try:
                    self._write_record(record)
                except _Unresolved as unresolved:
                    postponed.append((record, unresolved))
            if len(postponed) == len(waiting):
                record, missing = postponed[0]
                key = "/".join(str(part) for part in missing.key)
                raise record.refuse(missing.column, f"merujuk {missing.model._meta.verbose_name} {key} yang tidak ada")
            waiting = [record for record, _ in postponed]
        self._write_bases()
        self._write_summary()
        return self.hasil

    def _write_record(self, record: Catatan) -> None:
        model = record.model
        label = model._meta.label_lower
        values = self._resolve(record)
        candidate = model(**values)
        try:
            key: Key = tuple(candidate.natural_key())  # type: ignore[attr-defined]
        except ObjectDoesNotExist:
            raise record.refuse(self._empty_reference(candidate), "wajib diisi") from None
        twin = self._seen.setdefault((model, key), record)
        if twin is not record:
            if twin.isi == record.isi:
                return  # two tables may carry the same row, so that each file can be loaded alone
            raise record.refuse("", f"kuncinya sama dengan {twin.berkas} data ke-{twin.nomor}")
        base = self._base(label, key)
        below = tuple(name for name, value in values.items() if isinstance(value, models.Model) and value.pk is None)
        if below or (base is not None and key not in self._table(model) and not self.overwrite):
            present_already = key in self._table(model)
            if not present_already:
                self._ghosts[model, key] = candidate
            self.hasil.dipertahankan.append(Dipertahankan(_title(model, key), below if present_already else ()))
            return
        wanted = {name: self._canonical(_column(model, name), value) for name, value in values.items()}
        row = self._table(model).get(key)
        if row is None:
            self._insert(record, candidate, key, deleted=base is not None)
        elif (present := self._content(row, wanted)) == wanted:
            self.hasil.sama[label] += 1
        elif not self._update(record, row, values, wanted, present, base, key):
            return
        self._note_base(label, key, wanted, base)

    def _insert(self, record: Catatan, candidate: models.Model, key: Key, *, deleted: bool) -> None:
        self._validate(record, candidate)
        self._save(record, candidate, force_insert=True)
        self._table(record.model)[key] = candidate
        self._keys[record.model][candidate.pk] = key
        self.hasil.baru[record.model._meta.label_lower] += 1
        if deleted:
            record_changes(candidate, None, actor=None, pintu=Jejak.Pintu.PERINTAH, alasan="load_baseline --overwrite")
            self.hasil.diganti.append(Dipertahankan(_title(record.model, key), ()))

    def _update(
        self,
        record: Catatan,
        row: models.Model,
        values: dict[str, Any],
        wanted: dict[str, Any],
        present: dict[str, Any],
        base: BarisDasar | None,
        key: Key,
    ) -> bool:
        """Bring a differing row in line; False when people changed it and it is kept."""
        model = record.model
        # Somebody may have saved it since the table was read.
        row = model._default_manager.using(self.using).select_for_update().get(pk=row.pk)
        present = self._content(row, wanted)
        touched = tuple(
            name
            for name, value in present.items()
            if value != wanted[name] and value != self._last_written(model, name, base)
        )
        if touched and not self.overwrite:
            self.hasil.dipertahankan.append(Dipertahankan(_title(model, key), touched))
            return False
        before = snapshot(row)
        for name, value in values.items():
            setattr(row, name, value)
        if any(f.name == "versi" for f in model._meta.concrete_fields):
            # The token against lost updates: whoever has the row open learns of this change.
            row.versi += 1  # type: ignore[attr-defined]
        self._validate(record, row)
        self._save(record, row)
        self._table(model)[key] = row
        reason = "load_baseline --overwrite" if touched else "data dasar diperbarui"
        record_changes(row, before, actor=None, pintu=Jejak.Pintu.PERINTAH, alasan=reason, ignore={"versi"})
        self.hasil.diperbarui[model._meta.label_lower] += 1
        if touched:
            self.hasil.diganti.append(Dipertahankan(_title(model, key), touched))
        return True

    def _write_plain(self, record: Catatan, item: dict[str, Any]) -> None:
        """A record with a primary key, or of a model without natural key: as Django loads it."""
        item = {**item, "fields": {k: float(v) if isinstance(v, Decimal) else v for k, v in item["fields"].items()}}
        try:
            found = next(iter(serializers.deserialize("python", [item], using=self.using)))
            found.save(using=self.using)
        except ValidationError as error:
            column, reason = _first_error(error)
            raise record.refuse(column, reason) from None
        except (serializers.base.DeserializationError, DatabaseError, ValueError, TypeError) as error:
            raise record.refuse("", " ".join(str(error).split())) from None
        with connections[self.using].cursor() as cursor:
            for line in connections[self.using].ops.sequence_reset_sql(no_style(), [record.model]):
                cursor.execute(line)
        self._rows.pop(record.model, None)
        self.hasil.baru[record.model._meta.label_lower] += 1

    # --- values --------------------------------------------------------------------

    def _resolve(self, record: Catatan) -> dict[str, Any]:
        """Python values of a record, references as instances."""
        values: dict[str, Any] = {}
        for name, raw in record.isi.items():
            try:
                column = _column(record.model, name)
            except FieldDoesNotExist:
                known = ", ".join(f.name for f in record.model._meta.concrete_fields if not f.primary_key)
                raise record.refuse(name, f"tidak dikenal; yang ada: {known}") from None
            if isinstance(column, models.ForeignKey):
                values[name] = None if raw is None else self._reference(record, column, raw)
                continue
            if not _fits(column, raw):
                raise record.refuse(name, f"{_shorten(raw)} bukan {_KINDS.get(type(column), 'teks atau bilangan')}")
            try:
                values[name] = column.to_python(_plain_json(raw) if isinstance(column, models.JSONField) else raw)
            except ValidationError as error:
                raise record.refuse(name, f"{_shorten(raw)} ditolak: {_first_error(error)[1]}") from None
        return values

    def _reference(self, record: Catatan, column: models.ForeignKey, raw: Any) -> models.Model:
        target = column.related_model
        if not isinstance(raw, list) or not _has_natural_key(target):
            try:
                return target._default_manager.using(self.using).get(pk=raw)
            except (ObjectDoesNotExist, ValueError, TypeError):
                raise record.refuse(column.name, f'{_shorten(raw)} ditolak: harus kunci seperti ["..."]') from None
        key = tuple(raw)
        found = self._table(target).get(key) or self._ghost(target, key)
        if found is None:
            raise _Unresolved(column.name, target, key)
        return found

    def _ghost(self, model: type[models.Model], key: Key) -> models.Model | None:
        """The row that people deleted, as far as the baseline knows it; None when it never was there."""
        base = self._base(model._meta.label_lower, key)
        if (model, key) not in self._ghosts and base is not None and not self.overwrite:
            present = {f.name for f in model._meta.concrete_fields}
            known = {name: value for name, value in base.isi.items() if name in present}
            values = self._resolve(Catatan("", 0, model, known))
            self._ghosts[model, key] = model(**values)
        return self._ghosts.get((model, key))

    def _validate(self, record: Catatan, row: models.Model) -> None:
        """Columns and ``clean()``; references are resolved already, uniqueness is the database's."""
        references = {f.name for f in row._meta.concrete_fields if f.is_relation}
        for column in row._meta.concrete_fields:
            if column.is_relation and not column.null and getattr(row, column.attname) is None:
                raise record.refuse(column.name, "wajib diisi")
        try:
            row.clean_fields(exclude=references)
            row.clean()
        except ValidationError as error:
            name, reason = _first_error(error)
            shown = record.isi.get(name)
            raise record.refuse(name, f"{_shorten(shown)} ditolak: {reason}" if shown is not None else reason) from None

    def _save(self, record: Catatan, row: models.Model, **options: Any) -> None:
        try:
            row.save(using=self.using, **options)
        except (DatabaseError, ValueError, OverflowError) as error:
            raise record.refuse("", _explain(error, record.model)) from None

    def _empty_reference(self, row: models.Model) -> str:
        for column in row._meta.concrete_fields:
            if column.is_relation and not column.null and getattr(row, column.attname) is None:
                return column.name
        return ""

    def _canonical(self, column: Any, value: Any) -> Any:
        """A value as JSON can keep it, equal for equal contents on both databases."""
        if value is None or isinstance(value, bool | int | str):
            return value
        if isinstance(value, models.Model):
            return list(self._key_of(column.related_model, value.pk))
        if isinstance(value, Decimal):
            text = format(value, "f")
            return text.rstrip("0").rstrip(".") if "." in text else text
        if isinstance(column, models.JSONField):
            return value
        return column.value_to_string(column.model(**{column.attname: value}))

    def _content(self, row: models.Model, names: Iterable[str]) -> dict[str, Any]:
        """Present content of a row, in the columns the fixture gives."""
        found: dict[str, Any] = {}
        for name in names:
            column = _column(type(row), name)
            value = getattr(row, column.attname)
            if column.is_relation and value is not None:
                found[name] = list(self._key_of(column.related_model, value))
            else:
                found[name] = self._canonical(column, value)
        return found

    def _last_written(self, model: type[models.Model], name: str, base: BarisDasar | None) -> Any:
        """What the baseline wrote into a column; its default when the fixtures did not give it then."""
        if base is None:
            return _NEVER
        if name in base.isi:
            return base.isi[name]
        column = _column(model, name)
        return self._canonical(column, column.get_default())

    # --- tables --------------------------------------------------------------------

    def _table(self, model: type[models.Model]) -> dict[Key, models.Model]:
        """Rows of a model by natural key; read once, with what the key needs."""
        if model not in self._rows:
            rows = model._default_manager.using(self.using).select_related()
            self._rows[model] = {tuple(row.natural_key()): row for row in rows}  # type: ignore[attr-defined]
            self._keys[model] = {row.pk: key for key, row in self._rows[model].items()}
        return self._rows[model]

    def _key_of(self, model: Any, pk: Any) -> Key:
        if not _has_natural_key(model):
            return (pk,)
        self._table(model)
        return self._keys[model][pk]

    def _base(self, label: str, key: Key) -> BarisDasar | None:
        if self._bases is None:
            self._bases = {(row.objek, row.kunci): row for row in BarisDasar.objects.using(self.using)}
        return self._bases.get((label, _key_text(key)))

    def _note_base(self, label: str, key: Key, wanted: dict[str, Any], base: BarisDasar | None) -> None:
        if base is None or base.isi != wanted:
            place = (label, _key_text(key))
            self._changed_bases[place] = BarisDasar(objek=place[0], kunci=place[1], isi=wanted)

    def _write_bases(self) -> None:
        BarisDasar.objects.using(self.using).bulk_create(
            self._changed_bases.values(),
            update_conflicts=True,
            unique_fields=["objek", "kunci"],
            update_fields=["isi"],
            batch_size=500,
        )

    def _write_summary(self) -> None:
        """One row of the trail a load: thousands of "was nothing, is baseline" would hide what people did."""
        created, updated = self.hasil.baru.total(), self.hasil.diperbarui.total()
        if created or updated:
            Jejak.objects.using(self.using).create(
                pelaku_nama="sistem",
                pintu=Jejak.Pintu.PERINTAH,
                objek=BarisDasar._meta.label_lower,
                objek_id="-",
                objek_nama=f"Data dasar: {_names(self.hasil.berkas)}"[:400],
                ke=f"{created} baris baru, {updated} diperbarui, {len(self.hasil.dipertahankan)} dipertahankan",
                alasan="load_baseline --overwrite" if self.overwrite else "load_baseline",
            )


_NEVER: Any = object()
_KINDS: dict[type, str] = {
    models.BooleanField: "true atau false",
    models.DecimalField: "bilangan",
    models.BigIntegerField: "bilangan bulat",
    models.PositiveSmallIntegerField: "bilangan bulat",
    models.PositiveBigIntegerField: "bilangan bulat",
}


def _has_natural_key(model: type[models.Model]) -> bool:
    return hasattr(model, "natural_key") and hasattr(model._default_manager, "get_by_natural_key")


def _column(model: type[models.Model], name: str) -> Any:
    """A column of the model's own table; raises ``FieldDoesNotExist``."""
    column = model._meta.get_field(name)
    if not column.concrete or column.many_to_many:
        raise FieldDoesNotExist(name)
    return column


def _fits(column: models.Field, raw: Any) -> bool:
    """Whether the JSON value is of a kind the column can hold; Django would cut 7.5 to 7 and write out a list."""
    if raw is None or isinstance(column, models.JSONField):
        return True
    if isinstance(raw, bool) or isinstance(column, models.BooleanField):
        return isinstance(raw, bool) and isinstance(column, models.BooleanField)
    if isinstance(raw, Decimal) and isinstance(column, models.IntegerField):
        return raw == int(raw)
    return not isinstance(raw, list | dict)


def _names(files: list[str]) -> str:
    return ", ".join(files) if len(files) <= 3 else f"{len(files)} berkas, {files[0]} sampai {files[-1]}"


def _title(model: type[models.Model], key: Key) -> str:
    return f"{model._meta.verbose_name} {' · '.join(str(part) for part in key)}"


def _key_text(key: Key) -> str:
    return json.dumps(key, ensure_ascii=False)


def _display(path: Path) -> str:
    try:
        return str(path.resolve().relative_to(settings.BASE_DIR))
    except ValueError:
        return str(path)


def _plain_json(value: Any) -> Any:
    """JSON columns hold what json.loads gives without our Decimal."""
    if isinstance(value, dict):
        return {key: _plain_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain_json(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


def _shorten(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _first_error(error: ValidationError) -> tuple[str, str]:
    if hasattr(error, "error_dict"):
        name, found = next(iter(error.message_dict.items()))
        return ("" if name == NON_FIELD_ERRORS else name), " ".join(found)
    return "", " ".join(error.messages)


def _explain(error: Exception, model: type[models.Model]) -> str:
    """The sentence of the constraint the database names, or what the database said."""
    text = " ".join(str(error).split())
    table = model._meta.db_table
    for constraint in model._meta.constraints:
        fields = getattr(constraint, "fields", ())
        columns = ", ".join(f"{table}.{_column(model, name).column}" for name in fields)
        if constraint.name in text or (columns and text.endswith(columns)):
            return str(constraint.get_violation_error_message())
    return f"ditolak basis data ({text})"
