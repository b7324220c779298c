"""People are found by the beginnings of the words of their name, in any order, the same on both databases."""

import pytest
from django.db import connection

from pmks.models import Orang
from tests.registry_people import person

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


@pytest.mark.parametrize(
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
        ("!&|", set(NAMES)),
    ],
)
def test_words_are_found_by_their_beginnings(typed, found):
    for name in NAMES:
        person(name)
    assert {row.nama for row in Orang.objects.named(typed)} == found


def test_rare_words_are_looked_up_in_an_index():
    people = Orang.objects.named("sari wij").order_by("nama_cari", "pk")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # So few rows are read faster than any index.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_indexscan = off")
    plan = people.explain()
    assert {"postgresql": "orang_kata_nama", "sqlite": "orang_nama"}[connection.vendor] in plan
