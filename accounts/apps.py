"""App configuration."""

from typing import Any

from django.apps import AppConfig, apps
from django.db import connections
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    """Akun dan kantor."""

    name = "accounts"
    verbose_name = "Akun dan kantor"

    def ready(self) -> None:
        """Keep the groups of the roles in step with the code after every migrate; say in words what axes keeps."""
        apps.get_app_config("axes").verbose_name = "Percobaan masuk"
        post_migrate.connect(_ensure_roles, sender=self, dispatch_uid="accounts.roles")


def _ensure_roles(using: str, plan: Any = (), **kwargs: Any) -> None:
    from accounts.roles import ensure_roles

    # Migrating backwards or one app alone can leave the tables out.
    tables = connections[using].introspection.table_names()
    if {"auth_group", "auth_permission", "django_content_type", "accounts_user"} <= set(tables):
        ensure_roles(using)
