"""What is said of wrong answers that no check foresaw."""

import numpy as np
import pandas as pd
import pytest

from unionstate.exercises.hints import near_miss, of_another_kind, place_of
from unionstate.exercises.plain import Opaque


@pytest.mark.parametrize(
    "value, target, said",
    [
        (-2888.69, 2888.69, "the sign is not"), (0.14, 14.0, "100 times too small"),
        (1400, 14.0, "100 times too large"),
        (3552, 3.552, "1,000 times too large"), (0.000014, 14.0, "1,000,000 times too small"),
        (0.33, 0.3277, "rounded too far"), (33, 32.77, "rounded too far"), (32.0, 32.77, ""),
        (0.021753, 45.97, "round?"),
        (12, 14.0, ""), (0, 14.0, ""), (3, 0, ""), (True, 100, ""), ("14", 1400, ""), (10**400, 3, ""),
        (float("nan"), 3, ""), (float("inf"), 3, ""),
    ],
)  # fmt: skip
def test_a_number_that_is_nearly_right_is_told_what_is_wrong_with_it(value, target, said):
    told = near_miss(value, target, 0.001)
    assert said in told and bool(said) == bool(told)


@pytest.mark.parametrize(
    "kind, value, said",
    [
        ("number", None, "is None"), ("number", len, "write ()"), ("text", "".join, "write ()"),
        ("number", Opaque("method"), "write ()"), ("function", len, ""), ("number", Opaque("module"), ""),
        ("number", pd.Series([1, 2]), "holds 2 values, and a number"), ("text", ["a"], "holds 1 value, and a text"),
        ("text", pd.DataFrame({"a": [1]}), "is a table of 1 row, and a text"), ("", [1], ""), ("", None, "is None"),
        ("number", np.array(3), ""), ("number", "7,5", "is a text, and a number"), ("text", "7", ""),
        ("list", 3, "a single value, and a list"), ("series", 2.5, "a column of values"), ("set", {1}, ""),
        ("table", np.float64(1), "and a table"), ("list", pd.Series([1]), ""), ("figure", 3, ""), ("number", 3, ""),
    ],
)  # fmt: skip
def test_an_answer_of_another_kind_is_told_as_that(kind, value, said):
    told = of_another_kind(kind, "x", value)
    assert said in told and bool(said) == bool(told)


def test_only_an_answer_that_is_read_as_it_is_is_of_a_kind():
    assert [place_of(one) for one in ("float(x)", "str(x).strip()", "[int(one) for one in x]", "sorted(x)")] == [""] * 4
    assert [place_of(one) for one in ("float(x.loc[3])", "len(x)", "x['a'].b")] == ["x.loc[3]", "len(x)", "x['a'].b"]
    assert [place_of(one) for one in ("x + 1", "x[y]", "sorted(round(a) for a in x)[1]", "len(x + y)")] == [None] * 4
