"""Evidence in an S3-compatible store by MEDIA_STORE: the setting, and the whole way through the storage interface."""

import io
import os
import subprocess
import sys
from datetime import date

import pytest
from django.core.files.storage import default_storage, storages
from django.urls import reverse

from indicators import bukti as services
from indicators.bukti import BuktiDitolak
from indicators.models import Bukti
from pmks.actions import IsianLayanan, save_layanan
from pmks.bukti import BuktiDitolak as BuktiLayananDitolak
from pmks.models import BuktiLayanan
from pmks.pemeliharaan import erase
from renstra.penyimpanan import Keutuhan
from tests import bukti_files as files
from tests import registry_people
from tests.databases import ROOT
from tests.entry_office import TAHUN, build_office
from tests.s3_store import s3_store

SHOW = (
    "from django.core.files.storage import default_storage as s; s.exists; c = s.connection.meta.client;"
    "print(type(s._wrapped).__name__, c.meta.endpoint_url, s.bucket_name, s.location, s.access_key, s.secret_key,"
    " c.meta.region_name, c.meta.config.s3['addressing_style'], s.default_acl, s.file_overwrite)"
)


def settings_of(value, code=SHOW):
    env = {name: text for name, text in os.environ.items() if name not in {"SECRET_KEY", "ALLOWED_HOSTS"}}
    return subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {code}"],
        cwd=ROOT,
        env=env
        | {
            "DEBUG": "1",
            "DATABASE_URL": "sqlite:///:memory:",
            "DJANGO_SETTINGS_MODULE": "renstra.settings",
            "MEDIA_STORE": value,
            # Of another program on the machine; not ours to use.
            "AWS_SESSION_TOKEN": "asing",
            "AWS_S3_SESSION_PROFILE": "asing",
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (
            "s3://KUNCI:rahasia@s3.example.id/bukti",
            "S3Media https://s3.example.id bukti  KUNCI rahasia us-east-1 path None False",
        ),
        (
            "s3+http://K%2FA:r%40h@10.0.0.5:9000/wadah/renstra/2026?region=ap-southeast-3&path=0",
            "S3Media http://10.0.0.5:9000 wadah renstra/2026 K/A r@h ap-southeast-3 virtual None False",
        ),
    ],
)
def test_the_setting_names_host_bucket_folder_key_and_region(value, shown):
    done = settings_of(value)
    assert done.stdout.strip() == shown, done.stderr


def test_without_the_setting_files_lie_in_a_folder():
    done = settings_of("", "from django.core.files.storage import default_storage as s; s.exists; print(s._wrapped)")
    assert "FileSystemStorage" in done.stdout


@pytest.mark.parametrize(
    "value",
    [
        "bukti",
        "https://KUNCI:rahasia@host/wadah",
        "s3://host/wadah",
        "s3://KUNCI@host/wadah",
        "s3://KUNCI:rahasia@host",
        "s3://KUNCI:rahasia@host/",
        "s3://KUNCI:rahasia@host:bukan-angka/wadah",
        "s3://KUNCI:rahasia@[::1/wadah",
        "s3://KUNCI:rahasia@host/wadah?wilayah=x",
        "s3://KUNCI:rahasia@host/wadah?path=ya",
        "s3://KUNCI:rahasia@host/wadah?region",
    ],
)
def test_a_malformed_setting_is_one_line_without_its_secret(value):
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=os.environ | {"DEBUG": "1", "MEDIA_STORE": value},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = (done.stdout + done.stderr).strip().splitlines()
    assert (done.returncode, len(lines)) == (1, 1), lines
    assert "MEDIA_STORE" in lines[0]
    assert "s3://KUNCI:RAHASIA@host/wadah" in lines[0]
    assert "rahasia" not in lines[0]


@pytest.fixture
def store(settings):
    with s3_store("KUNCI") as running:
        settings.STORAGES = settings.STORAGES | {
            "default": {
                "BACKEND": "renstra.media.S3Media",
                "OPTIONS": {
                    "access_key": "KUNCI",
                    "secret_key": "rahasia",
                    "bucket_name": "wadah",
                    "location": "renstra",
                    "endpoint_url": f"http://127.0.0.1:{running.port}",
                    "region_name": "us-east-1",
                },
            }
        }
        yield running


@pytest.fixture
def office(db, store):
    return build_office()


def add(office, content=files.PDF, name="laporan.pdf"):
    return services.add_file(
        office.staf, office.sub.pk, TAHUN, 0, io.BytesIO(content), name, "Laporan", pintu="peramban"
    )


def test_evidence_goes_into_the_bucket_and_comes_back_as_it_was(client, office, store):
    row = add(office)
    assert store.objects == {f"/wadah/renstra/{row.berkas.name}": files.PDF}
    assert services.verify_file(row) is Keutuhan.UTUH
    client.force_login(office.staf)
    answer = client.get(reverse("bukti-unduh", args=[TAHUN, office.sub.pk, row.pk]))
    assert answer.content == files.PDF
    assert answer["Content-Disposition"] == 'attachment; filename="laporan.pdf"'
    # Handed out by the site after its check, never by an address of the store.
    assert str(store.port) not in client.get(reverse("bukti", args=[TAHUN, office.sub.pk])).content.decode()


def test_a_large_file_goes_up_in_parts_and_is_whole(office, store):
    content = files.PDF + os.urandom(9_000_000)
    row = add(office, content)
    assert any("partNumber" in path for _, path, _ in store.requests)
    assert services.read_file(row) == content


def test_a_file_that_was_exchanged_or_lost_in_the_bucket_is_seen(office, store):
    row = add(office)
    [name] = store.objects
    store.objects[name] = files.PDF.replace(b"Catalog", b"Katalog")
    assert services.verify_file(row) is Keutuhan.BERUBAH
    store.objects.clear()
    assert services.verify_file(row) is Keutuhan.HILANG


def test_files_of_services_lie_in_the_bucket_too_and_leave_it_with_the_person(baseline, client, store):
    giver, kode = registry_people.staff("staf.rehsos"), "1.06.04.2.02.01"
    who = registry_people.person("Siti", registry_people.DISABILITAS, actor="staf.rehsos")
    isian = IsianLayanan(kode, date(2024, 3, 1), "rujukan")
    given = [(io.BytesIO(files.PDF), "surat.pdf")]
    row = save_layanan(giver, who.pk, isian, {kode: giver.unit_id}, pintu="peramban", berkas=given)
    item = row.berkas_bukti.get()
    assert list(store.objects) == [f"/wadah/renstra/{item.berkas.name}"]
    assert (
        files.PDF not in store.objects[f"/wadah/renstra/{item.berkas.name}"]
    )  # whoever keeps the bucket reads nothing
    client.force_login(giver)
    assert client.get(f"/pmks/orang/{who.pk}/layanan/{row.pk}/bukti/{item.pk}/").content == files.PDF
    store.refuses = 503
    with pytest.raises(BuktiLayananDitolak, match="Tidak ada yang berubah"):
        erase(who.pk, "permintaan orangnya sendiri", actor=None, pintu="perintah")
    assert BuktiLayanan.objects.count() == 1
    store.refuses = 0
    erase(who.pk, "permintaan orangnya sendiri", actor=None, pintu="perintah")
    assert (store.objects, BuktiLayanan.objects.count()) == ({}, 0)


def test_a_store_that_refuses_is_said_and_nothing_is_stored(client, office, store):
    row = add(office)
    store.refuses = 403
    with pytest.raises(BuktiDitolak, match="tempat penyimpanan penuh atau tidak menjawab"):
        add(office, files.JPG, "foto.jpg")
    assert Bukti.objects.count() == 1
    assert services.verify_file(row) is Keutuhan.TAK_TERJANGKAU
    client.force_login(office.staf)
    assert "penyimpanan tidak menjawab" in client.get(reverse("bukti", args=[TAHUN, office.sub.pk])).content.decode()
    assert client.get(reverse("bukti-unduh", args=[TAHUN, office.sub.pk, row.pk])).status_code == 409


def test_what_is_refused_after_it_was_stored_is_taken_out_of_the_bucket(office, store):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_jejak RENAME TO jejak_lain")
    with pytest.raises(Exception, match="accounts_jejak"):
        add(office)
    assert store.objects == {}


def test_nothing_in_the_bucket_is_overwritten(store):
    first = default_storage.save("bukti/a.pdf", io.BytesIO(b"satu"))
    second = default_storage.save("bukti/a.pdf", io.BytesIO(b"dua"))
    assert first != second
    assert default_storage.open(first).read() == b"satu"
    assert storages["default"].exists(second)
