"""Charts: honest geometry, and the same figures as a table."""

from decimal import Decimal

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from renstra.ui.charts import Acuan, Gaya, Seri, bar_chart, line_chart


def show(chart):
    return Template("{% grafik g %}").render(Context({"g": chart}))


def test_a_line_stands_at_its_share_of_the_axis():
    chart = line_chart("Capaian", ["2021", "2022"], [Seri("Realisasi", (Decimal(0), Decimal(8)))])
    zero, eight = chart.jalur[0].titik
    assert [line.teks for line in chart.garis] == ["0", "2", "4", "6", "8"]
    assert float(zero.y) == chart.bawah
    assert float(eight.y) == chart.atas


def test_an_unknown_year_is_a_gap_and_a_dash_and_never_zero():
    chart = line_chart("Capaian", ["2021", "2022", "2023", "2024"], [Seri("R", (1, 2, None, 4))])
    assert len(chart.jalur[0].titik) == 3
    assert len(chart.jalur[0].ruas) == 1  # 2024 stands alone: a dot, no line to it
    assert [row[1] for row in chart.tabel] == ["1", "2", "–", "4"]


def test_bars_are_as_long_as_their_values():
    chart = bar_chart(
        "Serapan", ["A", "B", "C"], [Seri("Serapan", (Decimal(50), Decimal(100), None), desimal=2)], satuan="%"
    )
    half, whole = chart.batang
    assert float(half.lebar) * 2 == pytest.approx(float(whole.lebar), abs=0.2)
    assert half.teks == "50,00"
    assert chart.tabel[2] == ("C", "–")


def test_a_value_far_beyond_the_others_does_not_flatten_them():
    chart = bar_chart("Capaian", ["A", "B", "C"], [Seri("Capaian", (90, 100, 9000))], satuan="%")
    first, second, far = chart.batang
    assert float(first.lebar) > 100
    assert far.teks == "9.000 ›"
    assert float(second.lebar) < float(far.lebar)


def test_a_series_of_another_length_is_refused():
    with pytest.raises(ValueError, match="3 values for 2 labels"):
        line_chart("X", ["a", "b"], [Seri("S", (1, 2, 3))])


@given(st.lists(st.none() | st.decimals(min_value=0, max_value=10**15, places=4), min_size=1, max_size=8))
def test_every_known_value_lies_inside_the_drawing(values):
    labels = [str(at) for at in range(len(values))]
    for chart in (
        line_chart("X", labels, [Seri("S", tuple(values))]),
        bar_chart("X", labels, [Seri("S", tuple(values))], satuan="%"),
    ):
        for point in chart.jalur[0].titik if chart.jalur else ():
            assert chart.atas - 0.1 <= float(point.y) <= chart.bawah + 0.1
        for bar in chart.batang:
            assert -0.1 <= float(bar.lebar) <= chart.kanan - chart.kiri + 0.1
        assert len(chart.tabel) == len(values)


def test_the_drawing_needs_no_inline_style_and_names_its_table():
    chart = line_chart(
        "Capaian <IKU>", ["2021"], [Seri("Target", (3,), Gaya.SASARAN), Seri("Realisasi", (2,))], satuan="%"
    )
    html = show(chart)
    assert "style=" not in html
    assert "Capaian &lt;IKU&gt;" in html
    assert "seri-sasaran" in html
    assert '<th scope="row">2021</th><td class="angka">3</td><td class="angka">2</td>' in html


def test_nothing_known_opens_the_table_instead_of_an_empty_drawing():
    chart = line_chart("Capaian", ["2021"], [Seri("Realisasi", (None,))])
    html = show(chart)
    assert "<svg" not in html
    assert "<details" in html
    assert "open" in html


def test_a_bar_that_is_not_known_says_so():
    chart = bar_chart("Serapan", ["A", "B"], [Seri("Serapan", (50, None))], satuan="%")
    assert [label.teks for label in chart.label] == ["A", "B", "–"]


def test_a_value_to_compare_with_stands_on_the_axis_of_the_bars():
    chart = bar_chart(
        "Serapan", ["A"], [Seri("Serapan", (50,))], satuan="%", acuan=Acuan(Decimal(75), "tahun berjalan")
    )
    bar = chart.batang[0]
    reach = float(chart.acuan.posisi) - chart.kiri
    assert float(bar.lebar) == pytest.approx(reach * 50 / 75, abs=0.2)
    html = show(chart)
    assert "tahun berjalan" in html


def test_the_figures_of_the_main_series_stand_at_their_points():
    chart = line_chart("X", ["2021", "2022"], [Seri("Target", (5, 6), Gaya.SASARAN), Seri("Realisasi", (4, None))])
    html = show(chart)
    assert html.count("angka-titik") == 1
