"""The worker: does what pages put into the queue."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django_q.cluster import Cluster
from django_q.models import Schedule

from renstra.commands import Perintah, require_migrated

SWEEP = "lanjutkan impor yang terputus"


class Command(Perintah):
    """Runs until it is stopped (Ctrl-C or SIGTERM), which lets the task at work finish its rows."""

    help = "Menjalankan pekerjaan antrean, misalnya impor dari halaman."

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        Schedule.objects.update_or_create(
            name=SWEEP,
            defaults={
                "func": "indicators.antrean.lanjutkan_terputus",
                "schedule_type": Schedule.MINUTES,
                "minutes": 1,
                "repeats": -1,
            },
        )
        # The cluster forks: a pool's threads would stay behind while its sockets came along.
        connections.close_all()
        for settings in connections.settings.values():
            settings.get("OPTIONS", {}).pop("pool", None)
        for connection in connections.all(initialized_only=True):
            connection.settings_dict.get("OPTIONS", {}).pop("pool", None)
        Cluster().start()
