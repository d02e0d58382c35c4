"""Figures of chapter 9: one function a figure."""

from __future__ import annotations

import matplotlib.dates as mdates
import numpy as np
import pandas as pd

from unionstate.figures import BLUE, GREEN, GRID, INK, MUTED, ORANGE, Published, new_axes, publish
from unionstate.measures.forecasts import calibration_table

ARTICLE_DAY = pd.Timestamp("2016-03-01")
EARLY = 3  # months: a year "begins early" if its first known Council meeting is in January, February or March
_LAST_DAY = pd.Timestamp("2022-12-31")
OUTCOMES_SOURCE = "Source: course table predictions.csv, which names two sources for each outcome."

# the statements in a few words, for the drawing
SHORT = {
    "P1": "official visit to an EU state",
    "P2": "Partnership Priorities with the EU",
    "P3": "loan of 1 billion dollars or more",
    "P4": "Council meets again in 2016",
    "P5": "new agreement on defence",
    "P6": "Russian air base in Belarus",
    "P7": "UN vote with Russia on Crimea",
    "P8": "Crimea called Russian in law",
}


def council_years(meetings: pd.DataFrame) -> pd.DataFrame:
    """The known Council meetings of each year from 2000 to 2015: how many, and whether the first was early.

    Args:
        meetings: the table ``council_meetings``.
    """
    days = pd.to_datetime(meetings["date"])
    days = days[days.dt.year.between(2000, 2015)]
    months = days.dt.month.groupby(days.dt.year)
    years = pd.DataFrame({"meetings": months.size(), "first_month": months.min()}).reindex(range(2000, 2016))
    years["meetings"] = years["meetings"].fillna(0).astype(int)
    years["early"] = years["first_month"] <= EARLY
    return years


def words_as_ranges(words: pd.DataFrame) -> Published:
    """The ranges of probability that rules and readers give to words.

    Args:
        words: the table ``probability_words``.
    """
    figure, axes = new_axes(height=0.62 * len(words) + 1.1)
    axes.axvline(50, color=GRID, linewidth=2, zorder=0)
    for row, word in enumerate(words.itertuples()):
        colour = BLUE if word.kind == "rule" else ORANGE
        axes.plot([word.low, word.high], [row + 0.12] * 2, color=colour, linewidth=7, solid_capstyle="butt")
        axes.text(0, row - 0.24, f"“{word.word}”, {word.who}", va="center")
        axes.text(word.low - 1.5, row + 0.12, f"{word.low:.0f}", color=colour, ha="right", va="center")
        axes.text(word.high + 1.5, row + 0.12, f"{word.high:.0f}", color=colour, ha="left", va="center")
    axes.set_xlim(0, 108)
    axes.set_xticks([0, 25, 50, 75, 100])
    axes.set_ylim(len(words) - 0.5, -0.6)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("probability (per cent)")
    return publish(
        figure,
        name="words-as-ranges",
        data="probability_words",
        title="The same kind of word can mean one chance in five or near certainty",
        alt="Bars of probability in per cent: "
        + "; ".join(f"“{word.word}”, {word.who}, {word.low:.0f} to {word.high:.0f}" for word in words.itertuples())
        + ". The last bar is what colleagues answered; the others are rules.",
        source="Source: documents named in the course table probability_words.csv.",
        table=words[["word", "who", "low", "high", "kind"]],
    )


def outcomes(predictions: pd.DataFrame) -> Published:
    """Each statement with its deadline and the day on which it came true, in time, late or not known.

    Args:
        predictions: the table ``predictions``.
    """
    rows = predictions.copy()
    rows["deadline"], rows["happened_on"] = (pd.to_datetime(rows[name]) for name in ("deadline", "happened_on"))
    figure, axes = new_axes(height=0.6 * len(rows) + 1.2)
    for row, one in enumerate(rows.itertuples()):
        axes.text(ARTICLE_DAY, row - 0.27, f"{one.prediction_id} {SHORT[one.prediction_id]}", va="center")
        axes.plot([ARTICLE_DAY, one.deadline], [row + 0.12] * 2, color=GRID, linewidth=7, solid_capstyle="butt")
        if one.happened:
            axes.plot(one.happened_on, row + 0.12, "o", color=GREEN, markersize=8)
            continue
        axes.plot(one.deadline, row + 0.12, "x", color=ORANGE, markersize=8, markeredgewidth=2.5)
        if pd.notna(one.happened_on):
            axes.plot(one.happened_on, row + 0.12, "o", markerfacecolor="none", color=MUTED, markersize=8)
    for start, marker, fill, colour, label in (
        ("2016-03-15", "o", GREEN, GREEN, "in time"),
        ("2017-12-01", "x", ORANGE, ORANGE, "not by the deadline"),
        ("2021-02-01", "o", "none", MUTED, "later"),
    ):
        day = pd.Timestamp(start)
        axes.plot(day, -0.95, marker, markerfacecolor=fill, color=colour, markersize=8, markeredgewidth=2)
        axes.text(day + pd.Timedelta(days=60), -0.95, label, color=colour, va="center")
    axes.set_xlim(pd.Timestamp("2016-01-15"), _LAST_DAY)
    axes.set_ylim(len(rows) - 0.5, -1.35)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(mdates.YearLocator(2))
    axes.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
    axes.set_xlabel("year (grey bar: from the article to the deadline)")
    came, late = rows[rows["happened"] == 1], rows[(rows["happened"] == 0) & rows["happened_on"].notna()]
    return publish(
        figure,
        name="outcomes",
        data="predictions",
        title=f"{len(came)} of the {len(rows)} statements came true in time; {len(late)} more came late",
        alt=(
            f"{len(rows)} statements with a grey bar from March 2016 to the deadline. In time: "
            + ", ".join(SHORT[one] for one in came["prediction_id"])
            + f". Not by the deadline: the other {len(rows) - len(came)}, of which {len(late)} came later: "
            + ", ".join(f"{SHORT[one.prediction_id]}, in {one.happened_on.year}" for one in late.itertuples())
            + "."
        ),
        source=OUTCOMES_SOURCE,
        table=predictions[["prediction_id", "statement", "deadline", "happened", "happened_on", "what_happened"]],
    )


def penalty(predictions: pd.DataFrame) -> Published:
    """The Brier penalty of each stated probability, if the event happens and if it does not.

    Args:
        predictions: the table ``predictions`` (its share of outcomes is marked).
    """
    stated = np.linspace(0, 1, 101)
    figure, axes = new_axes(height=3.5)
    axes.plot(stated * 100, (stated - 1) ** 2, color=GREEN, linewidth=2)
    axes.plot(stated * 100, stated**2, color=ORANGE, linewidth=2, linestyle="--")
    axes.plot(50, 0.25, "o", color=INK, markersize=7)
    axes.text(54, 0.25, "0.25 either way", ha="left", va="center", color=INK)
    axes.text(3, 0.99, "if it happens", color=GREEN, ha="left", va="bottom")
    axes.text(99, 1.03, "if it does not", color=ORANGE, ha="right", va="bottom")
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 1.12)
    axes.set_xticks([0, 25, 50, 75, 100])
    axes.set_xlabel("probability you stated (per cent)")
    axes.set_ylabel("penalty")
    marks = [0, 10, 30, 50, 70, 90, 100]
    share = predictions["happened"].mean()
    return publish(
        figure,
        name="penalty",
        data="predictions",
        title="Being a little wrong is cheap; being sure and wrong is dear",
        alt=(
            "Two curves of the penalty against the probability stated. If the event happens, the penalty falls from 1 "
            "at 0 per cent to 0 at 100 per cent; if it does not, it rises from 0 to 1. Both are steep where one is "
            f"sure and wrong. They cross at 50 per cent, where the penalty is 0.25. Here {share:.0%} happened."
        ),
        source="Source: computed from the formula in the text; outcomes in the course table predictions.csv.",
        table=pd.DataFrame(
            {
                "probability stated": [f"{one} %" for one in marks],
                "penalty if it happens": [f"{(one / 100 - 1) ** 2:.2f}" for one in marks],
                "penalty if it does not": [f"{(one / 100) ** 2:.2f}" for one in marks],
            }
        ),
    )


def second_meetings(meetings: pd.DataFrame) -> Published:
    """The months of the known Council meetings, year by year, with the years that began early.

    Args:
        meetings: the table ``council_meetings``.
    """
    days = pd.to_datetime(meetings["date"])
    days = days[days.dt.year.between(2000, 2016)]
    years = council_years(meetings)
    figure, axes = new_axes(height=4.6)
    axes.axvspan(0.5, EARLY + 0.5, color=GRID, linewidth=0, zorder=0)
    for year, months in days.dt.month.groupby(days.dt.year):
        early = months.min() <= EARLY
        colour = (BLUE if len(months) > 1 else ORANGE) if early else MUTED
        marks = [day.month + (day.day - 15) / 30 for day in days[days.dt.year == year]]
        axes.plot(marks, [year] * len(marks), color=colour, linewidth=1)
        axes.plot(marks, [year] * len(marks), "o" if early else "s", color=colour, markersize=7)
    axes.set_xlim(0.3, 12.9)
    axes.set_ylim(2016.7, 1999.3)
    axes.set_xticks([1, 4, 7, 10], ["Jan", "Apr", "Jul", "Oct"])
    axes.set_yticks(range(2000, 2017, 4))
    axes.set_xlabel("month (grey: January to March)")
    axes.set_ylabel("year")
    axes.text(4.2, 2016, "2016: the article", color=ORANGE, va="center")
    early = years[years["early"]]
    return publish(
        figure,
        name="second-meetings",
        data="council_meetings",
        title="After an early meeting a second one had usually followed; in 2016 it did not",
        alt=(
            f"The months of the known meetings, 2000 to 2016. Two or more meetings in {(years['meetings'] > 1).sum()} "
            f"of the {len(years)} years to 2015. Of the {len(early)} years that began with a meeting from January to "
            f"March, {(early['meetings'] > 1).sum()} had a second one; 2015 and 2016 did not."
        ),
        source="Source: course table council_meetings.csv, known meetings only.",
        table=pd.DataFrame(
            {
                "year": years.index,
                "known meetings": years["meetings"],
                "first meeting January to March": years["early"].map({True: "yes", False: "no"}),
            }
        ),
    )


def class_calibration(forecasts: pd.DataFrame, predictions: pd.DataFrame) -> Published:
    """How often things happened, by the probability that the invented class stated.

    Args:
        forecasts: the table ``class_forecasts``.
        predictions: the table ``predictions``.
    """
    both = forecasts.merge(predictions[["prediction_id", "happened"]], on="prediction_id")
    groups = calibration_table(both["probability"], both["happened"])
    figure, axes = new_axes(height=3.9)
    axes.plot([0, 100], [0, 100], color=MUTED, linewidth=1.2, linestyle=":")
    axes.plot(groups.index * 100, groups["happened"] * 100, "-o", color=BLUE, markersize=8, linewidth=2)
    for stated, group in groups.iterrows():
        above = stated < 0.5
        axes.text(
            stated * 100,
            group["happened"] * 100 + (7 if above else -7),
            f"{int(group['forecasts'])}",
            ha="center",
            va="center",
            color=BLUE,
        )
    axes.text(84, 91, "perfect", color=MUTED, ha="right", va="center")
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
    axes.set_xticks([10, 30, 50, 70, 90])
    axes.set_yticks([0, 25, 50, 75, 100])
    axes.set_xlabel("probability stated (per cent)")
    axes.set_ylabel("happened (per cent)")
    return publish(
        figure,
        name="class-calibration",
        data="class_forecasts",
        title="The invented class is too sure of itself at both ends",
        alt=(
            "A line of how often things happened against the probability stated, flatter than the diagonal: "
            + ", ".join(f"at {stated:.0%} it was {group['happened']:.0%}" for stated, group in groups.iterrows())
            + "."
        ),
        source="Source: course tables class_forecasts.csv (invented for practice) and predictions.csv.",
        table=pd.DataFrame(
            {
                "probability stated": [f"{stated:.0%}" for stated in groups.index],
                "forecasts": groups["forecasts"].astype(int).to_list(),
                "happened": [f"{share:.0%}" for share in groups["happened"]],
            }
        ),
    )
