from django.db import migrations, models


class Migration(migrations.Migration):
    """What stands for a file becomes a keyed hash; the plain ones of the past go.

    Reversible: an import that was interrupted across the change begins anew, which stores nothing twice.
    """

    dependencies = [("pmks", "0009_dugaan_diminta")]

    operations = [
        migrations.RunSQL("UPDATE pmks_pekerjaanimpor SET sidik = ''", migrations.RunSQL.noop),
        migrations.AlterField(
            "pekerjaanimpor",
            "sidik",
            models.CharField(blank=True, max_length=64, verbose_name="sidik isi, berkunci"),
        ),
    ]
