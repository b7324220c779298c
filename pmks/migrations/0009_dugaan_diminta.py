"""Ask for a look through every year there are people of: the table of suspicions begins empty."""

from django.db import migrations
from django.utils import timezone


def ask(apps, schema_editor):
    """One row a year; the worker looks through them within a minute of its start."""
    years = set()
    for name in ("OrangKategori", "Layanan"):
        rows = apps.get_model("pmks", name).objects.order_by()
        years |= set(rows.values_list("tahun", flat=True).distinct())
    asked = apps.get_model("pmks", "PemeriksaanDugaan").objects
    for year in sorted(years):
        asked.get_or_create(tahun=year, defaults={"diminta_pada": timezone.now()})


class Migration(migrations.Migration):
    """First look."""

    dependencies = [("pmks", "0008_riwayat_asal_tetap")]

    operations = [migrations.RunPython(ask, migrations.RunPython.noop)]
