"""Writing the LKIP: who may, saved as typed, nothing overwritten unseen, standards with their source."""

import pytest

from accounts.models import Jejak, User
from indicators.models import Indikator
from reports.models import Analisis, CatatanEvaluasi, Standar

pytestmark = pytest.mark.django_db
PAGE = "/analisis/2022/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def writer(client, baseline):
    """The Sekretariat, signed in."""
    client.force_login(User.objects.get(username="sekretariat"))
    return client


@pytest.fixture
def kunci(baseline):
    return Indikator.objects.get(kode="1.6.4").pk


def save(client, kunci, versi=0, headers=HTMX, **texts):
    return client.post(f"{PAGE}{kunci}/", {"versi": versi, **texts}, headers=headers)


def test_the_page_shows_every_indicator_with_room_to_write(writer):
    text = writer.get(PAGE).content.decode()
    assert text.count('name="sebab"') == 7
    assert "7 dari 7 indikator belum dianalisis" in text
    assert "Cakupan Rehabilitasi Sosial" in text


def test_what_is_written_is_saved_with_its_trail(writer, kunci):
    answer = save(writer, kunci, sebab="Data terpadu", alternatif="Kunjungan")
    assert answer.status_code == 200
    row = Analisis.objects.get(indikator=kunci, tahun=2022)
    assert (row.sebab, row.alternatif, row.versi) == ("Data terpadu", "Kunjungan", 1)
    assert 'value="1"' in answer.content.decode()
    trail = Jejak.objects.filter(objek="reports.analisis", kolom="sebab").get()
    assert (trail.dari, trail.ke, trail.pelaku.username) == (None, "Data terpadu", "sekretariat")


def test_a_double_click_is_one_save(writer, kunci):
    save(writer, kunci, sebab="Sama")
    save(writer, kunci, sebab="Sama")
    assert Analisis.objects.get().versi == 1
    assert Jejak.objects.filter(objek="reports.analisis", kolom="sebab").count() == 1


def test_two_writers_lose_nothing_and_the_second_sees_both(writer, kunci):
    save(writer, kunci, sebab="Tulisan pertama")
    answer = save(writer, kunci, versi=0, sebab="Tulisan kedua")
    assert answer.status_code == 409
    assert "Tulisan pertama" in answer.content.decode()
    assert Analisis.objects.get().sebab == "Tulisan pertama"
    # The answer carries the new token, so saving again is a decision.
    assert save(writer, kunci, versi=1, sebab="Tulisan kedua").status_code == 200
    assert Analisis.objects.get().sebab == "Tulisan kedua"


def test_without_a_script_a_conflict_gives_the_text_back(writer, kunci):
    save(writer, kunci, sebab="Tulisan pertama")
    answer = writer.post(f"{PAGE}{kunci}/", {"versi": 0, "sebab": "Tulisan kedua"}, follow=True)
    assert "Tulisan kedua" in answer.content.decode()
    assert Analisis.objects.get().sebab == "Tulisan pertama"


def test_a_text_that_is_too_long_is_refused_and_nothing_stored(writer, kunci):
    answer = save(writer, kunci, sebab="a" * 20_001)
    assert answer.status_code == 422
    assert "paling banyak 20000" in answer.content.decode()
    assert not Analisis.objects.exists()


def test_nothing_written_stores_nothing(writer, kunci):
    assert save(writer, kunci, sebab="  ").status_code == 200
    assert not Analisis.objects.exists()


def test_the_close_of_the_evaluation_is_kept_by_year(writer):
    writer.post(f"{PAGE}catatan/", {"versi": 0, "faktor_pendorong": "Kerja sama"}, headers=HTMX)
    row = CatatanEvaluasi.objects.get()
    assert (row.tahun, row.triwulan, row.faktor_pendorong) == (2022, 0, "Kerja sama")


def test_a_standard_needs_its_source_and_an_indonesian_number(writer, kunci):
    address = f"{PAGE}{kunci}/standar/"
    answer = writer.post(address, {"tingkat": "nasional", "nama": "", "nilai": "12.34", "sumber": ""})
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "Sebutkan sumbernya" in text
    assert "bisa berarti 12,34 atau 1234" in text
    assert 'value="12.34"' in text  # nothing typed is lost
    assert not Standar.objects.exists()
    answer = writer.post(address, {"tingkat": "nasional", "nama": "", "nilai": "12,34", "sumber": "Permensos 9/2018"})
    assert answer.status_code == 302
    row = Standar.objects.get()
    assert str(row.nilai) == "12.3400"
    again = writer.post(address, {"tingkat": "nasional", "nama": "", "nilai": "1", "sumber": "Lain"})
    assert "sudah ada" in again.content.decode()
    writer.post(f"{PAGE}standar/{row.pk}/hapus/")
    assert not Standar.objects.exists()
    assert Jejak.objects.filter(objek="reports.standar", kolom="sumber", ke=None).exists()


@pytest.mark.parametrize("username", ["verifikator", "pimpinan"])
def test_others_read_and_do_not_write(client, baseline, kunci, username):
    client.force_login(User.objects.get(username=username))
    text = client.get(PAGE).content.decode()
    assert "<textarea" not in text
    assert "Ditulis oleh Sekretariat" in text
    assert save(client, kunci, sebab="x").status_code == 403
    assert not Analisis.objects.exists()


def test_a_year_outside_the_plan_is_named(writer):
    answer = writer.get("/analisis/2031/")
    assert answer.status_code == 404


def test_the_page_takes_the_same_queries_with_and_without_texts(writer, kunci, django_assert_max_num_queries):
    save(writer, kunci, sebab="Teks")
    with django_assert_max_num_queries(16):
        writer.get(PAGE)
