"""``/indikator/``: the list, one indicator, components by form and by htmx, the formula, approval."""

import re
from html import unescape

import pytest

from accounts.models import Peran
from indicators.indikator_page import shape
from indicators.models import Indikator, Komponen, NilaiKomponen, Realisasi, Rumus, Target
from indicators.rumus import parse
from tests.entry_office import TAHUN, verify
from tests.formula_office import build_formula_office

pytestmark = pytest.mark.django_db
CELL = "/indikator/1.6.4/isi/{}/direhabilitasi/"


@pytest.fixture
def office(db):
    return build_formula_office()


def read(client, user, url, status=200):
    client.force_login(user)
    answer = client.get(url)
    assert answer.status_code == status
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def enter(client, user, teks, *, versi=0, tahun=TAHUN, htmx=True, **more):
    client.force_login(user)
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(CELL.format(tahun), {"nilai": teks, "versi": versi, **more}, headers=headers)


def text_of(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


# --- the list -------------------------------------------------------------------------


def test_the_list_shows_figures_and_what_is_missing(client, office):
    enter(client, office.staf, "815")
    text = read(client, office.pimpinan, f"/indikator/?tahun={TAHUN}")
    assert "1 dari 2 indikator sudah punya realisasi" in text
    assert re.search(r"1\.6\.4 Persentase PMKS direhabilitasi .*? 100 7,23 7,23 ", text)
    assert "belum diisi: Dipulangkan Semua korban" in text


def test_staff_read_their_own_and_only_targets_of_others(client, office):
    enter(client, office.staf, "815")
    text = read(client, office.staf_lain, f"/indikator/?tahun={TAHUN}")
    assert "realisasi hanya terlihat oleh unitnya" in text
    assert "7,2329" not in text
    page = read(client, office.staf_lain, "/indikator/1.6.4/")
    assert "hanya terlihat oleh" in page
    assert "815" not in page
    assert "Riwayat perubahan" not in page


def test_the_list_takes_the_same_queries_for_more_rows(client, office, django_assert_max_num_queries):
    client.force_login(office.pimpinan)
    client.get("/indikator/")
    for kode, row in office.indikator.items():
        if not Rumus.objects.filter(indikator=row).exists():
            Komponen.objects.create(indikator=row, kode="a", nama=f"A {kode}", satuan=row.satuan or "Orang")
            Rumus.objects.create(indikator=row, ekspresi="a", berlaku_mulai=2021)
    with django_assert_max_num_queries(16):
        answer = client.get(f"/indikator/?tahun={TAHUN}")
    assert answer.content.decode().count('class="ik-nama"') == 8


# --- one indicator --------------------------------------------------------------------


def test_the_page_sets_the_formula_as_a_fraction(client, office):
    client.force_login(office.staf)
    html = client.get("/indikator/1.6.4/").content.decode()
    formula = re.search(r'class="ik-atas">(.*?)</p>', html, re.S)[1]
    above, _, below = formula.partition('<span class="tersembunyi"> dibagi </span>')
    assert "PMKS direhabilitasi tahun berjalan" in above
    assert "Jumlah PMKS (2020)" in below


def test_brackets_stand_where_no_fraction_line_binds():
    drawn = shape(parse("(a + b) * c / (a - b)"), {})
    assert drawn.jenis == "pecahan"
    assert [part.jenis for part in drawn.atas.bagian] == ["kurung", "tanda", "nama"]
    assert drawn.bawah.jenis == "deret"


def test_it_shows_every_part_the_office_asks_about(client, office):
    text = read(client, office.staf, "/indikator/1.6.4/")
    for words in (
        "Cara menghitung",
        "Komponen, target dan realisasi",
        "Target dan realisasi tiap tahun",
        "Bunyinya dalam dokumen",
        "Makin tinggi makin baik",
        "R / T × 100",
        "Riwayat perubahan",
    ):
        assert words in text
    assert read(client, office.staf, "/indikator/9.9/", status=404)


def test_wordings_and_definitions_of_the_document_stand_on_the_page(baseline, client):
    from tests.people import kepala

    text = read(client, kepala(), "/indikator/IKU-1/")
    for words in (
        "Tabel 4.1 Prosentase PMKS yang Mendapatkan Program Pelayanan Sosial",
        "Tabel 4.2 Prosentase PMKS yang Mendapatkan Prgram Pelayanan Sosial",
        "Tabel 7.1 Persentase PMKS",
        "Definisi operasional, Tabel 7.3",
        "343.991",
    ):
        assert words in text


def test_a_cell_answers_with_itself_and_the_figures(client, office):
    answer = enter(client, office.staf, "815")
    assert (answer.status_code, answer["X-Sel"]) == (200, "2022-direhabilitasi")
    html = answer.content.decode()
    assert 'id="k-2022-direhabilitasi"' in html
    assert re.search(r'id="r-2022" hx-swap-oob="true".*?7,23', html, re.S)
    assert 'id="grafik" hx-swap-oob="true"' in html


@pytest.mark.parametrize(
    ("teks", "tahun", "words"),
    [("abc", TAHUN, "bukan angka"), ("12.34", TAHUN, "bisa berarti"), ("-1", TAHUN, "tidak boleh kurang dari 0")],
)
@pytest.mark.parametrize("htmx", [True, False])
def test_what_is_refused_stands_at_the_cell_with_what_was_typed(client, office, htmx, teks, tahun, words):
    answer = enter(client, office.staf, teks, tahun=tahun, htmx=htmx)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert f'value="{teks}"' in answer.content.decode()
    assert not NilaiKomponen.objects.exists()


def test_a_component_typed_with_a_digit_too_many_is_asked_about(client, office):
    remark = "jauh di atas target, periksa"
    assert remark not in text_of(enter(client, office.staf, "815"))
    assert remark in text_of(enter(client, office.staf, "40000", versi=1))
    assert remark in read(client, office.staf, "/indikator/1.6.4/")


def test_a_year_without_target_is_refused_at_the_cell(client, office):
    Target.objects.filter(indikator=office.program, tahun=TAHUN).update(target=0)
    answer = enter(client, office.staf, "5")
    assert answer.status_code == 422
    assert "Target 2022 adalah 0" in text_of(answer)


def test_a_year_that_is_not_open_has_no_cell_and_says_so(client, office):
    answer = enter(client, office.staf, "5", tahun=2030, htmx=False)
    assert answer.status_code == 302
    assert "di luar Renstra" in text_of(client.get("/indikator/1.6.4/"))
    assert not NilaiKomponen.objects.exists()


def test_without_a_script_a_cell_saves_and_comes_back_to_its_year(client, office):
    answer = enter(client, office.staf, "815", htmx=False)
    assert (answer.status_code, answer.url) == (302, "/indikator/1.6.4/#t-2022")
    assert "tersimpan: 815 Jiwa" in text_of(client.get("/indikator/1.6.4/"))


def test_two_people_in_one_cell_see_both_values_and_choose(client, office):
    enter(client, office.staf, "815")
    answer = enter(client, office.rekan, "900")
    assert answer.status_code == 409
    assert "Staf Rehsos menyimpan 815" in text_of(answer)
    assert NilaiKomponen.objects.get().nilai == 815
    assert enter(client, office.rekan, "900", putus="mereka", versi_mereka=1).status_code == 200
    assert NilaiKomponen.objects.get().nilai == 815
    assert enter(client, office.rekan, "900", putus="saya", versi_mereka=1).status_code == 200
    assert NilaiKomponen.objects.get().nilai == 900


def test_others_cannot_save_a_cell(client, office):
    assert enter(client, office.staf_lain, "5").status_code == 403
    for role in ("pimpinan", "administrator", "sekretariat", "verifikator"):
        assert enter(client, getattr(office, role), "5").status_code == 403
    assert not NilaiKomponen.objects.exists()


def test_a_figure_that_no_longer_fits_its_sources_can_be_computed_again(client, office):
    from pmks.models import JumlahPMKS

    enter(client, office.staf, "815")
    JumlahPMKS.objects.update(jumlah=8150)
    assert "Sumbernya berubah sejak dihitung. Hitung ulang 2022" in read(client, office.staf, "/indikator/1.6.4/")
    assert client.post("/indikator/1.6.4/hitung/2022/").status_code == 302
    assert Realisasi.objects.get().kinerja == 10


def test_the_entry_page_shows_the_computed_figure_locked_with_a_way_to_its_components(client, office):
    assert "isi komponennya" in read(client, office.staf, f"/realisasi/{TAHUN}/")
    enter(client, office.staf, "815")
    html = client.get(f"/realisasi/{TAHUN}/").content.decode()
    assert f'id="kinerja-{office.program.pk}"' not in html
    assert "dihitung dari komponen" in html
    assert f'href="/indikator/1.6.4/#t-{TAHUN}"' in html


# --- formula and approval -------------------------------------------------------------


def write_formula(client, office, button, **fields):
    client.force_login(office.administrator)
    values = {"ekspresi": "direhabilitasi × 2 / jumlah_pmks × 100", "berlaku_mulai": 2022, "alasan": "", "versi": 1}
    return client.post("/indikator/1.6.4/rumus/", {**values, **fields, button: "1"})


def test_a_formula_is_tried_on_the_real_years_and_then_stored_with_its_reason(client, office):
    enter(client, office.staf, "815")
    tried = write_formula(client, office, "pratinjau")
    assert tried.status_code == 200
    assert re.search(r"2022 7,23 14,47 815 × 2 / 11\.268 × 100 berubah", text_of(tried))
    assert Rumus.objects.filter(indikator=office.program).count() == 1
    unexplained = write_formula(client, office, "simpan")
    assert unexplained.status_code == 422
    assert "Tulis alasannya" in text_of(unexplained)
    assert write_formula(client, office, "simpan", alasan="SK Bupati").status_code == 302
    text = read(client, office.pimpinan, "/indikator/1.6.4/?tahun=2022")
    assert "Versi 2 mulai 2022: direhabilitasi × 2 / jumlah_pmks × 100 (SK Bupati" in text
    assert "14,47" in text


@pytest.mark.parametrize("button", ["pratinjau", "simpan"])
@pytest.mark.parametrize(
    ("ekspresi", "words"),
    [
        ("direhabilitas / jumlah_pmks * 100", "maksud Anda “direhabilitasi”"),
        ("direhabilitasi / jumlah_pmks", "kalikan dengan 100"),
        ("direhabilitasi / / 2", "dua tanda berturut-turut"),
        ("", "Rumus masih kosong"),
    ],
)
def test_a_formula_that_cannot_be_used_says_why_at_its_field(client, office, button, ekspresi, words):
    answer = write_formula(client, office, button, ekspresi=ekspresi, alasan="x")
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert 'aria-invalid="true"' in answer.content.decode()
    assert Rumus.objects.filter(indikator=office.program).count() == 1


def test_a_component_is_added_and_one_that_goes_in_a_circle_refused(client, office):
    client.force_login(office.administrator)
    fields = {
        "nama": "Angka IKU",
        "kode": "iku",
        "satuan": "%",
        "peran": "lain",
        "jenis_sumber": "tabel",
        "acuan": "indikator:IKU-1",
        "kebijakan": "tahun berjalan",
        "urutan": 3,
        "alasan": "",
    }
    assert client.post("/indikator/1.6.4/komponen/", fields).status_code == 302
    assert Komponen.objects.get(kode="iku").acuan == "indikator:IKU-1"
    back = fields | {"kode": "program", "acuan": "indikator:1.6.4"}
    answer = client.post("/indikator/IKU-1/komponen/", back)
    assert answer.status_code == 422
    assert "Rujukan melingkar: IKU-1 → 1.6.4 → IKU-1" in text_of(answer)
    changed = client.post("/indikator/1.6.4/komponen/iku/", fields | {"nama": "IKU dinas"})
    assert changed.status_code == 422
    assert "Tulis alasan" in text_of(changed)


def test_only_the_administrator_reaches_formula_and_components(client, office):
    for role in Peran:
        if role is Peran.ADMINISTRATOR:
            continue
        person = office.staf if role is Peran.STAF else getattr(office, role.value.lower())
        client.force_login(person)
        assert client.get("/indikator/1.6.4/rumus/").status_code == 403
        assert client.get("/indikator/1.6.4/komponen/").status_code == 403


def test_pimpinan_approves_what_is_ticked_and_opens_it_again_with_a_reason(client, office):
    enter(client, office.staf, "815")
    assert "Setujui yang dicentang" not in read(client, office.pimpinan, f"/indikator/?tahun={TAHUN}")
    verify(office, office.program)
    html_of_list = read(client, office.pimpinan, f"/indikator/?tahun={TAHUN}")
    assert "Setujui yang dicentang" in html_of_list
    value = f"{office.program.pk}:{Realisasi.objects.get().versi}"
    answer = client.post(f"/indikator/setujui/{TAHUN}/", {"setuju": [value, "rusak", "9:9:9"]}, follow=True)
    assert f"Realisasi {TAHUN} disetujui dan dibekukan: 1.6.4." in text_of(answer)
    assert enter(client, office.staf, "900", versi=1).status_code == 423
    client.force_login(office.pimpinan)
    assert "Tulis alasan" in text_of(client.post("/indikator/1.6.4/buka/2022/", {"alasan": ""}, follow=True))
    client.post("/indikator/1.6.4/buka/2022/", {"alasan": "Data salah"})
    assert Realisasi.objects.get().status == "dikembalikan"
    assert enter(client, office.staf, "900", versi=1).status_code == 200
    client.force_login(office.staf)
    assert client.post(f"/indikator/setujui/{TAHUN}/", {"setuju": value}).status_code == 403


def test_the_admin_refuses_a_target_of_zero_that_somebody_types(client, office):
    client.force_login(office.administrator)
    office.administrator.is_staff = office.administrator.is_superuser = True
    office.administrator.save()
    row = Indikator.objects.get(pk=office.sub.pk)
    page = client.get(f"/admin/indicators/indikator/{row.pk}/change/")
    data = {}
    for field in page.context["adminform"].form:
        value = field.value()
        data[field.html_name] = "" if value is None else value
    for formset in page.context["inline_admin_formsets"]:
        for field in formset.formset.management_form:
            data[field.html_name] = field.value()
        for form in formset.formset.forms:
            for field in form:
                value = field.value()
                data[field.html_name] = "" if value is None else value
    for text, words in (("0", "Target 0 tidak dapat dinilai"), ("5", None)):
        answer = client.post(f"/admin/indicators/indikator/{row.pk}/change/", data | {"target-0-target": text})
        if words:
            assert words in answer.content.decode()
            assert row.target.get().target == 100
        else:
            assert answer.status_code == 302, text_of(answer)
            assert row.target.get().target == 5
