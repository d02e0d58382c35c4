"""A figure as plain data says what matplotlib was asked to draw."""

import json
import math

import matplotlib
import numpy as np
import pandas as pd
import pytest

from unionstate.exercises.drawing import Drawing, DrawnSeries, Panel, describe, is_drawn
from unionstate.exercises.plain import decode, encode

matplotlib.use("agg")
import matplotlib.pyplot as plt


@pytest.fixture
def axes():
    figure, made = plt.subplots()
    yield made
    plt.close(figure)


def only(drawn) -> Panel:
    (panel,) = describe(drawn).axes
    return panel


def test_titles_and_labels(axes):
    axes.set(title="Prices fell", xlabel="year", ylabel="USD")
    panel = only(axes)
    assert (panel.title, panel.xlabel, panel.ylabel) == ("Prices fell", "year", "USD")
    assert (panel.get_title(), panel.get_xlabel(), panel.get_ylabel()) == ("Prices fell", "year", "USD")
    drawing = describe(axes)
    assert (drawing.get_title(), drawing.get_xlabel(), drawing.get_ylabel()) == ("Prices fell", "year", "USD")


def test_a_title_at_the_left_counts(axes):
    axes.set_title("Prices fell", loc="left")
    assert only(axes).title == "Prices fell"


def test_lines_points_bars_and_areas(axes):
    axes.plot([1, 2, 3], [4, 5, 6], label="line")
    axes.plot([1, 2], [3, 4], "o", label="dots")
    axes.scatter([1, 2], [7, 8], label="scatter")
    axes.bar([1, 2], [3, 5], label="bars")
    axes.fill_between([1, 2], [0, 1], [3, 4], label="area")
    axes.axhline(3)
    axes.axvline(3)
    found = {one.label: one for one in only(axes).series}
    assert found["line"] == DrawnSeries("line", "line", (1, 2, 3), (4, 5, 6))
    assert found["dots"] == DrawnSeries("points", "dots", (1, 2), (3, 4))
    assert found["scatter"] == DrawnSeries("points", "scatter", (1, 2), (7, 8))
    assert found["bars"] == DrawnSeries("bars", "bars", (1, 2), (3, 5))
    assert found["area"] == DrawnSeries("area", "area", (1, 2), (3, 4))
    assert len(only(axes).series) == 5


def test_lying_bars_give_their_lengths(axes):
    axes.barh([0, 1], [3, 5])
    assert only(axes).series == (DrawnSeries("bars", "", (0, 1), (3, 5)),)


def test_a_gap_is_nan(axes):
    axes.plot([1, 2, 3], np.ma.masked_invalid([1, np.nan, 3]))
    assert math.isnan(only(axes).series[0].y[1])


def test_legend_texts(axes):
    axes.plot([1], [1], label="Minsk")
    assert only(axes).legend == ()
    axes.legend()
    assert only(axes).legend == ("Minsk",)


def test_what_pandas_draws():
    frame = pd.DataFrame({"a": [1, 2], "b": [3, 4]}, index=[2004, 2005])
    for kind, drawn in (("line", "line"), ("bar", "bars"), ("barh", "bars")):
        axes = frame.plot(kind=kind)
        panel = only(axes)
        assert [one.label for one in panel.series] == ["a", "b"] and {one.kind for one in panel.series} == {drawn}
        assert panel.legend in (("a", "b"), ("b", "a"))
        plt.close(axes.figure)
    axes = frame.plot(kind="area")
    assert [(one.kind, one.label, one.y) for one in only(axes).series] == [("area", "a", (1, 2)), ("area", "b", (4, 6))]
    plt.close(axes.figure)
    axes = frame["a"].plot.hist()
    assert [one.kind for one in only(axes).series] == ["bars"]
    plt.close(axes.figure)


def test_a_figure_has_all_its_panels():
    figure, (left, right) = plt.subplots(1, 2)
    left.set_title("one")
    right.set_title("two")
    drawing = describe(figure)
    assert [panel.title for panel in drawing.axes] == ["one", "two"]
    with pytest.raises(ValueError, match="2 panels"):
        drawing.get_title()
    plt.close(figure)


def test_a_drawing_is_described_as_itself(axes):
    axes.plot([1], [1])
    assert describe(describe(axes)) == describe(axes)
    assert describe(describe(axes).axes[0]) == describe(axes)


def test_what_is_no_figure():
    assert not is_drawn(3) and not is_drawn(plt)
    with pytest.raises(TypeError, match="int is no figure"):
        describe(3)


def test_a_drawing_crosses(axes):
    axes.plot([1, 2], [3, np.nan], label="a")
    axes.bar([1], [2])
    axes.set(title="T", xlabel="x")
    axes.legend()
    crossed = decode(json.loads(json.dumps(encode(axes), allow_nan=False)))
    assert isinstance(crossed, Drawing) and repr(crossed) == repr(describe(axes))
    assert repr(decode(encode(axes.figure))) == repr(crossed)
    assert repr(decode(encode(crossed))) == repr(crossed)
