"""Where people came from: a person, a service or a change that a file brought leads to its import."""

import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from indicators.kode_layanan import known_codes
from pmks.impor import halaman
from pmks.impor.pekerjaan import run
from pmks.models import Layanan, Orang, OrangKategori, PekerjaanImpor, RiwayatOrang
from pmks.pemeliharaan import erase
from pmks.penggabungan import merge, part
from tests.registry_people import HIV, KRAMATWATU, new_nik, person, staff
from tests.test_pmks_import_killed import uploaded

HEAD = "nik;nama;jenis_kelamin;tanggal_lahir;kategori;kode_desa"
SERVICES = "nik;kode_sub_kegiatan;tanggal;jenis_layanan;nilai_rp"
KODE = "1.6.5.02.02.3"

pytestmark = pytest.mark.usefixtures("baseline")


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def load(*lines, head=HEAD, jenis="pmks", name="orang.csv", actor="staf.fakirmiskin"):
    who = staff(actor)
    job = halaman.upload(who, jenis, 2024, uploaded(*lines, head=head, name=name))
    halaman.begin(who, job.pk, halaman.remembered(job))
    return run(job.pk, known_codes(), pintu="peramban")


def row(nik, nama="Siti", kategori="24"):
    return f"{nik};{nama};P;1980-05-01;{kategori};{KRAMATWATU}"


def history(client, pk):
    body = client.get(f"/pmks/orang/{pk}/").content.decode().split('id="riwayat"')[1]
    rows = re.findall(r"<tr>.*?</tr>", body.split("</table>")[0], re.DOTALL)[1:]
    return rows, [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", line)) for line in rows]


def test_a_person_from_a_file_has_a_first_line_that_leads_to_the_import(client):
    nik = new_nik()
    job = load(row(nik))
    # Not a row of history a person: the line is made from the number of the import.
    assert not RiwayatOrang.objects.exists()
    who = Orang.objects.with_nik(nik).get()
    assert who.impor_id == job.pk
    client.force_login(staff("staf.fakirmiskin"))
    rows, texts = history(client, who.pk)
    assert len(rows) == 1
    for words in ("masuk lewat impor", "orang.csv", str(staff("staf.fakirmiskin")), "(peramban)"):
        assert words in texts[0]
    assert f'href="/pmks/impor/{job.pk}/"' in rows[0]
    assert client.get(f"/pmks/impor/{job.pk}/").status_code == 200


def test_who_may_not_open_the_import_reads_the_line_without_a_link(client):
    nik = new_nik()
    load(row(nik))
    for name in ("pimpinan", "staf.linjamsos"):
        client.force_login(staff(name))
        rows, texts = history(client, Orang.objects.with_nik(nik).get().pk)
        assert "orang.csv" in texts[0]
        assert "/pmks/impor/" not in rows[0]


def test_the_name_of_a_file_does_not_tell_a_kind_the_reader_may_not_know(client):
    nik = new_nik()
    load(row(nik, kategori=str(HIV)), name="odha-2024.csv", actor="staf.rehsos")
    load(row(nik))
    who = Orang.objects.with_nik(nik).get()
    client.force_login(staff("staf.fakirmiskin"))
    page = client.get(f"/pmks/orang/{who.pk}/").content.decode()
    assert "masuk lewat impor" in page
    assert "odha" not in page
    client.force_login(staff("staf.rehsos"))
    assert "odha-2024.csv" in client.get(f"/pmks/orang/{who.pk}/").content.decode()


def test_a_change_by_a_file_leads_to_the_import_that_brought_it(client):
    nik = new_nik()
    first = load(row(nik))
    second = load(row(nik, nama="Siti Aminah"), name="perbaikan.csv")
    change = RiwayatOrang.objects.get()
    assert (change.kolom, change.impor_id) == ("nama", second.pk)
    client.force_login(staff("staf.fakirmiskin"))
    rows, texts = history(client, change.orang_id)
    assert "Siti Siti Aminah" in texts[0]
    assert "perbaikan.csv" in texts[0]
    assert f"/pmks/impor/{first.pk}/" in rows[1]


def test_a_kind_that_a_later_file_adds_has_its_line_and_no_row(client):
    nik = new_nik()
    load(row(nik), row(nik, kategori="23"))
    job = load(row(nik, kategori="9"), name="disabilitas.csv", actor="staf.linjamsos")
    assert not RiwayatOrang.objects.exists()
    who = Orang.objects.with_nik(nik).get()
    client.force_login(staff("staf.linjamsos"))
    rows, texts = history(client, who.pk)
    assert len(rows) == 2  # what the person came with is the first line alone
    assert "jenis 2024" in texts[0]
    assert "9. " in texts[0]
    assert f"/pmks/impor/{job.pk}/" in rows[0]
    client.force_login(staff("staf.fakirmiskin"))
    assert "disabilitas.csv" not in history(client, who.pk)[1][0]


def test_a_service_from_a_file_is_in_the_history_with_its_import(client):
    nik = new_nik()
    load(row(nik))
    job = load(f"{nik};{KODE};2024-03-01;sembako;150000", head=SERVICES, jenis="layanan", name="bansos.csv")
    service = Layanan.objects.get()
    assert service.impor_id == job.pk
    client.force_login(staff("staf.fakirmiskin"))
    _, texts = history(client, service.orang_id)
    assert "layanan" in texts[0]
    assert "sembako" in texts[0]
    assert "bansos.csv" in texts[0]
    assert "masuk lewat impor" in texts[1]
    # Changed by another file: the change names the other one.
    other = load(f"{nik};{KODE};2024-03-01;sembako;200000", head=SERVICES, jenis="layanan", name="koreksi.csv")
    assert RiwayatOrang.objects.get(kolom="layanan").impor_id == other.pk
    service.refresh_from_db()
    assert service.impor_id == job.pk


def test_a_person_entered_by_hand_has_no_such_line(client):
    who = person("Tangan")
    client.force_login(staff("staf.fakirmiskin"))
    assert "masuk lewat impor" not in client.get(f"/pmks/orang/{who.pk}/").content.decode()


def test_merging_and_parting_keep_where_each_service_came_from():
    one, two = new_nik(), new_nik()
    load(row(one), row(two))
    job = load(
        *(f"{nik};{KODE};2024-03-01;sembako;1" for nik in (one, two)), head=SERVICES, jenis="layanan", name="b.csv"
    )
    keeper, other = Orang.objects.with_nik(one).get(), Orang.objects.with_nik(two).get()
    merged = merge(staff("staf.fakirmiskin"), keeper.pk, other.pk, "orang yang sama", pintu="peramban")
    assert list(Layanan.objects.values_list("impor", flat=True)) == [job.pk]
    part(staff("staf.fakirmiskin"), merged.pk, "ternyata berbeda", pintu="peramban")
    assert list(Layanan.objects.values_list("impor", flat=True)) == [job.pk, job.pk]
    assert Orang.objects.filter(impor__isnull=True).count() == 0


def test_an_erased_person_no_longer_names_the_file():
    nik = new_nik()
    load(row(nik))
    who = Orang.objects.with_nik(nik).get()
    erase(who.pk, "permintaan yang bersangkutan", actor=None, pintu="perintah")
    who.refresh_from_db()
    assert who.impor_id is None
    assert not OrangKategori.objects.exclude(impor=None).exists()
    assert PekerjaanImpor.objects.count() == 1


def test_the_import_of_a_change_cannot_be_rewritten():
    nik = new_nik()
    load(row(nik))
    load(row(nik, nama="Siti Aminah"))
    for values in ({"impor": None}, {"dari": None, "ke": None, "alasan": "", "impor": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RiwayatOrang.objects.update(**values)
    assert RiwayatOrang.objects.update(dari=None, ke=None, alasan="") == 1


def test_the_page_asks_as_often_for_many_imports_as_for_one(client):
    nik = new_nik()
    load(row(nik))
    who = Orang.objects.with_nik(nik).get()
    client.force_login(staff("staf.fakirmiskin"))
    client.get(f"/pmks/orang/{who.pk}/")
    counts = []
    for names in (["Ani"], [f"Ani {at}" for at in range(6)]):
        for name in names:
            load(row(nik, nama=name))
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/pmks/orang/{who.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
