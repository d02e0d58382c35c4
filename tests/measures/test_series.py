"""Correlation and the two tests of chance, counted exactly."""

import itertools
import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from unionstate.measures import block_shift_test, correlation, permutation_test

# whole numbers make exact ties common
SERIES = st.lists(st.tuples(st.integers(-6, 6), st.booleans()), min_size=3, max_size=9).filter(
    lambda rows: len({value for value, _ in rows}) > 1 and len({flag for _, flag in rows}) > 1
)


def apart(rows):
    return [value for value, _ in rows], [int(flag) for _, flag in rows]


def covariance(values, dummy):
    """n^2 times the covariance, in whole numbers: it orders arrangements of one dummy as |r| does, without rounding."""
    return len(values) * sum(v * d for v, d in zip(values, dummy, strict=True)) - sum(values) * sum(dummy)


def test_four_points_by_hand():
    # deviations -1.5, -0.5, 0.5, 1.5 and -0.5, -0.5, 0.5, 0.5: 2 / sqrt(5 * 1)
    assert correlation([1, 2, 3, 4], [0, 0, 1, 1]) == pytest.approx(2 / math.sqrt(5))


def test_a_block_at_the_end_of_a_trend():
    test = block_shift_test([1, 2, 3, 4], [0, 0, 1, 1])
    # shifts 0 and 2 are as large (one of each sign); shifts 1 and 3 give 0
    assert (test.as_large, test.arrangements, test.p) == (2, 4, 0.5)


def test_all_ways_to_place_two_ones_among_four():
    test = permutation_test([1, 2, 3, 4], [0, 0, 1, 1])
    assert (test.as_large, test.arrangements) == (2, 6)
    assert test.p == pytest.approx(1 / 3)


@given(SERIES)
def test_correlation_is_that_of_pandas(rows):
    values, dummy = apart(rows)
    r = correlation(values, dummy)
    assert -1 <= r <= 1
    assert r == pytest.approx(pd.Series(values).corr(pd.Series(dummy)), abs=1e-9)
    assert correlation(values, values) == pytest.approx(1)


@given(SERIES, st.floats(0.1, 10), st.floats(-10, 10))
def test_units_do_not_matter(rows, scale, shift):
    values, dummy = apart(rows)
    changed = [scale * value + shift for value in values]
    assert correlation(changed, dummy) == pytest.approx(correlation(values, dummy), abs=1e-9)
    assert block_shift_test(changed, dummy).as_large == block_shift_test(values, dummy).as_large


@given(SERIES)
def test_every_shift_is_tried_and_the_identity_counted(rows):
    values, dummy = apart(rows)
    test = block_shift_test(values, dummy)
    by_hand = [covariance(values, dummy[-k:] + dummy[:-k]) for k in range(len(dummy))]
    assert test.arrangements == len(rows)
    assert test.as_large == sum(abs(one) >= abs(by_hand[0]) for one in by_hand)
    assert 1 / test.arrangements <= test.p <= 1
    assert test.r == pytest.approx(correlation(values, dummy))


@given(SERIES)
def test_every_arrangement_is_tried_once(rows):
    values, dummy = apart(rows)
    test = permutation_test(values, dummy)
    by_hand = [covariance(values, order) for order in set(itertools.permutations(dummy))] if len(dummy) < 8 else None
    assert test.arrangements == math.comb(len(dummy), sum(dummy))
    assert 1 <= test.as_large <= test.arrangements
    if by_hand is not None:
        observed = abs(covariance(values, dummy))
        assert test.as_large == sum(abs(one) >= observed for one in by_hand)


@given(SERIES)
def test_the_naive_test_does_not_care_about_the_order_of_years(rows):
    values, dummy = apart(rows)
    assume(len(rows) < 8)
    test, backwards = permutation_test(values, dummy), permutation_test(values[::-1], dummy[::-1])
    assert (test.as_large, test.arrangements) == (backwards.as_large, backwards.arrangements)


def test_true_and_false_will_do_for_a_dummy():
    level = pd.Series([1, 1, 3, 3], index=[2009, 2010, 2011, 2012])
    indicator = pd.Series([1.0, 2.0, 3.0, 4.0], index=level.index)
    assert permutation_test(indicator, level >= 2) == permutation_test(indicator, (level >= 2).astype(int))


def test_twenty_years_are_counted_in_seconds():
    years = pd.Series(np.arange(20.0))
    assert permutation_test(years, [0] * 10 + [1] * 10).as_large == 2


EVEN = {
    "no index of its own": pd.RangeIndex(5),
    "years": pd.Index([2001, 2002, 2003, 2004, 2005]),
    "years as floats": pd.Index([2001.0, 2002.0, 2003.0, 2004.0, 2005.0]),
    "years as objects": pd.Index([2001, 2002, 2003, 2004, 2005], dtype=object),
    "every other year": pd.Index([2001, 2003, 2005, 2007, 2009]),
    "first days of years": pd.date_range("2001", periods=5, freq="YS"),
    "a day in July": pd.to_datetime([f"{year}-07-15" for year in range(2001, 2006)]),
    "dates as objects": pd.Index([date(year, 12, 31) for year in range(2001, 2006)], dtype=object),
    "ends of months": pd.date_range("2004-01", periods=5, freq="ME", tz="Europe/Minsk"),
    "weeks": pd.date_range("2004-01-01", periods=5, freq="W"),
    "working days": pd.date_range("2004-01-01", periods=5, freq="B"),
    "periods": pd.period_range("2004-01", periods=5, freq="Q"),
    "months as text": pd.Index(["2015-10", "2015-11", "2015-12", "2016-01", "2016-02"]),
}
INDICATOR, DUMMY = [1.0, 2.0, 4.0, 3.0, 6.0], [0, 0, 1, 1, 0]


@pytest.mark.parametrize("index", EVEN.values(), ids=EVEN)
def test_a_shift_test_takes_every_evenly_spaced_index_and_refuses_gaps_and_repeats(index):
    series = pd.Series(INDICATOR, index=index)
    assert block_shift_test(series, DUMMY) == block_shift_test(INDICATOR, DUMMY)
    with pytest.raises(ValueError, match="not evenly spaced"):
        block_shift_test(series.drop(index[3]), DUMMY[:4])
    with pytest.raises(ValueError, match="The index repeats the year or date in row"):
        block_shift_test(series.set_axis(index[[0, 1, 2, 3, 3]]), DUMMY)


@pytest.mark.parametrize("last", [2009, pd.Timestamp("2009-01-01"), date(2009, 1, 1), "2009", pd.Period("2009", "Y")])
def test_years_left_out_at_the_end_are_a_gap(last):
    before = {int: [2001, 2002], str: ["2001", "2002"], date: [date(2001, 1, 1), date(2002, 1, 1)]}.get(type(last))
    before = before or [type(last)("2001"), type(last)("2002")]
    with pytest.raises(ValueError, match="not evenly spaced"):
        block_shift_test(pd.Series([1, 2, 4], index=[*before, last]), [0, 1, 1])


def test_labels_that_are_no_dates_are_left_alone_by_the_shift_test():
    labelled = pd.Series(INDICATOR, index=["wave 1", "wave 2", "wave 3", "wave 5", "wave 9"])
    assert block_shift_test(labelled, DUMMY) == block_shift_test(INDICATOR, DUMMY)


def test_the_naive_test_and_the_correlation_do_not_need_every_year():
    gaps = pd.Series([1, 2, 4], index=[2001, 2002, 2009])
    assert correlation(gaps, [0, 0, 1]) == correlation([1, 2, 4], [0, 0, 1])
    assert permutation_test(gaps, [0, 0, 1]) == permutation_test([1, 2, 4], [0, 0, 1])


LONG = list(range(40))


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        (lambda: correlation([1, 2], [1, 2]), "one has 2 rows: a correlation needs three or more"),
        (lambda: correlation([1, 1, 1], [1, 2, 3]), "one does not vary"),
        (lambda: correlation([0.1, 0.1, 0.1], [1, 2, 3]), "one does not vary"),
        (lambda: correlation([1, 2, None], [1, 2, 3]), "one has no value in row 2"),
        (lambda: correlation(1, [1, 2, 3]), "one is a number: give a column"),
        (lambda: correlation([1, 2, 3], [1, 2]), "differ in length"),
        (lambda: block_shift_test(pd.Series([1, 2, 4], [2, 1, 0]), [0, 0, 1]), "not in order of time"),
        (lambda: block_shift_test(pd.Series([1, 2, 4], [1, 1, 2]), [0, 0, 1]), "repeats the year or date in row 1"),
        (lambda: block_shift_test(pd.Series([1, 2, 4], [1, 1, 1]), [0, 0, 1]), "repeats the year or date in row 1, 1"),
        (lambda: permutation_test([1, 2, 3], [0, 1, 2]), "dummy is neither 0 nor 1 in row 2"),
        (lambda: permutation_test(LONG, [0] * 20 + [1] * 20), "137,846,528,820 arrangements"),
    ],
)
def test_bad_input_is_refused_and_named(measure, message):
    with pytest.raises(ValueError, match=message):
        measure()
