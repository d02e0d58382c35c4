"""Figures of chapter 10: one function a figure."""

from __future__ import annotations

import numpy as np
import pandas as pd

from unionstate.figures import (
    BLUE,
    GREEN,
    GRID,
    MUTED,
    ORANGE,
    PURPLE,
    Published,
    new_axes,
    publish,
)
from unionstate.figures.when_was_this_written import day_text

WRITTEN, LAST_DAY = pd.Timestamp("2016-03-06"), pd.Timestamp("2024-12-31")
YEARS = range(2000, 2025)
SURE = 0.95
"""What somebody writes who wants to sound sure."""

_KINDS = {
    "loan": ("loans", BLUE), "dispute": ("disputes", ORANGE), "statement": ("statements", PURPLE),
    "programme": ("programmes", GREEN), "meeting": ("meetings", BLUE), "treaty": ("treaties", GREEN),
    "election": ("votes", PURPLE), "war": ("war", ORANGE),
}  # fmt: skip
_WINDOW = (pd.Timestamp("2015-11-01"), pd.Timestamp("2019-12-31"))


def events_after(events: pd.DataFrame) -> pd.DataFrame:
    """The events after the week of the article, up to the end of 2024.

    Args:
        events: column ``date``.
    """
    dates = pd.to_datetime(events["date"])
    return events.assign(date=dates)[(dates > WRITTEN) & (dates <= LAST_DAY)]


def eight_years(events: pd.DataFrame) -> Published:
    """What the table of union events holds after the article, kind by kind.

    Args:
        events: columns ``date``, ``category``, ``event``.
    """
    shown = events_after(events)
    shown = shown[shown["category"].isin(_KINDS)]
    last_dispute = shown.loc[shown["category"] == "dispute", "date"].max()
    figure, axes = new_axes(height=0.42 * len(_KINDS) + 1.0)
    for row, (kind, (label, colour)) in enumerate(_KINDS.items()):
        dates = shown.loc[shown["category"] == kind, "date"]
        years = dates.dt.year + (dates.dt.day_of_year - 1) / 366
        axes.axhline(row, color=GRID, linewidth=1, zorder=0)
        axes.plot(years, [row] * len(years), "o", color=colour, markersize=8, alpha=0.85)
        axes.text(2015.75, row, f"{label} ({len(dates)})", ha="right", va="center", color=colour)
    axes.set_xlim(2015.9, 2025.1)
    axes.set_ylim(len(_KINDS) - 0.5, -0.7)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xticks(range(2016, 2026, 2))
    axes.set_xlabel("year")
    counts = shown["category"].value_counts()
    return publish(
        figure,
        name="eight-years",
        data="union_state_events",
        title=f"After {last_dispute:%B %Y} this table knows no dispute",
        alt=(
            f"Dots for {len(shown)} events from March 2016 to December 2024, one row a kind: "
            + ", ".join(f"{label} {counts.get(kind, 0)}" for kind, (label, _) in _KINDS.items())
            + f". The last dispute in the table is of {day_text(last_dispute)}; the meetings crowd after 2020."
        ),
        source=(
            "One event of another kind, a decree signed without a meeting, is left out. Source: course table "
            "union_state_events.csv, which names the source of each event."
        ),
        table=pd.DataFrame({"day": shown["date"].map(day_text), "kind": shown["category"], "event": shown["event"]}),
    )


def window(levels: pd.DataFrame) -> Published:
    """The level of EU sanctions on Belarus over 20 years, with the few years that a hasty figure would show.

    Args:
        levels: columns ``month``, ``target_iso3``, ``sender``, ``level``.
    """
    shown = levels[(levels["target_iso3"] == "BLR") & (levels["sender"] == "EU") & (levels["month"] >= "2004-01")]
    months = pd.to_datetime(shown["month"])
    years = months.dt.year + (months.dt.month - 1) / 12
    first, last = (day.year + day.day_of_year / 366 for day in _WINDOW)
    figure, axes = new_axes(height=3.0)
    axes.axvspan(first, last, color=GRID, zorder=0, linewidth=0)
    axes.text((first + last) / 2, 4.45, "window", ha="center", color=MUTED)
    axes.step(years, shown["level"], where="post", color=BLUE, linewidth=2.5)
    axes.set_ylim(-0.2, 4.8)
    axes.set_xlim(2003.7, 2025.2)
    axes.set_yticks(range(5))
    axes.set_xticks([2004, 2008, 2012, 2016, 2020, 2024])
    axes.set_ylabel("level of EU sanctions (0-4)")
    inside = shown[months.between(*_WINDOW)]["level"]
    steps = shown["level"].diff().fillna(1) != 0
    return publish(
        figure,
        name="window",
        data="sanctions_levels",
        title="Inside the grey window the line is calm; over twenty years it climbs and falls",
        alt=(
            f"A step line of the level of EU sanctions on Belarus from January 2004 to December 2024. In the grey "
            f"window, November 2015 to December 2019, it stays at {inside.iloc[0]}. Over the whole time it moves: "
            + ", ".join(f"{row.level} from {row.month}" for row in shown[steps].itertuples())
            + "."
        ),
        source=(
            "Levels are our coding of what was in force, explained in the table's description. Source: course table "
            "sanctions_levels.csv."
        ),
        table=pd.DataFrame({"from": shown.loc[steps, "month"], "level": shown.loc[steps, "level"]}),
    )


def years_with_a_meeting(meetings: pd.DataFrame) -> pd.Series:
    """For each year from 2000 to 2024, how many meetings of the Council are known.

    Args:
        meetings: column ``date``.
    """
    return pd.to_datetime(meetings["date"]).dt.year.value_counts().reindex(YEARS, fill_value=0)


def base_rate(meetings: pd.DataFrame) -> float:
    """The share of the years from 2000 to 2024 in which at least one meeting of the Council is known."""
    return float((years_with_a_meeting(meetings) > 0).mean())


def council_years(meetings: pd.DataFrame) -> Published:
    """One square a year: filled if a meeting of the Council is known.

    Args:
        meetings: column ``date``.
    """
    counts = years_with_a_meeting(meetings)
    figure, axes = new_axes(height=2.9)
    for position, (year, number) in enumerate(counts.items()):
        column, row = position % 5, position // 5
        filled = number > 0
        axes.plot(
            column, row, "s", markersize=22, color=BLUE if filled else GRID, markerfacecolor="none", markeredgewidth=2
        )
        axes.text(
            column + 0.22, row, f"{year}", ha="left", va="center", color=BLUE if filled else MUTED,
            weight="bold" if filled else "normal",
        )  # fmt: skip
        axes.text(column, row, f"{number}", ha="center", va="center", color=BLUE if filled else MUTED)
    axes.set_xlim(-0.3, 4.75)
    axes.set_ylim(4.6, -0.6)
    axes.axis("off")
    with_one = int((counts > 0).sum())
    empty = ", ".join(str(year) for year in counts.index[counts == 0])
    return publish(
        figure,
        name="council-years",
        data="council_meetings",
        title=f"In {with_one} of {len(counts)} years at least one Council is known",
        alt=(
            f"A grid of {len(counts)} squares, one for each year from {counts.index[0]} to {counts.index[-1]}, with "
            f"the number of known meetings of the Supreme State Council. {with_one} years have at least one; no "
            f"meeting is known in {empty}."
        ),
        source=(
            "The number in a square counts the meetings known; one or two may be missing. Source: course table "
            "council_meetings.csv, which names the source of each row."
        ),
        table=counts.rename("meetings known").rename_axis("year").reset_index(),
    )


def expected_penalty(stated: np.ndarray | float, believed: float) -> np.ndarray | float:
    """The Brier score that a forecaster must expect who believes in one probability and states another.

    Args:
        stated: what is written down, 0 to 1.
        believed: what the forecaster thinks, 0 to 1.
    """
    return believed * (1 - stated) ** 2 + (1 - believed) * stated**2


def honest_number(meetings: pd.DataFrame) -> Published:
    """The expected Brier score by the number stated, for somebody who believes the base rate.

    Args:
        meetings: column ``date``.
    """
    believed = base_rate(meetings)
    stated = np.linspace(0, 1, 101)
    figure, axes = new_axes(height=3.0)
    axes.plot(100 * stated, expected_penalty(stated, believed), color=BLUE, linewidth=2.5)
    points = {"honest": believed, "sounds sure": SURE, "no opinion": 0.5}
    for label, at in points.items():
        colour = GREEN if label == "honest" else ORANGE
        height = expected_penalty(at, believed)
        axes.plot(100 * at, height, "o", color=colour, markersize=8)
        axes.text(
            100 * at, height + (-0.05 if label == "honest" else 0.05), f"{label}\n{100 * at:.0f}%: {height:.2f}",
            ha="center" if label != "sounds sure" else "right", va="top" if label == "honest" else "bottom",
            color=colour,
        )  # fmt: skip
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 0.72)
    axes.set_xlabel("probability that you write down, %")
    axes.set_ylabel("expected Brier score")
    heights = {label: expected_penalty(at, believed) for label, at in points.items()}
    return publish(
        figure,
        name="honest-number",
        data="council_meetings",
        title="The number that you believe is the number that costs you least",
        alt=(
            f"A curve of the expected Brier score against the probability stated, for a forecaster who believes "
            f"{100 * believed:.0f} per cent. Its lowest point, {heights['honest']:.2f}, lies at that number; at 50 per "
            f"cent it is {heights['no opinion']:.2f}, at {100 * SURE:.0f} per cent {heights['sounds sure']:.2f}."
        ),
        source=(
            "Computed for somebody who believes the share of years with a Council; a low score is good. Source: "
            "course table council_meetings.csv."
        ),
        table=pd.DataFrame(
            {
                "probability stated": [f"{100 * at:.0f}%" for at in points.values()],
                "expected Brier score": [f"{height:.3f}" for height in heights.values()],
            }
        ),
    )


CHECKLIST = (
    "The first sentence gives one finding, and I could say what would disprove it.",
    "Every number, date and quotation has a source that a reader can open.",
    "I name who says what: a government's statement stands as a statement.",
    "I give the best case against my finding in words that its defenders would accept.",
    "I say in plain words what I do not know.",
    "The title of the figure is its finding, and the figure shows no less than the whole time that matters.",
    "Each prediction has an event, a last day, a witness and a number.",
    "No loaded word answers a question that I should have asked.",
)
"""What a writer checks before publishing, one sentence each."""


def self_review():
    """For a live notebook: the checklist as boxes to tick, with what is left to do.

    Returns:
        an ipywidgets box; the last cell value of a notebook shows it.
    """
    import ipywidgets as widgets  # only in notebooks: the book is built without it

    boxes = [
        widgets.Checkbox(value=False, description=line, indent=False, layout=widgets.Layout(width="98%"))
        for line in CHECKLIST
    ]
    result = widgets.HTML()

    def show(_change: object = None) -> None:
        done = sum(box.value for box in boxes)
        rest = len(boxes) - done
        result.value = (
            "<p><strong>All done. Sleep one night, read it once more, then publish.</strong></p>"
            if rest == 0
            else f"<p>{done} of {len(boxes)} done, {rest} to go.</p>"
        )

    for box in boxes:
        box.observe(show, names="value")
    show()
    return widgets.VBox([*boxes, result])
