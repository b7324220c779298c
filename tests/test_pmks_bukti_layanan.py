"""Files behind a service: who opens them, what is refused, what is recorded, and that they go for good."""

import re
from datetime import date, timedelta
from io import BytesIO, StringIO
from itertools import count

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from pmks import bukti as services
from pmks.actions import Ditolak, IsianLayanan, delete_layanan, save_layanan
from pmks.bukti import BuktiDitolak, add_bukti, clean_left, open_bukti, remove_bukti
from pmks.models import BuktiLayanan, CatatanAkses, Layanan, Orang, RiwayatOrang
from pmks.pemeliharaan import erase
from pmks.penggabungan import merge, part
from renstra.berkas import BerkasDitolak
from tests.bukti_files import EXE, JPG, PDF, PNG
from tests.registry_people import BOJONEGARA, DISABILITAS, HIV, kinds, person, staff

pytestmark = pytest.mark.usefixtures("baseline", "media")
REHSOS, LINJAMSOS = "1.06.04.2.02.01", "1.06.05.2.02.03"
_day = count()


def serve(who, *, actor="staf.rehsos", kode=REHSOS, nomor=None, tanggal=None, jenis="rujukan"):
    giver = staff(actor)
    isian = IsianLayanan(
        kode,
        tanggal or date(2024, 3, 1 + next(_day) % 28),
        jenis,
        kategori=kinds(nomor)[0] if nomor else None,
    )
    return save_layanan(giver, who.pk, isian, {kode: giver.unit_id}, pintu="peramban")


def put(row, *files, actor="staf.rehsos", keterangan=""):
    given = files or ((PDF, "tanda terima.pdf"),)
    return add_bukti(
        staff(actor), row.pk, [(BytesIO(content), name) for content, name in given], keterangan, pintu="peramban"
    )


def on_disk(media):
    return sorted(path for path in media.rglob("*") if path.is_file())


def page_of(row):
    return f"/pmks/orang/{row.orang_id}/layanan/{row.pk}/bukti/"


def text_of(response):
    body = response.content.decode().split('id="isi"')[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


@pytest.fixture
def ill():
    """A disabled person with HIV, and a service for the HIV with a letter."""
    who = person("Siti", DISABILITAS, HIV, actor="staf.rehsos")
    row = serve(who, nomor=HIV)
    [item] = put(row, (PDF, "surat rujukan.pdf"))
    return row, item


# Who opens it ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "listed", "opened"),
    [
        ("staf.rehsos", 200, 200),
        ("staf.linjamsos", 404, 404),  # sees the person as disabled, not the service that tells the HIV
        ("staf.fakirmiskin", 404, 404),
        ("staf.dayasos", 404, 404),
        ("staf.sekretariat", 404, 404),
        ("pimpinan", 404, 404),
        ("verifikator", 403, 403),
        ("sekretariat", 403, 403),
        ("admin", 403, 403),
    ],
)
def test_only_who_sees_the_service_opens_its_file(client, ill, name, listed, opened):
    row, item = ill
    client.force_login(staff(name))
    assert client.get(page_of(row)).status_code == listed
    answer = client.get(f"{page_of(row)}{item.pk}/")
    assert answer.status_code == opened
    assert (PDF in answer.content) is (opened == 200)
    assert CatatanAkses.objects.filter(jenis="bukti").count() == (opened == 200)


def test_nobody_is_sent_to_sign_in(client, ill):
    row, item = ill
    for address in (page_of(row), f"{page_of(row)}{item.pk}/"):
        assert client.get(address)["Location"].startswith("/masuk/")


def test_who_reads_only_opens_what_is_not_sensitive_and_changes_nothing(client):
    row = serve(person("Sari", DISABILITAS, actor="staf.rehsos"))
    [item] = put(row)
    client.force_login(staff("pimpinan"))
    assert client.get(f"{page_of(row)}{item.pk}/").content == PDF
    text = text_of(client.get(page_of(row)))
    assert "Unggah" not in text
    assert "Hapus" not in text
    for sent in ({"aksi": "unggah"}, {"aksi": "hapus", "bukti": item.pk, "alasan": "x"}):
        assert client.post(page_of(row), sent).status_code == 403
    assert BuktiLayanan.objects.count() == 1


def test_a_file_of_another_service_is_not_opened_through_one_that_is_seen(client, ill):
    _, hidden = ill
    mine = serve(person("Sari", DISABILITAS, actor="staf.linjamsos"), actor="staf.linjamsos", kode=LINJAMSOS)
    client.force_login(staff("staf.linjamsos"))
    assert client.get(page_of(mine)).status_code == 200
    assert client.get(f"{page_of(mine)}{hidden.pk}/").status_code == 404
    with pytest.raises(BuktiLayanan.DoesNotExist):
        open_bukti(staff("staf.linjamsos"), mine.pk, hidden.pk, pintu="peramban")
    with pytest.raises(Layanan.DoesNotExist):
        put(ill[0], (PNG, "foto.png"), actor="staf.linjamsos")


def test_every_opening_is_recorded_with_who_and_whom(client, ill):
    row, item = ill
    client.force_login(staff("staf.rehsos"))
    for _ in range(2):
        answer = client.get(f"{page_of(row)}{item.pk}/")
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["Content-Disposition"] == 'attachment; filename="surat rujukan.pdf"'
    assert "sandbox" in answer["Content-Security-Policy"]
    looks = CatatanAkses.objects.filter(jenis="bukti")
    assert [(look.pelaku.username, look.orang_id, look.rincian) for look in looks] == [
        ("staf.rehsos", row.orang_id, f"bukti {item.pk}, layanan {row.tanggal}")
    ] * 2


@pytest.mark.parametrize(
    "changed",
    [
        lambda path: PDF,
        lambda path: path.read_bytes()[:-1] + b"x",
        lambda path: path.read_bytes() + b"x",
        lambda _: b"",
    ],
)
def test_a_file_that_was_exchanged_in_the_storage_is_not_handed_out(client, ill, media, changed):
    row, item = ill
    (media / item.berkas.name).write_bytes(changed(media / item.berkas.name))
    client.force_login(staff("staf.rehsos"))
    answer = client.get(f"{page_of(row)}{item.pk}/")
    assert answer.status_code == 409
    assert "bukan lagi yang diunggah" in text_of(answer)
    with pytest.raises(CommandError, match="1 berkas bukti tidak utuh"):
        call_command("periksa_bukti")


def test_a_file_lies_in_the_storage_unreadable_and_is_opened_after_a_new_key(client, ill, media, settings):
    row, item = ill
    (path,) = on_disk(media)
    assert PDF[:8] not in path.read_bytes()
    before = path.read_bytes()
    old, new = settings.PII_KEYS[0], b"n" * 32
    settings.PII_KEYS = (new, old)
    call_command("putar_kunci", stdout=StringIO(), stderr=StringIO())
    settings.PII_KEYS = (new,)
    assert path.read_bytes() == before  # only the key in the row is another one
    client.force_login(staff("staf.rehsos"))
    assert client.get(f"{page_of(row)}{item.pk}/").content == PDF
    call_command("periksa_bukti", stdout=StringIO())
    settings.PII_KEYS = (b"z" * 32,)
    lost = client.get(f"{page_of(row)}{item.pk}/")
    assert (lost.status_code, "tidak ada dalam PII_KEYS" in text_of(lost)) == (503, True)
    with pytest.raises(CommandError, match="1 berkas bukti tidak utuh"):
        call_command("periksa_bukti", stdout=StringIO())


# Adding ----------------------------------------------------------------------------------------------------------


def test_files_are_added_on_the_page_and_counted_beside_the_service(client, media):
    row = serve(person("Sari", DISABILITAS, actor="staf.rehsos"))
    client.force_login(staff("staf.rehsos"))
    assert "Tambah berkas" in text_of(client.get(f"/pmks/orang/{row.orang_id}/"))
    sent = {
        "aksi": "unggah",
        "berkas": [SimpleUploadedFile("foto.jpg", JPG), SimpleUploadedFile("surat.pdf", PDF)],
        "keterangan": "penyerahan kursi roda",
    }
    assert client.post(page_of(row), sent)["Location"] == page_of(row)
    text = text_of(client.get(page_of(row)))
    for words in ("foto.jpg", "surat.pdf", "penyerahan kursi roda", "gambar JPG"):
        assert words in text
    assert "2 berkas" in text_of(client.get(f"/pmks/orang/{row.orang_id}/"))
    assert len(on_disk(media)) == 2
    # Outside of what a web server would show, under names that tell nothing.
    assert all(re.fullmatch(r"[0-9a-f]{32}\.sandi", path.name) for path in on_disk(media))
    told = RiwayatOrang.objects.filter(kolom="bukti layanan").values_list("ke", flat=True)
    assert any("foto.jpg" in ke and "kursi roda" in ke for ke in told)


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (EXE, "foto.jpg", "program Windows"),
        (b"", "kosong.pdf", "kosong"),
        (JPG, "surat.pdf", "tetapi isinya gambar JPG"),
    ],
)
def test_what_is_no_evidence_is_refused_and_nothing_of_the_lot_is_stored(client, media, content, name, words):
    row = serve(person("Sari", DISABILITAS, actor="staf.rehsos"))
    client.force_login(staff("staf.rehsos"))
    sent = {"aksi": "unggah", "berkas": [SimpleUploadedFile("baik.png", PNG), SimpleUploadedFile(name, content)]}
    answer = client.post(page_of(row), sent)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert "Tidak ada berkas yang disimpan" in text_of(answer)
    assert not BuktiLayanan.objects.exists()
    assert on_disk(media) == []


def test_a_file_too_large_the_same_twice_and_too_many_are_refused(settings, media, monkeypatch):
    row = serve(person("Sari", DISABILITAS, actor="staf.rehsos"))
    put(row, (PDF, "a.pdf"))
    with pytest.raises(BuktiDitolak, match=r"b\.pdf sudah ada sebagai a\.pdf"):
        put(row, (PDF, "b.pdf"))
    monkeypatch.setattr(services, "PALING_BANYAK", 2)
    put(row, (PNG, "b.png"))
    with pytest.raises(BuktiDitolak, match="Paling banyak 2 berkas"):
        put(row, (JPG, "c.jpg"))
    settings.BUKTI_MAX_BYTES = 10
    with pytest.raises(BerkasDitolak, match="lebih dari 10 byte"):
        put(row, (JPG, "c.jpg"))
    assert len(on_disk(media)) == 2


@pytest.mark.parametrize("nik", ["3604054105801234", "3604 0541 0580 1234", "36.0405.410580.1234"])
def test_a_number_in_the_name_of_a_file_is_not_kept(client, nik):
    row = serve(person("Sari", DISABILITAS, actor="staf.rehsos"))
    put(row, (PDF, f"KTP {nik}.pdf"), (PNG, "IMG_20240301_0930.png"), keterangan=f"KTP {nik} asli")
    assert [(item.nama, item.keterangan) for item in BuktiLayanan.objects.all()] == [
        ("KTP xxxxxxxxxxxx1234.pdf", "KTP xxxxxxxxxxxx1234 asli"),
        ("IMG_20240301_0930.png", "KTP xxxxxxxxxxxx1234 asli"),
    ]
    client.force_login(staff("staf.rehsos"))
    for where in (page_of(row), f"/pmks/orang/{row.orang_id}/"):
        assert nik not in client.get(where).content.decode()
    assert not RiwayatOrang.objects.filter(ke__contains=nik).exists()


def test_a_request_cut_off_on_its_way_stores_nothing_and_says_so(client):
    row = serve(person("Sari", DISABILITAS, actor="staf.rehsos"))
    client.force_login(staff("staf.rehsos"))
    answer = client.post(page_of(row), {})
    assert answer.status_code == 422
    assert "Pilih berkasnya dahulu." in text_of(answer)


def test_a_service_is_recorded_with_its_files_or_not_at_all(client, media):
    who = person("Sari", DISABILITAS, actor="staf.rehsos")
    client.force_login(staff("staf.rehsos"))
    where = f"/pmks/orang/{who.pk}/layanan/"
    typed = {"kode": REHSOS, "tanggal": "2024-03-01", "jenis_layanan": "kursi roda", "bukti": "BAST 12"}
    bad = client.post(where, typed | {"berkas": [SimpleUploadedFile("foto.jpg", EXE)]})
    assert bad.status_code == 422
    assert "foto.jpg ditolak" in text_of(bad)
    assert "Pilih lagi berkas buktinya" in text_of(bad)
    assert 'value="kursi roda"' in bad.content.decode()
    assert not Layanan.objects.exists()
    good = typed | {"berkas": [SimpleUploadedFile("foto.jpg", JPG)]}
    assert client.post(where, good).status_code == 302
    row = Layanan.objects.get()
    assert (row.bukti, row.berkas_bukti.get().nama) == ("BAST 12", "foto.jpg")
    # The second click finds the service there and leaves no second file.
    twice = client.post(where, typed | {"berkas": [SimpleUploadedFile("foto.jpg", JPG)]})
    assert "Layanan ini sudah tercatat" in text_of(twice)
    assert len(on_disk(media)) == 1


def test_a_full_storage_is_said_and_stores_no_service(media, settings):
    who = person("Sari", DISABILITAS, actor="staf.rehsos")
    media.mkdir()
    (media / "bukti-layanan").write_text("sebuah berkas di tempat folder")
    isian, giver = IsianLayanan(REHSOS, date(2024, 3, 1), "kursi roda"), staff("staf.rehsos")
    with pytest.raises(Ditolak, match="tempat penyimpanan penuh atau tidak menjawab"):
        save_layanan(
            giver, who.pk, isian, {REHSOS: giver.unit_id}, pintu="peramban", berkas=[(BytesIO(JPG), "foto.jpg")]
        )
    assert not Layanan.objects.exists()


# Taking away -----------------------------------------------------------------------------------------------------


def test_a_file_is_removed_for_good_with_a_reason_in_the_history(client, ill, media):
    row, item = ill
    client.force_login(staff("staf.rehsos"))
    refused = client.post(page_of(row), {"aksi": "hapus", "bukti": item.pk, "alasan": " "})
    assert (refused.status_code, "Tulis alasannya" in text_of(refused)) == (422, True)
    assert len(on_disk(media)) == 1
    client.post(page_of(row), {"aksi": "hapus", "bukti": item.pk, "alasan": "foto orang lain"})
    assert (BuktiLayanan.objects.count(), on_disk(media)) == (0, [])
    kept = RiwayatOrang.objects.filter(kolom="bukti layanan", ke=None).get()
    assert ("surat rujukan.pdf" in kept.dari, kept.alasan) == (True, "foto orang lain")
    assert client.post(page_of(row), {"aksi": "hapus", "bukti": item.pk, "alasan": "lagi"}).status_code == 404


def test_only_the_unit_that_gave_the_service_or_who_uploaded_it_removes_a_file():
    row = serve(person("Sari", DISABILITAS, actor="staf.rehsos"))
    [theirs] = put(row)
    [own] = put(row, (PNG, "foto.png"), actor="staf.linjamsos")
    with pytest.raises(PermissionDenied):
        remove_bukti(staff("staf.linjamsos"), row.pk, theirs.pk, "salah", pintu="peramban")
    remove_bukti(staff("staf.linjamsos"), row.pk, own.pk, "salah", pintu="peramban")
    remove_bukti(staff("staf.rehsos"), row.pk, theirs.pk, "salah", pintu="peramban")
    assert not BuktiLayanan.objects.exists()


def test_files_go_with_a_service_recorded_by_mistake(ill, media):
    row, _ = ill
    delete_layanan(staff("staf.rehsos"), row.pk, "salah orang", pintu="peramban")
    assert (Layanan.objects.count(), BuktiLayanan.objects.count(), on_disk(media)) == (0, 0, [])
    assert set(RiwayatOrang.objects.filter(ke=None, alasan="salah orang").values_list("kolom", flat=True)) == {
        "layanan",
        "bukti layanan",
    }


def test_erasure_removes_the_files_of_a_person_and_of_who_was_merged_into_them(media):
    one, two = person("Sari", DISABILITAS, actor="staf.rehsos"), person("Sari B", DISABILITAS, actor="staf.rehsos")
    other = person("Tini", DISABILITAS, actor="staf.rehsos")
    for who in (one, two, other):
        put(serve(who))
    merge(staff("staf.rehsos"), one.pk, two.pk, "orang yang sama", pintu="peramban")
    call_command("hapus_identitas", "--orang", one.pk, "--alasan", "permintaan orangnya sendiri", stdout=StringIO())
    assert [item.layanan.orang_id for item in BuktiLayanan.objects.all()] == [other.pk]
    assert len(on_disk(media)) == 1
    assert "2 berkas bukti" in CatatanAkses.objects.get(jenis="hapus").rincian
    assert not RiwayatOrang.objects.filter(orang__in=[one.pk, two.pk], ke__contains="tanda terima").exists()


def test_where_the_storage_refuses_to_remove_a_file_nothing_is_changed(ill, media, client):
    row, item = ill
    path = media / item.berkas.name
    path.unlink()
    path.mkdir()  # what the storage cannot remove as a file
    (path / "isi").write_text("x")
    with pytest.raises(BuktiDitolak, match="tidak terhapus"):
        erase(row.orang_id, "permintaan orangnya sendiri", actor=None, pintu="perintah")
    with pytest.raises(CommandError, match="tidak terhapus"):
        call_command("hapus_identitas", "--orang", row.orang_id, "--alasan", "permintaan orangnya sendiri")
    with pytest.raises(Ditolak, match="tidak terhapus"):
        delete_layanan(staff("staf.rehsos"), row.pk, "salah orang", pintu="peramban")
    assert Orang.objects.get(pk=row.orang_id).nama == "Siti"
    assert BuktiLayanan.objects.filter(layanan=row).count() == 1
    client.force_login(staff("staf.rehsos"))
    answer = client.post(page_of(row), {"aksi": "hapus", "bukti": item.pk, "alasan": "salah"})
    assert (answer.status_code, "tidak terhapus" in text_of(answer)) == (422, True)


def test_files_left_by_a_killed_process_are_removed_and_those_in_use_stay(ill, media):
    left = media / "bukti-layanan" / "2024" / "0123.jpg"
    left.write_bytes(JPG)
    assert clean_left() == 0  # it may belong to an upload going on
    assert clean_left(timedelta(0)) == 1
    assert [path.name for path in on_disk(media)] == [ill[1].berkas.name.rpartition("/")[2]]
    out = StringIO()
    call_command("bersihkan_pmks", stdout=out)
    assert "0 berkas dari 0 impor" in out.getvalue()


# Merging, history ------------------------------------------------------------------------------------------------


def test_files_stay_with_their_service_through_a_merge_and_its_undoing():
    actor = staff("staf.rehsos")
    one = person("Sari", DISABILITAS, actor="staf.rehsos")
    two = person("Sari", DISABILITAS, actor="staf.rehsos", kode_desa=BOJONEGARA)
    both, single = date(2024, 5, 1), date(2024, 6, 1)
    [mine] = put(serve(one, tanggal=both), (PDF, "satu.pdf"))
    [same] = put(serve(two, tanggal=both), (PNG, "dua.png"))
    [alone] = put(serve(two, tanggal=single), (JPG, "tiga.jpg"))
    done = merge(actor, one.pk, two.pk, "orang yang sama", pintu="peramban")

    def seen(who):
        rows = BuktiLayanan.objects.filter(layanan__orang=who).values_list("layanan__tanggal", "nama")
        return sorted((str(day), name) for day, name in rows)

    assert seen(one) == [("2024-05-01", "dua.png"), ("2024-05-01", "satu.pdf"), ("2024-06-01", "tiga.jpg")]
    assert open_bukti(actor, mine.layanan_id, same.pk, pintu="peramban")[1] == PNG
    part(actor, done.pk, "ternyata dua orang", pintu="peramban")
    assert seen(one) == [("2024-05-01", "satu.pdf")]
    assert seen(two) == [("2024-05-01", "dua.png"), ("2024-06-01", "tiga.jpg")]
    assert all(default_storage.exists(item.berkas.name) for item in (mine, same, alone))


def test_the_history_does_not_tell_of_a_file_whose_service_is_hidden(client, ill):
    row, _ = ill
    client.force_login(staff("staf.rehsos"))
    assert "surat rujukan.pdf" in text_of(client.get(f"/pmks/orang/{row.orang_id}/"))
    client.force_login(staff("staf.linjamsos"))
    assert "surat rujukan" not in text_of(client.get(f"/pmks/orang/{row.orang_id}/"))
