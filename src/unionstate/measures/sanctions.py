"""Sanctions: from single decisions to a monthly level from 0 to 4.

The level is ordinal: 4 is more than 2, but not twice as much. It codes the law in force on the last day of a month.
"""

from __future__ import annotations

from numbers import Number
from typing import Any

import numpy as np
import pandas as pd

from unionstate.measures._inputs import Column, columns, refuse, whole

KEEPS_THE_LEVEL = ("renew", "extend")
ECONOMY_LIMITS = ("none", "narrow", "broad")
HIGHEST = 4


def deciding_events(events: pd.DataFrame, target_iso3: str, sender: str) -> pd.DataFrame:
    """The decisions of one sender on one target that may change the level, in order of date.

    Rows with the action ``renew`` or ``extend`` prolong what is there and are left out.

    Args:
        events: one row a decision, with the columns ``date``, ``target_iso3``, ``sender`` and ``action``. Dates are
            read as in ``monthly_level``.
        target_iso3: the country concerned, for example ``BLR``.
        sender: for example ``EU``.

    Returns:
        The rows that are left, all columns, sorted by date; rows of one day keep their order.

    Raises:
        ValueError: if events is no table, a column is missing, a date is missing or a number, or no row is left.
    """
    if not isinstance(events, pd.DataFrame):
        raise ValueError(f"events is {type(events).__name__}: give a table, one row a decision.")
    for name, value in (("target_iso3", target_iso3), ("sender", sender)):
        if not isinstance(value, str):
            raise ValueError(f"{name} is {value!r}: it needs text like BLR or EU.")
    missing = [name for name in ("date", "target_iso3", "sender", "action") if name not in events]
    if missing:
        raise ValueError(f"events has no column {', '.join(missing)}.")
    chosen = events[(events["target_iso3"] == target_iso3) & (events["sender"] == sender)]
    if chosen.empty:
        pairs = sorted({f"{row.sender} on {row.target_iso3}" for row in events.itertuples()})
        raise ValueError(f"events has no row of {sender} on {target_iso3}. There are: {', '.join(pairs)}.")
    chosen = chosen[~chosen["action"].isin(KEEPS_THE_LEVEL)]
    if chosen.empty:
        raise ValueError(f"Every row of {sender} on {target_iso3} only prolongs what is there.")
    dates = _days("date", chosen["date"])
    return chosen.iloc[dates.argsort(kind="stable")]


def level_in_force(
    *,
    persons: int = 0,
    persons_frozen: int = 0,
    firms_frozen: int = 0,
    state_firm_frozen: bool = False,
    economy_limits: str = "none",
    symbolic: bool = False,
    few: int = 10,
    many: int = 100,
) -> int:
    """The level of what is in force on one day: the highest line of the scale that fits.

    Rule: 4 broad limits on the economy; 3 narrow ones, or a freeze on ``many`` persons, on ``few`` firms or on a
    state-owned firm; 2 a visa ban or a freeze on ``few`` persons; 1 measures on fewer, or symbolic measures alone;
    0 nothing.

    What is suspended or covered by a general licence is not in force: leave it out of the counts.

    Args:
        persons: persons under a visa ban, a freeze or both.
        persons_frozen: of these, persons under a freeze.
        firms_frozen: firms under a freeze.
        state_firm_frozen: whether one of them is state-owned.
        economy_limits: ``broad`` (import or export bans in main revenue sectors; measures on the central bank or on
            bank messaging; leading banks blocked together with export controls), ``narrow`` (an air ban; limits on
            long-term finance, arms or named technology) or ``none``.
        symbolic: limits on contacts or aid, loss of trade preferences, an arms embargo alone.
        few: the threshold between symbolic and targeted; the reference coding uses 10.
        many: the threshold to heavy; the reference coding uses 100.

    Returns:
        A level from 0 to 4, without a unit.

    Raises:
        ValueError: if a fact is missing, a count or threshold is not a whole number or is negative, a yes or no is
            anything but True or False (or 1 or 0), more persons are frozen than there are, the limits have another
            name, or ``many`` is not above ``few``.
    """
    counts = {"persons": persons, "persons_frozen": persons_frozen, "firms_frozen": firms_frozen}
    for name, count in (counts | {"few": few, "many": many}).items():
        if not whole(count) or count < 0:
            raise ValueError(f"{name} is {count!r}: it needs a whole number, 0 or more.")
    for name, fact in (("state_firm_frozen", state_firm_frozen), ("symbolic", symbolic)):
        if not isinstance(fact, bool | np.bool_) and not (whole(fact) and fact in (0, 1)):
            raise ValueError(f"{name} is {fact!r}: it needs True or False.")
    if not isinstance(economy_limits, str) or economy_limits not in ECONOMY_LIMITS:
        raise ValueError(f"economy_limits is {economy_limits!r}: it needs {', '.join(ECONOMY_LIMITS)}.")
    if persons_frozen > persons:
        raise ValueError(f"persons_frozen ({persons_frozen}) exceeds persons ({persons}), which includes them.")
    if not 0 < few < many:
        raise ValueError(f"The thresholds need 0 < few < many; they are {few} and {many}.")
    if economy_limits == "broad":
        return 4
    if economy_limits == "narrow" or persons_frozen >= many or firms_frozen >= few or state_firm_frozen:
        return 3
    if persons >= few:
        return 2
    return 1 if persons or firms_frozen or symbolic else 0


def monthly_level(dates: Column, levels: Column, start: str, end: str, before: int = 0) -> pd.Series:
    """The level of each month: the state of the law on its last day.

    Each decision writes the level that holds after it; the level is carried forward to the next change.

    Args:
        dates: the days of the decisions, as dates or as text like 2016-02-25; any order. Numbers like 20160225 or
            2016 are refused. A time with an offset from UTC counts in its local month: 2016-02-29T23:30-05:00 is in
            February, although it was March in Greenwich.
        levels: the level that holds after each decision, 0 to 4; same length. Of two decisions on one day the later
            row holds.
        start: the first month, for example ``2004-01``.
        end: the last month.
        before: the level before the first decision.

    Returns:
        One level (whole number) a month, the month as text like 2016-02 as index, as in the table
        ``sanctions_levels``; named ``level``.

    Raises:
        ValueError: if a date or level is missing, a date is a number or cannot be read, a level is not 0, 1, 2, 3 or
            4, lengths differ, a month is a number, or the end lies before the start.
    """
    dates, levels = columns(dates=dates, levels=levels)
    days = _days("dates", dates)
    fits = pd.Series([_is_level(level) for level in levels], index=levels.index)
    refuse(~fits, f"levels is not a whole number from 0 to {HIGHEST}")
    if not _is_level(before):
        raise ValueError(f"before is {before!r}: it needs a whole number from 0 to {HIGHEST}.")
    if _is_number(start) or _is_number(end):
        raise ValueError(f"start and end need months like 2004-01; they are {start!r} and {end!r}.")
    try:
        months = pd.period_range(start, end, freq="M")
    except ValueError as problem:
        raise ValueError(f"start and end need months like 2004-01; they are {start!r} and {end!r}.") from problem
    if months.empty:
        raise ValueError(f"The last month, {end}, lies before the first, {start}.")
    order = days.argsort(kind="stable")
    steps = pd.Series(levels.to_numpy(dtype=int)[order], index=days.dt.to_period("M").to_numpy()[order])
    last_of_month = steps.groupby(level=0).last()
    carried = last_of_month.reindex(months.union(last_of_month.index)).ffill().fillna(int(before))
    return carried.loc[months].astype(int).set_axis(pd.Index(months.astype(str), name="month")).rename("level")


def _days(name: str, dates: pd.Series) -> pd.Series:
    """The dates as days; a time with an offset keeps its local day."""
    refuse(dates.isna(), f"{name} has no value")
    if dates.dtype.kind == "M":
        return dates.dt.tz_localize(None)
    refuse(
        pd.Series([_is_number(one) for one in dates], index=dates.index),
        f"{name} holds a number, not a date like 2016-02-25,",
    )
    # one by one: together, pandas refuses offsets that differ
    each = [_day(one) for one in dates]
    refuse(pd.Series(pd.isna(each), index=dates.index), f"{name} holds something other than a date like 2016-02-25")
    return pd.Series([one.tz_localize(None) for one in each], index=dates.index)


def _day(value: Any) -> Any:
    return pd.to_datetime(value, errors="coerce", format="ISO8601") if pd.api.types.is_scalar(value) else pd.NaT


def _is_level(value: Any) -> bool:
    return whole(value) and 0 <= value <= HIGHEST


def _is_number(value: Any) -> bool:
    return isinstance(value, Number | np.bool_)
