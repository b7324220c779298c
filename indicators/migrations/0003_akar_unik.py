from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One row of a plan version continues an indicator, so its realisasi is counted once."""

    dependencies: ClassVar = [("indicators", "0002_rumus_dan_penyelesaian")]

    operations: ClassVar = [
        migrations.AddConstraint(
            model_name="indikator",
            constraint=models.UniqueConstraint(
                fields=["renstra", "akar"],
                name="indikator_akar_unik",
                violation_error_message="Indikator ini sudah dilanjutkan oleh baris lain dalam Renstra yang sama.",
            ),
        ),
    ]
