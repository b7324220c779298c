"""No page, file, answer or message holds a known NIK or No KK, whoever asks; errors neither."""

import re
from datetime import date
from html import unescape

import pytest
from django.contrib import admin
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Jejak
from indicators.kode_layanan import known_codes
from pmks import kripto
from pmks.actions import IsianLayanan, save_layanan, set_identitas_luar, set_status
from pmks.impor.pekerjaan import run
from pmks.models import CatatanAkses, Layanan, Orang, PekerjaanImpor, Penggabungan, RiwayatOrang, StatusOrang
from pmks.penggabungan import merge
from renstra.logs import LineFormatter
from reports.registry import REPORTS
from tests.api_client import caller
from tests.privacy_grep import HEAD, KK, NIK, NUMBERS, leaks, slipped
from tests.registry_people import DISABILITAS, FAKIR_MISKIN, HIV, KRAMATWATU, MARGASANA, person, staff
from tests.test_access_walk import OURS, address

pytestmark = pytest.mark.usefixtures("baseline", "media")
KODE = "1.06.05.2.02.03"
EVERYBODY = ("admin", "sekretariat", "verifikator", "pimpinan", "staf.rehsos", "staf.fakirmiskin")
SEE_PEOPLE = {"pimpinan", "staf.rehsos", "staf.fakirmiskin"}
PURPOSE = "penyaluran sembako tahap II"


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(staff(name))
    return client


def bytes_of(answer) -> bytes:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content + str(answer.headers).encode()


def import_on_page(client: Client, jenis: str, head: str, *rows: str) -> PekerjaanImpor:
    file = SimpleUploadedFile(f"KK {KK[0]}.csv", "\n".join([head, *rows, ""]).encode())
    where = client.post("/pmks/impor/", {"jenis": jenis, "tahun": "2024", "berkas": file})["Location"]
    chosen = client.get(where).context["pemetaan"]
    client.post(where, {"judul": [text for text, _ in chosen], "kolom": [name for _, name in chosen], "mulai": "1"})
    job = PekerjaanImpor.objects.latest("pk")
    return run(job.pk, known_codes(), pintu="peramban")


@pytest.fixture
def registry():
    """A registry in which everything happened once: imports, changes, services, a merge, suspicions."""
    poor, giver = signed_in("staf.fakirmiskin"), staff("staf.linjamsos")
    for kk in (KK, KK[::-1]):
        rows = [
            f"{nik},{no},Siti {at},P,1980-05-01,24,{KRAMATWATU},Kp."
            for at, (nik, no) in enumerate(zip(NIK[:3], kk, strict=False))
        ]
        job = import_on_page(poor, "pmks", HEAD, *rows, *slipped(NIK[8], KK[8]))
    assert (job.berubah, job.ditolak) == (3, 7)
    head = "nik,kode_sub_kegiatan,tanggal,jenis_layanan,nilai_rp"
    job = import_on_page(
        poor, "layanan", head, *(f"{nik},1.6.5.02.02.3,2024-03-01,sembako,1000" for nik in (*NIK[:3], NIK[8]))
    )
    assert (job.baru, job.ditolak) == (3, 1)
    ill = person("Rina", DISABILITAS, HIV, actor="staf.rehsos", nik=NIK[10], no_kk=KK[10])
    both = person("Tuti", FAKIR_MISKIN, DISABILITAS, actor="staf.linjamsos", nik=NIK[11], no_kk=KK[10])
    twin = person("Tuti", actor="staf.linjamsos", nik=NIK[12], no_kk=KK[12])
    copy = person("Tuti Lama", actor="staf.linjamsos", nik=NIK[13], no_kk=KK[13], kode_desa=MARGASANA)
    merge(giver, both.pk, copy.pk, "orang yang sama", pintu="peramban")
    set_status(giver, twin.pk, StatusOrang.MENINGGAL, date(2024, 2, 1), "surat kematian 12", pintu="peramban")
    set_identitas_luar(giver, both.pk, "DTSEN", "D-17", pintu="peramban")
    save_layanan(
        giver, both.pk, IsianLayanan(KODE, date(2024, 3, 1), "sembako", 1), {KODE: giver.unit_id}, pintu="peramban"
    )
    assert {RiwayatOrang.objects.filter(orang=row).exists() for row in (ill, both)} == {True}
    return {
        "pmks-orang-pisah": {"pk": both.pk, "gabungan": Penggabungan.objects.get().pk},
        "pmks-dugaan-satu": {"tahun": 2024, "aturan": "kembar", "kunci": f"{both.pk}-{twin.pk}"},
    }


def addresses(registry):
    """Every address of the site, those of the registry with every person and every import."""
    people = list(Orang.objects.values_list("pk", flat=True))
    jobs = list(PekerjaanImpor.objects.values_list("pk", flat=True))
    for name, pattern in OURS:
        if name == "keluar" or name.startswith("api-"):
            continue
        if name in registry:
            yield reverse(name, kwargs=registry[name])
        elif name == "pmks-layanan-hapus":
            yield from (reverse(name, args=row) for row in _services())
        elif name.startswith("pmks-orang-") and "pk" in pattern.pattern.regex.groupindex:
            yield from (reverse(name, args=[pk]) for pk in people)
        elif name.startswith("pmks-impor-"):
            yield from (reverse(name, args=[pk]) for pk in jobs if name != "pmks-impor-ditolak")
        else:
            yield address(name, pattern)
    for query in ("tahun=2024", "tahun=2024&kategori=24", "tahun=2024&wilayah=36.04.05", "urut=baru", "urut=desa"):
        yield from (f"{page}?{query}" for page in ("/pmks/", "/pmks/orang/", "/pmks/orang/ekspor/", "/pmks/dugaan/"))


def _services():

    return Layanan.objects.values_list("orang_id", "pk")[:3]


@pytest.mark.parametrize("name", EVERYBODY)
def test_no_page_holds_a_number_whoever_opens_it(registry, name):
    client = signed_in(name)
    wrong, masked = {}, 0
    for where in addresses(registry):
        content = bytes_of(client.get(where))
        masked += "••••••••••••77".encode() in content
        if found := leaks(content):
            wrong[where] = found
    assert not wrong
    assert bool(masked) == (name in SEE_PEOPLE)  # people were on them


@pytest.mark.parametrize("name", EVERYBODY)
def test_no_file_and_no_answer_of_the_api_holds_a_number(registry, name):
    client = signed_in(name)
    found = {}
    slugs = [slug for slug, report in REPORTS.items() if report.bernama]
    assert len(slugs) >= 4
    for slug in slugs:
        for form in ("/", ".xlsx", ".pdf", ".json", ".csv"):
            answer = client.get(f"/laporan/{slug}{form}?tahun=2024")
            assert answer.status_code == (404 if form == ".csv" else 200)
            found[slug + form] = bytes_of(answer)
        for link in re.findall(r'href="([^"]+/kenapa/[^"]*)"', found[f"{slug}/"].decode())[:5]:
            found[link] = bytes_of(client.get(unescape(link)))
    files = 0
    for form in ("csv", "xlsx"):
        answer = client.post("/pmks/orang/ekspor/?tahun=2024", {"tujuan": PURPOSE, "format": form})
        files += "attachment" in answer.get("Content-Disposition", "")
        found[f"ekspor.{form}"] = bytes_of(answer)
    assert files == (2 if name.startswith("staf.") and name in SEE_PEOPLE else 0)
    program = caller(staff(name))
    names = [(route, pattern) for route, pattern in OURS if route.startswith("api-") and route != "api-lain"]
    found |= {
        route: bytes_of(client.get(address(route, pattern), headers={"Authorization": f"Bearer {program.key}"}))
        for route, pattern in names
    }
    for slug in slugs:
        found[f"api {slug}"] = bytes_of(program.send("GET", f"laporan/{slug}?tahun=2024"))
    assert not {where: numbers for where, content in found.items() if (numbers := leaks(content))}


def test_no_page_of_the_administrator_holds_a_number(registry):
    client = signed_in("admin")
    wrong = {}
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages = [reverse(f"{base}_changelist"), *_pages_of(base, model)]
        wrong |= {where: found for where in pages if (found := leaks(bytes_of(client.get(where, follow=True))))}
    assert Jejak in admin.site._registry
    assert not wrong


def _pages_of(base, model):
    return [
        reverse(f"{base}_{page}", args=[pk])
        for pk in model.objects.order_by("-pk").values_list("pk", flat=True)[:3]
        for page in ("change", "history")
    ]


def test_no_trail_history_record_or_import_holds_a_number_and_nothing_is_mailed(registry):
    for name in sorted(SEE_PEOPLE):
        signed_in(name).post("/pmks/orang/cari/", {"cari": NIK[0]})
    call_command("kirim_pemberitahuan")
    for model in (Jejak, RiwayatOrang, CatatanAkses, PekerjaanImpor, Penggabungan):
        rows = list(model.objects.values())
        assert rows
        assert leaks(rows) == []
    job = PekerjaanImpor.objects.filter(jenis="pmks").latest("pk")
    assert len([note for note in job.contoh if note["apa"] == "ditolak"]) == 7
    assert any("••••" in note["pesan"] for note in job.contoh)
    assert mail.outbox == []


# What people type ----------------------------------------------------------------------------------------------------


def typed(**changes):
    return {
        "nama": "Siti Aminah",
        "nik": "",
        "no_kk": "",
        "jenis_kelamin": "P",
        "tanggal_lahir": "1980-05-01",
        "desa": KRAMATWATU,
        "alamat": "Kp. Uji",
        "catatan": "",
        "tahun": "2024",
        "kategori": ["24"],
    } | changes


def test_a_form_with_errors_gives_back_what_was_typed_and_no_other_number(registry):
    client = signed_in("staf.fakirmiskin")
    for data in (typed(nik=NIK[0], no_kk=KK[20]), typed(nik=NIK[0], no_kk=KK[20], desa="x"), typed(nik=NIK[0][:-1])):
        answer = client.post("/pmks/orang/baru/", data)
        assert answer.status_code == 422
        assert answer["Cache-Control"] == "no-store, private"
        assert set(leaks(bytes_of(answer))) <= {data["nik"], data["no_kk"]}
    for nik in (NIK[0], NIK[30]):
        answer = client.post("/pmks/orang/cari/", {"cari": nik}, follow=True)
        assert leaks(bytes_of(answer)) == ([] if nik == NIK[0] else [nik])
    answer = client.post("/pmks/orang/mirip/", {"nama": "Siti 1", "nik": NIK[1], "tanggal_lahir": "1980-05-01"})
    assert NIK[1][-4:] in answer.content.decode()
    assert leaks(bytes_of(answer)) == []


@pytest.mark.parametrize("field", ["nama", "alamat", "catatan"])
@pytest.mark.parametrize("text", [f"Siti {NIK[0]}", f"KK {KK[0][:6]} {KK[0][6:12]} {KK[0][12:]}"])
def test_a_number_in_a_field_that_is_kept_in_the_clear_is_refused(field, text):
    client = signed_in("staf.fakirmiskin")
    answer = client.post("/pmks/orang/baru/", typed(**{field: text}))
    assert answer.status_code == 422
    assert "Jangan tulis NIK atau No KK di sini" in answer.content.decode()
    assert not Orang.objects.exists()


def test_a_number_as_reason_or_purpose_is_refused(registry):
    client = signed_in("staf.linjamsos")
    who = Orang.objects.with_nik(NIK[11]).get().pk
    asked = {
        f"/pmks/orang/{who}/nik/": {"alasan": f"mencocokkan {NIK[11]}"},
        f"/pmks/orang/{who}/status/": {"status": "pindah", "sejak": "2024-05-01", "catatan": f"NIK {NIK[11]}"},
        f"/pmks/orang/{who}/nomor/": {"sumber": "KTP", "nomor": NIK[11]},
        "/pmks/orang/ekspor/": {"tujuan": f"mencari {NIK[11]}", "format": "csv"},
        f"/pmks/orang/{who}/layanan/": {
            "kode": KODE, "tanggal": "2024-03-01", "jenis_layanan": "sembako", "bukti": f"KTP {NIK[11]}"
        },
    }  # fmt: skip
    for where, data in asked.items():
        answer = client.post(where, data)
        assert answer.status_code == 422, where
        assert re.search("(tanpa|Jangan tulis) NIK atau No KK", answer.content.decode()), where
    assert leaks(list(CatatanAkses.objects.values()), list(RiwayatOrang.objects.values())) == []


def test_a_name_searched_for_together_with_a_number_is_not_kept(registry):
    client = signed_in("staf.fakirmiskin")
    answer = client.post("/pmks/orang/cari/", {"cari": f"Siti {NIK[0]}"})
    assert "NIK saja, atau menurut nama saja" in answer.content.decode()
    assert leaks(dict(client.session)) == []
    client.post("/pmks/orang/cari/", {"cari": "Siti 12"})
    assert "Siti 12" in str(dict(client.session))


# Errors --------------------------------------------------------------------------------------------------------------


def log_lines(caplog):
    return "\n".join(LineFormatter().format(record) for record in caplog.records)


def test_an_error_of_the_server_tells_nobody_a_number(registry, caplog, settings):
    assert not settings.DEBUG
    client = signed_in("staf.fakirmiskin")
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE pmks_riwayatorang RENAME TO pmks_hilang")
    answer = client.post("/pmks/orang/baru/", typed(nik=NIK[30], no_kk=KK[30]))
    assert answer.status_code == 500
    assert "Traceback" not in answer.content.decode()
    lines = log_lines(caplog)
    assert "pmks_riwayatorang" in lines  # the log says what happened
    assert leaks(bytes_of(answer), lines) == []
    assert mail.outbox == []


def test_a_stored_value_that_is_broken_is_told_in_words(registry):
    who = Orang.objects.with_nik(NIK[0]).get()
    for broken in ("?", "AAAA"):
        Orang.objects.filter(pk=who.pk).update(nik_sandi=f"{kripto.keys()[0].id}.{broken}")
        answer = signed_in("staf.fakirmiskin").post(f"/pmks/orang/{who.pk}/nik/", {"alasan": PURPOSE})
        assert answer.status_code == 503
        assert "pulihkan dari cadangan" in answer.content.decode()
        assert leaks(bytes_of(answer)) == []


def test_a_page_that_is_not_there_repeats_what_was_asked_to_nobody_else(registry, caplog):
    client = signed_in("staf.fakirmiskin")
    for where in (f"/tidak/{NIK[0]}/", f"/pmks/orang/{NIK[0]}/", f"/laporan/{NIK[0]}/", f"/pmks/?wilayah={NIK[0]}"):
        answer = client.get(where)
        assert set(leaks(bytes_of(answer))) <= {NIK[0]}
    assert "tidak" in log_lines(caplog)
    assert leaks(log_lines(caplog)) == []


def test_the_only_places_with_whole_numbers_are_the_two_that_are_recorded(registry):
    client = signed_in("staf.fakirmiskin")
    who = Orang.objects.with_nik(NIK[0]).get()
    shown = client.post(f"/pmks/orang/{who.pk}/nik/", {"alasan": PURPOSE})
    assert NIK[0] in leaks(bytes_of(shown))
    job = PekerjaanImpor.objects.filter(jenis="pmks").latest("pk")
    refused = client.get(f"/pmks/impor/{job.pk}/ditolak.csv")
    assert leaks(bytes_of(refused)) == [KK[8], NIK[8]]
    assert list(CatatanAkses.objects.order_by("-pk").values_list("jenis", "jumlah")[:2]) == [
        ("ekspor", 7),
        ("buka_nik", 1),
    ]
    for other in set(EVERYBODY) - {"staf.fakirmiskin"}:
        answer = signed_in(other).get(f"/pmks/impor/{job.pk}/ditolak.csv")
        assert answer.status_code in {403, 404}
        assert not set(leaks(bytes_of(answer))) & set(NUMBERS)
