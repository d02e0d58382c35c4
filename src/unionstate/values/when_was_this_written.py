"""Numbers of chapter 2, computed from the tables of clues and of site items."""

from __future__ import annotations

import pandas as pd

from unionstate.figures.when_was_this_written import (
    ARTICLE_ITEM,
    EARLIER_ITEM,
    LATER_ITEM,
    MEETING_ITEM,
    day_text,
    narrowing_steps,
    remaining,
)
from unionstate.paths import data_path
from unionstate.values import value

STAMP_DAY = pd.Timestamp("2022-06-27")


def _clues() -> pd.DataFrame:
    return pd.read_csv(data_path("dating_clues.csv"), parse_dates=["not_before", "not_after"])


def _hard() -> pd.DataFrame:
    clues = _clues()
    return clues[clues["strength"] == "hard"]


def _items() -> pd.DataFrame:
    return pd.read_csv(data_path("site_items.csv"), index_col="item", parse_dates=["not_before", "not_after", "stamp"])


def _day(item: int, side: str = "not_before") -> pd.Timestamp:
    return _items().loc[item, side]


def _rate_before() -> float:
    return (MEETING_ITEM - EARLIER_ITEM) / (_day(MEETING_ITEM) - _day(EARLIER_ITEM)).days


def _days_by_interpolation() -> tuple[float, float]:
    """Days from item 135413 to the article, with the early and with the late day of item 137037."""
    share = (ARTICLE_ITEM - MEETING_ITEM) / (LATER_ITEM - MEETING_ITEM)
    meeting = _day(MEETING_ITEM)
    return tuple(share * (_day(LATER_ITEM, side) - meeting).days for side in ("not_before", "not_after"))


@value("dating.clues")
def clue_count() -> str:
    return str(len(_clues()))


@value("dating.hard-clues")
def hard_clue_count() -> str:
    return str(len(_hard()))


@value("dating.soft-clues")
def soft_clue_count() -> str:
    return str(len(_clues()) - len(_hard()))


@value("dating.interval")
def interval() -> str:
    start, end = remaining(_hard())
    return f"{day_text(start)} to {day_text(end)}"


@value("dating.interval-days")
def interval_days() -> str:
    start, end = remaining(_hard())
    return str((end - start).days + 1)


@value("dating.best-estimate")
def best_estimate() -> str:
    start, end = remaining(_clues())
    return f"{day_text(start)} or {day_text(end)}"


@value("dating.medvedev-days")
def medvedev_days() -> str:
    clue = _clues().set_index("clue_id").loc["medvedev"]
    return f"{(clue['not_after'] - clue['not_before']).days + 1:,}"


@value("dating.days-before-last-week")
def days_before_last_week() -> str:
    """Days left by all the clues that stand before “last week” in the table."""
    clues = _clues()
    position = clues.index[clues["clue_id"] == "last-week"][0]
    return f"{int(narrowing_steps(clues)['days'].iloc[position - 1]):,}"


@value("dating.stamped-pages")
def stamped_pages() -> str:
    return str(_items()["stamp"].notna().sum())


def _stamp_gaps() -> pd.Series:
    """Time from the first possible day of each dated text to its stamp."""
    items = _items()
    return (items["stamp"].dt.normalize() - items["not_before"]).dropna()


@value("dating.shortest-stamp-gap")
def shortest_stamp_gap() -> str:
    return f"{_stamp_gaps().min().days} days"


@value("dating.longest-stamp-gap")
def longest_stamp_gap() -> str:
    return f"{_stamp_gaps().max() / pd.Timedelta(days=365.25):.0f} years"


@value("dating.sibling-stamps-days")
def sibling_stamps_days() -> str:
    items = _items()
    return str(abs(items.loc[135413, "stamp"].normalize() - items.loc[135415, "stamp"].normalize()).days)


@value("dating.items-between-dated")
def items_between_dated() -> str:
    return f"{MEETING_ITEM - EARLIER_ITEM:,}"


@value("dating.days-between-dated")
def days_between_dated() -> str:
    return str((_day(MEETING_ITEM) - _day(EARLIER_ITEM)).days)


@value("dating.items-per-day")
def items_per_day() -> str:
    return f"{_rate_before():.0f}"


@value("dating.items-after-meeting")
def items_after_meeting() -> str:
    return str(ARTICLE_ITEM - MEETING_ITEM)


@value("dating.days-after-meeting")
def days_after_meeting() -> str:
    return f"{(ARTICLE_ITEM - MEETING_ITEM) / _rate_before():.1f}"


@value("dating.days-interpolated")
def days_interpolated() -> str:
    early, late = _days_by_interpolation()
    return f"{early:.1f} to {late:.1f}"


@value("dating.share-of-the-way")
def share_of_the_way() -> str:
    return f"{(ARTICLE_ITEM - MEETING_ITEM) / (LATER_ITEM - MEETING_ITEM):.0%}"


@value("dating.items-to-the-loan")
def items_to_the_loan() -> str:
    return f"{LATER_ITEM - MEETING_ITEM:,}"


@value("dating.days-to-the-loan")
def days_to_the_loan() -> str:
    first, last = ((_day(LATER_ITEM, side) - _day(MEETING_ITEM)).days for side in ("not_before", "not_after"))
    return f"{first} to {last}"


@value("dating.rates-after")
def rates_after() -> str:
    meeting, items = _day(MEETING_ITEM), LATER_ITEM - MEETING_ITEM
    slow, fast = (items / (_day(LATER_ITEM, side) - meeting).days for side in ("not_after", "not_before"))
    return f"{slow:.0f} to {fast:.0f}"


@value("dating.midpoint-year")
def midpoint_year() -> str:
    """The year half-way between the hard interval and the day of the stamp."""
    start, _ = remaining(_hard())
    return str((start + (STAMP_DAY - start) / 2).year)
