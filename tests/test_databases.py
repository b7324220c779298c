"""The database fixtures of conftest.py keep tests apart, whatever each of them does."""

import sqlite3
import threading
from contextlib import closing

import pytest
from django.db import connection

from accounts.models import PerangkatDaerah, User
from indicators.models import Indikator
from tests.databases import DEMO_PASSWORD


def test_db_is_empty(db):
    assert not User.objects.exists()
    assert not Indikator.objects.exists()


def test_baseline_holds_the_document_and_the_accounts(baseline):
    assert Indikator.objects.filter(subkegiatan__isnull=False).exists()
    assert User.objects.get(username="staf.rehsos").check_password(DEMO_PASSWORD)
    PerangkatDaerah.objects.create(kode="lain", nama="Dinas Lain")  # seen by no other test


def test_db_is_empty_after_a_test_with_the_baseline(db):
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_another_thread_sees_the_baseline(baseline):
    PerangkatDaerah.objects.create(kode="lain", nama="Dinas Lain")  # committed this time
    counted = []

    def count():
        counted.append(PerangkatDaerah.objects.filter(kode="lain").count())
        connection.close()

    thread = threading.Thread(target=count)
    thread.start()
    thread.join()
    assert counted == [1]


def test_baseline_is_whole_after_a_test_that_committed(baseline):
    assert User.objects.filter(username="admin").exists()
    assert not PerangkatDaerah.objects.filter(kode="lain").exists()


def test_a_copy_leaves_its_template_alone(databases):
    name = databases.copy()
    other = databases.copy()
    assert name != other
    if not databases.is_postgres:
        with closing(sqlite3.connect(name)) as copy:
            assert copy.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    databases.drop(name)
    databases.drop(other)
