"""The accounts people try the product with; never on a real installation."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group
from django.db import transaction

from accounts.models import Peran, UnitKerja, User
from accounts.roles import ensure_roles
from renstra.commands import Ditolak

DEFAULT_PASSWORD = "renstra-serang-2026"  # noqa: S105 - printed by the command, refused outside DEBUG


@dataclass(frozen=True)
class DemoAccount:
    """One account: who, as what, where."""

    username: str
    nama: str
    peran: Peran
    unit: str


ACCOUNTS = (
    DemoAccount("admin", "Administrator", Peran.ADMINISTRATOR, "dinas"),
    DemoAccount("sekretariat", "Petugas Sekretariat", Peran.SEKRETARIAT, "sekretariat"),
    DemoAccount("verifikator", "Verifikator Program dan Evaluasi", Peran.VERIFIKATOR, "sekretariat.program"),
    DemoAccount("pimpinan", "Kepala Dinas", Peran.PIMPINAN, "dinas"),
    DemoAccount("staf.sekretariat", "Staf Sekretariat", Peran.STAF, "sekretariat"),
    DemoAccount("staf.dayasos", "Staf Bidang Pemberdayaan Sosial", Peran.STAF, "dayasos"),
    DemoAccount("staf.fakirmiskin", "Staf Bidang Penanganan Fakir Miskin", Peran.STAF, "fakirmiskin"),
    DemoAccount("staf.rehsos", "Staf Bidang Rehabilitasi Sosial", Peran.STAF, "rehsos"),
    DemoAccount("staf.linjamsos", "Staf Bidang Perlindungan dan Jaminan Sosial", Peran.STAF, "linjamsos"),
)


def create_demo_users(password: str | None = None) -> list[tuple[User, str | None]]:
    """Create or complete the accounts; pairs of user and its password, None where a person chose another.

    An existing account keeps its password unless one is given. Raises ``Ditolak``
    without the units of the baseline.
    """
    units = UnitKerja.objects.in_bulk(field_name="kode")
    missing = sorted({account.unit for account in ACCOUNTS} - units.keys())
    if missing:
        raise Ditolak(f"Unit kerja belum ada ({', '.join(missing)}); jalankan manage.py load_baseline dahulu.")
    ensure_roles()
    groups = {group.name: group for group in Group.objects.all()}
    present = User.objects.select_related("unit").in_bulk([a.username for a in ACCOUNTS], field_name="username")
    # Hashing is slow by design and releases the interpreter: nine at a time.
    with ThreadPoolExecutor() as pool:
        changing = [a for a in ACCOUNTS if password or a.username not in present]
        hashed = pool.map(lambda _: make_password(password or DEFAULT_PASSWORD), changing)
        hashes = dict(zip((a.username for a in changing), hashed, strict=True))
        keeping = [user for name, user in present.items() if name not in hashes]
        still_default = pool.map(lambda user: check_password(DEFAULT_PASSWORD, user.password), keeping)
        known = {user.username: DEFAULT_PASSWORD for user, same in zip(keeping, still_default, strict=True) if same}
    known |= dict.fromkeys(hashes, password or DEFAULT_PASSWORD)
    found: list[tuple[User, str | None]] = []
    with transaction.atomic():
        for account in ACCOUNTS:
            user = present.get(account.username)
            if user is None:
                user = User(username=account.username, nama=account.nama, unit=units[account.unit])
            user.is_active = True
            user.is_staff = user.is_superuser = account.peran is Peran.ADMINISTRATOR
            user.password = hashes.get(account.username, user.password)
            user.save()
            user.groups.set([groups[account.peran.value]])
            found.append((user, known.get(account.username)))
    return found
