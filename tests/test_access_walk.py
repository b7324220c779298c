"""Every address, as every role and as nobody.

A new address fails here until its view says who may open it and, when it takes
arguments, until EXAMPLES holds some. An example is a pair (arguments, method).
"""

from collections.abc import Iterator
from datetime import date
from io import BytesIO

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.access import Access, access_of, allow, allow_public, allow_signed_in
from accounts.models import Hak, Peran, TokenAPI
from indicators.bukti import add_file
from indicators.findings import audit, load_facts
from indicators.models import Bukti, Indikator
from pmks.actions import IsianLayanan, save_layanan
from pmks.models import BuktiLayanan
from programs.models import Renstra
from tests import registry_people
from tests.api_client import caller
from tests.bukti_files import PDF
from tests.people import ONE_A_ROLE, person


def _row_of(unit):
    return Indikator.objects.filter(subkegiatan__unit__kode__startswith=unit)[0].pk


def _evidence():
    """A file of that row, uploaded by who owns it."""
    row = Bukti.objects.exclude(berkas="").first() or add_file(
        person("staf.rehsos"), _row_of("rehsos"), 2022, 0, BytesIO(PDF), "daftar.pdf", "Daftar hadir", pintu="peramban"
    )
    return row.pk


def disabled():
    """A registered person whom the Bidang Rehabilitasi Sosial and the Pimpinan see."""
    return registry_people.person("Siti", registry_people.DISABILITAS, actor="staf.rehsos")


def _service_file():
    """A file behind a service of such a person."""
    found = BuktiLayanan.objects.select_related("layanan").first()
    if found is None:
        giver, kode = registry_people.staff("staf.rehsos"), "1.06.04.2.02.01"
        isian = IsianLayanan(kode, date(2024, 3, 1), "rujukan")
        files = [(BytesIO(PDF), "surat.pdf")]
        save_layanan(giver, disabled().pk, isian, {kode: giver.unit_id}, pintu="peramban", berkas=files)
        found = BuktiLayanan.objects.select_related("layanan").get()
    return {"pk": found.layanan.orang_id, "layanan": found.layanan_id, "bukti": found.pk}


# Arguments for addresses that take some; the values are of the document.
EXAMPLES = {
    "simpul": lambda: {"kode": "1.6.4"},
    "realisasi": lambda: {"tahun": 2022},
    "realisasi-berkas": lambda: {"tahun": 2022},
    "realisasi-berkas-unduh": lambda: {"tahun": 2022},
    "realisasi-berkas-periksa": lambda: {"tahun": 2022},
    "beranda-kenapa": lambda: {"tahun": 2022},
    "kenapa": lambda: {"tahun": 2022, "indikator": Indikator.objects.get(kode="1.6.4.02.01").pk},
    "realisasi-baris": lambda: {
        "tahun": 2022,
        "indikator": _row_of("rehsos"),
    },
    "realisasi-sel": lambda: {"tahun": 2022},
    "realisasi-ajukan": lambda: {"tahun": 2022},
    "anggaran-kas": lambda: {"tahun": 2022},
    "riwayat-berkas": lambda: {"tahun": 2022},
    "riwayat-baris": lambda: {
        "tahun": 2022,
        "indikator": _row_of("rehsos"),
    },
    "bukti": lambda: {"tahun": 2022, "indikator": _row_of("rehsos")},
    "bukti-unduh": lambda: {"tahun": 2022, "indikator": _row_of("rehsos"), "pk": _evidence()},
    "indikator": lambda: {"kode": "1.6.4"},
    "indikator-setujui": lambda: {"tahun": 2022},
    "indikator-rumus": lambda: {"kode": "1.6.4"},
    "indikator-komponen-baru": lambda: {"kode": "1.6.4"},
    "indikator-komponen": lambda: {"kode": "1.6.4", "nama": "direhabilitasi"},
    "indikator-isi": lambda: {"kode": "1.6.4", "tahun": 2022, "komponen": "direhabilitasi"},
    "indikator-hitung": lambda: {"kode": "1.6.4", "tahun": 2022},
    "indikator-buka": lambda: {"kode": "1.6.4", "tahun": 2022},
    "versi_detail": lambda: {"kode": "renstra-2021-2026"},
    "versi_tambah": lambda: {"kode": "renstra-2021-2026"},
    "versi_ubah": lambda: {"kode": "renstra-2021-2026", "tingkat": "program", "pk": 1},
    "temuan-satu": lambda: {"kunci": audit(load_facts(Renstra.current()))[0].kunci},
    "temuan_berkas": lambda: {"suffix": "json"},
    "laporan_kenapa": lambda: {"slug": "tabel-6-2"},
    "laporan_detail": lambda: {"slug": "tabel-6-2"},
    "analisis": lambda: {"tahun": 2022},
    "analisis_simpan": lambda: {"tahun": 2022, "kunci": Indikator.objects.get(kode="1.6.4").pk},
    "catatan_simpan": lambda: {"tahun": 2022},
    "standar_tambah": lambda: {"tahun": 2022, "kunci": Indikator.objects.get(kode="1.6.4").pk},
    "standar_hapus": lambda: {"tahun": 2022, "standar": 1},
    "indikator-terlayani": lambda: {"kode": "1.6.4", "tahun": 2022},
    "pmks-orang-satu": lambda: {"pk": disabled().pk},
    "pmks-orang-ubah": lambda: {"pk": disabled().pk},
    "pmks-orang-jenis": lambda: {"pk": disabled().pk},
    "pmks-orang-status": lambda: {"pk": disabled().pk},
    "pmks-orang-nomor": lambda: {"pk": disabled().pk},
    "pmks-orang-nik": lambda: {"pk": disabled().pk},
    "pmks-orang-gabung": lambda: {"pk": disabled().pk},
    "pmks-orang-layanan": lambda: {"pk": disabled().pk},
    "pmks-orang-pisah": lambda: {"pk": disabled().pk, "gabungan": 1},
    "pmks-layanan-hapus": lambda: {"pk": disabled().pk, "layanan": 1},
    "pmks-layanan-bukti": lambda: {name: pk for name, pk in _service_file().items() if name != "bukti"},
    "pmks-layanan-bukti-unduh": _service_file,
    "pmks-tetapkan": lambda: {"tahun": 2024},
    "pmks-dugaan-satu": lambda: {"tahun": 2024, "aturan": "kembar", "kunci": "1-2"},
    "pmks-impor-satu": lambda: {"pk": 1},
    "pmks-impor-kemajuan": lambda: {"pk": 1},
    "pmks-impor-batal": lambda: {"pk": 1},
    "pmks-impor-lanjut": lambda: {"pk": 1},
    "pmks-impor-ditolak": lambda: {"pk": 1},
    "laporan_berkas": lambda: {"slug": "tabel-6-2", "suffix": "json"},
    "token-cabut": lambda: {"pk": revocable().pk},
    "api-indikator-kode": lambda: {"kode": "1.6.4.02.01/2"},
    "api-periode-tahun": lambda: {"tahun": 2022},
    "api-realisasi-tahun": lambda: {"tahun": 2022},
    "api-realisasi-tahun-kode": lambda: {"tahun": 2022, "kode": "1.6.4.02.01"},
    "api-capaian-tahun": lambda: {"tahun": 2022},
    "api-kenapa-tahun-kode": lambda: {"tahun": 2022, "kode": "1.6.4.02.01"},
    "api-laporan-slug": lambda: {"slug": "tabel-6-2"},
    "api-lain": lambda: {"sisa": "v1/tidak-ada"},
}
# What an admitted person may get beside 200: a redirect to another page, or "by POST only".
FINE = {200, 302, 405}
# The row of a unit refuses by the row, not by the view: not everybody may write it.
BY_ROW = {
    "realisasi-baris": {200, 302, 403, 405},
    # A token is revoked by its owner alone; to others it does not exist.
    "token-cabut": {302, 404},
    # There is no such merge, service or import.
    "pmks-orang-pisah": {404},
    "pmks-layanan-hapus": {404},
    "pmks-dugaan-satu": {404},
    "pmks-impor-satu": {404},
    "pmks-impor-kemajuan": {404},
    "pmks-impor-ditolak": {404},
}


def revocable() -> TokenAPI:
    """A token of the Administrator."""
    found = TokenAPI.objects.first()
    return found or caller(person("admin")).token


def patterns(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for item in resolver.url_patterns:
        if isinstance(item, URLResolver):
            inner = f"{namespace}{item.namespace}:" if item.namespace else namespace
            yield from patterns(item, inner)
        else:
            yield f"{namespace}{item.name}", item


OURS = [(name, pattern) for name, pattern in patterns(get_resolver()) if not name.startswith("admin:")]
ADMIN = [(name, pattern) for name, pattern in patterns(get_resolver()) if name.startswith("admin:")]


def address(name: str, pattern: URLPattern) -> str:
    takes = set(pattern.pattern.regex.groupindex)
    if takes and name not in EXAMPLES:
        pytest.fail(f"Alamat {name} ({pattern.pattern}) meminta {sorted(takes)}; tambahkan contohnya ke EXAMPLES.")
    return reverse(name, kwargs=EXAMPLES[name]() if takes else None)


def test_there_is_something_to_walk():
    assert {"beranda", "masuk", "renstra", "realisasi", "laporan", "temuan", "sehat", "siap"} <= {
        name for name, _ in OURS
    }
    assert len(ADMIN) > 50


@pytest.mark.parametrize(("name", "pattern"), OURS, ids=[name for name, _ in OURS])
def test_every_address_has_a_name_and_every_view_says_who_may(name, pattern):
    assert pattern.name, f"Alamat {pattern.pattern} tidak bernama."
    assert access_of(pattern.callback), (
        f"View {pattern.callback.__module__}.{pattern.callback.__qualname__} tidak menyatakan siapa yang boleh; "
        "pakai @allow(...), @allow_signed_in atau @allow_public dari accounts.access."
    )


def test_nobody_gets_the_sign_in_page_everywhere_but_on_public_pages(baseline, client):
    wrong = []
    for name, pattern in OURS:
        url = address(name, pattern)
        answer = client.get(url)
        access = access_of(pattern.callback)
        sent_to_sign_in = answer.status_code == 302 and answer["Location"].startswith("/masuk/")
        fine = (answer.status_code in FINE) if access.public else sent_to_sign_in
        if access.token:  # a program is not led to a page
            fine = answer.status_code == 401 and "galat" in answer.json()
        if not fine:
            wrong.append((url, answer.status_code, answer.headers.get("Location")))
    assert not wrong


@pytest.mark.parametrize("username", ONE_A_ROLE)
def test_each_role_opens_what_its_declaration_says_and_nothing_else(baseline, username):
    user = person(username)
    wrong = []
    for name, pattern in OURS:
        if name == "keluar":
            continue
        client = Client()
        client.force_login(user)
        url = address(name, pattern)
        answer = client.get(url)
        access = access_of(pattern.callback)
        refused = {401} if access.token else {403}
        wanted = BY_ROW.get(name, FINE) if access.admits(user) else refused
        back_to_sign_in = answer.status_code == 302 and answer["Location"].startswith("/masuk/")
        if answer.status_code not in wanted or back_to_sign_in:
            wrong.append((url, answer.status_code, sorted(wanted)))
    assert not wrong


@pytest.mark.parametrize("username", ONE_A_ROLE)
def test_a_token_of_each_role_opens_the_addresses_for_programs_and_nothing_else(baseline, username):
    sender = caller(person(username))
    revocable()
    wrong = []
    for name, pattern in OURS:
        access = access_of(pattern.callback)
        url = address(name, pattern)
        answer = Client().get(url, headers={"Authorization": f"Bearer {sender.key}"})
        if access.public:
            wanted = FINE
        elif access.token:
            wanted = {404} if name == "api-lain" else {200}
        else:
            wanted = {302}  # to the sign-in page
        if answer.status_code not in wanted:
            wrong.append((url, answer.status_code, sorted(wanted)))
    assert not wrong


def test_a_refused_role_reads_why_in_plain_words(baseline, client):
    client.force_login(person("staf.rehsos"))
    answer = client.get("/admin/", follow=True)
    assert answer.status_code == 403
    text = answer.content.decode()
    assert "Halaman ini untuk peran Administrator." in text
    assert "staf.rehsos" in text


@pytest.mark.parametrize("username", [name for name in ONE_A_ROLE if name != "admin"])
def test_the_admin_pages_refuse_everybody_but_the_administrator(baseline, username):
    user = person(username)
    user.is_staff = True  # a leftover flag opens nothing
    user.save()
    client = Client()
    client.force_login(user)
    wrong = []
    for url in admin_addresses():
        answer = client.get(url, follow=True)
        if answer.status_code != 403:
            wrong.append((url, answer.status_code))
    assert not wrong


def test_the_admin_pages_send_nobody_to_the_sign_in_page(baseline, client):
    wrong = [
        url for url in admin_addresses() if not client.get(url, follow=True).redirect_chain[-1][0].startswith("/masuk/")
    ]
    assert not wrong


def test_the_administrator_opens_every_list_and_form(baseline, client):
    client.force_login(person("admin"))
    wrong = []
    for model, page in admin.site._registry.items():
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        urls = [reverse(f"{base}_changelist")]
        if model.objects.exists():
            urls.append(reverse(f"{base}_change", args=[model.objects.first().pk]))
        if page.has_add_permission(answer_request(client)):
            urls.append(reverse(f"{base}_add"))
        wrong += [(url, client.get(url).status_code) for url in urls if client.get(url).status_code != 200]
    assert not wrong


def answer_request(client):
    return client.get("/admin/").wsgi_request


def admin_addresses() -> list[str]:
    found = ["/admin/", reverse("admin:password_change"), reverse("admin:app_list", args=["accounts"])]
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        first = model.objects.first()
        key = first.pk if first else 1
        found += [reverse(f"{base}_changelist"), reverse(f"{base}_add")]
        found += [reverse(f"{base}_{page}", args=[key]) for page in ("change", "delete", "history")]
    return found


# --- the declarations themselves ----------------------------------------------------


class Somebody:
    is_authenticated = True
    username = "seseorang"

    def __init__(self, *roles):
        self.peran = frozenset(role.value for role in roles)


def test_a_right_stands_for_the_roles_that_hold_it():
    view = allow(Hak.VERIFIKASI)(lambda request: None)
    assert access_of(view) == Access(roles=frozenset({Peran.VERIFIKATOR.value}))


def test_roles_are_taken_literally():
    access = access_of(allow(Peran.STAF)(lambda request: None))
    assert access.admits(Somebody(Peran.STAF))
    assert not access.admits(Somebody(Peran.ADMINISTRATOR))


def test_signed_in_admits_people_without_a_role_and_public_admits_nobody_in_particular():
    class Nobody:
        is_authenticated = False

    assert access_of(allow_signed_in(lambda request: None)).admits(Somebody())
    assert not access_of(allow_signed_in(lambda request: None)).admits(Nobody())
    assert access_of(allow_public(lambda request: None)).admits(Nobody())


@pytest.mark.parametrize("wrong", [(), ("Staf",), (None,)])
def test_a_declaration_with_something_else_is_an_error_at_once(wrong):
    with pytest.raises(TypeError):
        allow(*wrong)
