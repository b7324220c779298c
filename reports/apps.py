"""App configuration."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Laporan."""

    name = "reports"
    verbose_name = "Laporan"
