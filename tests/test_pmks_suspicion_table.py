"""The table of suspicions keeps step with the people: by hand at once, by file through the queue."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from indicators.antrean import periksa_dugaan
from pmks.actions import (
    IsianLayanan,
    IsianOrang,
    delete_layanan,
    save_layanan,
    save_orang,
    set_kategori,
    set_status,
)
from pmks.aturan_dugaan import ATURAN, Aturan, Lingkup
from pmks.dugaan import Keadaan, decide, find, load, visible
from pmks.dugaan_tersimpan import recount, refresh
from pmks.impor import halaman
from pmks.impor.pekerjaan import run
from pmks.models import BarisDugaan, KeputusanDugaan, Orang, OrangKategori, PemeriksaanDugaan, StatusOrang
from pmks.pemeliharaan import erase
from pmks.penggabungan import merge, part
from tests.registry_people import ANAK, BOJONEGARA, FAKIR_MISKIN, HIV, KRAMATWATU, desa, kinds, new_nik, person, staff
from tests.test_pmks_import_killed import line, uploaded

KODE = "1.06.05.2.02.03"

pytestmark = pytest.mark.usefixtures("baseline")


def stored():
    columns = ("tahun", "aturan", "kunci", "kecamatan", "jenis", "fakta", "sidik", "keadaan")
    return sorted(BarisDugaan.objects.values_list(*columns))


def in_step():
    """The table as it is, after proof that looking through everybody finds the same."""
    kept = stored()
    for year in (2023, 2024):
        recount(year)
    assert stored() == kept
    return [(rule, key) for _, rule, key, *_ in kept]


def test_every_change_by_hand_finds_the_suspicions_of_that_person_again():
    actor = staff("staf.fakirmiskin")
    one, two = person("Siti Aminah"), person("Siti Aminah", kode_desa=BOJONEGARA)
    assert in_step() == []
    isian = IsianOrang("Siti Aminah", desa(), jenis_kelamin="P", tanggal_lahir=date(1980, 5, 1))
    save_orang(actor, two.pk, isian, versi=1, pintu="peramban")
    pair = ("kembar", f"{one.pk}-{two.pk}")
    assert in_step() == [pair]
    set_kategori(actor, one.pk, 2023, kinds(FAKIR_MISKIN), pintu="peramban")
    assert in_step() == [pair]
    set_kategori(actor, two.pk, 2023, kinds(FAKIR_MISKIN), pintu="peramban")
    assert in_step() == [pair, pair]  # now in both years
    merged = merge(actor, one.pk, two.pk, "orang yang sama", pintu="peramban")
    assert in_step() == []
    part(actor, merged.pk, "saudara kembar", pintu="peramban")
    assert in_step() == [pair, pair]
    later = IsianLayanan(KODE, date(2024, 3, 20), "sembako")
    service = save_layanan(actor, one.pk, later, {KODE: actor.unit_id}, pintu="peramban")
    set_status(actor, one.pk, StatusOrang.MENINGGAL, date(2024, 3, 1), pintu="peramban")
    assert in_step() == [pair, pair, ("meninggal-dilayani", str(one.pk))]
    delete_layanan(actor, service.pk, "salah orang", pintu="peramban")
    assert in_step() == [pair, pair]
    wrong = IsianOrang("Siti Aminah", desa(), jenis_kelamin="P", tanggal_lahir=date(1981, 5, 1))
    save_orang(actor, two.pk, wrong, versi=Orang.objects.get(pk=two.pk).versi, pintu="peramban")
    assert in_step() == [("nik-lahir", str(two.pk))] * 2
    erase(two.pk, "permintaan yang bersangkutan", actor=None, pintu="perintah")
    assert in_step() == []


def test_a_person_in_two_wrong_kinds_has_a_suspicion_for_each():
    who = person("Dewasa", ANAK, 4, actor="staf.rehsos", lahir=date(1980, 5, 1))
    keys = {item.dugaan.kunci for item in load(staff("staf.rehsos"), 2024, ["usia-jenis"])}
    assert keys == {f"{who.pk}-jenis-{kind.pk}" for kind in kinds(ANAK, 4)}


def test_counts_are_of_what_a_person_may_see():
    for at in range(3):
        for _ in range(2):
            person(f"Kembar {at}", kode_desa=BOJONEGARA if at else KRAMATWATU)
            person(f"Peka {at}", HIV, actor="staf.rehsos")
    own = {(item.aturan, item.kecamatan, item.jumlah) for item in visible(staff("staf.fakirmiskin"), 2024).hitungan}
    assert own == {
        ("kembar", desa(KRAMATWATU).induk_id, 1),
        ("kembar", desa(BOJONEGARA).induk_id, 2),
    }
    (other,) = visible(staff("staf.rehsos"), 2024).hitungan
    assert other.jumlah == 3
    for name in ("admin", "verifikator", "staf.sekretariat"):
        assert not visible(staff(name), 2024).hitungan


def test_a_pair_is_hidden_when_one_of_the_two_is():
    person("Sama")
    person("Sama", HIV, actor="staf.rehsos")
    assert load(staff("staf.fakirmiskin"), 2024) == load(staff("staf.rehsos"), 2024) == []
    assert BarisDugaan.objects.count() == 1


def test_a_decision_counts_in_every_year_and_survives_a_look_through_everybody():
    actor = staff("staf.fakirmiskin")
    one, two = person("Sama"), person("Sama")
    for who in (one, two):
        set_kategori(actor, who.pk, 2023, kinds(FAKIR_MISKIN), pintu="peramban")
    key = f"{one.pk}-{two.pk}"
    item = find(actor, 2024, "kembar", key)
    decide(actor, item.dugaan, KeputusanDugaan.Keputusan.BERBEDA, "kembar sungguhan", sidik=item.dugaan.sidik)
    for look in (lambda: None, lambda: recount(2024), lambda: refresh([one.pk])):
        look()
        assert [find(actor, year, "kembar", key).keadaan for year in (2023, 2024)] == [Keadaan.SELESAI] * 2
    decide(actor, item.dugaan, KeputusanDugaan.Keputusan.DIBUKA, "dilihat lagi", sidik=item.dugaan.sidik)
    assert find(actor, 2023, "kembar", key).keadaan == Keadaan.TERBUKA


def test_a_file_asks_for_a_look_and_the_queue_takes_it(settings, tmp_path, client):
    settings.MEDIA_ROOT = tmp_path
    actor = staff("staf.fakirmiskin")
    client.force_login(actor)
    job = halaman.upload(actor, "pmks", 2024, uploaded(line("Sama"), line("Sama")))
    halaman.begin(actor, job.pk, halaman.remembered(job))
    run(job.pk, {}, pintu="peramban")
    asked = PemeriksaanDugaan.objects.get(tahun=2024)
    assert (asked.pada, BarisDugaan.objects.count()) == (None, 0)
    assert "Pemeriksaan ulang antre" in client.get("/pmks/dugaan/?tahun=2024").content.decode()
    assert periksa_dugaan() == 1
    assert periksa_dugaan() == 0
    asked.refresh_from_db()
    assert asked.pada is not None
    assert asked.diminta_pada is None
    page = client.get("/pmks/dugaan/?tahun=2024").content.decode()
    assert "1 dugaan terbuka" in page
    assert "Semua orang diperiksa" in page
    # The same file again changes nobody, so nobody is looked at.
    again = halaman.upload(actor, "pmks", 2024, uploaded(line("Sama", nik=(nik := new_nik()))))
    halaman.begin(actor, again.pk, halaman.remembered(again))
    run(again.pk, {}, pintu="peramban")
    assert periksa_dugaan() == 1
    same = halaman.upload(actor, "pmks", 2024, uploaded(line("Sama", nik=nik)))
    halaman.begin(actor, same.pk, halaman.remembered(same))
    assert run(same.pk, {}, pintu="peramban").sama == 1
    assert periksa_dugaan() == 0


def test_a_look_is_asked_for_on_the_page_by_those_who_may_change(client):
    person("Siti")
    client.force_login(staff("pimpinan"))
    assert client.post("/pmks/dugaan/periksa/?tahun=2024").status_code == 403
    assert "Periksa semua lagi" not in client.get("/pmks/dugaan/?tahun=2024").content.decode()
    client.force_login(staff("staf.fakirmiskin"))
    assert "Periksa semua lagi" in client.get("/pmks/dugaan/?tahun=2024").content.decode()
    answer = client.post("/pmks/dugaan/periksa/?tahun=2024", follow=True)
    assert "masuk antrean" in answer.content.decode()
    assert "Periksa semua lagi" not in answer.content.decode()
    assert periksa_dugaan() == 1


def test_what_is_changed_by_hand_during_a_look_is_not_put_back(monkeypatch):
    actor = staff("staf.fakirmiskin")
    one, two = person("Sama"), person("Sama")

    def meanwhile(lingkup: Lingkup):
        if lingkup.tahun is not None:
            merge(actor, one.pk, two.pk, "orang yang sama", pintu="peramban")
            person("Baru Kembar")
            person("Baru Kembar")
        return []

    # The last rule to look: the others have found the pair by then.
    monkeypatch.setitem(ATURAN, "uji", Aturan("uji", "", "", meanwhile))
    assert recount(2024) == 1
    (row,) = BarisDugaan.objects.all()
    assert row.orang.nama == "Baru Kembar"


def test_a_lost_key_keeps_nobody_from_being_looked_at(settings):
    person("Sama")
    person("Janggal", lahir=date(1981, 5, 1))
    person("Sama")
    settings.PII_KEYS = (b"n" * 32,)
    recount(2024)
    assert [row.aturan for row in BarisDugaan.objects.all()] == ["kembar"]
    assert OrangKategori.objects.count() == 3


def test_a_year_that_somebody_looks_through_is_left_to_them_until_they_are_gone():
    now = timezone.now()
    asked = PemeriksaanDugaan.objects.create(tahun=2024, diminta_pada=now, diambil_pada=now)
    assert periksa_dugaan() == 0
    PemeriksaanDugaan.objects.update(diambil_pada=now - timedelta(hours=1))
    assert periksa_dugaan() == 1
    asked.refresh_from_db()
    assert (asked.diminta_pada, asked.diambil_pada) == (None, None)
