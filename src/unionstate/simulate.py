"""Made-up series of yearly points: what a swing, a drift, noise and a wander look like in a short record.

A *calendar* says which years are mild: 1 in years in which few people or none were under EU sanctions, 0 in the
others. A *swing* follows it and stands for the pendulum. The three other motions know nothing of it:

``drift``   a steady move in one direction
``noise``   every year drawn anew, without memory of the last
``wander``  every year starts from where the last one ended (a random walk)

All are measured in the same unit: one is the spread (standard deviation) of a single random step.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd

from unionstate.measures import correlation

Kind = Literal["swing", "drift", "noise", "wander"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Verdict = Literal["hardly moves", "swings in step", "drifts", "moves out of step"]
LEAST = 0.5  # the correlation with the calendar from which a series counts as a swing in step
DRIFT_LEAST = 0.7  # the correlation with the years, in either direction, from which a series counts as a drift
STILL_MOST = 0.05  # the share of its scale below which a series counts as hardly moving
TRIES = 10_000
SEED = 2016


def swing(calendar: pd.Series, size: float = 1.0) -> pd.Series:
    """A series that is high in mild years and low in the others.

    Args:
        calendar: 1 in mild years, 0 in the others.
        size: the step between the two levels.

    Returns:
        One value a year: plus half the size, or minus half of it.

    Raises:
        ValueError: if the calendar holds anything but 0 and 1.
    """
    if not calendar.isin([0, 1]).all():
        raise ValueError("A calendar holds 1 for mild years and 0 for the others, nothing else.")
    return (calendar - 0.5) * float(size)


def drift(years: pd.Index, size: float = 1.0) -> pd.Series:
    """A straight line that rises by the size from the first year to the last (falls, if the size is negative)."""
    return pd.Series(np.linspace(-size / 2, size / 2, len(years)), index=years)


def noise(years: pd.Index, rng: np.random.Generator) -> pd.Series:
    """Every year drawn anew."""
    return pd.Series(rng.normal(size=len(years)), index=years)


def wander(years: pd.Index, rng: np.random.Generator) -> pd.Series:
    """Every year the last one plus a random step."""
    return noise(years, rng).cumsum()


def made_up(kind: Kind, calendar: pd.Series, rng: np.random.Generator, size: float = 2.0) -> pd.Series:
    """A series of one kind, as a record would show it: swing and drift come with noise.

    Args:
        kind: one of ``KINDS``.
        calendar: 1 in mild years, 0 in the others; its index gives the years.
        rng: where the chance comes from.
        size: of the swing or the drift; noise and wander do not use it.

    Returns:
        One value a year.

    Raises:
        ValueError: if there is no such kind.
    """
    years = calendar.index
    if kind == "swing":
        return swing(calendar, size) + noise(years, rng)
    if kind == "drift":
        return drift(years, size) + noise(years, rng)
    if kind == "noise":
        return noise(years, rng)
    if kind == "wander":
        return wander(years, rng)
    raise ValueError(f"There is no motion called {kind!r}; there are {', '.join(KINDS)}.")


def turning_points(values: pd.Series) -> int:
    """How many years are higher, or lower, than both the year before and the year after.

    The first and the last year have one neighbour only and never count.
    """
    steps = np.sign(np.diff(values.to_numpy(dtype=float)))
    return int((steps[:-1] * steps[1:] < 0).sum())


def in_step(values: pd.Series, calendar: pd.Series, least: float = LEAST) -> bool:
    """Whether a series passes for a pendulum: its correlation with the calendar is at least as large as agreed."""
    return correlation(values, calendar) >= least


def verdict(values: pd.Series, calendar: pd.Series, scale: float) -> Verdict:
    """What an indicator does, by the rules that chapter 6 fixes before the data are seen, in this order.

    Args:
        values: one a year, the year as index; higher means closer to the EU.
        calendar: 1 in mild years, 0 in the others; same years.
        scale: the length of the scale that the values could use.

    Returns:
        "hardly moves" if they use less than a twentieth of it; else "swings in step" if the correlation with the
        calendar reaches ``LEAST``; else "drifts" if that with the years reaches ``DRIFT_LEAST`` in either direction;
        else "moves out of step".

    Raises:
        ValueError: if the scale has no length, or as for ``unionstate.measures.correlation``.
    """
    if not scale > 0:
        raise ValueError("A scale has a length above zero.")
    if values.max() - values.min() < STILL_MOST * scale:
        return "hardly moves"
    if in_step(values, calendar):
        return "swings in step"
    years = pd.Series(values.index, index=values.index, dtype=float)
    return "drifts" if abs(correlation(values, years)) >= DRIFT_LEAST else "moves out of step"


def share_of_finds(
    kind: Kind,
    calendars: pd.DataFrame,
    *,
    indicators: int = 1,
    either_direction: bool = False,
    size: float = 2.0,
    least: float = LEAST,
    tries: int = TRIES,
    seed: int = SEED,
) -> float:
    """How often a search over made-up series finds a "pendulum".

    One try makes a number of series and compares each with each calendar. It counts as a find if any comparison
    reaches the correlation agreed on. With several indicators, calendars and directions a search has more ways to
    succeed, whether or not there is anything to find.

    Args:
        kind: of the series; swings follow the first calendar.
        calendars: a column for each way to say which years are mild (1) and which are not (0); years as index.
        indicators: how many independent series one try looks at.
        either_direction: whether a correlation of the opposite sign counts too.
        size: of the swing or the drift.
        least: the correlation agreed on.
        tries: how many searches to make.
        seed: of the chance; the same seed gives the same answer.

    Returns:
        The share of tries with at least one find, from 0 to 1.

    Raises:
        ValueError: if there is no such kind, a number is not positive, or a calendar does not vary.
    """
    if indicators < 1 or tries < 1:
        raise ValueError("There must be at least one indicator and one try.")
    ruler = _standardised(calendars.to_numpy(dtype=float).T)
    rng = np.random.default_rng(seed)
    chance = rng.normal(size=(tries, indicators, len(calendars)))
    first = calendars.iloc[:, 0]
    if kind == "swing":
        chance += swing(first, size).to_numpy()
    elif kind == "drift":
        chance += drift(calendars.index, size).to_numpy()
    elif kind == "wander":
        chance = chance.cumsum(axis=-1)
    elif kind != "noise":
        raise ValueError(f"There is no motion called {kind!r}; there are {', '.join(KINDS)}.")
    found = _standardised(chance) @ ruler.T
    if either_direction:
        found = np.abs(found)
    return float((found.max(axis=(1, 2)) >= least).mean())


def _standardised(values: np.ndarray) -> np.ndarray:
    """Rows with mean zero and length one, so that the product of two is their correlation."""
    centred = values - values.mean(axis=-1, keepdims=True)
    lengths = np.linalg.norm(centred, axis=-1, keepdims=True)
    if not (lengths > 0).all():
        raise ValueError("A series or a calendar has the same value in every year: it has no correlation.")
    return centred / lengths
