"""Answers of every kind: what counts as the same, and that nothing a learner makes stops the comparison."""

import datetime
import decimal
import fractions

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from unionstate.exercises.check import run_checks
from unionstate.exercises.checks import Check, Question
from unionstate.exercises.compare import FIGURE_PROPERTIES, Failed, figure_faults, matches, plain_form
from unionstate.exercises.evaluate import Unanswered, answer_to, names_used

FRAME = pd.DataFrame({"year": [2006, 2007], "price": [46.68, 100.0], "who": ["a", None]})
TABLE = {"columns": ["year", "price", "who"], "rows": [[2006, 46.68, "a"], [2007, 100, None]]}
SERIES = pd.Series([1.0, 2.0, None], index=[2006, 2007, 2008])
LABELLED = {"index": [2006, 2007, 2008], "values": [1, 2, None]}
LONG = pd.DataFrame({"x": range(500)})  # shown in short: its middle is left out
SWAPPED = [*range(200), 201, 200, *range(202, 500)]
DAYS = pd.Series([1.0, 2.0], index=pd.to_datetime(["2016-02-25", "2016-02-26"]))


class Refuses:
    """A value that refuses everything."""

    def __getattribute__(self, name):
        raise RuntimeError("no")

    def __eq__(self, other):
        raise RuntimeError("no")

    __hash__ = None


class Agrees(float):
    """A number that says it equals everything."""

    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


def drawing(**changes):
    axes = Figure().subplots()
    axes.plot([1, 2], [3, 4], label="paid")
    axes.set(**{"title": "Prices", "xlabel": "year", "ylabel": "dollars"} | changes)
    return axes


@pytest.mark.parametrize(
    "kind, value, target, same",
    [
        ("table", FRAME, TABLE, True), ("table", FRAME.set_index(pd.Index([7, 8])), TABLE, True),
        ("table", FRAME.assign(price=[46.7, 100.01]), TABLE, True), ("table", FRAME.assign(price=1.0), TABLE, False),
        ("table", FRAME[::-1], TABLE, False), ("table", FRAME[["price", "year", "who"]], TABLE, False),
        ("table", FRAME.head(1), TABLE, False), ("table", FRAME["year"], TABLE, False), ("table", None, TABLE, False),
        ("table", TABLE, FRAME, True), ("table", FRAME.fillna(""), TABLE, False),
        ("table", FRAME.astype({"year": float}), TABLE, True), ("table", FRAME.convert_dtypes(), TABLE, True),
        ("series", SERIES, LABELLED, True), ("series", SERIES[::-1], LABELLED, True),
        ("series", SERIES.to_dict(), LABELLED, True), ("series", SERIES, {2006: 1.01, 2007: 2, 2008: None}, True),
        ("series", SERIES.dropna(), LABELLED, False), ("series", SERIES.fillna(0), LABELLED, False),
        ("series", SERIES.set_axis([1, 2, 3]), LABELLED, False), ("series", list(SERIES), LABELLED, False),
        ("series", SERIES.set_axis([2006.0, 2007.0, 2008.0]), LABELLED, True),
        ("series", DAYS, {"2016-02-25": 1, "2016-02-26": 2}, True),
        ("series", DAYS.set_axis(DAYS.index.date), {"2016-02-25": 1, "2016-02-26": 2}, True),
        ("series", pd.Series([1, 2], index=["a", "a"]), {"index": ["a", "a"], "values": [1, 2]}, True),
        ("series", pd.Series([1, 2], index=["a", "a"]), {"index": ["a"], "values": [1]}, False),
        ("function", [1, 2.04], [1, 2], True), ("function", [1], [1, 2], False), ("function", 1, [1, 2], False),
        ("function", [1, Failed("ValueError: no")], [1, 2], False),
        ("function", ["a", [1, None]], ["a", [1, 2]], False),
        ("function", [np.array([1, 2]), pd.Series([3])], [[1, 2], [3]], True),
        ("function", [np.array(3.0), fractions.Fraction(1, 2)], [3, 0.5], True),
        ("function", [decimal.Decimal("1.5")], [1.5], True), ("function", [decimal.Decimal("1e999")], [1.5], False),
        ("function", [FRAME], [TABLE], True), ("function", [FRAME.head(1)], [TABLE], False),
        ("function", [LONG], [LONG.copy()], True), ("function", [LONG], [LONG.assign(x=SWAPPED)], False),
        ("function", [{"a": 1.01, 2006.0: LONG["x"]}], [{"a": 1, 2006: list(range(500))}], True),
        ("function", [{"a": LONG["x"]}], [{"a": SWAPPED}], False), ("function", [{"a": 1}], [{"b": 1}], False),
        ("function", [{1: 2, "1": 1}], [{"1": 1}], False), ("function", [{"a": None}], [{}], False),
        ("function", [pd.Timestamp("2016-02-25"), datetime.date(2016, 2, 25)], ["2016-02-25"] * 2, True),
        ("number", True, 1, False), ("number", np.False_, 0, False), ("number", {"a": 1}, 1, False),
        ("number", Agrees(7), 1, False), ("number", "1", 1, False), ("number", Refuses(), 1, False),
        ("number", np.timedelta64(1, "ns"), 1, False), ("number", np.datetime64(1, "ns"), 1, False),
        ("number", np.float64(1), 1, True), ("number", 1 + 0j, 1, False), ("number", float("nan"), 1, False),
        ("set", {2006.0, 2007.0}, [2006, 2007], True), ("set", ["2006", 2007], [2006, 2007], True),
        ("set", {0.1 + 0.2}, [0.3], True), ("set", {True}, [1], True), ("set", {1, 2}, [1], False),
        ("set", {1}, [1, 2], False), ("set", set(), [1], False), ("set", [[1, 2], [1, 2]], [[1, 2]], True),
        ("list", [Refuses()], [1], False), ("set", [Refuses()], [1], False), ("text", Refuses(), "a", False),
        ("table", Refuses(), TABLE, False), ("series", Refuses(), LABELLED, False),
        ("function", [Refuses()], [1], False), ("figure", Refuses(), {"axes": 1}, False),
        ("figure", 7, {"axes": 1}, False), ("figure", None, {}, False),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_values_are_the_same_or_not(kind, value, target, same):
    assert matches(kind, value, target, 0.05) is same


def test_a_date_and_a_moment_at_midnight_are_the_same_day():
    columns = [pd.Timestamp("2016-02-25"), datetime.date(2016, 2, 25), "2016-02-25"]
    assert {str(plain_form("table", pd.DataFrame({"d": [one]}))["rows"]) for one in columns} == {"[['2016-02-25']]"}


@pytest.mark.parametrize(
    "wanted, faults",
    [
        ({"axes": 1, "series": 1, "title": True, "xlabel": "year", "ylabel": True, "kinds": ["line"]}, []),
        ({"axes": 2}, ["it has 1 panels"]), ({"series": 2}, ["it has 1 series"]),
        ({"title": "Else"}, ["the title is not the one asked for"]), ({"legend": True}, ["it has no legend"]),
        ({"kinds": ["bars"]}, ["it is drawn with other marks"]),
    ],
)  # fmt: skip
def test_a_figure_is_asked_for_what_it_must_have(wanted, faults):
    assert figure_faults(drawing(), wanted) == faults
    assert figure_faults(drawing().figure, wanted) == faults


def test_a_figure_without_words_lacks_them():
    bare = drawing(title="", xlabel=" ", ylabel="")
    wanted = dict.fromkeys(("title", "xlabel", "ylabel"), True)
    assert [fault.split()[-2:] for fault in figure_faults(bare, wanted)] == [
        ["no", "title"],
        ["x", "axis"],
        ["y", "axis"],
    ]
    assert set(wanted) < set(FIGURE_PROPERTIES) and matplotlib.get_backend()


def question(**about):
    return Question(id="1a", title="x", checks=[Check(message="Look again.", **about)])


def doubled(number):
    return number + number


@pytest.mark.parametrize(
    "function, said",
    [
        (doubled, ()), (lambda n: 2 * n + 0.01, ()), (lambda n: n * n, ("You squared it.",)),
        (lambda n: 1, ("Look again.",)),
        (lambda: 1, "`double(1)` cannot be computed (TypeError: "), (lambda n: 1 / (n - 3), "`double(3)` cannot be"),
        (lambda n: ..., "`double` is not written yet: there is still"), (..., "`double` is still `...`"),
        (7, "`double(1)` cannot be computed (TypeError: 'int' object is not callable)"),
        (lambda n: Refuses(), "`double` cannot be computed (RuntimeError: no). Look again."),
        (lambda n: ... - n, "`double` is not written yet: there is still `...` in it."),
        (lambda n: None, "`double(1)` returns nothing. End the function with `return`. Look again."),
        (lambda n: [n] * n, ("Look again.",)),
    ],
)  # fmt: skip
def test_a_function_is_called_with_every_input(function, said):
    asked = question(
        kind="function", expression="double", inputs=[[1], [3]], expected=[2, 6], tolerance=0.02,
        wrong=[{"value": [1, 9], "message": "You squared it."}],
    )  # fmt: skip
    messages = run_checks(asked, {"double": function}).messages
    assert messages == said if isinstance(said, tuple) else messages[0].startswith(said)


def test_what_a_figure_lacks_is_told():
    asked = question(kind="figure", expression="chart", expected={"series": 2, "legend": True})
    assert run_checks(asked, {"chart": drawing()}).messages == (
        "Look again. Now it has 1 series, and it has no legend.",
    )


def test_a_learner_who_gives_a_builtin_another_meaning_changes_nothing():
    asked = question(kind="number", expression="float(sum(values))", expected=3)
    assert run_checks(asked, {"values": [1, 2], "sum": 7, "float": str, "pd": None}).passed == 1


@pytest.mark.parametrize("given", [True, np.True_])
def test_true_is_no_number(given):
    asked = question(kind="number", expression="float(share)", expected=1)
    messages = run_checks(asked, {"share": given}).messages
    assert messages == ("`share` is True or False; a number was expected. Look again.",)


def test_hidden_checks_are_neither_counted_nor_told():
    shown = Check(expression="a", kind="number", expected=1, message="Look again.")
    secret = Check(expression="b", kind="number", public=False, message="Think.")
    assert run_checks(Question(id="1a", title="x", checks=[secret, shown]), {"a": 1}).total == 1
    with pytest.raises(Unanswered, match="^Think.$"):
        answer_to(secret.model_copy(update={"expression": "1 / b"}), {"b": 0})


@pytest.mark.parametrize(
    "expression, names",
    [
        ("float(a.loc[b])", ("a", "b")), ("[x for x in a if x]", ("a",)), ("(lambda y: y + c)(1)", ("c",)),
        ("pd.Series(a).sum()", ("a",)), ("sorted(round(float(x), 2) for x in answers)[1]", ("answers",)), ("1", ()),
    ],
)  # fmt: skip
def test_the_names_that_an_expression_reads(expression, names):
    assert names_used(expression) == names
