"""Office, accounts and the trail on the admin pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.http import HttpRequest

from accounts.admin_jejak import JejakAdmin, ReadOnlyMixin
from accounts.models import Jejak, Peran, PerangkatDaerah, TokenAPI, UnitKerja, User
from accounts.tokens import revoke

# The rights of a role are a table in code (accounts/roles.py); people get roles on their own page.
admin.site.unregister(Group)


@admin.register(PerangkatDaerah)
class PerangkatDaerahAdmin(JejakAdmin):
    """The office."""

    list_display = ("nama", "kode", "pemerintah_daerah", "ibu_kota")
    search_fields = ("nama", "kode")


@admin.register(UnitKerja)
class UnitKerjaAdmin(JejakAdmin):
    """Units; the code is a path and decides the scope of staff."""

    list_display = ("nama", "kode", "jenis", "induk", "kepala_nama", "urutan")
    list_filter = ("jenis", "perangkat_daerah")
    list_select_related = ("induk",)
    search_fields = ("nama", "kode", "kepala_nama", "kepala_jabatan")
    fieldsets = (
        (None, {"fields": ("perangkat_daerah", "induk", "kode", "nama", "jenis", "urutan", "sumber")}),
        ("Kepala unit", {"fields": ("kepala_jabatan", "kepala_nama", "kepala_pangkat", "kepala_nip")}),
        (
            "Tanda tangan pada laporan",
            {
                "fields": (
                    "tempat_tanda_tangan",
                    "tanggal_tanda_tangan",
                    "pengesah_jabatan",
                    "pengesah_nama",
                    "pengesah_pangkat",
                    "pengesah_nip",
                ),
                "description": "Kepala unit di kiri, pengesah di kanan. Yang kosong dicetak titik-titik.",
            },
        ),
    )


class RoleFormMixin(forms.ModelForm):
    """Roles as checkboxes; staff need a unit, because their rows are those of the unit."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "groups" in self.fields:
            groups = Group.objects.filter(name__in=[role.value for role in Peran])
            labels = {role.value: role.label for role in Peran}
            field = forms.ModelMultipleChoiceField(
                groups, label="Peran", required=False, widget=forms.CheckboxSelectMultiple()
            )
            field.label_from_instance = lambda obj: labels[obj.name]  # type: ignore[method-assign]
            field.initial = self.initial.get("groups")
            self.fields["groups"] = field

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        names = {group.name for group in self.cleaned_data.get("groups", ())}
        if Peran.STAF.value in names and not self.cleaned_data.get("unit"):
            self.add_error("unit", "Staf harus punya unit kerja: baris yang diisinya adalah milik unit itu.")
        return cleaned


class ChangeForm(RoleFormMixin, UserChangeForm):
    """Existing account."""


class CreationForm(RoleFormMixin, AdminUserCreationForm):
    """New account."""


@admin.register(User)
class PenggunaAdmin(JejakAdmin, UserAdmin):
    """Accounts. Somebody who left is made inactive: the trail keeps the name, so nothing is deleted."""

    form = ChangeForm
    add_form = CreationForm
    jejak_ignore = ("password", "last_login")
    list_display = ("username", "nama", "unit", "daftar_peran", "is_active", "last_login")
    list_filter = ("groups", "is_active", "unit")
    list_select_related = ("unit",)
    search_fields = ("username", "nama", "email")
    ordering = ("username",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Orang", {"fields": ("nama", "email", "unit")}),
        ("Peran", {"fields": ("groups", "is_active")}),
        ("Waktu", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "usable_password", "password1", "password2")}),
        ("Orang", {"fields": ("nama", "email", "unit")}),
        ("Peran", {"fields": ("groups",)}),
    )

    @admin.display(description="peran")
    def daftar_peran(self, user: User) -> str:
        """Roles by name."""
        return ", ".join(sorted(group.name for group in user.groups.all())) or "-"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Record a change of roles, and let ``is_staff`` follow."""
        user: User = form.instance
        before = {"peran": _roles(user)}
        super().save_related(request, form, formsets, change)
        after = {"peran": _roles(user)}
        staff = Peran.ADMINISTRATOR.value in after["peran"].split(", ")
        if user.is_staff != (staff or user.is_superuser):
            user.is_staff = staff or user.is_superuser
            user.save(update_fields=["is_staff"])
        self._record(request, user, before, after=after)


def _roles(user: User) -> str:
    return ", ".join(sorted(user.groups.values_list("name", flat=True)))


class NamedValuesFilter(admin.AllValuesFieldListFilter):
    """The values that occur, in words: kinds of objects by their name, and a word for none."""

    def choices(self, changelist: Any) -> Any:
        for choice in super().choices(changelist):
            yield {**choice, "display": _named(str(choice["display"]))}


def _named(value: str) -> str:
    if value.count(".") != 1:
        return value or "(seluruh baris)"
    try:
        return str(apps.get_model(value)._meta.verbose_name).capitalize()
    except LookupError:
        return value


@admin.register(Jejak)
class JejakListAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """The trail: to be read, never to be changed."""

    list_display = ("waktu", "pelaku_nama", "pintu", "objek_nama", "kolom", "dari", "ke", "alasan")
    list_filter = ("pintu", "waktu", ("objek", NamedValuesFilter), ("kolom", NamedValuesFilter))
    search_fields = ("objek_nama", "pelaku_nama", "alasan", "permintaan")
    date_hierarchy = "waktu"
    list_per_page = 100
    show_full_result_count = False


@admin.register(TokenAPI)
class TokenAPIAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Keys of everybody: to be seen and revoked. Their owners make them, on ``/akun/token/``."""

    list_display = ("nama", "pengguna", "awalan", "cakupan", "berlaku_sampai", "dipakai_pada", "dicabut_pada")
    list_filter = ("cakupan", "pengguna")
    list_select_related = ("pengguna",)
    search_fields = ("nama", "awalan", "pengguna__username", "pengguna__nama")
    exclude = ("sidik",)
    actions = ("cabut",)

    def has_cabut_permission(self, request: HttpRequest) -> bool:
        """Who sees all keys may end them."""
        return self.has_view_permission(request)

    @admin.action(description="Cabut token yang dipilih", permissions=["cabut"])
    def cabut(self, request: HttpRequest, rows: Any) -> None:
        """End the chosen keys at once."""
        actor: Any = request.user
        done = sum(revoke(actor, pk, pintu=Jejak.Pintu.ADMIN) for pk in rows.values_list("pk", flat=True))
        messages.success(request, f"{done} token dicabut.")
