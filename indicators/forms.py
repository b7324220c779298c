"""What a browser sends for one row. Shape only: what a cell means is read in ``entry.py``."""

from __future__ import annotations

from django import forms

from indicators.entry import LABELS, TEXTS, Typed

PUTUSAN = ("saya", "mereka", "pilih")
CELLS = ("kinerja", "keadaan", "rupiah", *TEXTS)


class RowForm(forms.Form):
    """The token a row was read with and, after a conflict, the decision.

    ``versi_mereka`` is the version whose values stood beside one's own; a
    decision sends it, an ordinary save does not, so a row in conflict is never
    overwritten in passing.
    """

    versi = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    asal = forms.CharField(max_length=200, required=False)
    putus = forms.ChoiceField(choices=[(name, name) for name in PUTUSAN], required=False)
    versi_mereka = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)

    @property
    def typed(self) -> Typed:
        """The cells exactly as they came, also when one is refused."""
        return Typed(**{name: str(self.data.get(name, "")) for name in CELLS})

    @property
    def theirs(self) -> set[str]:
        """Cells in which the other person's value was chosen."""
        putus = self.cleaned_data["putus"]
        if putus == "pilih":
            return {name for name in LABELS if self.data.get(f"pilih_{name}") == "mereka"}
        return set(LABELS) if putus == "mereka" else set()

    @property
    def token(self) -> int:
        """Version this save builds on: the one decided upon, else the one the row was read with."""
        seen = self.cleaned_data["versi_mereka"]
        return seen if self.cleaned_data["putus"] and seen is not None else self.cleaned_data["versi"]
