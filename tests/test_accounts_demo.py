"""create_demo_users: the accounts of the contract, only with DEBUG, passwords kept."""

import pytest
from django.core.management import call_command

from accounts.demo import ACCOUNTS, DEFAULT_PASSWORD
from accounts.models import User
from renstra.commands import Ditolak

CONTRACT = {
    "admin",
    "sekretariat",
    "verifikator",
    "pimpinan",
    "staf.sekretariat",
    "staf.dayasos",
    "staf.fakirmiskin",
    "staf.rehsos",
    "staf.linjamsos",
}


@pytest.fixture
def office(db, settings):
    settings.DEBUG = True
    call_command("loaddata", "00_kantor", verbosity=0)


def test_it_creates_the_accounts_of_the_contract_and_prints_them(office, capsys):
    call_command("create_demo_users")
    assert set(User.objects.values_list("username", flat=True)) == CONTRACT
    printed = capsys.readouterr().out
    for account in ACCOUNTS:
        user = User.objects.get(username=account.username)
        assert user.peran == {account.peran.value}
        assert user.unit.kode == account.unit
        assert user.check_password(DEFAULT_PASSWORD)
        assert account.username in printed
    assert DEFAULT_PASSWORD in printed
    assert User.objects.get(is_superuser=True).username == "admin"


def test_a_second_run_keeps_passwords_and_what_people_changed(office, capsys):
    call_command("create_demo_users")
    user = User.objects.get(username="pimpinan")
    user.set_password("punya-sendiri-2026")
    user.nama = "Nama sungguhan"
    user.save()
    capsys.readouterr()
    call_command("create_demo_users")
    user.refresh_from_db()
    assert user.check_password("punya-sendiri-2026")
    assert user.nama == "Nama sungguhan"
    printed = capsys.readouterr().out.splitlines()
    assert next(line for line in printed if line.startswith("pimpinan")).endswith("(sudah diganti)")
    assert next(line for line in printed if line.startswith("admin")).endswith(DEFAULT_PASSWORD)


def test_a_given_password_is_set_for_all(office):
    call_command("create_demo_users")
    call_command("create_demo_users", password="Lain-lagi-2026")
    assert all(user.check_password("Lain-lagi-2026") for user in User.objects.all())


def test_it_is_refused_without_debug(office, settings):
    settings.DEBUG = False
    with pytest.raises(Ditolak, match="hanya dibuat dengan DEBUG=1"):
        call_command("create_demo_users")
    assert not User.objects.exists()


def test_without_units_it_says_what_to_run(db, settings):
    settings.DEBUG = True
    with pytest.raises(Ditolak, match=r"jalankan manage\.py load_baseline"):
        call_command("create_demo_users")
