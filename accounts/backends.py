"""Who a session belongs to."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

from accounts.models import User


class UnitBackend(ModelBackend):
    """Reads the person with unit and office in one query: every page prints them, every scope asks for them."""

    def people(self) -> QuerySet[User]:
        """Accounts with all that every page needs of them; a higher layer adds what it keeps about a person."""
        return User.objects.select_related("unit__perangkat_daerah")

    def get_user(self, user_id: Any) -> User | None:
        user = self.people().filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
