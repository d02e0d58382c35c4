"""Figures of chapter 8: the zone of a deal, what moves it, two rules, and the oil price beside the sanctions."""

from __future__ import annotations

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from unionstate.bargaining import Deal, highest_payable, lowest_acceptable, only_if_credible, split_the_difference
from unionstate.figures import (
    BLUE,
    GREEN,
    GRID,
    INK,
    MUTED,
    ORANGE,
    WIDTH,
    Published,
    mark_article_week,
    new_axes,
    publish,
)  # fmt: skip

# The example of the chapter, in units that stand for nothing in particular.
START = {"alternative": 1.0, "concession": 1.0, "need": 6.0, "oil_price": 100.0}
# What the article claims, as a change of one lever each; the numbers are ours.
MOVES = {
    "the start": {},
    "sanctions lifted (6.1)": {"alternative": 2.0},
    "Moscow needs Minsk more (6.2)": {"need": 8.0},
    "oil at half the price (4.2)": {"oil_price": 50.0},
    "Moscow demands more (1.3)": {"concession": 2.0},
    "all four together": {"alternative": 2.0, "need": 8.0, "oil_price": 50.0, "concession": 2.0},
}
MODEL_SOURCE = "Source: an example with invented numbers"
OIL_YEARS = (2012, 2015, 2016)
NEEDS = {6.0: BLUE, 9.0: ORANGE}
EASED_BELOW = 2  # levels of the course table: 2 and more mean that members of the leadership are listed


def deal_of(alternative: float, concession: float, need: float, oil_price: float) -> Deal:
    """The deal that the four levers give."""
    return split_the_difference(lowest_acceptable(alternative, concession), highest_payable(need, oil_price))


def moved(name: str) -> Deal:
    """The deal after one of ``MOVES``."""
    return deal_of(**{**START, **MOVES[name]})


def oil_and_sanctions(brent: pd.DataFrame, levels: pd.DataFrame) -> pd.DataFrame:
    """Brent by month from April 2006 to December 2021, with ``eased`` where the EU listed nobody of the leadership.

    Before April 2006 nobody of the leadership was on the list of the EU; from 2022 the invasion of Ukraine makes the
    months hard to compare.

    Args:
        brent: ``month``, ``price_usd_per_bbl``.
        levels: ``month``, ``target_iso3``, ``sender``, ``level``.
    """
    eu = levels[(levels["sender"] == "EU") & (levels["target_iso3"] == "BLR")].set_index("month")["level"]
    months = brent.set_index("month")[["price_usd_per_bbl"]].join(eu, how="inner").loc["2006-04":"2021-12"]
    return months.assign(eased=months["level"] < EASED_BELOW)


def zones() -> Published:
    """The zone between floor and ceiling at the start and after each move, with the deal half-way."""
    figure, axes = new_axes(height=4.3)
    rows = []
    for row, name in enumerate(MOVES):
        deal = moved(name)
        axes.text(0, row - 0.36, name, va="center", color=INK, fontweight="bold" if row in (0, 5) else "normal")
        axes.plot([deal.floor, deal.ceiling], [row, row], color=GRID, linewidth=9, solid_capstyle="butt", zorder=1)
        axes.plot(deal.floor, row, "|", color=ORANGE, markersize=15, markeredgewidth=3)
        axes.plot(deal.ceiling, row, "|", color=BLUE, markersize=15, markeredgewidth=3)
        axes.plot(deal.support, row, "o", color=GREEN, markersize=9, zorder=3)
        axes.text(8.75, row, f"{deal.support:g}", color=GREEN, va="center", ha="center")
        rows.append((name, deal.floor, deal.ceiling, deal.support, deal.gain_of_receiver))
    axes.text(8.75, -0.85, "support", color=GREEN, ha="center", va="center")
    axes.text(2, -0.85, "floor", color=ORANGE, ha="center", va="center")
    axes.text(6, -0.85, "ceiling", color=BLUE, ha="center", va="center")
    axes.set_xlim(0, 9.3)
    axes.set_ylim(len(MOVES) - 0.4, -1.15)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xticks(range(0, 9, 2))
    axes.set_xlabel("units of support")
    start, together = moved("the start"), moved("all four together")
    return publish(
        figure,
        name="zones",
        data="article_sentences",
        title="In our example, the four claims together use up the whole gain of a deal",
        alt=(
            "Six bars from a floor to a ceiling, with a dot half-way for the support. "
            + " ".join(f"{name}: {low:g} to {high:g}, support {paid:g}." for name, low, high, paid, _ in rows)
            + f" The gain falls from {start.gain:g} to {together.gain:g}."
        ),
        source=f"{MODEL_SOURCE}; in brackets the sentence of the article that makes the claim",
        table=pd.DataFrame(rows, columns=["move", "floor", "ceiling", "support", "gain of Minsk"]),
    )


def deals_by_oil_price(brent_annual: pd.DataFrame) -> Published:
    """Small multiples: support by Minsk's alternative, for three oil prices and two needs.

    Args:
        brent_annual: ``year``, ``price_usd_per_bbl``.
    """
    prices = brent_annual.set_index("year")["price_usd_per_bbl"]
    figure = Figure(figsize=(WIDTH, 3.5), layout="constrained")
    panels = figure.subplots(1, len(OIL_YEARS), sharey=True)
    alternatives = np.arange(0, 10.01, 0.02)
    rows = []
    for axes, year in zip(panels, OIL_YEARS, strict=True):
        for need, colour in NEEDS.items():
            deals = [deal_of(place, START["concession"], need, prices[year]) for place in alternatives]
            paid = np.array([np.nan if deal.support is None else deal.support for deal in deals])
            last = highest_payable(need, prices[year]) - START["concession"]
            axes.plot(alternatives, paid, color=colour, linewidth=2)
            axes.plot(last, last + START["concession"], "x", color=colour, markersize=8, markeredgewidth=2)
            rows.append((year, f"{prices[year]:.0f}", f"{need:g}", f"{paid[0]:.1f}", f"{last:.1f}"))
        axes.set_title(f"{year}: {prices[year]:.0f} dollars", fontsize=10.5, color=INK)
        axes.set_xlim(0, 10)
        axes.set_ylim(0, 11)
        axes.set_xticks([0, 4, 8])
    panels[0].set_ylabel("support")
    panels[1].set_xlabel("Minsk's alternative")
    panels[0].text(0.4, 8.3, "need 9", color=ORANGE)
    panels[0].text(3.6, 3.6, "need 6", color=BLUE)
    panels[2].text(3.6, 5.0, "×  no deal\nbeyond", color=MUTED, va="bottom")
    return publish(
        figure,
        name="deals-by-oil-price",
        data="brent_annual",
        title="Cheap oil makes deals smaller, and ends them sooner",
        alt=(
            "Three panels, one for the yearly oil price of 2012, 2015 and 2016. In each, two lines of support rise "
            "with Minsk's alternative and end at a cross, beyond which there is no deal. "
            + " ".join(
                f"{year}, need {need}: from {low} without alternative; end at {end}."
                for year, _, need, low, end in rows
            )
        ),
        source=f"{MODEL_SOURCE}; oil prices: EIA, Brent, yearly average (brent_annual.csv)",
        table=pd.DataFrame(
            rows, columns=["year", "oil, US dollars a barrel", "need", "support without alternative", "no deal beyond"]
        ),
    )


def two_rules() -> Published:
    """Support by Minsk's alternative under two rules: a point to fall back to, or a limit."""
    places = np.arange(0, 5.01, 0.05)
    ceiling = highest_payable(START["need"])
    fall_back = [deal_of(place, START["concession"], START["need"], 100.0).support for place in places]
    limit = [only_if_credible(place, START["concession"], ceiling).support for place in places]
    figure, axes = new_axes(height=3.4)
    axes.plot(places, fall_back, color=BLUE, linewidth=2)
    axes.plot(places, limit, color=ORANGE, linewidth=2, linestyle="--")
    axes.text(2.3, 4.95, "a point to fall back to", color=BLUE, ha="right", va="bottom")
    axes.text(1.3, 3.36, "only if Minsk would really go", color=ORANGE, ha="left", va="top")
    turn = next(place for place, paid in zip(places, limit, strict=True) if paid > limit[0])
    axes.set_xlim(0, 5)
    axes.set_ylim(2.8, 6.2)
    axes.set_xlabel("Minsk's alternative")
    axes.set_ylabel("support")
    shown = [0, 1, 2, 3, 4, 5]
    rows = [
        (
            place,
            deal_of(place, START["concession"], START["need"], 100.0).support,
            only_if_credible(place, START["concession"], ceiling).support,
        )
        for place in shown
    ]
    return publish(
        figure,
        name="two-rules",
        data="article_sentences",
        title="If nobody believes that Minsk would leave, a better alternative changes nothing",
        alt=(
            f"Two lines of support over Minsk's alternative from 0 to 5. The solid one, for a point to fall back to, "
            f"rises all the way from {fall_back[0]:g} to {fall_back[-1]:g}. The dashed one, for an alternative that "
            f"counts only if Minsk would take it, stays at {limit[0]:g} until {turn - 0.05:.1f} and then rises twice "
            f"as fast to {limit[-1]:g}."
        ),
        source=f"{MODEL_SOURCE}; the rules: Nash (1950) and Binmore, Shaked and Sutton (1989)",
        table=pd.DataFrame(rows, columns=["alternative", "support: fall back", "support: only if credible"]),
    )


def oil_beside_sanctions(brent_monthly: pd.DataFrame, levels: pd.DataFrame) -> Published:
    """The monthly oil price, with the months shaded in which the EU listed members of the leadership.

    Args:
        brent_monthly: ``month``, ``price_usd_per_bbl``.
        levels: ``month``, ``target_iso3``, ``sender``, ``level``.
    """
    months = oil_and_sanctions(brent_monthly, levels)
    days = pd.to_datetime(months.index)
    figure, axes = new_axes(height=3.5)
    spells = (months["eased"] != months["eased"].shift()).cumsum()
    rows = []
    for _, spell in months.groupby(spells):
        first, last = pd.to_datetime(spell.index[0]), pd.to_datetime(spell.index[-1]) + pd.offsets.MonthEnd(0)
        if not spell["eased"].iloc[0]:
            axes.axvspan(first, last, color=GRID, linewidth=0, zorder=0)
        rows.append(
            (
                f"{first:%B %Y} to {last:%B %Y}",
                "eased" if spell["eased"].iloc[0] else "leadership listed",
                f"{spell['price_usd_per_bbl'].mean():.0f}",
            )
        )
    axes.plot(days, months["price_usd_per_bbl"], color=BLUE, linewidth=1.8)
    axes.set_xlim(days[0], days[-1])
    axes.set_ylim(0, 152)
    axes.text(pd.Timestamp("2009-12-01"), 145, "eased", ha="center", va="top", color=INK)
    axes.text(pd.Timestamp("2018-04-01"), 145, "eased", ha="center", va="top", color=INK)
    axes.text(pd.Timestamp("2013-05-15"), 145, "leadership listed", ha="center", va="top", color=INK)
    axes.xaxis.set_major_locator(mdates.YearLocator(4, month=1, day=1))
    axes.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
    axes.set_ylabel("Brent, US dollars a barrel")
    mark_article_week(axes, at=0.1)
    means = months.groupby("eased")["price_usd_per_bbl"].mean()
    return publish(
        figure,
        name="oil-beside-sanctions",
        data="sanctions_levels",
        title="Both times the EU eased its sanctions, the oil price had more than halved",
        alt=(
            "The monthly oil price from April 2006 to December 2021. Shaded months, in which the EU listed members of "
            "the leadership of Belarus, end in October 2008 and in September 2015, each time after a steep fall of "
            f"the price. On average oil cost {means[True]:.0f} dollars in the months of ease and {means[False]:.0f} "
            "in the others."
        ),
        source="Source: EIA, Brent, monthly (brent_monthly.csv), and levels of EU sanctions (sanctions_levels.csv)",
        table=pd.DataFrame(rows, columns=["months", "EU sanctions", "average oil price, US dollars"]),
    )


def explore_bargaining():
    """For a live notebook: sliders for the four levers, with the zone of agreement and the support.

    Returns:
        an ipywidgets box; the last cell value of a notebook shows it.
    """
    import ipywidgets as widgets  # only in notebooks: the book is built without it

    ranges = {
        "oil_price": ("oil price", 20, 140, 5),
        "need": ("Moscow's need", 0, 12, 0.5),
        "alternative": ("Minsk's alternative", 0, 6, 0.25),
        "concession": ("Moscow's demand", 0, 4, 0.25),
    }
    sliders = {
        lever: widgets.FloatSlider(
            value=START[lever], min=low, max=high, step=step, description=words, style={"description_width": "initial"}
        )
        for lever, (words, low, high, step) in ranges.items()
    }
    result = widgets.HTML()

    def show(_change: object = None) -> None:
        result.value = _deal_html(deal_of(**{lever: slider.value for lever, slider in sliders.items()}))

    for slider in sliders.values():
        slider.observe(show, names="value")
    show()
    return widgets.VBox([*sliders.values(), result])


def _deal_html(deal: Deal) -> str:
    """The deal in words and as a bar from 0 to 17 units, the largest ceiling that the sliders allow."""
    widest = 17
    if deal.support is None:
        return (
            f"<p><strong>No deal.</strong> Minsk wants at least {deal.floor:g}, Moscow pays at most {deal.ceiling:g}."
            "</p>"
        )
    left, width = 100 * deal.floor / widest, max(100 * deal.gain / widest, 0.5)
    return (
        f"<p><strong>Support: {deal.support:.2f}.</strong> Floor {deal.floor:.2f}, ceiling {deal.ceiling:.2f}; "
        f"each side gains {deal.gain_of_receiver:.2f}.</p>"
        f'<div style="background:{GRID};height:1em;max-width:30em">'
        f'<div style="background:{BLUE};height:1em;margin-left:{left:.2f}%;width:{width:.2f}%"></div></div>'
    )
