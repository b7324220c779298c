"""The worker: does what pages put into the queue."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django_q.cluster import Cluster
from django_q.models import Schedule

from renstra.commands import Perintah, require_migrated

# Name, function, minutes between two runs.
SCHEDULE = (
    ("lanjutkan impor yang terputus", "indicators.antrean.lanjutkan_terputus", 1),
    ("periksa dugaan dalam data orang", "indicators.antrean.periksa_dugaan", 1),
    ("kirim pemberitahuan", "indicators.antrean.kirim_pemberitahuan", 5),
)


class Command(Perintah):
    """Runs until it is stopped (Ctrl-C or SIGTERM), which lets the task at work finish its rows."""

    help = "Menjalankan pekerjaan antrean, misalnya impor dari halaman."

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        for name, func, minutes in SCHEDULE:
            Schedule.objects.update_or_create(
                name=name,
                defaults={"func": func, "schedule_type": Schedule.MINUTES, "minutes": minutes, "repeats": -1},
            )
        # The cluster forks: a pool's threads would stay behind while its sockets came along.
        connections.close_all()
        for settings in connections.settings.values():
            settings.get("OPTIONS", {}).pop("pool", None)
        for connection in connections.all(initialized_only=True):
            connection.settings_dict.get("OPTIONS", {}).pop("pool", None)
        Cluster().start()
