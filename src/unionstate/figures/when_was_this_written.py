"""Figures of chapter 2: one function a figure, and the interval arithmetic they share."""

from __future__ import annotations

import html

import matplotlib.dates as mdates
import numpy as np
import pandas as pd

from unionstate.figures import BLUE, GREEN, GRID, MUTED, ORANGE, Published, new_axes, publish

ARTICLE_ITEM = 135581
MEETING_ITEM = 135413
EARLIER_ITEM = 132195
LATER_ITEM = 137037
CLUES_SOURCE = "Source: course table dating_clues.csv, which names the source of each clue."
ITEMS_SOURCE = "Source: pages of UDF, listed with their addresses in the course table site_items.csv."

_DAY = pd.Timedelta(days=1)
_AXIS_START, _AXIS_END = pd.Timestamp("2010-01-01"), pd.Timestamp("2024-01-01")
_STAMPS_START = pd.Timestamp("2009-08-01")


def remaining(clues: pd.DataFrame) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The days that all the clues allow: the latest ``not_before`` and the earliest ``not_after``.

    A side on which every clue is silent comes back as ``NaT``. If the first day is after the second, no day is left.

    Args:
        clues: columns ``not_before`` and ``not_after`` (dates or ISO text, empty where a clue is silent).
    """
    return pd.to_datetime(clues["not_before"]).max(), pd.to_datetime(clues["not_after"]).min()


def day_text(day: pd.Timestamp) -> str:
    """A day as the prose writes it, for example ``29 February 2016``; empty for ``NaT``."""
    return "" if pd.isna(day) else f"{day.day} {day:%B %Y}"


def _short_day(day: pd.Timestamp) -> str:
    return "" if pd.isna(day) else f"{day.day} {day:%b %Y}"


def interval_text(start: pd.Timestamp, end: pd.Timestamp) -> str:
    """An interval in words; says so where a side is open or no day is left."""
    if pd.isna(start) and pd.isna(end):
        return "any day"
    if pd.isna(start):
        return f"not after {_short_day(end)}"
    if pd.isna(end):
        return f"not before {_short_day(start)}"
    if start > end:
        return "no day is left"
    return f"{_short_day(start)} to {_short_day(end)}"


def narrowing_steps(clues: pd.DataFrame) -> pd.DataFrame:
    """What is left after each clue, in the order of the table: clue, strength, start, end, days."""
    rows = []
    for count in range(1, len(clues) + 1):
        start, end = remaining(clues.iloc[:count])
        closed = pd.notna(start) and pd.notna(end)
        rows.append(
            {
                "clue": clues["clue"].iloc[count - 1],
                "strength": clues["strength"].iloc[count - 1],
                "start": start,
                "end": end,
                "days": max((end - start).days + 1, 0) if closed else None,
            }
        )
    return pd.DataFrame(rows)


def crossing_days(items: pd.DataFrame) -> tuple[pd.Timestamp, pd.Timestamp, float, float]:
    """When the site's count reaches the article's number, by the fastest and the slowest of the known rates.

    The rates are those between the dated items before and after the article. The fast one starts when the day of item
    135413 starts, the slow one when that day ends, since the hour is not known.

    Args:
        items: columns ``item``, ``not_before``, ``not_after``.

    Returns:
        the early and the late crossing, the fast and the slow rate in items a day.
    """
    days = items.set_index("item")[["not_before", "not_after"]].apply(pd.to_datetime)
    meeting = days.loc[MEETING_ITEM, "not_before"]
    before = (MEETING_ITEM - EARLIER_ITEM) / (meeting - days.loc[EARLIER_ITEM, "not_before"]).days
    after = [
        (LATER_ITEM - MEETING_ITEM) / (days.loc[LATER_ITEM, side] - meeting).days
        for side in ("not_before", "not_after")
    ]
    fast, slow = max(before, *after), min(before, *after)
    steps = ARTICLE_ITEM - MEETING_ITEM
    return meeting + steps / fast * _DAY, meeting + _DAY + steps / slow * _DAY, fast, slow


def stamps(items: pd.DataFrame) -> Published:
    """Each stamped page of the site: the earliest day of its text and the day of its stamp.

    Args:
        items: columns ``item``, ``about``, ``not_before``, ``stamp``.
    """
    shown = items.dropna(subset=["stamp"]).copy()
    shown["text"] = pd.to_datetime(shown["not_before"])
    shown["stamp"] = pd.to_datetime(shown["stamp"])
    article_stamp = shown.loc[shown["item"] == ARTICLE_ITEM, "stamp"].item()
    twins = shown[(shown["stamp"] == article_stamp) & (shown["item"] != ARTICLE_ITEM)]
    gaps = (shown["stamp"] - shown["text"]).dropna() / pd.Timedelta(days=365.25)

    figure, axes = new_axes(height=0.58 * len(shown) + 1.1)
    axes.axvline(article_stamp, ymax=len(shown) / (len(shown) + 0.9), color=GRID, linewidth=6, zorder=0)
    for row, page in enumerate(shown.itertuples()):
        own = page.item == ARTICLE_ITEM
        label = f"{page.item}: {page.about}"
        axes.text(_STAMPS_START, row - 0.33, label, va="center", fontweight="bold" if own else "normal")
        if pd.notna(page.text):
            axes.plot([page.text, page.stamp], [row + 0.08] * 2, color=MUTED, linewidth=1.2, zorder=1)
            axes.plot(page.text, row + 0.08, "o", color=BLUE, markersize=8)
        else:
            axes.text(pd.Timestamp("2010-01-01"), row + 0.08, "text: when?", color=BLUE, va="center")
        axes.plot(page.stamp, row + 0.08, "s", color=ORANGE, markersize=8)
    for start, marker, colour, words in (
        ("2010-01-01", "o", BLUE, "first day of the text"),
        ("2018-01-01", "s", ORANGE, "day of the stamp"),
    ):
        axes.plot(pd.Timestamp(start), -1.05, marker, color=colour, markersize=8)
        axes.text(pd.Timestamp(start) + 150 * _DAY, -1.05, words, color=colour, va="center")
    axes.set_xlim(_STAMPS_START, pd.Timestamp("2025-06-01"))
    axes.set_ylim(len(shown) - 0.5, -1.4)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(mdates.YearLocator(5))
    axes.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
    axes.set_xlabel("year")
    return publish(
        figure,
        name="stamps",
        data="site_items",
        title="The stamps come months or years later, and texts from different years share one",
        alt=(
            f"{len(shown)} pages of one site with a stamp. In the {len(gaps)} whose text can be dated, the stamp comes "
            f"{gaps.min():.1f} to {gaps.max():.1f} years after the first possible day of the text. "
            f"Item {twins['item'].iloc[0]}, a text not "
            f"older than {day_text(twins['text'].iloc[0])}, has the same stamp as the article: "
            f"{day_text(article_stamp)}, {article_stamp:%H:%M}."
        ),
        source=ITEMS_SOURCE,
        table=pd.DataFrame(
            {
                "item": shown["item"],
                "about": shown["about"],
                "text not before": shown["text"].map(day_text),
                "stamp": shown["stamp"].map(lambda moment: f"{day_text(moment)}, {moment:%H:%M}"),
            }
        ),
    )


def clue_intervals(clues: pd.DataFrame) -> Published:
    """The days that each clue allows, on one time axis, with the days that all of them share.

    Args:
        clues: columns ``clue``, ``not_before``, ``not_after``, ``strength`` (hard or soft).
    """
    start, end = remaining(clues)
    hard_start, hard_end = remaining(clues[clues["strength"] == "hard"])
    figure, axes = new_axes(height=0.52 * len(clues) + 0.8)
    axes.axvspan(hard_start - 20 * _DAY, hard_end + 20 * _DAY, color=GRID, zorder=0, linewidth=0)
    for row, clue in enumerate(clues.itertuples()):
        hard = clue.strength == "hard"
        colour = BLUE if hard else ORANGE
        first, last = pd.to_datetime(clue.not_before), pd.to_datetime(clue.not_after)
        left = first if pd.notna(first) else _AXIS_START
        right = last if pd.notna(last) else _AXIS_END
        axes.plot(
            [left, right],
            [row + 0.14] * 2,
            color=colour,
            linewidth=5 if hard else 2,
            linestyle="-" if hard else (0, (3, 1.5)),
            solid_capstyle="butt",
            zorder=2,
        )
        for day, open_side, arrow in ((left, pd.isna(first), "<"), (right, pd.isna(last), ">")):
            axes.plot(day, row + 0.14, arrow if open_side else "|", color=colour, markersize=8, markeredgewidth=2)
        axes.text(_AXIS_START, row - 0.26, f"{clue.clue} ({clue.strength})", va="center")
        if right - left < pd.Timedelta(days=100):
            axes.text(right + 120 * _DAY, row + 0.14, interval_text(first, last), color=colour, va="center")
    axes.set_xlim(_AXIS_START - 100 * _DAY, _AXIS_END + 100 * _DAY)
    axes.set_ylim(len(clues) - 0.4, -0.7)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(mdates.YearLocator(4))
    axes.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
    axes.set_xlabel("year (an arrow means: open on this side)")
    return publish(
        figure,
        name="clue-intervals",
        data="dating_clues",
        title="All the clues leave room for the same few days of 2016",
        alt=(
            f"{len(clues)} horizontal bars, one for each clue, on a time axis from {_AXIS_START.year} to "
            f"{_AXIS_END.year}. The {int((clues['strength'] == 'hard').sum())} hard clues share "
            f"{day_text(hard_start)} to {day_text(hard_end)}; all clues together share {day_text(start)} to "
            f"{day_text(end)}. Most bars are years long; the bar of “last week” is seven days long."
        ),
        source=CLUES_SOURCE,
        table=pd.DataFrame(
            {
                "clue": clues["clue"],
                "not before": pd.to_datetime(clues["not_before"]).map(day_text),
                "not after": pd.to_datetime(clues["not_after"]).map(day_text),
                "strength": clues["strength"],
            }
        ),
    )


def narrowing(clues: pd.DataFrame) -> Published:
    """How many days are left after each clue, added in the order of the table.

    Args:
        clues: columns ``clue``, ``not_before``, ``not_after``, ``strength``.
    """
    steps = narrowing_steps(clues)
    closed = steps.dropna(subset=["days"])
    figure, axes = new_axes(height=0.66 * len(steps) + 0.9)
    for row, step in enumerate(steps.itertuples()):
        colour = BLUE if step.strength == "hard" else ORANGE
        axes.text(1, row - 0.34, f"{'+ ' if row else ''}{step.clue} ({step.strength})", va="center")
        left_over = interval_text(step.start, step.end)
        if pd.isna(step.days):
            axes.text(1, row + 0.02, f"{left_over}: no first day yet", va="center", color=MUTED)
            continue
        axes.barh(row - 0.06, step.days - 1, left=1, height=0.18, color=colour, linewidth=0)
        axes.text(1, row + 0.24, f"{left_over}: {int(step.days):,} days", va="center", color=MUTED)
    axes.set_xscale("log")
    axes.set_xlim(1, 4500)
    axes.set_xticks([1, 7, 30, 365, 3652], ["1 day", "week", "month", "year", "10 years"])
    axes.minorticks_off()
    axes.set_ylim(len(steps) - 0.4, -0.7)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("days left (each step of the scale is a multiple)")
    first, last = closed.iloc[0], closed.iloc[-1]
    week = steps.loc[steps["clue"].str.contains("ast week")].iloc[0]
    return publish(
        figure,
        name="narrowing",
        data="dating_clues",
        title="Added in this order, “last week” cuts the years down to seven days",
        alt=(
            f"Bars of the days left after each clue, on a scale of multiples. The first clues set no first day. With "
            f"“{first['clue']}” {int(first['days']):,} days are left; with “last week” {int(week['days'])}, "
            f"{day_text(week['start'])} to {day_text(week['end'])}; with the item number {int(last['days'])}, "
            f"{day_text(last['start'])} and {day_text(last['end'])}."
        ),
        source=CLUES_SOURCE,
        table=pd.DataFrame(
            {
                "clue added": steps["clue"],
                "strength": steps["strength"],
                "what is left": [interval_text(step.start, step.end) for step in steps.itertuples()],
                "days left": ["open" if pd.isna(days) else f"{int(days):,}" for days in steps["days"]],
            }
        ),
    )


def item_numbers(items: pd.DataFrame) -> Published:
    """The site's count of items around the article's number, by the fastest and the slowest known rate.

    Args:
        items: columns ``item``, ``not_before``, ``not_after``.
    """
    early, late, fast, slow = crossing_days(items)
    meeting = pd.to_datetime(items.loc[items["item"] == MEETING_ITEM, "not_before"]).item()
    last = meeting + 6 * _DAY
    figure, axes = new_axes(height=3.4)
    axes.axvspan(pd.Timestamp("2016-02-27"), pd.Timestamp("2016-02-29"), color=GRID, zorder=0, linewidth=0)
    axes.text(pd.Timestamp("2016-02-28"), 135690, "weekend", ha="center", va="top", color=MUTED)
    days = np.array([0, 6])
    for begin, rate, style in ((meeting, fast, "-"), (meeting + _DAY, slow, "--")):
        axes.plot([begin + day * _DAY for day in days], MEETING_ITEM + rate * days, color=BLUE, linestyle=style)
    axes.axhline(ARTICLE_ITEM, color=ORANGE, linewidth=1.5)
    axes.plot([early, late], [ARTICLE_ITEM] * 2, color=ORANGE, linewidth=6, solid_capstyle="butt")
    axes.text(meeting + 0.05 * _DAY, ARTICLE_ITEM + 6, f"the article: {ARTICLE_ITEM}", color=ORANGE, va="bottom")
    axes.text(meeting + 1.55 * _DAY, MEETING_ITEM + 110, f"{fast:.0f} a day", color=BLUE, ha="right")
    axes.text(meeting + 3.2 * _DAY, MEETING_ITEM + 78, f"{slow:.0f} a day", color=BLUE, ha="left")
    axes.plot(meeting + 0.5 * _DAY, MEETING_ITEM, "o", color=GREEN, markersize=8, clip_on=False)
    axes.text(meeting + 0.75 * _DAY, MEETING_ITEM - 3, f"day of the meeting: {MEETING_ITEM}", color=GREEN, va="top")
    axes.set_xlim(meeting, last)
    axes.set_ylim(135385, 135700)
    axes.set_yticks([135400, 135500, 135600, 135700], ["135400", "135500", "135600", "135700"])
    axes.xaxis.set_major_locator(mdates.DayLocator())
    axes.set_xticks([meeting + (day + 0.5) * _DAY for day in range(6)])
    axes.set_xticklabels([f"{(meeting + day * _DAY).day}\n{meeting + day * _DAY:%a}" for day in range(6)])
    axes.tick_params(axis="x", length=0)
    axes.set_xlabel("25 February to 1 March 2016")
    axes.set_ylabel("number of the item")
    return publish(
        figure,
        name="item-numbers",
        data="site_items",
        title="The count reaches the article's number on 28 or 29 February 2016",
        alt=(
            f"Two straight lines start on {day_text(meeting)} at item {MEETING_ITEM}. At {fast:.0f} items a day the "
            f"count reaches the article's number {ARTICLE_ITEM} when {day_text(early)} begins, at {slow:.0f} a day, "
            f"starting from the end of the day, on {day_text(late)}. A weekend lies between, on 27 and 28 February."
        ),
        source=ITEMS_SOURCE,
        table=pd.DataFrame(
            {
                "rate": ["fastest", "slowest"],
                "items a day": [f"{fast:.1f}", f"{slow:.1f}"],
                "item 135413 counted from": [f"start of {day_text(meeting)}", f"end of {day_text(meeting)}"],
                "item 135581 reached": [f"{day_text(moment)}, {moment:%H:%M}" for moment in (early, late)],
            }
        ),
    )


def explore_clues(clues: pd.DataFrame):
    """For a live notebook: boxes that switch clues on and off, with the days left and a bar of them.

    Args:
        clues: columns ``clue``, ``not_before``, ``not_after``, ``strength``.

    Returns:
        an ipywidgets box; the last cell value of a notebook shows it.
    """
    import ipywidgets as widgets  # only in notebooks: the book is built without it

    boxes = [
        widgets.Checkbox(value=False, description=f"{clue.clue} ({clue.strength})", indent=False)
        for clue in clues.itertuples()
    ]
    result = widgets.HTML()

    def show(_change: object = None) -> None:
        kept = clues[[box.value for box in boxes]]
        result.value = (
            _result_html(*remaining(kept)) if len(kept) else "<p>Every day is possible. Switch a clue on.</p>"
        )

    for box in boxes:
        box.observe(show, names="value")
    show()
    return widgets.VBox([*boxes, result])


def _result_html(start: pd.Timestamp, end: pd.Timestamp) -> str:
    """The days left, in words and as a bar between 2010 and 2024."""
    words = interval_text(start, end)
    if pd.notna(start) and pd.notna(end) and start <= end:
        days = (end - start).days + 1
        words += f": {days:,} day{'s' if days > 1 else ''}"
    left, right = start if pd.notna(start) else _AXIS_START, end if pd.notna(end) else _AXIS_END
    if left > right:
        return f"<p><strong>{html.escape(words)}</strong>: at least one clue is misread.</p>"
    whole = _AXIS_END - _AXIS_START
    offset, width = (left - _AXIS_START) / whole * 100, max((right - left) / whole * 100, 0.5)
    return (
        f"<p><strong>Left: {html.escape(words)}</strong></p>"
        f'<div style="background:{GRID};height:1em;max-width:30em">'
        f'<div style="background:{BLUE};height:1em;margin-left:{offset:.2f}%;width:{width:.2f}%"></div></div>'
        '<div style="display:flex;justify-content:space-between;max-width:30em">'
        "<span>2010</span><span>2024</span></div>"
    )
