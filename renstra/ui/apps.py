"""App configuration."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Shared tags, components and static files; no models."""

    name = "renstra.ui"
    label = "ui"
