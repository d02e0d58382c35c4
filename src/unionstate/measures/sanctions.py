"""Sanctions: from single decisions to a monthly level from 0 to 4.

The level is ordinal: 4 is more than 2, but not twice as much. It codes the law in force on the last day of a month.
"""

from __future__ import annotations

import pandas as pd

from unionstate.measures._inputs import Column, columns, refuse

KEEPS_THE_LEVEL = ("renew", "extend")
ECONOMY_LIMITS = ("none", "narrow", "broad")
HIGHEST = 4


def deciding_events(events: pd.DataFrame, target_iso3: str, sender: str) -> pd.DataFrame:
    """The decisions of one sender on one target that may change the level, in order of date.

    Rows with the action ``renew`` or ``extend`` prolong what is there and are left out.

    Args:
        events: one row a decision, with the columns ``date``, ``target_iso3``, ``sender`` and ``action``.
        target_iso3: the country concerned, for example ``BLR``.
        sender: for example ``EU``.

    Returns:
        The rows that are left, all columns, sorted by date; rows of one day keep their order.

    Raises:
        ValueError: if a column is missing, a date is missing, or no row is left.
    """
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
        ValueError: if a fact is missing, a count is negative, more persons are frozen than there are, the limits have
            another name, or ``many`` is not above ``few``.
    """
    for name, count in (("persons", persons), ("persons_frozen", persons_frozen), ("firms_frozen", firms_frozen)):
        if pd.isna(count) or count < 0 or count != int(count):
            raise ValueError(f"{name} is {count}: it needs a whole number, 0 or more.")
    for name, fact in (("state_firm_frozen", state_firm_frozen), ("symbolic", symbolic)):
        if pd.isna(fact):
            raise ValueError(f"{name} is {fact}: it needs True or False.")
    if economy_limits not in ECONOMY_LIMITS:
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
        dates: the days of the decisions, as dates or as text like 2016-02-25; any order.
        levels: the level that holds after each decision, 0 to 4; same length. Of two decisions on one day the later
            row holds.
        start: the first month, for example ``2004-01``.
        end: the last month.
        before: the level before the first decision.

    Returns:
        One level (whole number) a month, the month as text like 2016-02 as index, as in the table
        ``sanctions_levels``; named ``level``.

    Raises:
        ValueError: if a date or level is missing, a date cannot be read, a level is not 0, 1, 2, 3 or 4, lengths
            differ, or the end lies before the start.
    """
    dates, levels = columns(dates=dates, levels=levels)
    days = _days("dates", dates)
    refuse(~levels.isin(range(HIGHEST + 1)), f"levels is not a whole number from 0 to {HIGHEST}")
    if before not in range(HIGHEST + 1):
        raise ValueError(f"before is {before}: it needs a whole number from 0 to {HIGHEST}.")
    try:
        months = pd.period_range(start, end, freq="M")
    except ValueError as problem:
        raise ValueError(f"start and end need months like 2004-01; they are {start!r} and {end!r}.") from problem
    if months.empty:
        raise ValueError(f"The last month, {end}, lies before the first, {start}.")
    order = days.argsort(kind="stable")
    steps = pd.Series(levels.to_numpy()[order], index=days.dt.to_period("M").to_numpy()[order])
    last_of_month = steps.groupby(level=0).last()
    carried = last_of_month.reindex(months.union(last_of_month.index)).ffill().fillna(before)
    return carried.loc[months].astype(int).set_axis(pd.Index(months.astype(str), name="month")).rename("level")


def _days(name: str, dates: pd.Series) -> pd.Series:
    """The dates as days."""
    refuse(dates.isna(), f"{name} has no value")
    days = pd.to_datetime(dates, errors="coerce", format=None if dates.dtype.kind == "M" else "ISO8601")
    refuse(days.isna(), f"{name} holds something other than a date like 2016-02-25")
    return days
