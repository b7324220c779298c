from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("indicators", "0003_akar_unik"),
    ]

    operations = [
        migrations.AddField(
            model_name="indikator",
            name="berakhir_sejak",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Tahun pertama tanpa baris ini menurut perubahan.",
                null=True,
                verbose_name="berakhir sejak tahun",
            ),
        ),
    ]
