"""App configuration."""

from django.apps import AppConfig


class PmksConfig(AppConfig):
    """PMKS."""

    name = "pmks"
    verbose_name = "PMKS"
