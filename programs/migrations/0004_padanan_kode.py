from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0003_versi_renstra"),
    ]

    operations = [
        migrations.CreateModel(
            name="PadananKode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "nomenklatur_asal",
                    models.CharField(
                        choices=[
                            ("90/2019", "Permendagri 90/2019"),
                            ("050-3708/2020", "Kepmendagri 050-3708/2020"),
                            ("900.1.15.5-1317/2023", "Kepmendagri 900.1.15.5-1317/2023"),
                        ],
                        max_length=30,
                        verbose_name="nomenklatur asal",
                    ),
                ),
                ("kode_asal", models.CharField(max_length=30, verbose_name="kode asal")),
                (
                    "nomenklatur_tujuan",
                    models.CharField(
                        choices=[
                            ("90/2019", "Permendagri 90/2019"),
                            ("050-3708/2020", "Kepmendagri 050-3708/2020"),
                            ("900.1.15.5-1317/2023", "Kepmendagri 900.1.15.5-1317/2023"),
                        ],
                        max_length=30,
                        verbose_name="nomenklatur tujuan",
                    ),
                ),
                ("kode_tujuan", models.CharField(blank=True, max_length=30, verbose_name="kode tujuan")),
                (
                    "nama_tujuan",
                    models.CharField(blank=True, max_length=400, verbose_name="nama pada nomenklatur tujuan"),
                ),
                ("keterangan", models.CharField(blank=True, max_length=300, verbose_name="keterangan")),
                ("sumber", models.CharField(blank=True, max_length=200, verbose_name="sumber")),
            ],
            options={
                "verbose_name": "padanan kode",
                "verbose_name_plural": "padanan kode",
                "ordering": ["kode_asal", "nomenklatur_tujuan"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("nomenklatur_asal", "kode_asal", "nomenklatur_tujuan"),
                        name="padanan_kode_unik",
                        violation_error_message="Padanan kode ini sudah ada.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("nomenklatur_asal", models.F("nomenklatur_tujuan")), _negated=True),
                        name="padanan_kode_dua_nomenklatur",
                        violation_error_message="Nomenklatur asal dan tujuan harus berbeda.",
                    ),
                ],
            },
        ),
    ]
