"""App configuration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Akun dan kantor."""

    name = "accounts"
    verbose_name = "Akun dan kantor"
