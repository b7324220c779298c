"""What every page shows of the measures: how many notices are unread."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from indicators.models import Pemberitahuan


def notices(request: HttpRequest) -> dict[str, Any]:
    """``belum_dibaca``: unread notices of the person. Lazy, as the menu is: an htmx fragment asks nothing."""
    return {"belum_dibaca": SimpleLazyObject(lambda: _unread(request))}


def _unread(request: HttpRequest) -> int:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return 0
    return Pemberitahuan.objects.filter(untuk=user, dibaca__isnull=True).count()
