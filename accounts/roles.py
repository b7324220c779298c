"""The table role → rights, and the groups that carry it in the database.

The table is the truth; the groups follow it. ``ensure_roles`` runs after every
``migrate`` and ``flush`` (signal ``post_migrate``, see ``apps.py``) and again in
``load_baseline`` and ``create_demo_users``. A data migration would not do: it runs
once, before Django has created the permissions it wants to give, and
would miss every model and right added later.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import DEFAULT_DB_ALIAS, transaction

from accounts.models import Hak, Peran

HAK: dict[Peran, frozenset[Hak]] = {
    Peran.STAF: frozenset(
        {Hak.ISI_REALISASI, Hak.EKSPOR, Hak.LIHAT_ORANG, Hak.UBAH_ORANG, Hak.BUKA_NIK, Hak.EKSPOR_ORANG}
    ),
    Peran.VERIFIKATOR: frozenset({Hak.BACA_SEMUA, Hak.VERIFIKASI, Hak.EKSPOR, Hak.BACA_JEJAK}),
    Peran.SEKRETARIAT: frozenset({Hak.BACA_SEMUA, Hak.EKSPOR, Hak.TULIS_ANALISIS, Hak.ATUR_PERIODE, Hak.BACA_JEJAK}),
    Peran.PIMPINAN: frozenset({Hak.BACA_SEMUA, Hak.SETUJUI, Hak.EKSPOR, Hak.BACA_JEJAK, Hak.LIHAT_ORANG}),
    Peran.ADMINISTRATOR: frozenset({Hak.BACA_SEMUA, Hak.EKSPOR, Hak.BACA_JEJAK}),
}

# What the Administrator does on the admin pages. Accounts are switched off, not
# deleted: the trail names them. Realisasi and the trail are read only there.
_EDIT = ("view", "add", "change", "delete")
_KEEP = ("view", "add", "change")
_READ = ("view",)
ADMIN_MODELS: dict[str, tuple[str, ...]] = {
    "accounts.user": _KEEP,
    "accounts.perangkatdaerah": _KEEP,
    "accounts.unitkerja": _EDIT,
    "accounts.jejak": _READ,
    "accounts.tokenapi": _READ,
    "programs": _EDIT,
    "indicators": _EDIT,
    "indicators.realisasi": _READ,
    "indicators.penyelesaiantemuan": _READ,
    "indicators.pilihanangka": _READ,
    "pmks.kategoripmks": _EDIT,
    "pmks.kelompokwarna": _EDIT,
    "pmks.jumlahpmks": _EDIT,
    "pmks.jumlahwarna": _EDIT,
    "pmks.serilayanan": _EDIT,
    "pmks.nilaiseri": _EDIT,
    "pmks.wewenangkategori": _EDIT,
    "pmks.wilayah": _EDIT,
    # People, services and who looked at them are no business of the admin pages.
    # Unlocking somebody who mistyped the password five times.
    "axes.accessattempt": ("view", "delete"),
    "axes.accesslog": _READ,
    "axes.accessfailurelog": _READ,
}


def roles_with(hak: Hak) -> frozenset[str]:
    """Names of the roles that hold a right."""
    return frozenset(role.value for role, rights in HAK.items() if hak in rights)


def _codenames(role: Peran) -> set[tuple[str, str]]:
    """(app, codename) of every permission of a role."""
    found = {("accounts", hak.value) for hak in HAK[role]}
    if role is Peran.ADMINISTRATOR:
        for model in apps.get_models():
            meta = model._meta
            actions = ADMIN_MODELS.get(meta.label_lower, ADMIN_MODELS.get(meta.app_label, ()))
            found |= {(meta.app_label, f"{action}_{meta.model_name}") for action in actions}
    return found


def ensure_roles(using: str = DEFAULT_DB_ALIAS) -> None:
    """Create the five groups and give each exactly the permissions of the table; safe to repeat."""
    wanted = {role: _codenames(role) for role in Peran}
    with transaction.atomic(using=using):
        existing = _permissions(using)
        if not set().union(*wanted.values()) <= existing.keys():
            for config in apps.get_app_configs():
                create_permissions(config, verbosity=0, using=using)
            existing = _permissions(using)
        for role in Peran:
            group, _ = Group.objects.using(using).get_or_create(name=role.value)
            _set_permissions(group, {existing[key] for key in wanted[role] if key in existing})


def _permissions(using: str) -> dict[tuple[str, str], int]:
    rows = Permission.objects.using(using).values_list("content_type__app_label", "codename", "pk")
    return {(app, codename): pk for app, codename, pk in rows}


def _set_permissions(group: Group, wanted: Iterable[int]) -> None:
    wanted = set(wanted)
    present = set(group.permissions.values_list("pk", flat=True))
    group.permissions.remove(*(present - wanted))
    group.permissions.add(*(wanted - present))
