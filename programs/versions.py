"""Which version of the plan somebody asks for: by its code, or the one in force on a date."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from programs.models import Renstra
from renstra.formats import format_tanggal


class VersionNotFound(LookupError):
    """No version answers to this code or date; the message is for the person and ``field`` names the parameter."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


def find_version(renstra: str = "", per: str = "") -> Renstra:
    """The version with code ``renstra``, the one in force on ``per`` (``YYYY-MM-DD``), or the current one.

    Raises ``VersionNotFound``, and ``Renstra.DoesNotExist`` where nothing was asked and nothing is determined.
    """
    renstra, per = renstra.strip(), per.strip()
    if renstra and per:
        raise VersionNotFound("Pilih versi Renstra atau tanggal, bukan keduanya.", "per")
    if renstra:
        found = Renstra.objects.filter(kode=renstra).first()
        if found is None:
            known = ", ".join(Renstra.objects.order_by("tahun_awal", "perubahan_ke").values_list("kode", flat=True))
            raise VersionNotFound(f"Tidak ada Renstra berkode {renstra[:60]!r}; yang ada: {known or '-'}.", "renstra")
        return found
    return version_at(_date(per)) if per else Renstra.current()


def version_at(day: date) -> Renstra:
    """The version in force on a day; raises ``VersionNotFound``.

    A first version without a printed date counts from the first day of its period.
    """
    found = (
        Renstra.objects.exclude(status=Renstra.Status.DRAF)
        .filter(tahun_awal__lte=day.year, tahun_akhir__gte=day.year)
        .filter(Q(tanggal_penetapan__lte=day) | Q(tanggal_penetapan__isnull=True, perubahan_ke=0))
        .order_by("-tahun_awal", "-perubahan_ke")
        .first()
    )
    if found is None:
        raise VersionNotFound(f"Pada {format_tanggal(day)} belum ada Renstra yang berlaku.", "per")
    return found


def chain(renstra: Renstra) -> list[Renstra]:
    """All versions of this plan, the first one first."""
    return list(Renstra.objects.filter(Q(pk=renstra.kunci) | Q(akar=renstra.kunci)).order_by("perubahan_ke"))


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise VersionNotFound(
            f"Tanggal {text[:20]!r} tidak terbaca; tulis tahun-bulan-hari, misalnya 2023-05-01.", "per"
        ) from None
