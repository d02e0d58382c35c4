"""Short series: correlation, and two ways to ask whether it could be chance.

Both tests rearrange a yes-or-no series (a dummy: 1 in years with sanctions, 0 without) and count how often the
correlation is at least as large as the one observed. They differ in what they take for chance. Shuffling single years
forgets that sanctions come in blocks and that neighbouring years resemble each other; shifting the whole block around
the years keeps both, and is the harder test.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from unionstate.measures._inputs import Column, numbers, refuse

MOST_ARRANGEMENTS = 1_000_000


@dataclass(frozen=True)
class RandomisationTest:
    """A correlation beside those of the rearranged series.

    Attributes:
        r: the correlation observed.
        as_large: how many arrangements give one at least as large, regardless of sign, the observed one included.
        arrangements: how many there are, the observed one included.
    """

    r: float
    as_large: int
    arrangements: int

    @property
    def p(self) -> float:
        """as_large / arrangements; never below 1 / arrangements."""
        return self.as_large / self.arrangements


def correlation(one: Column, other: Column) -> float:
    """Pearson's correlation.

    Formula: r = sum(dx * dy) / sqrt(sum(dx^2) * sum(dy^2)), with dx and dy the deviations from the means.

    Args:
        one: numbers, for example one a year.
        other: numbers for the same rows; a dummy of 0 and 1 will do.

    Returns:
        A number from -1 to 1.

    Raises:
        ValueError: if there are fewer than three rows, a value is missing, the rows differ, or a column does not vary.
    """
    one, other = _pair(one=one, other=other)
    return _correlation(one.to_numpy(), other.to_numpy())


def block_shift_test(indicator: Column, dummy: Column) -> RandomisationTest:
    """How often shifting the dummy as a block around the years gives a correlation at least as large.

    Every shift by 0, 1, ..., n - 1 years is tried; what falls off the end comes back at the start. Shift 0 is the
    series itself and counts, so that p is never below 1 / n: sixteen years cannot give less than 0.06.

    A shift means something only if each row is one step after the one before: an index of years, periods or dates
    (dates as text too) must have equal steps. Rows without such an index count as evenly spaced.

    Args:
        indicator: numbers in order of time, for example one a year.
        dummy: 0 and 1 (or other numbers) for the same rows.

    Returns:
        The correlation, the exact count of shifts with |r| at least as large, and the number of shifts (n).

    Raises:
        ValueError: as for ``correlation``, or if the rows are not in order, or a year or date is repeated or left out.

    Reference:
        On shifting one of two autocorrelated series: Harris, K. D. (2020). A Shift Test for Independence in Generic
        Time Series. arXiv preprint. (He compares segments and does not wrap around; that needs a longer series.)
    """
    indicator, dummy = _pair(indicator=indicator, dummy=dummy)
    if not indicator.index.is_monotonic_increasing:
        raise ValueError("The rows are not in order of time: use sort_index() first.")
    _check_steps(indicator.index)
    values, blocks = indicator.to_numpy(), dummy.to_numpy()
    shifted = np.array([_correlation(values, np.roll(blocks, by)) for by in range(len(blocks))])
    return RandomisationTest(float(shifted[0]), _as_large(shifted, shifted[0]), len(shifted))


def permutation_test(indicator: Column, dummy: Column) -> RandomisationTest:
    """How often placing the ones of a dummy anywhere gives a correlation at least as large: the naive test.

    Every way to choose the years that are 1 is tried once, so that the count is exact. It treats years as
    interchangeable, which years of a trending series are not: expect it to call too much significant.

    Args:
        indicator: numbers, for example one a year.
        dummy: 0 or 1 (or False and True) for the same rows.

    Returns:
        The correlation, the count of arrangements with |r| at least as large, and the number of arrangements,
        n! / (ones! * zeros!).

    Raises:
        ValueError: as for ``correlation``, if the dummy holds anything but 0 and 1, or if there are more than a
            million arrangements.

    Reference:
        Fisher, R. A. (1935). The Design of Experiments. Edinburgh: Oliver and Boyd (chapter III).
    """
    indicator, dummy = _pair(indicator=indicator, dummy=dummy)
    refuse(~dummy.isin([0, 1]), "dummy is neither 0 nor 1")
    ones = int(dummy.sum())
    arrangements = math.comb(len(dummy), ones)
    if arrangements > MOST_ARRANGEMENTS:
        raise ValueError(f"There are {arrangements:,} arrangements, more than {MOST_ARRANGEMENTS:,}: too many to try.")
    # with as many ones in each arrangement, |r| grows with the distance of their sum from what the mean would give
    deviations = (indicator - indicator.mean()).to_numpy()
    sums = np.fromiter((sum(chosen) for chosen in itertools.combinations(deviations, ones)), float, arrangements)
    observed = deviations[dummy.to_numpy() == 1].sum()
    scale = np.abs(deviations).sum()
    r = _correlation(indicator.to_numpy(), dummy.to_numpy())
    return RandomisationTest(r, _as_large(sums / scale, observed / scale), arrangements)


def _check_steps(index: pd.Index) -> None:
    """Stop if an index of years, periods or dates repeats one or leaves one out; other indexes pass."""
    kind = pd.api.types.infer_dtype(index)
    if kind in ("integer", "floating"):
        counts = [index.to_numpy(dtype=float)]
    elif kind == "period":
        counts = [pd.PeriodIndex(index).asi8]
    elif kind in ("datetime64", "datetime", "date", "string"):
        days = pd.to_datetime(index, errors="coerce", format="ISO8601" if kind == "string" else None)
        if days.hasnans:  # text that is no date
            return
        days = days.tz_localize(None)
        counts = [days.asi8, days.year * 12 + days.month]  # months and years differ in length
        dates = days.to_numpy().astype("datetime64[D]")
        if np.is_busday(dates).all():
            counts.append(np.busday_count("1970-01-01", dates))
    else:
        return
    refuse(pd.Series(index.duplicated(), index), "The index repeats the year or date", "A shift needs one row a step.")
    steps = [np.diff(np.asarray(count, dtype=float)) for count in counts]
    even = any(step[0] > 0 and np.allclose(step, step[0], rtol=1e-9, atol=0) for step in steps)
    if not even:
        raise ValueError("The years or dates in the index are not evenly spaced: a shift needs every one of them.")


def _as_large(all_of_them: np.ndarray, observed: float) -> int:
    """How many are at least as large, regardless of sign; equal ones count although computed in another order."""
    return int((np.abs(all_of_them) >= abs(observed) - 1e-12).sum())


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    one, other = one - one.mean(), other - other.mean()
    r = (one @ other) / (math.sqrt(one @ one) * math.sqrt(other @ other))
    return float(min(1.0, max(-1.0, r)))


def _pair(**both: Column) -> list[pd.Series]:
    found = numbers(**both)
    for name, value in zip(both, found, strict=True):
        if not isinstance(value, pd.Series):
            raise ValueError(f"{name} is a number: give a column.")
        if len(value) < 3:
            raise ValueError(f"{name} has {len(value)} rows: a correlation needs three or more.")
        if value.max() - value.min() <= 1e-12 * value.abs().max():
            raise ValueError(f"{name} does not vary: there is nothing to correlate.")
    return found
