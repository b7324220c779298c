"""App configuration."""

from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    """Rencana (Renstra)."""

    name = "programs"
    verbose_name = "Rencana (Renstra)"
