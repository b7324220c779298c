"""What every page shows of the measures: how many notices are unread."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def notices(request: HttpRequest) -> dict[str, Any]:
    """``belum_dibaca``: unread notices of the person, as ``backends.NoticeBackend`` read them."""
    return {"belum_dibaca": getattr(getattr(request, "user", None), "belum_dibaca", 0)}
