"""Figures of chapter 6: the calendar of EU sanctions, and what made-up series look like beside it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from unionstate.figures import (
    BLUE,
    GREEN,
    GRID,
    INK,
    MUTED,
    ORANGE,
    PURPLE,
    WIDTH,
    Published,
    new_axes,
    publish,
)
from unionstate.measures import correlation
from unionstate.simulate import LEAST, SEED, Kind, made_up, share_of_finds, wander

FIRST, LAST = 2004, 2019
ARTICLE = 2016.17  # the week of 29 February 2016
SANCTIONS_FROM = 2  # the level from which a year does not count as mild: ten persons or more
MOTIONS_SEED = 133
MOTIONS: dict[str, tuple[Kind, float]] = {  # letter: kind, size
    "A": ("drift", 3.0),
    "B": ("wander", 0.0),
    "C": ("swing", 2.0),
    "D": ("noise", 0.0),
}
WANDERS = 12
CALENDARS = {
    "reference coding": "eu_level_1dec",
    "sanctions on 1 December": "eu_sanctions_1dec",
    "sanctions on 1 July": "eu_sanctions_1jul",
}
CALENDAR_SOURCE = (
    "Source: course table pendulum_annual.csv, columns on EU sanctions; coded from the acts in sanctions_events.csv."
)
MADE_UP_SOURCE = (
    "Source: made up for this course by src/unionstate/simulate.py; no data about Belarus but the calendar."
)


def mild_years(years: pd.DataFrame) -> pd.Series:
    """The calendar: 1 in years that were mild by the reference coding, 0 in the others.

    Args:
        years: columns ``year`` and ``eu_level_1dec``.
    """
    chosen = years.set_index("year").loc[FIRST:LAST, "eu_level_1dec"]
    return (chosen < SANCTIONS_FROM).astype(int).rename("mild")


def calendars(years: pd.DataFrame) -> pd.DataFrame:
    """The three ways of this book to say which years were mild, the reference coding first; one column each."""
    chosen = years.set_index("year").loc[FIRST:LAST]
    found = {name: 1 - chosen[column].astype(int) for name, column in CALENDARS.items()}
    return pd.DataFrame(found).assign(**{"reference coding": mild_years(years)})


def motions(calendar: pd.Series) -> pd.DataFrame:
    """The table simulated_motions: four made-up series, one row a year and series, rounded to two digits."""
    rng = np.random.default_rng(MOTIONS_SEED)
    parts = []
    for name, (kind, size) in MOTIONS.items():
        values = made_up(kind, calendar, rng, size).round(2)
        parts.append(pd.DataFrame({"year": calendar.index, "series": name, "value": values.to_numpy()}))
    return pd.concat(parts, ignore_index=True)


def turns(calendar: pd.Series) -> int:
    """How often a calendar changes from mild to not mild or back."""
    return int((calendar.diff().dropna() != 0).sum())


def shade_mild(axes: Axes, calendar: pd.Series) -> None:
    """Shade the mild years, each from half a year before to half a year after its mark."""
    start = None
    for year, mild in [*calendar.items(), (calendar.index[-1] + 1, 0)]:
        if mild and start is None:
            start = year
        if not mild and start is not None:
            axes.axvspan(start - 0.5, year - 0.5, color=GRID, linewidth=0, zorder=0)
            start = None


def _spans(calendar: pd.Series) -> str:
    """The runs of mild years in words."""
    years = list(calendar.index[calendar == 1])
    groups: list[list[int]] = []
    for year in years:
        if groups and groups[-1][-1] == year - 1:
            groups[-1].append(year)
        else:
            groups.append([year])
    words = [f"{group[0]} to {group[-1]}" if len(group) > 1 else str(group[0]) for group in groups]
    return ", ".join(words[:-1]) + " and " + words[-1]


def _panels(rows: int, columns: int, height: float) -> tuple[Figure, np.ndarray]:
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    return figure, figure.subplots(rows, columns, sharex=True)


def calendar(pendulum_annual: pd.DataFrame) -> Published:
    """The EU's level of sanctions on 1 December of each year, with the mild years shaded.

    Args:
        pendulum_annual: columns ``year`` and ``eu_level_1dec``.
    """
    mild = mild_years(pendulum_annual)
    level = pendulum_annual.set_index("year").loc[FIRST:LAST, "eu_level_1dec"].astype(int)
    figure, axes = new_axes(height=2.9)
    shade_mild(axes, mild)
    axes.step(level.index, level, where="mid", color=MUTED, linewidth=1)
    for is_mild, colour, marker in ((1, BLUE, "o"), (0, ORANGE, "s")):
        here = level[mild == is_mild]
        axes.plot(here.index, here, marker, color=colour, markersize=7)
    axes.text(2009, 1.25, "mild", color=INK, ha="center")
    axes.text(2006.5, 2.25, "sanctions", color=ORANGE, ha="center")
    axes.text(2012.5, 3.25, "sanctions", color=ORANGE, ha="center")
    axes.set_xlim(FIRST - 0.7, LAST + 0.7)
    axes.set_ylim(0, 4.2)
    axes.set_yticks(range(5))
    axes.set_xticks(range(FIRST, LAST + 1, 3))
    axes.set_xlabel("year (state on 1 December)")
    axes.set_ylabel("level, 0 to 4")
    axes.axvline(ARTICLE, ymax=0.8, color=INK, linewidth=1, linestyle=":")
    axes.text(ARTICLE, 3.5, "the article", color=INK, ha="center")
    return publish(
        figure,
        name="calendar",
        data="pendulum_annual",
        title=f"By our coding, the EU's course changed {turns(mild)} times in {len(mild)} years",
        alt=(
            f"The level of EU sanctions against Belarus on 1 December of each year from {FIRST} to {LAST}, on a scale "
            f"from 0 to 4. The years with level 0 or 1 are shaded as mild: {_spans(mild)}. In 2006 and 2007 the level "
            f"is 2, from 2011 to 2014 it is 3. The article falls into the last mild period."
        ),
        source=CALENDAR_SOURCE,
        table=pd.DataFrame(
            {"year": level.index, "EU level on 1 December": level.to_numpy(), "mild": mild.map({1: "yes", 0: "no"})}
        ),
    )


def four_series(simulated_motions: pd.DataFrame, pendulum_annual: pd.DataFrame) -> Published:
    """The four made-up series, without their names.

    Args:
        simulated_motions: columns ``year``, ``series``, ``value``.
        pendulum_annual: columns ``year`` and ``eu_level_1dec``.
    """
    mild = mild_years(pendulum_annual)
    wide = simulated_motions.pivot(index="year", columns="series", values="value")
    figure, panels = _panels(2, 2, 3.9)
    for axes, name in zip(panels.flat, wide, strict=True):
        shade_mild(axes, mild)
        axes.plot(wide.index, wide[name], "o-", color=BLUE, markersize=4, linewidth=1.2)
        axes.set_title(name, loc="left", fontsize=10.5, fontweight="bold")
        axes.set_xticks([2005, 2010, 2015])
    for axes in panels[:, 0]:
        axes.set_ylabel("value")
    for axes in panels[-1]:
        axes.set_xlabel("year")
    return publish(
        figure,
        name="four-series",
        data="simulated_motions",
        title=f"Four made-up series of {len(wide)} points; only one was told to follow the shaded years",
        alt=(
            f"Four small panels, A to D, each with {len(wide)} yearly points joined by a line; the mild years are "
            "shaded. A rises from left to "
            "right with small ups and downs. B makes broad, smooth waves. C jumps between lower and higher years. "
            "D goes up and down from year to year without a direction."
        ),
        source=MADE_UP_SOURCE,
        table=wide.reset_index(),
    )


def four_motions(simulated_motions: pd.DataFrame, pendulum_annual: pd.DataFrame) -> Published:
    """The same four series with their names, the mild years and the correlation with them.

    Args:
        simulated_motions: columns ``year``, ``series``, ``value``.
        pendulum_annual: columns ``year`` and ``eu_level_1dec``.
    """
    mild = mild_years(pendulum_annual)
    wide = simulated_motions.pivot(index="year", columns="series", values="value")
    colours = {"swing": GREEN, "drift": BLUE, "noise": ORANGE, "wander": PURPLE}
    found = {name: correlation(wide[name], mild) for name in wide}
    figure, panels = _panels(2, 2, 4.1)
    for axes, name in zip(panels.flat, wide, strict=True):
        kind = MOTIONS[name][0]
        shade_mild(axes, mild)
        axes.plot(wide.index, wide[name], "o-", color=colours[kind], markersize=4, linewidth=1.2)
        axes.set_title(f"{name}: {kind}, r = {_signed(found[name])}", loc="left", fontsize=10.5)
        axes.set_xticks([2005, 2010, 2015])
    for axes in panels[:, 0]:
        axes.set_ylabel("value")
    for axes in panels[-1]:
        axes.set_xlabel("year")
    told = ", ".join(f"{name} ({MOTIONS[name][0]}) {_signed(found[name])}" for name in wide)
    return publish(
        figure,
        name="four-motions",
        data="simulated_motions",
        title="Only the swing keeps step with the mild years",
        alt=(
            f"The four series again, named, with the mild years shaded. Correlation with the mild years: {told}. "
            f"Only the swing is high in most of the mild years and low in the others; the wander makes waves as broad, "
            "at the wrong times."
        ),
        source=MADE_UP_SOURCE,
        table=pd.DataFrame(
            {
                "series": list(wide),
                "kind": [MOTIONS[name][0] for name in wide],
                "correlation with mild years": [_signed(found[name]) for name in wide],
            }
        ),
    )


def _signed(number: float) -> str:
    return f"{number:.2f}".replace("-", "−")


def wanders(calendar: pd.Series) -> pd.DataFrame:
    """Twelve wandering series over the years of the calendar, a column each."""
    rng = np.random.default_rng(SEED)
    return pd.DataFrame({number: wander(calendar.index, rng) for number in range(1, WANDERS + 1)})


def twelve_wanders(pendulum_annual: pd.DataFrame) -> Published:
    """Twelve random walks of sixteen points.

    Args:
        pendulum_annual: columns ``year`` and ``eu_level_1dec``.
    """
    mild = mild_years(pendulum_annual)
    walks = wanders(mild)
    found = {name: correlation(walks[name], mild) for name in walks}
    best = max(found, key=lambda name: abs(found[name]))
    figure, panels = _panels(4, 3, 4.9)
    for axes, name in zip(panels.flat, walks, strict=True):
        shade_mild(axes, mild)
        axes.plot(walks.index, walks[name], color=PURPLE, linewidth=1.6)
        axes.set_yticks([])
        axes.set_xticks([2006, 2016])
        axes.set_title(f"r = {_signed(found[name])}", loc="left", fontsize=10.5, pad=3)
    for axes in panels[-1]:
        axes.set_xlabel("year")
    return publish(
        figure,
        name="twelve-wanders",
        data="pendulum_annual",
        title="Chance alone makes waves: twelve walks that know nothing of the shaded years",
        alt=(
            f"Twelve small panels, each with a random walk over {len(walks)} years and the mild years shaded. Most "
            "walks show one or two broad rises and falls that could be told as a story. Their correlations with the "
            f"mild years run from {_signed(min(found.values()))} to {_signed(max(found.values()))}; the strongest is "
            f"{_signed(found[best])}, by chance."
        ),
        source=MADE_UP_SOURCE,
        table=pd.DataFrame(
            {
                "walk": list(walks),
                "lowest": walks.min().round(1).to_numpy(),
                "highest": walks.max().round(1).to_numpy(),
                "correlation with mild years": [_signed(one) for one in found.values()],
            }
        ),
    )


SEARCHES: dict[str, dict[str, object]] = {
    "one indicator, one calendar, direction agreed": {},
    "either direction counts": {"either_direction": True},
    "… and any of three calendars": {"either_direction": True, "calendars": 3},
    "… and any of five indicators": {"either_direction": True, "calendars": 3, "indicators": 5},
}


def finds(years: pd.DataFrame) -> pd.DataFrame:
    """How often each kind of search finds a "pendulum" in series that have none; in per cent.

    Args:
        years: the table pendulum_annual.

    Returns:
        A row a search; columns ``noise`` and ``wander``.
    """
    ways = calendars(years)
    rows = {}
    for name, settings in SEARCHES.items():
        asked = {key: value for key, value in settings.items() if key != "calendars"}
        chosen = ways.iloc[:, : settings.get("calendars", 1)]
        rows[name] = {kind: 100 * share_of_finds(kind, chosen, **asked) for kind in ("noise", "wander")}
    return pd.DataFrame(rows).T


def false_finds(pendulum_annual: pd.DataFrame) -> Published:
    """How often a search finds a pendulum where there is none, the freer the oftener.

    Args:
        pendulum_annual: columns ``year``, ``eu_level_1dec`` and the two dummies of EU sanctions.
    """
    shares = finds(pendulum_annual)
    figure, axes = new_axes(height=4.0)
    for row, (name, found) in enumerate(shares.iterrows()):
        axes.text(0, row - 0.37, name, va="center")
        for offset, kind, colour in ((-0.08, "noise", ORANGE), (0.18, "wander", PURPLE)):
            axes.barh(row + offset, found[kind], height=0.22, color=colour, linewidth=0)
            axes.text(found[kind] + 1.5, row + offset, f"{kind}: {found[kind]:.0f}", va="center", color=colour)
    axes.set_xlim(0, 105)
    axes.set_ylim(len(shares) - 0.6, -0.65)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(f"searches in which a correlation reaches {LEAST}, %")
    last = shares.iloc[-1]
    told = "; ".join(f"{name}: noise {row['noise']:.0f}, wander {row['wander']:.0f}" for name, row in shares.iterrows())
    return publish(
        figure,
        name="false-finds",
        data="pendulum_annual",
        title=f"The freer the search, the more pendulums it finds where there are none: up to {last['wander']:.0f} %",
        alt=(
            "Bars of the share of searches, in per cent, that find a correlation of at least "
            f"{LEAST} between made-up series and the calendar. {told}."
        ),
        source=MADE_UP_SOURCE,
        table=shares.round(0).astype(int).rename_axis("what counts as a find").reset_index(),
    )


def explore_motions(years: pd.DataFrame):
    """For a live notebook: choose a motion, a size and a throw of chance, and see the series and its correlation.

    Args:
        years: the table pendulum_annual.

    Returns:
        an ipywidgets box; the last cell value of a notebook shows it.
    """
    import ipywidgets as widgets  # only in notebooks: the book is built without it

    mild = mild_years(years)
    kind = widgets.Dropdown(options=["swing", "drift", "noise", "wander"], description="motion")
    size = widgets.FloatSlider(value=2, min=0, max=4, step=0.5, description="size")
    throw = widgets.IntSlider(value=1, min=1, max=50, description="throw")
    result = widgets.HTML()

    def show(_change: object = None) -> None:
        values = made_up(kind.value, mild, np.random.default_rng(throw.value), size.value)
        figure, axes = new_axes(height=2.6)
        shade_mild(axes, mild)
        axes.plot(values.index, values, "o-", color=PURPLE)
        axes.set_xlabel("year (mild years shaded)")
        axes.set_ylabel("value")
        found = correlation(values, mild)
        drawn = publish(
            figure,
            name="explored",
            data="pendulum_annual",
            title=f"{kind.value}: r = {_signed(found)}, {'passes' if found >= LEAST else 'does not pass'}",
            alt=f"A made-up series of {len(values)} points of the kind {kind.value}; correlation {_signed(found)}.",
            source=MADE_UP_SOURCE,
            table=values.round(2).rename("value").reset_index(),
        )
        result.value = drawn._repr_html_()

    for control in (kind, size, throw):
        control.observe(show, names="value")
    show()
    return widgets.VBox([kind, size, throw, result])
