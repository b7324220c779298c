"""Base classes of the admin pages: changes leave a trail, printed values stay, numbers are Indonesian."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import NestedObjects
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.jejak import record_changes, snapshot
from accounts.models import Jejak
from renstra.formats import FormatError, format_number, parse_number

# What the transcriber took from the document; it changes with the document only, that is through fixtures.
PRINTED = (
    "teks_tercetak",
    "catatan_transkripsi",
    "akhir_target",
    "akhir_pagu",
    "data_awal_teks",
    "rasio_tercetak",
    "jumlah_tercetak",
    "sumber",
)


def printed_fields(model: type[models.Model]) -> tuple[str, ...]:
    """The columns of ``model`` that hold what the document prints."""
    present = {field.name for field in model._meta.concrete_fields}
    return tuple(name for name in PRINTED if name in present)


class ReasonForm(forms.ModelForm):
    """Any model form with room for the reason of the change."""

    alasan_perubahan = forms.CharField(
        label="Alasan perubahan",
        required=False,
        max_length=300,
        help_text="Dicatat dalam jejak bersama nilai lama dan baru.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


class FigureField(forms.CharField):
    """A number as the office writes it: ``1.234.567``, ``7,23``; what has two readings is refused with the reason."""

    def __init__(self, *args: Any, whole: bool = False, **kwargs: Any) -> None:
        self.whole = whole
        super().__init__(*args, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return format_number(value) if isinstance(value, Decimal | int) else value

    def to_python(self, value: Any) -> Any:
        text = (super().to_python(value) or "").strip()
        if not text:
            return None
        try:
            number = parse_number(text).value
        except FormatError as error:
            raise ValidationError(str(error), code="invalid") from None
        if not self.whole:
            return number
        if number != int(number):
            raise ValidationError("Isi dengan bilangan bulat, tanpa koma.", code="invalid")
        return int(number)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


class IndonesianInputMixin:
    """Figures are typed and read in Indonesian; long names get a long box."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        whole = isinstance(db_field, models.BigIntegerField | models.PositiveBigIntegerField)
        if (whole or isinstance(db_field, models.DecimalField)) and not db_field.primary_key:
            widget = forms.TextInput(attrs={"size": 14, "inputmode": "decimal", "autocomplete": "off"})
            return FigureField(
                label=db_field.verbose_name.capitalize(),
                required=not db_field.blank,
                help_text=db_field.help_text,
                whole=whole,
                widget=widget,
            )
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        if isinstance(db_field, models.CharField) and not db_field.choices and db_field.max_length:
            if db_field.max_length <= 60:
                kwargs["widget"] = forms.TextInput(attrs={"size": min(db_field.max_length, 18)})
            elif db_field.max_length >= 200:
                kwargs["widget"] = forms.TextInput(attrs={"class": "vLargeTextField"})
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]


def figure(name: str, label: str) -> Any:
    """Column for lists and read-only fields that shows a number as the office writes it."""

    @admin.display(description=label, ordering=name)
    def show(obj: Any) -> str:
        value = getattr(obj, name)
        return "-" if value is None else format_number(value)

    show.__name__ = f"{name}_tampil"
    return show


class ReadOnlyMixin:
    """Rows that can be looked at on the admin pages and changed nowhere there, not even by a superuser."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PrintedReadOnlyMixin:
    """Printed columns are shown and cannot be edited, in pages and inlines alike."""

    model: type[models.Model]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        given = super().get_readonly_fields(request, obj)  # type: ignore[misc]
        return (*given, *(name for name in printed_fields(self.model) if name not in given))


class JejakAdmin(IndonesianInputMixin, PrintedReadOnlyMixin, admin.ModelAdmin):
    """Writes one ``Jejak`` a changed column for the row itself, its inlines and everything a deletion takes along."""

    form: Any = ReasonForm
    jejak_ignore: ClassVar[tuple[str, ...]] = ()
    list_per_page = 50
    save_on_top = True

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """The trail instead of Django's own log: it also knows what was changed through other doors."""
        query = urlencode({"objek": self.model._meta.label_lower, "objek_id": object_id})
        return redirect(f"{reverse('admin:accounts_jejak_changelist')}?{query}")

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        before = _stored(type(obj), [obj.pk]).get(obj.pk) if change else None
        super().save_model(request, obj, form, change)
        self._record(request, obj, before, reason=_reason(form))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        model = formset.model
        before = _stored(model, [item.instance.pk for item in formset.initial_forms])
        removed = [item.instance for item in formset.deleted_forms if item.instance.pk]
        gone = _with_dependants(removed)
        super().save_formset(request, form, formset, change)
        for obj in [*formset.new_objects, *(obj for obj, _ in formset.changed_objects)]:
            self._record(request, obj, before.get(obj.pk), reason=_reason(form))
        self._record_deleted(request, gone, reason=_reason(form))

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        with transaction.atomic():
            gone = _with_dependants([obj])
            super().delete_model(request, obj)
            self._record_deleted(request, gone)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            gone = _with_dependants(list(queryset))
            super().delete_queryset(request, queryset)
            self._record_deleted(request, gone)

    def _record(
        self, request: HttpRequest, obj: models.Model, before: Any, reason: str = "", after: Any = None
    ) -> None:
        record_changes(
            obj,
            before,
            actor=request.user,  # type: ignore[arg-type]
            pintu=Jejak.Pintu.ADMIN,
            alasan=reason,
            after=after,
            ignore=self.jejak_ignore,
        )

    def _record_deleted(
        self, request: HttpRequest, gone: Iterable[tuple[models.Model, dict[str, Any]]], reason: str = ""
    ) -> None:
        for obj, before in gone:
            self._record(request, obj, before, reason=reason, after={})


def _reason(form: Any) -> str:
    return str(form.cleaned_data.get("alasan_perubahan") or "")


def _stored(model: type[models.Model], keys: list[Any]) -> dict[Any, dict[str, str | None]]:
    """What stands in the database, locked until the change is through."""
    rows = model._default_manager.select_for_update(of=("self",)).filter(pk__in=[key for key in keys if key])
    return {row.pk: snapshot(row) for row in rows}


def _with_dependants(objects: list[Any]) -> list[tuple[models.Model, dict[str, Any]]]:
    """Rows a deletion takes along, as copies that keep their key, each with its columns."""
    if not objects:
        return []
    collector = NestedObjects(using=objects[0]._state.db or "default")
    collector.collect(objects)
    found = []
    for instances in collector.data.values():
        for instance in instances:
            copy = type(instance)._default_manager.get(pk=instance.pk)
            str(copy)  # reads what its name needs while the rows it refers to are still there
            found.append((copy, snapshot(copy)))
    return found
