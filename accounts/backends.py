"""Who a session belongs to."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from accounts.models import User


class UnitBackend(ModelBackend):
    """Reads the person with unit and office in one query: every page prints them, every scope asks for them."""

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.select_related("unit__perangkat_daerah").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
