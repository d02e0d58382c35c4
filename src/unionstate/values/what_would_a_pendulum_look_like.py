"""Numbers of chapter 6: the calendar, and what made-up series do beside it."""

from __future__ import annotations

from functools import cache

import pandas as pd

from unionstate.figures.what_would_a_pendulum_look_like import (
    MOTIONS,
    SANCTIONS_FROM,
    WANDERS,
    calendars,
    finds,
    mild_years,
    turns,
    wanders,
)
from unionstate.measures import correlation
from unionstate.paths import data_path
from unionstate.simulate import DRIFT_LEAST, LEAST, TRIES, share_of_finds
from unionstate.values import value


@cache
def _years() -> pd.DataFrame:
    return pd.read_csv(data_path("pendulum_annual.csv"))


@cache
def _finds() -> pd.DataFrame:
    return finds(_years())


def _series(name: str) -> float:
    table = pd.read_csv(data_path("simulated_motions.csv")).pivot(index="year", columns="series", values="value")
    return correlation(table[name], mild_years(_years()))


def _signed(number: float) -> str:
    return f"{number:.2f}".replace("-", "−")


@value("motion.years")
def years() -> str:
    return str(len(mild_years(_years())))


@value("motion.mild-years")
def mild_year_count() -> str:
    return str(int(mild_years(_years()).sum()))


@value("motion.turns")
def calendar_turns() -> str:
    return str(turns(mild_years(_years())))


@value("motion.sanctions-from")
def sanctions_from() -> str:
    return str(SANCTIONS_FROM)


@value("motion.disputed-years")
def disputed_years() -> str:
    """Years that at least one of the three calendars calls mild and at least one does not."""
    return str(int((calendars(_years()).nunique(axis=1) > 1).sum()))


@value("motion.least")
def least() -> str:
    return f"{LEAST}"


@value("motion.tries")
def tries() -> str:
    return f"{TRIES:,}"


@value("motion.r-a")
def r_of_a() -> str:
    return _signed(_series("A"))


@value("motion.r-b")
def r_of_b() -> str:
    return _signed(_series("B"))


@value("motion.r-c")
def r_of_c() -> str:
    return _signed(_series("C"))


@value("motion.r-d")
def r_of_d() -> str:
    return _signed(_series("D"))


def _by_second_calendar(name: str) -> float:
    table = pd.read_csv(data_path("simulated_motions.csv")).pivot(index="year", columns="series", values="value")
    return correlation(table[name], calendars(_years())["sanctions on 1 December"])


@value("motion.r-a-second")
def r_of_a_second() -> str:
    return _signed(_by_second_calendar("A"))


@value("motion.r-c-second")
def r_of_c_second() -> str:
    return _signed(_by_second_calendar("C"))


@value("motion.drift-second")
def drift_second() -> str:
    """How often, in per cent, a drift as steep as A passes with the calendar of sanctions on 1 December."""
    second = calendars(_years())[["sanctions on 1 December"]]
    return f"{100 * share_of_finds('drift', second, size=MOTIONS['A'][1]):.0f}"


@value("motion.drift-least")
def drift_least() -> str:
    return f"{DRIFT_LEAST}"


@value("motion.walks")
def walks() -> str:
    return str(WANDERS)


@value("motion.walks-beyond")
def walks_beyond() -> str:
    """Walks of the figure whose correlation reaches the agreed size in either direction."""
    calendar = mild_years(_years())
    walks = wanders(calendar)
    return str(sum(abs(correlation(walks[name], calendar)) >= LEAST for name in walks))


@value("motion.noise-agreed")
def noise_agreed() -> str:
    return f"{_finds().iloc[0]['noise']:.0f}"


@value("motion.wander-agreed")
def wander_agreed() -> str:
    return f"{_finds().iloc[0]['wander']:.0f}"


@value("motion.wander-calendars")
def wander_calendars() -> str:
    return f"{_finds().iloc[2]['wander']:.0f}"


@value("motion.noise-free")
def noise_free() -> str:
    return f"{_finds().iloc[-1]['noise']:.0f}"


@value("motion.wander-free")
def wander_free() -> str:
    return f"{_finds().iloc[-1]['wander']:.0f}"


def _swings_found(size: float) -> str:
    return f"{100 * share_of_finds('swing', mild_years(_years()).to_frame(), size=size):.0f}"


@value("motion.small-swing-found")
def small_swing_found() -> str:
    """Share of swings found, in per cent, if the swing is as large as one random step."""
    return _swings_found(1)


@value("motion.large-swing-found")
def large_swing_found() -> str:
    """Share of swings found, in per cent, if the swing is twice as large as one random step."""
    return _swings_found(2)
