"""/sehat/ asks nobody, /siap/ asks the database and the migrations."""

import pytest
from django.db import DatabaseError
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from renstra import health


def test_sehat_touches_no_database(client):
    # No database fixture here: pytest-django refuses any query.
    answer = client.get("/sehat/")
    assert answer.status_code == 200
    assert answer.json() == {"status": "hidup"}


def test_sehat_touches_no_database_with_a_session_either(settings):
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    assert client.get("/sehat/").status_code == 200


@pytest.mark.django_db
def test_siap_when_the_database_answers_and_is_migrated(client):
    answer = client.get("/siap/")
    assert answer.status_code == 200
    assert answer.json() == {"status": "siap"}
    assert "no-cache" in answer["Cache-Control"]


@pytest.mark.django_db
def test_not_ready_while_migrations_are_missing(client):
    MigrationRecorder.Migration.objects.filter(app="sessions").delete()
    answer = client.get("/siap/")
    assert answer.status_code == 503
    assert answer.json()["sebab"] == "1 migrasi belum dijalankan"


def test_not_ready_while_the_database_is_down_and_says_no_more_than_that(client, monkeypatch):
    class Down:
        def cursor(self):
            raise DatabaseError("host db.internal user rahasia")

    monkeypatch.setattr(health, "connection", Down())
    answer = client.get("/siap/")
    assert answer.status_code == 503
    assert "rahasia" not in answer.content.decode()
