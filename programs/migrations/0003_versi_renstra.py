import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_penandatangan"),
        ("programs", "0002_lokasi_sub_kegiatan"),
    ]

    operations = [
        migrations.AddField(
            model_name="arahkebijakan",
            name="akar",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lanjutan",
                to="programs.arahkebijakan",
                verbose_name="asal pada versi pertama",
            ),
        ),
        migrations.AddField(
            model_name="isustrategis",
            name="akar",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lanjutan",
                to="programs.isustrategis",
                verbose_name="asal pada versi pertama",
            ),
        ),
        migrations.AddField(
            model_name="kegiatan",
            name="akar",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lanjutan",
                to="programs.kegiatan",
                verbose_name="asal pada versi pertama",
            ),
        ),
        migrations.AddField(
            model_name="kegiatan",
            name="berakhir_sejak",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Tahun pertama tanpa baris ini menurut perubahan.",
                null=True,
                verbose_name="berakhir sejak tahun",
            ),
        ),
        migrations.AddField(
            model_name="misi",
            name="akar",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lanjutan",
                to="programs.misi",
                verbose_name="asal pada versi pertama",
            ),
        ),
        migrations.AddField(
            model_name="program",
            name="akar",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lanjutan",
                to="programs.program",
                verbose_name="asal pada versi pertama",
            ),
        ),
        migrations.AddField(
            model_name="program",
            name="berakhir_sejak",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Tahun pertama tanpa baris ini menurut perubahan.",
                null=True,
                verbose_name="berakhir sejak tahun",
            ),
        ),
        migrations.AddField(
            model_name="renstra",
            name="akar",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="semua_perubahan",
                to="programs.renstra",
                verbose_name="Renstra induk",
            ),
        ),
        migrations.AddField(
            model_name="renstra",
            name="alasan_perubahan",
            field=models.TextField(blank=True, verbose_name="alasan perubahan"),
        ),
        migrations.AddField(
            model_name="renstra",
            name="asal",
            field=models.ForeignKey(
                blank=True,
                help_text="Versi yang disalin menjadi perubahan ini; kosong pada Renstra induk.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="perubahan",
                to="programs.renstra",
                verbose_name="versi yang diubah",
            ),
        ),
        migrations.AddField(
            model_name="sasaran",
            name="akar",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lanjutan",
                to="programs.sasaran",
                verbose_name="asal pada versi pertama",
            ),
        ),
        migrations.AddField(
            model_name="strategi",
            name="akar",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lanjutan",
                to="programs.strategi",
                verbose_name="asal pada versi pertama",
            ),
        ),
        migrations.AddField(
            model_name="subkegiatan",
            name="akar",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lanjutan",
                to="programs.subkegiatan",
                verbose_name="asal pada versi pertama",
            ),
        ),
        migrations.AddField(
            model_name="subkegiatan",
            name="berakhir_sejak",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Tahun pertama tanpa baris ini menurut perubahan.",
                null=True,
                verbose_name="berakhir sejak tahun",
            ),
        ),
        migrations.AddField(
            model_name="tujuan",
            name="akar",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lanjutan",
                to="programs.tujuan",
                verbose_name="asal pada versi pertama",
            ),
        ),
        migrations.AddConstraint(
            model_name="kegiatan",
            constraint=models.UniqueConstraint(
                fields=("renstra", "akar"),
                name="kegiatan_akar_unik",
                violation_error_message="Simpul ini sudah dilanjutkan oleh baris lain dalam Renstra yang sama.",
            ),
        ),
        migrations.AddConstraint(
            model_name="program",
            constraint=models.UniqueConstraint(
                fields=("renstra", "akar"),
                name="program_akar_unik",
                violation_error_message="Simpul ini sudah dilanjutkan oleh baris lain dalam Renstra yang sama.",
            ),
        ),
        migrations.AddConstraint(
            model_name="renstra",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("akar__isnull", True), ("asal__isnull", True)),
                    models.Q(models.Q(("alasan_perubahan", ""), _negated=True), ("akar__isnull", False)),
                    _connector="OR",
                ),
                name="renstra_perubahan_beralasan",
                violation_error_message="Perubahan Renstra harus disertai alasan.",
            ),
        ),
        migrations.AddConstraint(
            model_name="subkegiatan",
            constraint=models.UniqueConstraint(
                fields=("renstra", "akar"),
                name="subkegiatan_akar_unik",
                violation_error_message="Simpul ini sudah dilanjutkan oleh baris lain dalam Renstra yang sama.",
            ),
        ),
    ]
