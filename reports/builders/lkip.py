"""What LKIP tables share: how a figure that is not yet approved is marked (contract: "Reports")."""

from __future__ import annotations

from indicators.models import Realisasi
from reports.matrix import Pencatat

KELOMPOK = "LKIP"
SUMBER = "Realisasi yang diisi unit kerja; form PermenPAN-RB 53/2014, Bab III"


def approval_note(status: str, notes: Pencatat) -> int | None:
    """Number of the note for a state that is not approval, None for an approved figure."""
    if status == Realisasi.Status.DISETUJUI:
        return None
    return notes.note(f"Belum disetujui: status {Realisasi.Status(status).label.lower()}.")
