"""Correlation and the two tests of chance, counted exactly."""

import itertools
import math

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
        (lambda: permutation_test([1, 2, 3], [0, 1, 2]), "dummy is neither 0 nor 1 in row 2"),
        (lambda: permutation_test(LONG, [0] * 20 + [1] * 20), "137,846,528,820 arrangements"),
    ],
)
def test_bad_input_is_refused_and_named(measure, message):
    with pytest.raises(ValueError, match=message):
        measure()
