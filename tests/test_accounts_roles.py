"""The groups in the database hold what the table in code says, also after a flush."""

import pytest
from django.contrib.auth.models import Group, Permission

from accounts.models import Hak, Peran, User
from accounts.roles import HAK, ensure_roles, roles_with


def test_migrating_creates_the_five_groups_with_their_rights(db):
    assert set(Group.objects.values_list("name", flat=True)) == {role.value for role in Peran}
    for role in Peran:
        held = Group.objects.get(name=role.value).permissions.values_list("codename", flat=True)
        assert {hak for hak in Hak if hak.value in set(held)} == HAK[role]


def test_every_right_is_held_by_somebody():
    assert all(roles_with(hak) for hak in Hak)


def test_only_staff_type_realisasi_and_only_the_right_people_decide():
    assert roles_with(Hak.ISI_REALISASI) == {"Staf"}
    assert roles_with(Hak.VERIFIKASI) == {"Verifikator"}
    assert roles_with(Hak.SETUJUI) == {"Pimpinan"}


def test_a_person_has_the_rights_of_the_role(db):
    user = User.objects.create_user("seorang", nama="Seorang")
    user.groups.add(Group.objects.get(name="Verifikator"))
    assert user.has_perm("accounts.verifikasi_realisasi")
    assert not user.has_perm("accounts.setujui_tahun")
    assert user.sees_all_units()


def test_what_was_changed_by_hand_follows_the_table_again(db):
    staff = Group.objects.get(name="Staf")
    staff.permissions.set([Permission.objects.get(codename="setujui_tahun")])
    ensure_roles()
    held = set(staff.permissions.values_list("codename", flat=True))
    assert held == {right.value for right in HAK[Peran.STAF]}


@pytest.mark.django_db(transaction=True)
def test_groups_survive_the_flush_between_transactional_tests():
    assert Group.objects.count() == 5


def test_the_administrator_reads_realisasi_and_the_trail_but_changes_neither(db):
    held = set(Group.objects.get(name="Administrator").permissions.values_list("content_type__app_label", "codename"))
    assert ("indicators", "view_realisasi") in held
    assert ("accounts", "view_jejak") in held
    assert not {("indicators", "change_realisasi"), ("accounts", "change_jejak"), ("accounts", "delete_user")} & held
    assert ("indicators", "change_target") in held
