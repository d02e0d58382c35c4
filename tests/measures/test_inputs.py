"""What all measures ask of their input, and what they say when they do not get it."""

import numpy as np
import pandas as pd
import pytest

from unionstate.measures import (
    block_shift_test,
    brier_score,
    change_in_share,
    cohens_kappa,
    correlation,
    distance,
    implied_subsidy,
    monthly_level,
    observed_agreement,
    price_index,
    share,
)


def years(*values, start=2014):
    return pd.Series(values, index=range(start, start + len(values)))


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        (lambda: distance(years(), 1.0), "one is empty"),
        (lambda: correlation([], []), "one is empty"),
        (lambda: observed_agreement([], []), "one is empty"),
        (lambda: distance(years(1.0, None, 3.0), 1.0), "one has no value in row 2015. Leave these rows out"),
        (lambda: distance(years(1.0, float("inf")), 1.0), "one is infinite in row 2015"),
        (lambda: distance(years("1", "2"), 1.0), "one holds .* values, not numbers"),
        (lambda: distance("1.5", 1.0), "one is str: give a number, a list or a column of a table"),
        (lambda: distance(None, 1.0), "one is NoneType"),
        (lambda: distance(pd.DataFrame({"a": [1]}), 1.0), "one is DataFrame"),
        (lambda: distance(np.ones((2, 2)), 1.0), "one is an array of 2 dimensions: it needs one"),
        (lambda: distance(10**400, 1.0), "one is inf: it needs a value"),
        (lambda: distance(years(1j, 2j), 1.0), "one holds complex numbers, not real ones"),
        (lambda: distance([1 + 0j], 1.0), "one holds complex numbers, not real ones"),
        (lambda: distance(np.array([1 + 2j]), 1.0), "one holds complex numbers, not real ones"),
        (lambda: distance(1j, 1.0), "one is complex"),
        (lambda: distance(np.complex64(1), 1.0), "one is complex64"),
        (lambda: distance(years(1.0, 2.0), years(1.0)), "The columns differ in length: one 2, other 1"),
        (lambda: distance(years(1.0, 2.0), years(1.0, 2.0, start=2015)), "one and other do not have the same rows"),
        (lambda: distance(years(1.0, 2.0), years(2.0, 1.0)[::-1]), "do not have the same rows in the same order"),
    ],
)
def test_bad_input_is_refused_and_named(measure, message):
    with pytest.raises(ValueError, match=message):
        measure()


LONE = np.array(1)


@pytest.mark.parametrize(
    ("measure", "name"),
    [
        (lambda: distance(LONE, 1), "one"),
        (lambda: share(1, LONE), "whole"),
        (lambda: implied_subsidy(1, 1, LONE), "volume"),
        (lambda: price_index(LONE, 2009), "inflation"),
        (lambda: change_in_share(LONE, 2009, 2010), "shares"),
        (lambda: brier_score(LONE, [1]), "probabilities"),
        (lambda: correlation(LONE, [1, 2, 3]), "one"),
        (lambda: block_shift_test([1, 2, 3], LONE), "dummy"),
        (lambda: observed_agreement([1], LONE), "other"),
        (lambda: cohens_kappa(LONE, [1]), "one"),
        (lambda: monthly_level(LONE, [1], "2004-01", "2004-02"), "dates"),
        (lambda: monthly_level(["2004-01-05"], LONE, "2004-01", "2004-02"), "levels"),
    ],
)
def test_a_lone_value_in_an_array_is_refused_everywhere(measure, name):
    with pytest.raises(ValueError, match=f"{name} is an array of 0 dimensions"):
        measure()


def test_many_bad_rows_are_counted_not_listed():
    with pytest.raises(ValueError, match="in row 2014, 2015, 2016, 2017, 2018 and 3 more"):
        distance(pd.Series([np.nan] * 8, index=range(2014, 2022)), 1.0)


@pytest.mark.parametrize("kind", [list, tuple, np.array, pd.Series, pd.Index])
def test_a_list_will_do_for_a_column(kind):
    assert correlation(kind([1, 2, 4]), [1, 2, 4]) == pytest.approx(1)
    assert list(distance(kind([1, 2, 4]), 1)) == [0, 1, 3]


def test_a_list_takes_the_years_of_the_column_beside_it():
    assert list(distance([1, 2], years(0.0, 0.0)).index) == [2014, 2015]


@pytest.mark.parametrize("dtype", ["int64", "float32", "Int64", "Float64", "boolean", "bool"])
def test_all_kinds_of_number_are_numbers(dtype):
    assert list(distance(pd.Series([1, 0]).astype(dtype), 0)) == [1.0, 0.0]


def test_a_gap_of_a_nullable_column_is_a_gap():
    with pytest.raises(ValueError, match="one has no value in row 1"):
        distance(pd.Series([1, None], dtype="Int64"), 0)


def test_the_input_is_left_as_it_was():
    column = years(1, 2, 4)
    before = column.copy()
    distance(column, 3)
    correlation(column, [1, 2, 3])
    pd.testing.assert_series_equal(column, before)
