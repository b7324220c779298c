"""Who edits a perubahan, and how a refusal reaches the person."""

from __future__ import annotations

from accounts.access import Access
from accounts.models import Peran

MAY_EDIT = Access(roles=frozenset({Peran.ADMINISTRATOR.value}))


class PerubahanRefused(ValueError):
    """Something that cannot be done with this version; ``field`` names the cell of the form, if one."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field
