"""Figures of chapter 7: votes, trade, opinion and democracy beside the calendar of EU sanctions."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from unionstate.figures import BLUE, GREEN, GRID, INK, MUTED, ORANGE, PURPLE, Published, new_axes, publish
from unionstate.figures.what_would_a_pendulum_look_like import (
    ARTICLE,
    SANCTIONS_FROM,
    calendars,
    mild_years,
    shade_mild,
)
from unionstate.measures import block_shift_test, correlation, lies_between, share

VOTES_SOURCE = "Source: ideal points of Bailey, Strezhnev and Voeten, votes on final passage; course table {}.csv."
TRADE_SOURCE = "Source: World Bank, WITS (UN Comtrade), Belarus as reporter; course table {}.csv."
LAST_TRADE_YEAR = 2016
MISPRINT = "2015-12"  # the wave whose three printed shares do not add to 100
HALF_SUSPENDED = slice(2008, 2010)  # the visa ban was suspended for most persons, the freeze stayed
ACTIVE = [("2004-09", "2008-09"), ("2011-02", "2015-09")]  # EU measures on the leadership in force, month of the wave


def ideal_points(points: pd.DataFrame, means: pd.DataFrame, column: str = "ideal_point_fp") -> pd.DataFrame:
    """Belarus, Russia and the mean EU member on the scale of UN votes: a row a year from 1991, a column each."""
    wide = points.pivot(index="year", columns="iso3", values=column)[["BLR", "RUS"]]
    eu = means.set_index("year")[column]
    return wide.assign(EU=eu).loc[1991:].dropna()


def years_between(points: pd.DataFrame, means: pd.DataFrame, column: str = "ideal_point_fp") -> list[int]:
    """The years in which Belarus stands strictly between Russia and the mean EU member."""
    wide = ideal_points(points, means, column)
    here = lies_between(wide["BLR"], wide["RUS"], wide["EU"])
    return [int(year) for year in here.index[here]]


def export_shares(trade: pd.DataFrame) -> pd.DataFrame:
    """Shares of partners in the exports of Belarus, in per cent: a row a year, a column a partner."""
    values = trade[trade["flow"] == "export"].pivot(index="year", columns="partner", values="value_usd_million")
    return values.apply(lambda partner: share(partner, values["World"]))


def oil_and_exports(trade: pd.DataFrame, brent: pd.DataFrame) -> pd.DataFrame:
    """Brent price and exports to the EU28 by year: columns ``price``, ``value`` (billion dollars), ``share``."""
    to_eu = trade[(trade["flow"] == "export") & (trade["partner"] == "EU28")].set_index("year").sort_index()
    price = brent.set_index("year")["price_usd_per_bbl"]
    found = {"price": price, "value": to_eu["value_usd_million"] / 1000, "share": export_shares(trade)["EU28"]}
    return pd.DataFrame(found).dropna()


def waves(opinion: pd.DataFrame) -> pd.DataFrame:
    """The waves of the either-or question: shares by answer, and ``net``, the EU's share minus Russia's."""
    rows = opinion[(opinion["question_id"] == "either_or") & opinion["preferred"].astype(bool)]
    wide = rows.pivot(index="fieldwork", columns="answer", values="pct").sort_index()
    return wide.assign(net=(wide["eu"] - wide["russia"]).round(1))


def under_sanctions(months: pd.Index) -> pd.Series:
    """Whether EU measures on the leadership were in force in these months (``2004-09`` and the like)."""
    found = [any(first <= month <= last for first, last in ACTIVE) for month in months]
    return pd.Series(found, index=months)


def misprint_nets(opinion: pd.DataFrame) -> list[float]:
    """What the net of the faulty wave is: as printed, if Russia's share is wrong, if the EU's is."""
    wave = waves(opinion).loc[MISPRINT]
    russia, eu = 100 - wave["eu"] - wave["no_answer"], 100 - wave["russia"] - wave["no_answer"]
    return [round(wave["net"], 1), round(wave["eu"] - russia, 1), round(eu - wave["russia"], 1)]


def strictly_mild(years: pd.DataFrame) -> pd.Series:
    """The calendar in which the years with half a suspension do not count as mild: 1 in mild years, 0 in others."""
    mild = mild_years(years).copy()
    mild.loc[HALF_SUSPENDED] = 0
    return mild


def shifted_correlations(years: pd.DataFrame) -> pd.Series:
    """The gap to Russia correlated with the calendar of 1 December, moved on by 0, 1, 2, … years."""
    mild = calendars(years)["sanctions on 1 December"]
    gap = years.set_index("year").loc[mild.index, "dist_fp_belarus_russia"]
    shifts = range(len(mild))
    moved = {
        by: pd.Series([*mild.iloc[len(mild) - by :], *mild.iloc[: len(mild) - by]], index=mild.index) for by in shifts
    }
    return pd.Series({by: correlation(gap, moved[by]) for by in shifts}, name="r")


def signed(number: float, digits: int = 2) -> str:
    """A number with a true minus sign."""
    return f"{number:.{digits}f}".replace("-", "−")


def _mark_article(axes: Axes, at: float, words: str = "the article") -> None:
    axes.axvline(ARTICLE, color=INK, linewidth=1, linestyle=":", zorder=1)
    axes.text(ARTICLE + 0.15, at, words, color=INK, va="center")


def places(un_ideal_points: pd.DataFrame, un_ideal_points_eu_mean: pd.DataFrame) -> Published:
    """Belarus, Russia and the mean EU member on the scale of UN votes, with bands of uncertainty.

    Args:
        un_ideal_points: columns ``year``, ``iso3``, ``ideal_point_fp``, ``q5_fp``, ``q95_fp``.
        un_ideal_points_eu_mean: columns ``year`` and ``ideal_point_fp``.
    """
    wide = ideal_points(un_ideal_points, un_ideal_points_eu_mean)
    between = years_between(un_ideal_points, un_ideal_points_eu_mean)
    figure, axes = new_axes(height=3.7)
    for country, colour in (("RUS", ORANGE), ("BLR", BLUE)):
        band = un_ideal_points[un_ideal_points["iso3"] == country].set_index("year").loc[wide.index]
        axes.fill_between(wide.index, band["q5_fp"], band["q95_fp"], color=colour, alpha=0.18, linewidth=0)
    for column, colour, words, year, height in (
        ("EU", GREEN, "mean EU member", 2010, 1.24),
        ("RUS", ORANGE, "Russia", 2009.5, 0.27),
        ("BLR", BLUE, "Belarus", 2008, -0.85),
    ):
        axes.plot(wide.index, wide[column], color=colour, linewidth=2)
        axes.text(year, height, words, color=colour, ha="center", va="center")
    axes.set_xlim(1990.5, 2024.5)
    axes.set_xticks([1991, 2000, 2010, 2020])
    axes.set_xlabel("year")
    axes.set_ylabel("position (higher: closer to the US)")
    _mark_article(axes, 1.75)
    last = wide.index[-1]
    return publish(
        figure,
        name="places",
        data="un_ideal_points",
        title=f"In {len(between) or 'none'} of {len(wide)} years does Belarus vote between Russia and the EU",
        alt=(
            f"Three lines from {wide.index[0]} to {last}: the mean EU member at the top, Russia in the middle, Belarus "
            "at the bottom. Belarus is lower than Russia in every year; the bands of uncertainty of the two overlap in "
            "some years. All three end lower than they began, Russia and Belarus after a steep fall in 2022."
        ),
        source=VOTES_SOURCE.format("un_ideal_points"),
        table=wide.rename(columns={"BLR": "Belarus", "RUS": "Russia", "EU": "mean EU member"})
        .round(2)
        .rename_axis("year")
        .reset_index(),
    )


def gaps(pendulum_annual: pd.DataFrame) -> Published:
    """The gaps of Belarus to Russia and to the mean EU member in UN votes, with the mild years shaded.

    Args:
        pendulum_annual: columns ``year``, ``eu_level_1dec`` and the two distances.
    """
    mild = mild_years(pendulum_annual)
    chosen = pendulum_annual.set_index("year").loc[mild.index]
    russia, eu = chosen["dist_fp_belarus_russia"], chosen["dist_fp_belarus_eu"]
    figure, axes = new_axes(height=3.4)
    shade_mild(axes, mild)
    axes.plot(eu.index, eu, "o-", color=GREEN, markersize=4)
    axes.plot(russia.index, russia, "o-", color=ORANGE, markersize=4)
    axes.text(2011.3, 1.5, "gap to the mean EU member", color=GREEN, ha="center")
    axes.text(2012.5, 0.48, "gap to Russia", color=ORANGE, ha="center")
    axes.set_ylim(0, 1.7)
    axes.set_xlim(2003.4, 2019.6)
    axes.set_xticks(range(2004, 2020, 3))
    axes.set_xlabel("year (mild years shaded)")
    axes.set_ylabel("distance on the scale")
    _mark_article(axes, 0.85)
    return publish(
        figure,
        name="gaps",
        data="pendulum_annual",
        title="The gap to Russia is a little wider in mild years, and the gap to the EU grows too",
        alt=(
            f"Two lines from {mild.index[0]} to {mild.index[-1]}, mild years shaded. The gap to Russia lies between "
            f"{russia.min():.2f} ({russia.idxmin()}) and {russia.max():.2f} ({russia.idxmax()}); its correlation with "
            f"the mild years is {signed(correlation(russia, mild))}. The gap to the mean EU member is more than "
            f"twice as wide and grows from {eu.iloc[0]:.2f} to {eu.iloc[-1]:.2f}."
        ),
        source=VOTES_SOURCE.format("pendulum_annual"),
        table=pd.DataFrame(
            {"year": mild.index, "mild": mild.map({1: "yes", 0: "no"}), "gap to Russia": russia.round(2).to_numpy(),
             "gap to the mean EU member": eu.round(2).to_numpy()}
        ),
    )  # fmt: skip


def shifts(pendulum_annual: pd.DataFrame) -> Published:
    """The correlation for the true calendar of 1 December and for the same calendar moved along the years.

    Args:
        pendulum_annual: columns ``year``, the dummies of EU sanctions and ``dist_fp_belarus_russia``.
    """
    found = shifted_correlations(pendulum_annual)
    true = found.iloc[0]
    as_large = found.abs() >= abs(true) - 1e-9
    figure, axes = new_axes(height=3.1)
    axes.axhspan(-abs(true), abs(true), color=GRID, linewidth=0, zorder=0)
    axes.axhline(0, color=MUTED, linewidth=0.8)
    colours = [BLUE if by == 0 else ORANGE if large else MUTED for by, large in as_large.items()]
    axes.bar(found.index, found, color=colours, width=0.7, linewidth=0)
    axes.text(0.6, 0.72, "true calendar", color=BLUE, va="center")
    axes.text(5.5, -0.88, "as strong by a shift alone", color=ORANGE, ha="center", va="center")
    axes.set_ylim(-1, 1)
    axes.set_xlim(-0.8, len(found) - 0.2)
    axes.set_xticks(range(0, len(found), 3))
    axes.set_xlabel("years by which the calendar is moved on")
    axes.set_ylabel("correlation r")
    return publish(
        figure,
        name="shifts",
        data="pendulum_annual",
        title=f"{int(as_large.sum())} of {len(found)} positions of the calendar, the true one included, "
        "give as strong a link",
        alt=(
            f"{len(found)} bars: the correlation of the gap to Russia with the calendar of 1 December, moved on by 0 "
            f"to {len(found) - 1} years. The true position gives {signed(true)}. {int(as_large.sum())} positions, the "
            "true one included, give a correlation at least as large in one direction or the other."
        ),
        source=VOTES_SOURCE.format("pendulum_annual"),
        table=pd.DataFrame(
            {"moved on by": found.index, "correlation": [signed(one) for one in found],
             "as large as the true one": as_large.map({True: "yes", False: "no"})}
        ),
    )  # fmt: skip


def exports(trade_partners: pd.DataFrame, pendulum_annual: pd.DataFrame) -> Published:
    """Shares of the EU28 and of Russia in the exports of Belarus, with the mild years shaded.

    Args:
        trade_partners: columns ``year``, ``flow``, ``partner``, ``value_usd_million``.
        pendulum_annual: columns ``year`` and ``eu_level_1dec``.
    """
    mild = mild_years(pendulum_annual).loc[:LAST_TRADE_YEAR]
    chosen = export_shares(trade_partners).loc[mild.index]
    eu, russia = chosen["EU28"], chosen["Russia"]
    figure, axes = new_axes(height=3.3)
    shade_mild(axes, mild)
    axes.plot(eu.index, eu, "o-", color=GREEN, markersize=4)
    axes.plot(russia.index, russia, "o-", color=ORANGE, markersize=4)
    axes.text(2006.5, 48, "to the EU28", color=GREEN, ha="center")
    axes.text(2014, 47, "to Russia", color=ORANGE, ha="center")
    axes.set_ylim(0, 55)
    axes.set_xlim(2003.4, 2016.6)
    axes.set_xticks(range(2004, 2017, 3))
    axes.set_xlabel("year (mild years shaded)")
    axes.set_ylabel("share of exports, %")
    more = [str(year) for year in eu.index[eu > russia]]
    return publish(
        figure,
        name="exports",
        data="trade_partners",
        title=f"The EU's share of exports peaked in {eu.idxmax()}, a year with sanctions",
        alt=(
            f"Two lines from {mild.index[0]} to {mild.index[-1]}, mild years shaded. The share of the EU28 rises from "
            f"{eu.iloc[0]:.1f} to {eu.max():.1f} per cent in {eu.idxmax()} and falls to {eu.iloc[-1]:.1f} per cent. "
            f"Russia's share is {russia.loc[eu.idxmax()]:.1f} per cent in {eu.idxmax()} and {russia.iloc[-1]:.1f} in "
            f"{russia.index[-1]}. The EU28 is ahead in {', '.join(more)}."
        ),
        source=TRADE_SOURCE.format("trade_partners"),
        table=pd.DataFrame(
            {"year": mild.index, "mild": mild.map({1: "yes", 0: "no"}), "EU28, %": eu.round(1).to_numpy(),
             "Russia, %": russia.round(1).to_numpy()}
        ),
    )  # fmt: skip


def oil(trade_partners: pd.DataFrame, brent_annual: pd.DataFrame) -> Published:
    """The value of exports to the EU28 against the price of oil, one dot a year.

    Args:
        trade_partners: columns ``year``, ``flow``, ``partner``, ``value_usd_million``.
        brent_annual: columns ``year`` and ``price_usd_per_bbl``.
    """
    both = oil_and_exports(trade_partners, brent_annual)
    r = correlation(both["price"], both["value"])
    figure, axes = new_axes(height=3.5)
    axes.plot(both["price"], both["value"], "o", color=PURPLE, markersize=7)
    for year, across, up in (
        (1998, -12, 8),
        (2006, 7, -3),
        (2008, 7, -3),
        (2012, -36, 4),
        (2015, -36, -3),
        (2016, 7, -9),
    ):
        axes.annotate(
            str(year),
            (both.loc[year, "price"], both.loc[year, "value"]),
            textcoords="offset points",
            xytext=(across, up),
        )
    axes.set_xlim(0, 122)
    axes.set_ylim(0, None)
    axes.set_xlabel("price of Brent oil, dollars a barrel")
    axes.set_ylabel("exports to the EU28, bn dollars")
    return publish(
        figure,
        name="oil",
        data="brent_annual",
        title="What Belarus sold to the EU was worth more when oil was dear",
        alt=(
            f"A dot for each year from {both.index[0]} to {both.index[-1]}: price of Brent oil against the value of "
            f"exports to the EU28. The dots lie close to a rising line; the correlation is {signed(r)}. The lowest "
            "dots are of the late 1990s, the highest of 2008 and 2011 to 2012."
        ),
        source="Source: World Bank, WITS (UN Comtrade), and U.S. Energy Information Administration; course tables "
        "trade_partners.csv and brent_annual.csv.",
        table=pd.DataFrame(
            {"year": both.index, "Brent, dollars a barrel": both["price"].round(1).to_numpy(),
             "exports to the EU28, bn dollars": both["value"].round(1).to_numpy()}
        ),
    )  # fmt: skip


def opinion(public_opinion: pd.DataFrame, sanctions_levels: pd.DataFrame) -> Published:
    """The share that would choose the EU minus the share that would choose Russia, wave by wave.

    Args:
        public_opinion: the table of polls.
        sanctions_levels: the monthly level of sanctions.
    """
    asked = waves(public_opinion)
    when = pd.Series([_moment(month) for month in asked.index], index=asked.index)
    level = sanctions_levels.query("target_iso3 == 'BLR' and sender == 'EU'").set_index("month")["level"]
    mild = (level.loc["2004-01":"2016-06"] < SANCTIONS_FROM).astype(int)
    figure, axes = new_axes(height=3.5)
    for _, run in mild.groupby((mild.diff() != 0).cumsum()):
        if run.iloc[0]:
            first, last = _moment(run.index[0]), _moment(run.index[-1])
            axes.axvspan(first - 1 / 24, last + 1 / 24, color=GRID, linewidth=0, zorder=0)
    axes.axhline(0, color=MUTED, linewidth=0.8)
    axes.plot(when, asked["net"], "o-", color=PURPLE, markersize=5, linewidth=1.2)
    nets = misprint_nets(public_opinion)
    axes.plot([when[MISPRINT]] * 2, [min(nets), max(nets)], color=PURPLE, linewidth=5, alpha=0.5)
    axes.text(2004.1, 5, "more for the EU", color=INK, va="center")
    axes.text(2004.1, -33, "more for Russia", color=INK, va="center")
    axes.text(2015.6, -33.6, "misprint", color=PURPLE, ha="center", va="center")
    axes.set_ylim(-37, 13)
    axes.set_xlim(2003.9, 2016.6)
    axes.set_xticks(range(2004, 2017, 3))
    axes.set_xlabel("year (months with a level below 2 shaded)")
    axes.set_ylabel("EU minus Russia, % points")
    high, low = asked["net"].idxmax(), asked["net"].idxmin()
    return publish(
        figure,
        name="opinion",
        data="public_opinion",
        title="Opinion swung widely, but its most pro-EU wave came under sanctions",
        alt=(
            f"{len(asked)} waves of one question from {asked.index[0]} to {asked.index[-1]}: the share for the EU "
            f"minus the share for Russia. The highest is {signed(asked['net'].max(), 1)} in {high}, in a month with "
            f"sanctions, the lowest {signed(asked['net'].min(), 1)} in {low}, when most were suspended. One figure of "
            f"that wave is misprinted: its value lies between {signed(min(nets), 1)} and {signed(max(nets), 1)}."
        ),
        source="Source: IISEPS and news reports on its polls, named in the course table public_opinion.csv; shading "
        "from sanctions_levels.csv.",
        table=pd.DataFrame(
            {"wave": asked.index, "EU, %": asked["eu"].to_numpy(), "Russia, %": asked["russia"].to_numpy(),
             "EU minus Russia": [signed(net, 1) for net in asked["net"]]}
        ),
    )  # fmt: skip


def _moment(month: str) -> float:
    """The middle of a month as a number of years."""
    return int(month[:4]) + (int(month[5:7]) - 0.5) / 12


def democracy(democracy_scores: pd.DataFrame, pendulum_annual: pd.DataFrame) -> Published:
    """The democracy score of Belarus on its whole scale, with the mild years to 2019 shaded.

    Args:
        democracy_scores: columns ``year``, ``iso3``, ``v2x_polyarchy``.
        pendulum_annual: columns ``year`` and ``eu_level_1dec``.
    """
    mild = mild_years(pendulum_annual)
    scores = democracy_scores[democracy_scores["iso3"] == "BLR"].set_index("year")["v2x_polyarchy"].loc[2004:2024]
    figure, axes = new_axes(height=3.2)
    shade_mild(axes, mild)
    axes.plot(scores.index, scores, "o-", color=BLUE, markersize=4)
    axes.text(2004, 0.3, "Belarus", color=INK)
    axes.set_ylim(0, 1)
    axes.set_xlim(2003.4, 2024.6)
    axes.set_xticks(range(2004, 2025, 4))
    axes.set_xlabel("year (mild years to 2019 shaded)")
    axes.set_ylabel("score, 0 to 1")
    before = scores.loc[: mild.index[-1]]
    return publish(
        figure,
        name="democracy",
        data="democracy_scores",
        title=f"From {before.index[0]} to {before.index[-1]} the democracy score hardly moved, in mild years or others",
        alt=(
            f"The electoral democracy index of Belarus from {scores.index[0]} to {scores.index[-1]} on a scale from 0 "
            f"to 1. To {before.index[-1]} it stays between {before.min():.3f} and {before.max():.3f}, in shaded and in "
            f"other years. In 2020 and 2021 it falls to {scores[2021]:.3f}."
        ),
        source="Source: V-Dem Institute, electoral democracy index, version 16; course table democracy_scores.csv.",
        table=pd.DataFrame({"year": scores.index, "Belarus": scores.to_numpy()}),
    )


def series_for_verdicts(years: pd.DataFrame) -> dict[str, tuple[pd.Series, float]]:
    """The four indicators that move, higher meaning closer to the EU, each with the length of its scale.

    The scale of the gap has no natural end; the widest gap to the mean EU member in these years serves as its length.
    """
    chosen = years.set_index("year").loc[mild_years(years).index]
    return {
        "gap": (chosen["dist_fp_belarus_russia"], float(chosen["dist_fp_belarus_eu"].max())),
        "exports": (chosen["export_share_eu28"].dropna(), 100.0),
        "opinion": (-chosen["poll_net_russia_last_wave"].dropna(), 200.0),
        "democracy": (chosen["polyarchy_belarus"], 1.0),
    }


def shift_count(years: pd.DataFrame) -> tuple[int, int]:
    """How many positions of the calendar of 1 December fit the gap as well as the true one, and of how many."""
    mild = calendars(years)["sanctions on 1 December"]
    gap = years.set_index("year").loc[mild.index, "dist_fp_belarus_russia"]
    test = block_shift_test(gap, mild)
    return test.as_large, test.arrangements


EXPLORED = {
    "gap to Russia in UN votes": "dist_fp_belarus_russia",
    "gap to the mean EU member": "dist_fp_belarus_eu",
    "identical votes with Germany": "agree_identical_germany",
    "identical votes with Poland": "agree_identical_poland",
    "half for an abstention, with Germany": "agree_lijphart_germany",
    "exports to the EU28": "export_share_eu28",
    "imports from the EU28": "import_share_eu28",
    "democracy score": "polyarchy_belarus",
    "growth of the economy": "gdp_growth_belarus",
}


def explore_indicators(years: pd.DataFrame):
    """For a live notebook: choose an indicator and a calendar, and see the series, r and the shift test.

    Args:
        years: the table pendulum_annual.

    Returns:
        an ipywidgets box; the last cell value of a notebook shows it.
    """
    import ipywidgets as widgets  # only in notebooks: the book is built without it

    ways = calendars(years)
    indicator = widgets.Dropdown(options=list(EXPLORED), description="indicator")
    calendar = widgets.Dropdown(options=list(ways), description="calendar")
    result = widgets.HTML()

    def show(_change: object = None) -> None:
        values = years.set_index("year").loc[ways.index, EXPLORED[indicator.value]].dropna()
        mild = ways.loc[values.index, calendar.value]
        test = block_shift_test(values, mild)
        figure, axes = new_axes(height=2.8)
        shade_mild(axes, mild)
        axes.plot(values.index, values, "o-", color=PURPLE, markersize=4)
        axes.set_xlabel("year (mild years shaded)")
        axes.set_ylabel(indicator.value)
        drawn = publish(
            figure,
            name="explored",
            data="pendulum_annual",
            title=f"{indicator.value}: r = {signed(test.r)}; {test.as_large} of {test.arrangements} positions fit it",
            alt=f"The indicator {indicator.value} by year, with the years shaded that are mild by {calendar.value}.",
            source="Source: course table pendulum_annual.csv.",
            table=values.round(3).reset_index(),
        )
        result.value = drawn._repr_html_()

    for control in (indicator, calendar):
        control.observe(show, names="value")
    show()
    return widgets.VBox([indicator, calendar, result])
