"""People are found by the beginnings of the words of their name, in any order, the same on both databases."""

import pytest
from django.db import connection

from pmks.daftar import URUTAN, Saringan, page
from pmks.models import Orang
from tests.registry_people import KRAMATWATU, MARGASANA, person, staff

pytestmark = pytest.mark.usefixtures("baseline")

NAMES = (
    "Siti Aminah",
    "Aminah Siti Nur'Aini",
    "Sitiaminah",
    "H. Ahmad Dja'far S.Pd.I",
    "Ahmad",
    "Sari Wijaya",
    "Wijaya Sari Dewi",
    "Budi 2e3 7",
    "Or And Not",
)


CASES = pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("siti", {"Siti Aminah", "Aminah Siti Nur'Aini", "Sitiaminah"}),
        ("SITI  am", {"Siti Aminah", "Aminah Siti Nur'Aini"}),
        ("am si", {"Siti Aminah", "Aminah Siti Nur'Aini"}),
        ("minah", set()),
        ("nuraini", {"Aminah Siti Nur'Aini"}),
        ("djafar", {"H. Ahmad Dja'far S.Pd.I"}),
        ("s pd", {"H. Ahmad Dja'far S.Pd.I"}),
        ("sari wij", {"Sari Wijaya", "Wijaya Sari Dewi"}),
        ("2e 7", {"Budi 2e3 7"}),
        ("not or", {"Or And Not"}),
        ("zzz", set()),
        ("s si", {"Siti Aminah", "Aminah Siti Nur'Aini", "Sitiaminah"}),
        ("a a", {name for name in NAMES if "a" in [word[0].lower() for word in name.split()]}),
        ("!&|", set(NAMES)),
    ],
)


@CASES
def test_words_are_found_by_their_beginnings(typed, found):
    for name in NAMES:
        person(name)
    assert {row.nama for row in Orang.objects.named(typed)} == found


@CASES
@pytest.mark.parametrize("order", ["nama", "-nama", "desa", "baru"])
def test_pages_of_a_search_follow_each_other_in_order(typed, found, order):
    for at, name in enumerate(NAMES):
        person(name, kode_desa=(KRAMATWATU, MARGASANA)[at % 2])
    user = staff("staf.fakirmiskin")
    names, cursor = [], ""
    while True:
        shown = page(user, Saringan(nama=typed), order, cursor, ukuran=2)
        names += [row.nama for row in shown.baris]
        if shown.sesudah is None:
            break
        cursor = shown.sesudah
    assert names == [row.nama for row in Orang.objects.filter(nama__in=found).order_by(*URUTAN[order])]


def test_rare_words_are_looked_up_in_an_index():
    people = Orang.objects.named("sari wij")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # So few rows are read faster than any index.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_indexscan = off")
    plan = people.explain()
    assert {"postgresql": "orang_kata_nama", "sqlite": "orang_nama"}[connection.vendor] in plan
