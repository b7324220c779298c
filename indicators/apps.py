"""App configuration."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """Indikator dan realisasi."""

    name = "indicators"
    verbose_name = "Indikator dan realisasi"
