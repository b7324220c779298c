import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pmks", "0010_sidik_berkunci"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BuktiLayanan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("berkas", models.FileField(max_length=200, upload_to="", verbose_name="berkas")),
                ("nama", models.CharField(max_length=200, verbose_name="nama berkas")),
                ("tipe", models.CharField(max_length=100, verbose_name="jenis isi")),
                ("ukuran", models.PositiveBigIntegerField(verbose_name="ukuran (byte)")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("kunci_sandi", models.CharField(max_length=120, verbose_name="kunci berkas, terenkripsi")),
                (
                    "keterangan",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="keterangan"),
                ),
                ("pada", models.DateTimeField(auto_now_add=True, verbose_name="diunggah pada")),
                (
                    "layanan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="berkas_bukti", to="pmks.layanan"
                    ),
                ),
                (
                    "oleh",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="diunggah oleh",
                    ),
                ),
            ],
            options={
                "verbose_name": "bukti layanan",
                "verbose_name_plural": "bukti layanan",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("berkas", ""), _negated=True), models.Q(("sha256", ""), _negated=True)
                        ),
                        name="bukti_layanan_bersidik",
                        violation_error_message="Bukti layanan adalah berkas dengan sidik SHA-256.",
                    )
                ],
            },
        ),
        migrations.AlterField(
            model_name="catatanakses",
            name="jenis",
            field=models.CharField(
                choices=[
                    ("daftar", "Melihat daftar"),
                    ("cari_nik", "Mencari dengan NIK"),
                    ("orang", "Melihat satu orang"),
                    ("buka_nik", "Membuka NIK atau No KK"),
                    ("bukti", "Membuka bukti layanan"),
                    ("ekspor", "Mengekspor"),
                    ("hapus", "Menghapus identitas"),
                ],
                max_length=10,
                verbose_name="jenis",
            ),
        ),
    ]
