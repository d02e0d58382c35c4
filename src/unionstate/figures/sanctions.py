"""Figures of chapter 5: one function a figure, and the choice of rows that they share."""

from __future__ import annotations

import matplotlib.dates as mdates
import pandas as pd
from matplotlib.axes import Axes

from unionstate.figures import (
    BLUE,
    GRID,
    MUTED,
    ORANGE,
    PURPLE,
    Published,
    mark_article_week,
    new_axes,
    publish,
)

FIRST_MONTH, LAST_MONTH = "2004-01", "2016-12"
EVENTS_SOURCE = "Source: course table sanctions_events.csv, which names the act or report behind each decision."
LEVELS_SOURCE = "Source: course table sanctions_levels.csv, a reference coding made from sanctions_events.csv."

_START, _END = pd.Timestamp("2004-01-01"), pd.Timestamp("2016-12-31")


def eu_on_belarus(events: pd.DataFrame) -> pd.DataFrame:
    """The decisions of the EU on Belarus, 2004 to 2016, in order of date, with the dates as dates.

    Args:
        events: the table ``sanctions_events``.
    """
    chosen = events[(events["target_iso3"] == "BLR") & (events["sender"] == "EU")].copy()
    chosen["date"] = pd.to_datetime(chosen["date"])
    return chosen[chosen["date"].between(_START, _END)].sort_values("date", kind="stable")


def level_series(levels: pd.DataFrame, target_iso3: str, sender: str) -> pd.Series:
    """The reference level of each month from January 2004 to December 2016, by month (text like ``2016-02``).

    Args:
        levels: the table ``sanctions_levels``.
        target_iso3: ``BLR`` or ``RUS``.
        sender: ``EU`` or ``US``.
    """
    chosen = levels[(levels["target_iso3"] == target_iso3) & (levels["sender"] == sender)]
    return chosen.set_index("month")["level"].loc[FIRST_MONTH:LAST_MONTH]


def freeze_counts(level: pd.Series) -> pd.Series:
    """The second coder of the chapter: a person whose funds are frozen counts, even if the entry ban is paused.

    Under that reading the freeze keeps the EU at level 2 from November 2008 to December 2010.
    """
    second = level.copy()
    second.loc["2008-11":"2010-12"] = 2
    return second


def headline_dates(level: pd.Series) -> pd.Series:
    """The third coder of the chapter: the measures end when the headlines say "lifted", in February 2016."""
    third = level.copy()
    third.loc["2015-10":"2016-01"] = 3
    return third


def _steps(axes: Axes, days: pd.Series, values: pd.Series, colour: str, style: str = "-") -> None:
    axes.step([*days, _END], [*values, values.iloc[-1]], where="post", color=colour, linestyle=style, linewidth=2)


def _years(axes: Axes, every: int = 2) -> None:
    axes.xaxis.set_major_locator(mdates.YearLocator(every))
    axes.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
    axes.set_xlabel("year")


def listed_and_in_force(sanctions: pd.DataFrame) -> Published:
    """Persons on the EU's Belarus list, and persons on whom all the measures applied, 2004 to 2016.

    Args:
        sanctions: the table ``sanctions_events``.
    """
    rows = eu_on_belarus(sanctions).dropna(subset=["persons_listed_after", "persons_in_force_after"])
    listed, force = rows["persons_listed_after"].astype(int), rows["persons_in_force_after"].astype(int)
    figure, axes = new_axes(height=3.7)
    axes.fill_between(
        [*rows["date"], _END],
        [*listed, listed.iloc[-1]],
        [*force, force.iloc[-1]],
        step="post",
        color=GRID,
        linewidth=0,
    )
    _steps(axes, rows["date"], listed, ORANGE, "--")
    _steps(axes, rows["date"], force, BLUE)
    axes.set_xlim(_START, _END)
    axes.set_ylim(0, 275)
    mark_article_week(axes)
    axes.text(pd.Timestamp("2010-11-01"), 196, "in force", color=BLUE, ha="right")
    axes.text(pd.Timestamp("2010-08-01"), 54, "on the list", color=ORANGE, ha="right")
    axes.text(pd.Timestamp("2009-12-01"), 17, "paused", color=MUTED, ha="center")
    axes.annotate(
        "paused",
        (pd.Timestamp("2015-12-28"), 90),
        xytext=(pd.Timestamp("2014-12-01"), 90),
        color=MUTED,
        ha="right",
        va="center",
        arrowprops={"arrowstyle": "-", "color": MUTED, "linewidth": 1},
    )
    _years(axes)
    axes.set_ylabel("persons")
    return publish(
        figure,
        name="listed-and-in-force",
        data="sanctions_events",
        title="The big drop in force came in October 2015; in February 2016 only the list shrank",
        alt=(
            f"Two step lines from 2004 to 2016. Persons on the list: {listed.iloc[0]} in 2004, 41 from 2006 to 2010, "
            f"156 in January 2011, {listed.max()} in 2012, 174 in October 2015, {listed.iloc[-1]} from February 2016. "
            "Persons in force: the same, but 5 from November 2008 to January 2011 and 4 from October 2015."
        ),
        source=EVENTS_SOURCE,
        table=pd.DataFrame(
            {
                "date": rows["date"].dt.strftime("%Y-%m-%d"),
                "persons on the list": listed,
                "persons in force": force,
                "decision": rows["summary"],
            }
        ),
    )


def two_senders(levels: pd.DataFrame) -> Published:
    """The level of the EU and of the US on Belarus, month by month, 2004 to 2016.

    Args:
        levels: the table ``sanctions_levels``.
    """
    eu, us = (level_series(levels, "BLR", sender) for sender in ("EU", "US"))
    figure, axes = new_axes(height=3.3)
    days = pd.to_datetime(pd.Series(eu.index))
    _steps(axes, days, us - 0.05, ORANGE, "--")
    _steps(axes, days, eu + 0.05, BLUE)
    _level_axis(axes)
    axes.set_xlim(_START, _END)
    mark_article_week(axes)
    axes.text(pd.Timestamp("2012-06-01"), 3.15, "EU", color=BLUE, ha="left")
    axes.text(pd.Timestamp("2009-03-01"), 3.15, "US", color=ORANGE, ha="left")
    _years(axes)
    changed = pd.concat({"EU": eu, "US": us}, axis=1)
    changed = changed[(changed != changed.shift()).any(axis=1)]
    return publish(
        figure,
        name="two-senders",
        data="sanctions_levels",
        title="In February 2016 neither level moved: both steps down came in October 2015",
        alt=(
            "Two step lines on a scale from 0 to 4, from 2004 to 2016. The EU on Belarus: 1, from April 2006 2, from "
            "November 2008 1, from January 2011 3, from October 2015 1. The US: 0, from October 2004 1, from May 2006 "
            "2, from November 2007 3, from October 2015 2. Neither line moves in February 2016."
        ),
        source=LEVELS_SOURCE,
        table=changed.rename_axis("from month").reset_index(),
    )


def two_coders(levels: pd.DataFrame) -> Published:
    """The reference coding of the EU on Belarus and that of a second coder who counts a freeze alone.

    Args:
        levels: the table ``sanctions_levels``.
    """
    reference = level_series(levels, "BLR", "EU")
    second = freeze_counts(reference)
    differ = reference != second
    months = pd.to_datetime(pd.Series(reference.index))
    figure, axes = new_axes(height=3.3)
    first, last = (pd.Timestamp(differ[differ].index[place]) for place in (0, -1))
    axes.axvspan(first, last + pd.offsets.MonthEnd(), color=GRID, linewidth=0, zorder=0)
    axes.text(
        first + (last - first) / 2, 3.45, f"{int(differ.sum())} months\ndiffer", ha="center", va="center", color=MUTED
    )
    _steps(axes, months, second - 0.05, PURPLE, "--")
    _steps(axes, months, reference + 0.05, BLUE)
    axes.text(pd.Timestamp("2009-12-01"), 2.13, "second", color=PURPLE, ha="center")
    axes.text(pd.Timestamp("2009-12-01"), 0.72, "reference", color=BLUE, ha="center", va="center")
    _level_axis(axes)
    axes.set_xlim(_START, _END)
    _years(axes)
    both = pd.crosstab(reference.rename("reference"), second.rename("second coder"))
    return publish(
        figure,
        name="two-coders",
        data="sanctions_levels",
        title="Whether a freeze counts alone matters only for the months of the paused entry ban",
        alt=(
            f"Two step lines of the EU's level on Belarus, {len(reference)} months from 2004 to 2016. They are equal "
            f"but for {int(differ.sum())} months, November 2008 to December 2010, when the reference coding has 1 and "
            "the second coder 2."
        ),
        source=LEVELS_SOURCE,
        table=both.rename(columns=lambda level: f"second coder {level}")
        .rename_axis("reference level")
        .rename_axis(None, axis=1)
        .reset_index(),
    )


def two_targets(levels: pd.DataFrame) -> Published:
    """The level of the EU on Belarus and on Russia, 2014 to 2016.

    Args:
        levels: the table ``sanctions_levels``.
    """
    series = {
        name: level_series(levels, code, "EU").loc["2014-01":] for name, code in (("Belarus", "BLR"), ("Russia", "RUS"))
    }
    figure, axes = new_axes(height=3.3)
    days = pd.to_datetime(pd.Series(series["Belarus"].index))
    _steps(axes, days, series["Russia"] + 0.05, ORANGE, "--")
    _steps(axes, days, series["Belarus"] - 0.05, BLUE)
    _level_axis(axes)
    axes.set_xlim(days.iloc[0], _END)
    mark_article_week(axes)
    axes.text(pd.Timestamp("2016-07-01"), 3.15, "on Russia", color=ORANGE, ha="center")
    axes.text(pd.Timestamp("2016-07-01"), 1.08, "on Belarus", color=BLUE, ha="center")
    _years(axes, every=1)
    both = pd.DataFrame(series)
    changed = both[(both != both.shift()).any(axis=1)]
    return publish(
        figure,
        name="two-targets",
        data="sanctions_levels",
        title="In 2014 the EU's pressure on Russia caught up with that on Belarus; in 2015 they parted",
        alt=(
            "Two step lines of the EU's level, 2014 to 2016. On Russia: 0, from March 2014 2, from July 2014 3 to the "
            "end. On Belarus: 3 until September 2015, from October 2015 1. In the week of the article the gap is 2."
        ),
        source=LEVELS_SOURCE,
        table=changed.rename_axis("from month").reset_index(),
    )


def _level_axis(axes: Axes) -> None:
    axes.set_ylim(-0.2, 4.3)
    axes.set_yticks(range(5))
    axes.set_ylabel("level (0 to 4)")
