"""Formulas: grammar, places of mistakes, units, arithmetic with unknowns and zeros."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.entry import Keadaan
from indicators.rumus import (
    MAX_DEPTH,
    MAX_LENGTH,
    Angka,
    Nama,
    Operasi,
    RumusError,
    check_names,
    check_units,
    evaluate,
    find_circle,
    names,
    parse,
    write,
)

A, B, C = Nama("a"), Nama("b"), Nama("c")
SERATUS = Angka(Decimal(100))

numbers = st.decimals(min_value=0, max_value=10**12, places=4)
leaves = st.builds(Angka, numbers) | st.builds(Nama, st.sampled_from(["a", "b", "jumlah_pmks", "x2"]))
trees = st.recursive(
    leaves, lambda part: st.builds(Operasi, st.sampled_from(["+", "−", "×", "/"]), part, part), max_leaves=12
)
values = st.fixed_dictionaries(
    {name: st.none() | st.integers(0, 5).map(Decimal) | numbers for name in ("a", "b", "jumlah_pmks", "x2")}
)


@given(trees)
def test_what_is_written_is_read_back_the_same(tree):
    assert parse(write(tree)) == tree


@given(st.text(max_size=60) | st.text(alphabet="ab1,.+-×/() ", max_size=40))
def test_any_text_is_read_or_refused_with_a_place_inside_it(text):
    try:
        tree = parse(text)
    except RumusError as error:
        assert str(error)
        assert 0 <= error.posisi <= len(text)
    else:
        assert parse(write(tree)) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a / b * 100", Operasi("×", Operasi("/", A, B), SERATUS)),
        ("a ÷ b × 100", Operasi("×", Operasi("/", A, B), SERATUS)),
        ("A:B·100", Operasi("×", Operasi("/", A, B), SERATUS)),
        ("a + b * c", Operasi("+", A, Operasi("×", B, C))),
        ("(a + b) * c", Operasi("×", Operasi("+", A, B), C)),
        ("a - b - c", Operasi("−", Operasi("−", A, B), C)),
        ("a − (b – c)", Operasi("−", A, Operasi("−", B, C))),
        ("1.000", Angka(Decimal(1000))),
        ("1.234,5", Angka(Decimal("1234.5"))),
        ("7,23", Angka(Decimal("7.23"))),
        ("0.5", Angka(Decimal("0.5"))),
    ],
)
def test_the_signs_and_numbers_people_write(text, tree):
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("", 0, "kosong"),
        ("   ", 0, "kosong"),
        ("a / (b + c", 4, "belum ditutup"),
        ("a / b)", 5, "tanpa kurung buka"),
        ("a ()", 2, "harus ada + − × atau ÷"),
        ("()", 1, "tidak ada isinya"),
        ("a * / b", 4, "dua tanda berturut-turut, “×” lalu “/”"),
        ("a * -b", 4, "dua tanda"),
        ("a /", 2, "berakhir dengan “/”"),
        ("* a", 0, "harus didahului"),
        ("-5", 0, "harus didahului"),
        ("a b", 2, "harus ada + − × atau ÷"),
        ("a x 100", 2, "perkalian ditulis × atau *"),
        ("2(a)", 1, "harus ada + − × atau ÷"),
        ("a ^ 2", 2, "“^” tidak dikenal"),
        ("a % b", 2, "“%” tidak dikenal"),
        ("a; b", 1, "“;” tidak dikenal"),
        ("1,234.5 * a", 0, "bukan angka yang jelas"),
        ("1.2.3", 0, "bukan angka yang jelas"),
        ("0,12345", 0, "terlalu panjang"),
        ("a.b", 1, "tidak dikenal"),
        ("__import__('os')", 11, "tidak dikenal"),
        ("(", 0, "belum ada isinya"),
    ],
)
def test_a_mistake_is_named_with_its_place(text, place, words):
    with pytest.raises(RumusError) as caught:
        parse(text)
    assert words in str(caught.value)
    assert caught.value.posisi == place


def test_length_and_depth_have_a_limit():
    with pytest.raises(RumusError, match="terlalu panjang"):
        parse("a+" * MAX_LENGTH + "a")
    with pytest.raises(RumusError, match="bertingkat"):
        parse("(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1))
    assert parse("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH) == A


def test_an_unknown_name_is_answered_with_the_nearest_one():
    with pytest.raises(RumusError, match=r"Huruf ke-10: .*maksud Anda “jumlah_pmks”") as caught:
        check_names(parse("dilayani/jumlah_pms"), {"dilayani", "jumlah_pmks"})
    assert (caught.value.posisi, caught.value.panjang) == (9, 10)
    with pytest.raises(RumusError, match="yang ada: dilayani"):
        check_names(parse("zzz"), {"dilayani"})
    with pytest.raises(RumusError, match="belum punya komponen"):
        check_names(parse("zzz"), set())


def test_names_are_listed_once_in_reading_order():
    assert names(parse("b + a * b - c")) == ("b", "a", "c")


UNITS = {"a": "Orang", "b": "Jiwa", "c": "Rp", "d": "%", "r": ""}


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("a / b * 100", "%"),
        ("100 * a / b", "%"),
        ("a * 100 / b", "%"),
        ("100 * (a / b)", "%"),
        ("(a + b) / b * 100", "%"),
        ("(1 - a / b) * 100", "%"),
        ("100 - a / b * 100", "%"),
        ("d", "persen"),
        ("(d + d) / 2", "%"),
        ("a + b", "orang"),
        ("c / a", "Rp/orang"),
        ("c / a", "rupiah / jiwa"),
        ("a / b", ""),
        ("c / a * a", "Rp"),
    ],
)
def test_units_that_fit(text, unit):
    check_units(parse(text), UNITS, unit)


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        ("a + c", "orang", "orang + Rp tidak dapat dihitung"),
        ("(a - c) / b * 100", "%", "orang − Rp"),
        ("a + 1", "orang", "orang + tanpa satuan"),
        ("a / b", "%", "kalikan dengan 100"),
        ("a / b * 100 * 100", "%", "lebih dari sekali"),
        ("a / c * 100", "%", "orang/Rp"),
        ("a * 100", "%", "Satuan hasil rumus orang"),
        ("a / b * 100", "orang", "Satuan hasil rumus %"),
        ("d + a / b", "%", "% bertemu rasio"),
        ("a * b", "orang", "orang^2"),
    ],
)
def test_units_that_do_not_fit(text, unit, words):
    with pytest.raises(RumusError) as caught:
        check_units(parse(text), UNITS, unit)
    assert words in str(caught.value)


def work_out(text, **inputs):
    return evaluate(parse(text), {k: None if v is None else Decimal(str(v)) for k, v in inputs.items()})


def test_the_first_indicator_of_tabel_7_3():
    # 10.319 of 343.991 PMKS of 2020: by hand 2.99978… %.
    found = work_out("dilayani / jumlah_pmks × 100", dilayani=10319, jumlah_pmks=343991)
    assert found.keadaan is Keadaan.TERISI
    assert round(found.nilai, 4) == Decimal("2.9998")
    assert found.hitungan == "10.319 / 343.991 × 100"
    assert [str(step) for step in found.langkah] == ["10.319 / 343.991 = 0,0300", "0,0300 × 100 = 2,9998"]


@pytest.mark.parametrize(
    ("text", "inputs", "keadaan", "sebab"),
    [
        ("a / b * 100", {"a": 0, "b": 0}, Keadaan.TIDAK_ADA_KEJADIAN, "tidak ada kejadian"),
        ("100 * a / b", {"a": 0, "b": 0}, Keadaan.TIDAK_ADA_KEJADIAN, "tidak ada kejadian"),
        ("(a / b + 1) * 0", {"a": 0, "b": 0}, Keadaan.TIDAK_ADA_KEJADIAN, "tidak ada kejadian"),
        ("a / b * 100", {"a": 3, "b": 0}, Keadaan.KOSONG, "pembagi 0"),
        ("a / b * 100", {"a": None, "b": 0}, Keadaan.KOSONG, "belum ada nilai a"),
        ("a / b * 100", {"a": 0, "b": None}, Keadaan.KOSONG, "belum ada nilai b"),
        ("a * 0", {"a": None}, Keadaan.KOSONG, "belum ada nilai a"),
        ("a / b + c", {"a": 0, "b": 0, "c": None}, Keadaan.KOSONG, "belum ada nilai c"),
        ("a / b", {"a": 0, "b": 4}, Keadaan.TERISI, ""),
    ],
)
def test_unknown_zero_and_no_event_stay_apart(text, inputs, keadaan, sebab):
    found = work_out(text, **inputs)
    assert found.keadaan is keadaan
    assert sebab in found.sebab
    assert (found.nilai is None) == (keadaan is not Keadaan.TERISI)


@given(trees, values)
def test_evaluation_never_fails_and_unknown_goes_through(tree, inputs):
    found = evaluate(tree, inputs)
    if any(inputs[name] is None for name in names(tree)):
        assert found.keadaan is Keadaan.KOSONG
        assert set(found.kurang) == {name for name in names(tree) if inputs[name] is None}
    assert (found.nilai is None) == (found.keadaan is not Keadaan.TERISI)
    if found.keadaan is not Keadaan.TERISI:
        assert found.sebab


@given(numbers, numbers.filter(bool))
def test_a_share_times_a_hundred_is_the_percentage(part, whole):
    with localcontext() as context:
        context.prec = 60
        assert work_out("a / b * 100", a=part, b=whole).nilai == part / whole * 100


def test_a_circle_of_references_is_found_with_its_way():
    edges = {"IKU-1": ["1.6.4"], "1.6.4": ["1.6.5"], "1.6.5": ["IKU-1"], "1.6.2": ["IKU-1"]}
    assert find_circle(edges, "IKU-1") == ("IKU-1", "1.6.4", "1.6.5", "IKU-1")
    assert find_circle(edges, "1.6.2") == ()
    assert find_circle({"a": ["a"]}, "a") == ("a", "a")
    assert find_circle({}, "a") == ()
