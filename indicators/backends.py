"""Who a session belongs to, with what every page prints beside the name."""

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.backends import UnitBackend
from accounts.models import User
from indicators.models import Pemberitahuan


class NoticeBackend(UnitBackend):
    """Reads the number of unread notices (``belum_dibaca``) along with the person, so that no page pays for it."""

    def people(self) -> QuerySet[User]:
        unread = (
            Pemberitahuan.objects.filter(untuk=OuterRef("pk"), dibaca__isnull=True)
            .order_by()
            .values("untuk")
            .annotate(jumlah=Count("pk"))
            .values("jumlah")
        )
        return super().people().annotate(belum_dibaca=Coalesce(Subquery(unread, output_field=IntegerField()), 0))
