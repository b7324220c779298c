"""Whole pages, and one row of realisasi saved, as a browser asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from bench.timing import Goal, Row, best, counted

USER = "staf.rehsos"
LEADER = "pimpinan"


def rows(kind: str, size: int) -> Iterator[Row]:
    """Three rows; times are limited at the printed size only."""
    from django.test import Client

    from accounts.models import User
    from indicators.models import Indikator

    person = User.objects.get(username=USER)
    client = Client()
    client.force_login(person)

    def page() -> None:
        assert client.get("/laporan/tabel-6-2/").status_code == 200

    page()
    queries = counted(page)
    (ours,) = best(page, tries=20, seconds=10, computes=kind == "sqlite")
    yield Row(f"halaman Tabel 6.2 ({kind})", size, ours, queries, goal=Goal(60 if size == 1 else None, 12))

    row = Indikator.objects.owned_by(person.unit).filter(subkegiatan__isnull=False, ukuran_dari__isnull=True).first()
    assert row is not None
    address = "/realisasi/2022/sel/"
    numbers = count()

    def save() -> None:
        number = next(numbers)
        cell = {"indikator": row.pk, "versi": number, "sel": {"kinerja": str(number + 1)}}
        answer = client.post(address, {"isian": [cell]}, content_type="application/json")
        assert answer.json()["baris"][0]["hasil"] == "tersimpan", answer.content[:500]

    save()
    queries = counted(save)
    (ours,) = best(save, tries=20, seconds=10)
    yield Row(f"simpan satu sel ({kind})", size, ours, queries, goal=Goal(30 if size == 1 else None, 8))

    fill(2023)
    leader = Client()
    leader.force_login(User.objects.get(username=LEADER))

    def dashboard() -> None:
        assert leader.get("/?tahun=2023").status_code == 200

    dashboard()
    queries = counted(dashboard)
    (ours,) = best(dashboard, tries=20, seconds=10, computes=kind == "sqlite")
    yield Row(f"beranda pimpinan ({kind})", size, ours, queries, goal=Goal(60 if size == 1 else None, 12))


def fill(tahun: int) -> None:
    """Enter every row of a year, four fifths of target and pagu: a dashboard without figures draws little."""
    from indicators.models import Realisasi, Target

    found = Target.objects.filter(tahun=tahun, target__isnull=False, indikator__milik_renstra__isnull=True)
    Realisasi.objects.bulk_create(
        [
            Realisasi(
                indikator_id=indikator,
                tahun=tahun,
                keadaan=Realisasi.Keadaan.TERISI,
                kinerja=(target or 0) * 4 / 5,
                rupiah=None if sub is None or second is not None or pagu is None else pagu * 4 // 5,
            )
            for indikator, target, pagu, sub, second in found.values_list(
                "indikator_id", "target", "pagu", "indikator__subkegiatan_id", "indikator__ukuran_dari_id"
            )
        ],
        batch_size=500,
    )
