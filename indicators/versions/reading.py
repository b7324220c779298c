"""Which version of the plan a page shows, and how the reader gets to another one."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest

from programs.models import Renstra
from programs.versions import VersionNotFound, chain, find_version


@dataclass(frozen=True, slots=True)
class Bacaan:
    """The version on the page. ``ekor`` is what links on the page carry on, empty for the one in force.

    ``versi`` are all versions of the plan with their address on this page; one alone needs no choice.
    """

    plan: Renstra
    ekor: str
    per: str
    versi: list[tuple[Renstra, str]]

    @property
    def memilih(self) -> bool:
        """Whether there is something to choose."""
        return len(self.versi) > 1

    @property
    def berlaku(self) -> bool:
        """Whether it is the version in force now."""
        determined = [version for version, _ in self.versi if version.status == Renstra.Status.DITETAPKAN]
        return bool(determined) and determined[-1].pk == self.plan.pk


def read_version(request: HttpRequest) -> Bacaan | None:
    """The version that ``?renstra=KODE`` or ``?per=TANGGAL`` asks for, else the one in force; None without any.

    Raises ``Http404`` with the reason.
    """
    kode, per = request.GET.get("renstra", ""), request.GET.get("per", "")
    try:
        plan = find_version(kode, per)
    except VersionNotFound as error:
        raise Http404(str(error)) from None
    except Renstra.DoesNotExist:
        return None
    others = []
    for version in chain(plan):
        query = request.GET.copy()
        query.pop("per", None)
        query["renstra"] = version.kode
        others.append((version, f"{request.path}?{query.urlencode()}"))
    ekor = f"?{urlencode({'renstra': plan.kode})}" if kode or per else ""
    return Bacaan(plan, ekor, per, others)
