"""The admin pages: every change leaves a trail, printed values stay, realisasi is only looked at."""

import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.models import Jejak, UnitKerja, User
from indicators.models import Indikator, Realisasi, Target
from programs.models import Misi, SubKegiatan
from tests.people import person


@pytest.fixture
def admin_client(baseline, client):
    client.force_login(person("admin"))
    return client


def url(obj, page="change"):
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_{page}", args=[obj.pk])


def filled(answer):
    """The form as the browser would send it back unchanged."""
    data = {}
    form = answer.context["adminform"].form
    formsets = [inline.formset for inline in answer.context["inline_admin_formsets"]]
    forms = [form, *(one for formset in formsets for one in [formset.management_form, *formset.initial_forms])]
    for one in forms:
        for bound in one:
            value = bound.value()
            if value is None or value is False:
                continue
            if isinstance(value, list | tuple):
                value = [getattr(item, "pk", item) for item in value]
            data[bound.html_name] = value
    return data


def trail(**filters):
    rows = Jejak.objects.filter(pintu="admin", **filters).order_by("id")
    return [(row.objek, row.kolom, row.dari, row.ke) for row in rows]


def errors_of(answer):
    if answer.status_code == 302:
        return None
    found = [*answer.context["errors"]]
    return found or answer.content.decode()[:2000]


def test_saving_unchanged_leaves_no_trail(admin_client):
    for obj in (
        Indikator.objects.filter(subkegiatan__isnull=False)[0],
        SubKegiatan.objects.all()[3],
        UnitKerja.objects.get(kode="rehsos"),
        person("staf.rehsos"),
    ):
        answer = admin_client.post(url(obj), filled(admin_client.get(url(obj))))
        assert errors_of(answer) is None
    assert not trail()


def test_a_changed_figure_in_an_inline_is_kept_with_old_new_who_and_why(admin_client):
    target = Target.objects.get(indikator__program__kode="1.6.1", tahun=2023)
    page = url(target.indikator)
    data = filled(admin_client.get(page))
    (field,) = [name for name, value in data.items() if name.endswith("-tahun") and str(value) == "2023"]
    assert data[field.replace("tahun", "pagu")] == "8.273.349.105"
    data[field.replace("tahun", "pagu")] = "Rp 8.300.000.000"
    data[field.replace("tahun", "target")] = "99,5"
    data["alasan_perubahan"] = "Perubahan APBD"
    assert errors_of(admin_client.post(page, data)) is None
    target.refresh_from_db()
    assert (target.pagu, str(target.target)) == (8_300_000_000, "99.5000")
    assert trail() == [
        ("indicators.target", "target", "100", "99.5"),
        ("indicators.target", "pagu", "8273349105", "8300000000"),
    ]
    row = Jejak.objects.filter(pintu="admin").latest("id")
    assert (row.pelaku.username, row.alasan) == ("admin", "Perubahan APBD")


@pytest.mark.parametrize(("typed", "said"), [("12.34", "12.34"), ("banyak", "banyak"), ("-5", "negatif")])
def test_a_figure_with_two_readings_is_refused_with_the_reason(admin_client, typed, said):
    target = Target.objects.get(indikator__program__kode="1.6.1", tahun=2023)
    data = filled(admin_client.get(url(target.indikator)))
    (field,) = [name for name, value in data.items() if name.endswith("-tahun") and str(value) == "2023"]
    data[field.replace("tahun", "pagu")] = typed
    answer = admin_client.post(url(target.indikator), data)
    assert answer.status_code == 200
    assert said in str(answer.context["errors"])
    assert not trail()


def test_printed_values_cannot_be_changed(admin_client):
    indikator = Indikator.objects.exclude(akhir_pagu=None).filter(program__isnull=False)[0]
    page = url(indikator)
    data = filled(admin_client.get(page)) | {
        "akhir_target": "1",
        "akhir_pagu": "1",
        "teks_tercetak": "x",
        "catatan_transkripsi": "x",
        "data_awal_teks": "x",
    }
    before = (indikator.akhir_target, indikator.akhir_pagu, indikator.teks_tercetak, indikator.data_awal_teks)
    assert errors_of(admin_client.post(page, data)) is None
    indikator.refresh_from_db()
    assert (indikator.akhir_target, indikator.akhir_pagu, indikator.teks_tercetak, indikator.data_awal_teks) == before
    assert not trail()


def test_deleting_records_what_went_along(admin_client):
    indikator = Indikator.objects.filter(subkegiatan__isnull=False, dilayani_oleh=None, realisasi=None)[0]
    targets = indikator.target.count()
    assert admin_client.post(url(indikator, "delete"), {"post": "yes"}).status_code == 302
    gone = {row[0] for row in trail(kolom="tahun")}
    assert gone == {"indicators.target"}
    assert len(trail(kolom="tahun")) == targets
    assert trail(objek="indicators.indikator", kolom="kode") == [("indicators.indikator", "kode", indikator.kode, None)]


def test_the_delete_action_of_a_list_leaves_a_trail(admin_client):
    misi = Misi.objects.all()[0]
    data = {"action": "delete_selected", "_selected_action": [misi.pk], "post": "yes"}
    assert admin_client.post(reverse("admin:programs_misi_changelist"), data).status_code == 302
    assert not Misi.objects.filter(pk=misi.pk).exists()
    assert ("programs.misi", "kode", misi.kode, None) in trail()


def test_an_indicator_added_below_a_node_gets_the_plan_of_the_node(admin_client):
    node = SubKegiatan.objects.all()[0]
    prefix = "indikator"
    data = filled(admin_client.get(url(node)))
    number = int(data[f"{prefix}-TOTAL_FORMS"])
    new = f"{prefix}-{number}"
    data |= {
        f"{prefix}-TOTAL_FORMS": number + 1,
        f"{new}-subkegiatan": node.pk,
        f"{new}-urutan": 9,
        f"{new}-kode": "BARU-1",
        f"{new}-uraian": "Jumlah laporan",
        f"{new}-arah": "naik",
    }
    assert errors_of(admin_client.post(url(node), data)) is None
    added = Indikator.objects.get(kode="BARU-1")
    assert (added.renstra, added.subkegiatan) == (node.renstra, node)
    # The same code again is refused at its field, not by a broken page.
    data = filled(admin_client.get(url(node))) | {key: value for key, value in data.items() if key.startswith(new)}
    number = int(data[f"{prefix}-TOTAL_FORMS"])
    data = {key.replace(new, f"{prefix}-{number}"): value for key, value in data.items()}
    data |= filled(admin_client.get(url(node))) | {f"{prefix}-TOTAL_FORMS": number + 1}
    answer = admin_client.post(url(node), data)
    assert answer.status_code == 200
    assert "sudah dipakai" in str(answer.context["errors"])


def test_a_code_of_the_wrong_level_is_refused_in_words(admin_client):
    node = SubKegiatan.objects.all()[0]
    answer = admin_client.post(url(node), filled(admin_client.get(url(node))) | {"kode": "1.6.1"})
    assert "bukan sub kegiatan" in str(answer.context["errors"])


def test_realisasi_and_the_trail_can_only_be_looked_at(admin_client):
    for obj in (Realisasi.objects.all()[0], Jejak.objects.all()[0]):
        page = admin_client.get(url(obj))
        assert page.status_code == 200
        assert 'name="_save"' not in page.content.decode()
        assert admin_client.post(url(obj), {"kinerja": "1"}).status_code == 403
        assert admin_client.post(url(obj, "delete"), {"post": "yes"}).status_code == 403


def test_the_history_of_a_row_is_its_trail(admin_client):
    unit = UnitKerja.objects.get(kode="rehsos")
    data = filled(admin_client.get(url(unit))) | {"kepala_nama": "Nama Baru"}
    admin_client.post(url(unit), data)
    page = admin_client.get(url(unit, "history"), follow=True)
    assert page.status_code == 200
    assert "Nama Baru" in page.content.decode()


# --- accounts -----------------------------------------------------------------------


def new_account(client, **changes):
    data = {
        "username": "baru",
        "usable_password": "true",
        "password1": "Kantor-sosial-2026",
        "password2": "Kantor-sosial-2026",
        "nama": "Orang Baru",
        "email": "",
        "unit": UnitKerja.objects.get(kode="rehsos").pk,
        "groups": [group_id("Staf")],
    }
    return client.post(reverse("admin:accounts_user_add"), data | changes)


def group_id(name):
    from django.contrib.auth.models import Group

    return Group.objects.get(name=name).pk


def test_an_account_is_made_with_role_and_unit_and_no_password_in_the_trail(admin_client):
    assert errors_of(new_account(admin_client)) is None
    user = User.objects.get(username="baru")
    assert user.peran == {"Staf"}
    assert not user.is_staff
    rows = trail(objek="accounts.user")
    assert ("accounts.user", "peran", "", "Staf") in rows
    assert not [row for row in rows if row[1] == "password"]
    assert user.password not in str(rows)


def test_staff_need_a_unit(admin_client):
    answer = new_account(admin_client, unit="")
    assert "Staf harus punya unit kerja" in str(answer.context["errors"])
    assert not User.objects.filter(username="baru").exists()


def test_a_changed_role_is_kept_and_opens_the_admin_pages(admin_client, client):
    user = person("pimpinan")
    data = filled(admin_client.get(url(user))) | {"groups": [group_id("Pimpinan"), group_id("Administrator")]}
    assert errors_of(admin_client.post(url(user), data)) is None
    user = person("pimpinan")
    assert user.is_staff
    assert ("accounts.user", "peran", "Pimpinan", "Administrator, Pimpinan") in trail()
    client.force_login(user)
    assert client.get("/admin/programs/program/").status_code == 200


def test_accounts_are_switched_off_and_never_deleted(admin_client):
    assert admin_client.post(url(person("pimpinan"), "delete"), {"post": "yes"}).status_code == 403


def test_an_administrator_who_is_no_superuser_works_as_well(baseline, client):
    user = person("admin")
    user.is_superuser = False
    user.save()
    client.force_login(person("admin"))
    target = Target.objects.get(indikator__program__kode="1.6.1", tahun=2023)
    answer = client.post(url(target.indikator), filled(client.get(url(target.indikator))) | {"satuan": "persen"})
    assert errors_of(answer) is None
    assert ("indicators.indikator", "satuan", "%", "persen") in trail()


# --- how they look ------------------------------------------------------------------


def test_lists_need_no_query_a_row(admin_client, django_assert_max_num_queries):
    for name in ("programs_subkegiatan", "indicators_indikator", "indicators_realisasi", "accounts_user"):
        with django_assert_max_num_queries(22):
            assert admin_client.get(reverse(f"admin:{name}_changelist")).status_code == 200


def test_search_finds_by_code_and_by_name(admin_client):
    for query in ("1.6.4.02.01", "Rehabilitasi"):
        page = admin_client.get(reverse("admin:programs_subkegiatan_changelist"), {"q": query})
        assert page.context["cl"].result_count > 0


def test_pages_carry_no_inline_script_or_style(admin_client):
    pages = [
        "/admin/",
        reverse("admin:programs_program_changelist"),
        url(Indikator.objects.all()[0]),
        url(person("admin")),
    ]
    for page in pages:
        answer = admin_client.get(page)
        text = re.sub(r"<noscript>.*?</noscript>", "", answer.content.decode(), flags=re.S)
        inline = [
            tag for tag in re.findall(r"<script[^>]*>", text) if "src=" not in tag and "application/json" not in tag
        ]
        assert not inline
        assert not re.search(r"<style|\sstyle=|\son\w+=\"", text)
        assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_the_site_speaks_indonesian(admin_client):
    text = admin_client.get("/admin/").content.decode()
    assert "Admin Renstra" in text
    assert "Rencana, kantor, dan akun" in text
    assert "Django" not in text


def test_whether_an_indicator_asks_for_evidence_is_set_with_a_trail_and_stays_when_the_baseline_is_loaded(admin_client):
    row = Indikator.objects.filter(subkegiatan__isnull=False)[0]
    data = filled(admin_client.get(url(row))) | {"wajib_bukti": "on", "alasan_perubahan": "Temuan Inspektorat"}
    assert errors_of(admin_client.post(url(row), data)) is None
    assert trail(objek_id=str(row.pk), objek="indicators.indikator") == [
        ("indicators.indikator", "wajib_bukti", "False", "True")
    ]
    assert Jejak.objects.get(kolom="wajib_bukti").alasan == "Temuan Inspektorat"
    call_command("load_baseline")
    row.refresh_from_db()
    assert row.wajib_bukti
