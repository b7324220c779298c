"""A small office for the entry tests: two bidang, a Sekretariat, one program with two kegiatan.

Figures are invented but shaped like Tabel 6.2; kegiatan 1.6.4.02.01 carries two
measures in one cell as the document's does.
"""

from decimal import Decimal
from types import SimpleNamespace

from django.contrib.auth.models import Group

from accounts.models import Jejak, Peran, PerangkatDaerah, UnitKerja, User
from accounts.roles import ensure_roles
from indicators.alur import ambil_langkah
from indicators.models import Indikator, Langkah, Target
from indicators.row_record import find_row
from programs.models import Kegiatan, Misi, Program, Renstra, Sasaran, SubKegiatan, Tujuan

TAHUN = 2022


def build_office(subs=2, password=None):
    """Everything the entry page needs, with ``subs`` sub kegiatan below each kegiatan.

    Without a password nobody can sign in by form (hashing nine costs seconds);
    tests use ``client.force_login``.
    """
    ensure_roles()
    dinas = PerangkatDaerah.objects.create(
        kode="dinsos", nama="Dinas Sosial", pemerintah_daerah="Kabupaten Serang", ibu_kota="Serang"
    )
    office = SimpleNamespace(subs={}, indikator={})

    def unit(kode, nama, jenis, urutan, induk=None):
        return UnitKerja.objects.create(
            perangkat_daerah=dinas, kode=kode, nama=nama, jenis=jenis, urutan=urutan, induk=induk
        )

    office.dinas = unit("dinas", "Dinas Sosial", "dinas", 1)
    office.unit_sekretariat = unit("sekretariat", "Sekretariat", "sekretariat", 2, office.dinas)
    office.rehsos = unit("rehsos", "Bidang Rehabilitasi Sosial", "bidang", 3, office.dinas)
    office.anak = unit("rehsos.anak", "Seksi Rehabilitasi Anak", "seksi", 4, office.rehsos)
    office.dayasos = unit("dayasos", "Bidang Pemberdayaan Sosial", "bidang", 5, office.dinas)

    def person(username, peran, of):
        user = User.objects.create_user(username, password=password, nama=username.replace(".", " ").title(), unit=of)
        user.groups.add(Group.objects.get(name=peran.value))
        return user

    office.staf = person("staf.rehsos", Peran.STAF, office.rehsos)
    office.rekan = person("staf.rehsos2", Peran.STAF, office.rehsos)
    office.staf_anak = person("staf.anak", Peran.STAF, office.anak)
    office.staf_lain = person("staf.dayasos", Peran.STAF, office.dayasos)
    office.staf_sekretariat = person("staf.sekretariat", Peran.STAF, office.unit_sekretariat)
    for peran in (Peran.SEKRETARIAT, Peran.VERIFIKATOR, Peran.PIMPINAN, Peran.ADMINISTRATOR):
        setattr(office, peran.value.lower(), person(peran.value.lower(), peran, office.dinas))

    office.renstra = Renstra.objects.create(
        perangkat_daerah=dinas,
        kode="2021-2026",
        judul="Renstra 2021-2026",
        tahun_awal=2021,
        tahun_akhir=2026,
        tahun_dasar=2020,
        status=Renstra.Status.DITETAPKAN,
    )
    Misi.objects.create(renstra=office.renstra, kode="m1", nomor=1, teks="Misi")
    tujuan = Tujuan.objects.create(renstra=office.renstra, kode="t1", nomor=1, teks="Tujuan")
    sasaran = Sasaran.objects.create(
        tujuan=tujuan, kode="s1", nomor=1, teks="Menurunnya PMKS", unit=office.unit_sekretariat
    )
    office.sasaran = sasaran

    def indikator(kode, uraian, satuan, target, pagu=None, tahun=TAHUN, **where):
        row = Indikator.objects.create(renstra=office.renstra, kode=kode, uraian=uraian, satuan=satuan, **where)
        Target.objects.create(indikator=row, tahun=tahun, target=None if target is None else Decimal(target), pagu=pagu)
        office.indikator[kode] = row
        return row

    office.iku = indikator("IKU-1", "Persentase PMKS yang ditangani", "%", "7.23", sasaran=sasaran)
    program = Program.objects.create(
        renstra=office.renstra,
        kode="1.6.4",
        kode_kanonik="1.06.04",
        nama="Program Rehabilitasi Sosial",
        unit=office.rehsos,
    )
    office.program = indikator("1.6.4", "Persentase PMKS direhabilitasi", "%", "100", 20_000_000, program=program)
    for k, owner in ((1, office.rehsos), (2, office.dayasos)):
        kode = f"1.6.4.02.0{k}"
        kegiatan = Kegiatan.objects.create(
            renstra=office.renstra,
            induk=program,
            kode=kode,
            kode_kanonik=f"1.06.04.2.0{k}",
            nama=f"Kegiatan {k}",
            unit=owner,
        )
        row = indikator(kode, f"Cakupan kegiatan {k}", "%", "100", 10_000_000, kegiatan=kegiatan)
        if k == 1:
            office.kegiatan = row
            office.ukuran_kedua = indikator(
                f"{kode}.b", "Cakupan kegiatan 1", "PMKS", "1275", kegiatan=kegiatan, ukuran_dari=row, urutan=2
            )
        for s in range(1, subs + 1):
            sub = SubKegiatan.objects.create(
                renstra=office.renstra,
                induk=kegiatan,
                kode=f"{kode}.{s}",
                kode_kanonik=f"1.06.04.2.0{k}.{s:02d}",
                nama=f"Sub kegiatan {k}.{s}",
                unit=office.anak if (k, s) == (1, 2) else owner,
            )
            indikator(sub.kode, f"Jumlah orang {k}.{s}", "Orang", "100", 1_000_000 * s, subkegiatan=sub, melayani=row)
    office.sub = office.indikator["1.6.4.02.01.1"]
    office.sub_anak = office.indikator.get("1.6.4.02.01.2")
    office.sub_lain = office.indikator["1.6.4.02.02.1"]
    return office


def take(office, who, step, *rows, tahun=TAHUN, triwulan=0, catatan=""):
    """A step with rows as they are stored now."""
    seen = {row.pk: find_row(row.pk, tahun, triwulan).versi for row in rows}
    return ambil_langkah(who, tahun, seen, step, pintu=Jejak.Pintu.PERAMBAN, triwulan=triwulan, catatan=catatan)


def verify(office, *rows, staf=None, tahun=TAHUN, triwulan=0):
    """Submit and verify rows, as their unit and the verifikator do."""
    where = {"tahun": tahun, "triwulan": triwulan}
    for step, who in (
        (Langkah.Tindakan.AJUKAN, staf or office.staf),
        (Langkah.Tindakan.VERIFIKASI, office.verifikator),
    ):
        done = take(office, who, step, *rows, **where)
        assert not done.ditolak, done.ditolak
