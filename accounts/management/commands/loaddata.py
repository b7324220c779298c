"""Django's loaddata, but JSON fixtures go through the baseline loader: nobody's change is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core import serializers
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import loaddata

from accounts.baseline import Loader
from renstra.commands import Ditolak, Perintah, require_migrated


class Command(Perintah, loaddata.Command):
    """Load fixtures; rows that people changed are kept and listed."""

    help = "Memuat fixture; baris yang sudah diubah orang dipertahankan dan disebut."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--overwrite", action="store_true", help="ganti juga baris yang diubah orang")

    def handle(self, *fixture_labels: str, **options: Any) -> None:
        require_migrated(options["database"])
        self.overwrite = options["overwrite"]
        self.serialization_formats = serializers.get_public_serializer_formats()
        super().handle(*fixture_labels, **options)

    def loaddata(self, fixture_labels: Any) -> None:
        """Within one transaction (``handle``): ours for plain JSON, Django's for anything else."""
        loader = Loader(overwrite=self.overwrite, using=self.using)
        # Django's own options for odd cases (other formats, -e, -i, stdin) keep Django's own behaviour.
        special = self.excluded_models or self.excluded_apps or self.ignore
        for label in fixture_labels:
            try:
                found = [] if label == "-" else self.find_fixtures(label)
            except CommandError:
                raise Ditolak(
                    f"Fixture {label} tidak ditemukan; sebut nama berkas di fixtures/ atau alamatnya."
                ) from None
            if special or label == "-" or any(not Path(path).name.endswith(".json") for path, _, _ in found):
                super().loaddata([label])
                continue
            for path, _, _ in found:
                loader.read(Path(path))
        result = loader.write()
        if self.verbosity >= 1:
            for line in result.lines():
                self.stdout.write(line)
