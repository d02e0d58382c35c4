"""Figures of chapter 4: prices, the discount they imply, estimates of support, and loans."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from unionstate.figures import (
    BLUE,
    GREEN,
    GRID,
    INK,
    MUTED,
    ORANGE,
    PURPLE,
    Published,
    mark_article_week,
    new_axes,
    publish,
)  # fmt: skip
from unionstate.measures.money import implied_subsidy, percent_of_gdp

GAS_SOURCE = (
    "Source: course table gas_prices.csv, which names the source of each price; European price: World Bank, Pink Sheet"
)
# A filled mark is the price of a contract or the average of a year; a hollow one was derived or covers part of a year.
FIRM_BASES = {"contract", "annual_average", "domestic_price"}
BASES_IN_WORDS = {
    "annual_average": "average of the year",
    "average_part_year": "average of part of the year",
    "contract": "contract",
    "contract_part_year": "contract for part of the year",
    "derived": "derived from another year",
    "domestic_price": "price inside Russia",
    "mean_of_quarters": "mean of quarters",
}
# In the order in which the figure of estimates explains them.
SCOPES = {
    "oil only": ("o", ORANGE),
    "gas only": ("s", BLUE),
    "gas and oil": ("D", GREEN),
    "more than energy": ("^", PURPLE),
}
LENDERS = {
    "Russia": ("Russia", ORANGE),
    "EFSD": ("Eurasian fund (EFSD)", PURPLE),
    "bond market": ("bond market", BLUE),
    "IMF": ("IMF and World Bank", GREEN),
    "World Bank": ("IMF and World Bank", GREEN),
    "China": ("China", MUTED),
}


def prices_paid(gas: pd.DataFrame) -> pd.DataFrame:
    """The years with a price on both sides, the year as index; ``share`` is Belarus's price in per cent of Europe's.

    The share is divided anew: the column of the table is rounded to two digits.

    Args:
        gas: ``year``, ``price_usd_per_1000m3``, ``europe_usd_per_1000m3``, ``price_basis``, ``volume_bcm``.
    """
    priced = gas.dropna(subset=["price_usd_per_1000m3", "europe_usd_per_1000m3"]).set_index("year")
    return priced.assign(share=100 * priced["price_usd_per_1000m3"] / priced["europe_usd_per_1000m3"])


def gdp_of_belarus(macro: pd.DataFrame) -> pd.Series:
    """GDP of Belarus in million current US dollars by year.

    Args:
        macro: ``indicator_code``, ``iso3``, ``year``, ``value``.
    """
    rows = macro[(macro["indicator_code"] == "NY.GDP.MKTP.CD") & (macro["iso3"] == "BLR")]
    return rows.set_index("year")["value"] / 1e6


def gas_discount(gas: pd.DataFrame, macro: pd.DataFrame) -> pd.DataFrame:
    """The implied gas subsidy of each year with a price and a volume: ``million_usd`` and ``percent_of_gdp``.

    Args:
        gas: as for ``prices_paid``.
        macro: as for ``gdp_of_belarus``.
    """
    known = prices_paid(gas).dropna(subset=["volume_bcm"])
    million = implied_subsidy(known["europe_usd_per_1000m3"], known["price_usd_per_1000m3"], known["volume_bcm"])
    percent = percent_of_gdp(million, gdp_of_belarus(macro).reindex(known.index))
    return pd.DataFrame({"million_usd": million, "percent_of_gdp": percent})


def ratio(gas: pd.DataFrame) -> Published:
    """Belarus's gas price in per cent of the European one, year by year.

    Args:
        gas: as for ``prices_paid``.
    """
    priced = prices_paid(gas)
    share = priced["share"]
    figure, axes = new_axes(height=3.5)
    axes.set_xlim(2001, 2023)
    axes.set_ylim(0, 125)
    axes.axhline(100, color=MUTED, linewidth=1, linestyle="--")
    axes.text(2001.2, 102, "the European price", color=MUTED, va="bottom")
    axes.plot(share.index, share, color=BLUE, linewidth=1.5)
    _basis_marks(axes, priced, share, BLUE)
    for year, where, side in ((2006, (0, -9), "center"), (2011, (-4, 7), "right"), (2016, (-5, 6), "right"),
                              (2020, (-5, 6), "right"), (2022, (-13, -1), "right")):  # fmt: skip
        axes.annotate(
            f"{year}: {share[year]:.0f}%", (year, share[year]), xytext=where, textcoords="offset points",
            ha=side, va="top" if where[1] < 0 else "bottom", color=INK,
        )  # fmt: skip
    mark_article_week(axes, at=0.2)
    axes.set_xticks(range(2002, 2023, 4))
    axes.set_ylabel("% of the European price")
    low, high = share.loc[:2010].idxmin(), share.idxmax()
    return publish(
        figure,
        name="gas-price-ratio",
        data="gas_prices",
        title=f"Cheap in {low}, dear in {high}, cheapest of all in {share.idxmin()}",
        alt=(
            f"A line of Belarus's gas price in per cent of the European price, {share.index[0]} to {share.index[-1]}. "
            f"It falls to {share[low]:.0f} per cent in {low}, climbs to {share[2011]:.0f} in 2011, drops to "
            f"{share[2012]:.0f} in 2012, climbs to {share[2016]:.0f} in 2016, the year of the article, and to "
            f"{share[high]:.0f} in {high}, and falls to {share[2022]:.0f} in 2022."
        ),
        source="Hollow marks: the price was derived or covers part of the year. " + GAS_SOURCE,
        table=_price_table(priced),
    )


def two_prices(gas: pd.DataFrame) -> Published:
    """The two prices of the ratio, on a scale of multiples.

    Args:
        gas: as for ``prices_paid``.
    """
    priced = prices_paid(gas)
    own, europe = priced["price_usd_per_1000m3"], priced["europe_usd_per_1000m3"]
    figure, axes = new_axes(height=3.5)
    axes.set_yscale("log")
    axes.set_xlim(2001, 2023)
    axes.set_ylim(18, 2100)
    axes.plot(europe.index, europe, color=ORANGE, linewidth=1.5, marker="s", markersize=5)
    axes.plot(own.index, own, color=BLUE, linewidth=1.5)
    _basis_marks(axes, priced, own, BLUE)
    axes.text(2004.6, 420, "Europe", color=ORANGE, ha="center")
    axes.text(2009.4, 92, "Belarus", color=BLUE, ha="left")
    mark_article_week(axes, at=0.1)
    ticks = [25, 50, 100, 200, 400, 800, 1600]
    axes.set_yticks(ticks, [f"{tick:,}" for tick in ticks])
    axes.minorticks_off()
    axes.set_xticks(range(2002, 2023, 4))
    axes.set_ylabel("US dollars per 1,000 m³")
    late = priced.loc[2012:]
    low, high = late["price_usd_per_1000m3"].agg(["min", "max"])
    return publish(
        figure,
        name="two-gas-prices",
        data="gas_prices",
        title="From 2012 Europe's price moves far more than the Belarusian one",
        alt=(
            f"Two lines on a scale of multiples. Belarus's price rises from {own.iloc[0]:.0f} dollars in 2002 to "
            f"{own[2011]:.0f} in 2011; from 2012 to 2022 it stays between {low:.0f} and {high:.0f}. The European "
            f"price lies above it in every year but 2020 and swings between {late['europe_usd_per_1000m3'].min():,.0f} "
            f"and {late['europe_usd_per_1000m3'].max():,.0f} dollars from 2012 to 2022."
        ),
        source="Each step of the scale doubles the price. " + GAS_SOURCE,
        table=_price_table(priced),
    )


def discount_by_year(gas: pd.DataFrame, macro: pd.DataFrame) -> Published:
    """The implied gas subsidy in per cent of GDP; a cross where no volume is known.

    Args:
        gas: as for ``prices_paid``.
        macro: as for ``gdp_of_belarus``.
    """
    known = gas_discount(gas, macro)
    missing = prices_paid(gas).index.difference(known.index)
    figure, axes = new_axes(height=3.4)
    axes.bar(known.index, known["percent_of_gdp"], color=BLUE, width=0.75)
    axes.axhline(0, color=MUTED, linewidth=1)
    axes.plot(missing, [0.35] * len(missing), "x", color=MUTED, markersize=6)
    for year, size in known["percent_of_gdp"].items():
        if year in (2006, 2011, 2020, 2021):
            height, side = (size + 0.25, "bottom") if size > 0 else (size - 0.15, "top")
            axes.text(year, height, f"{size:.1f}".replace("-", "−"), ha="center", va=side, color=INK)
    axes.text(2011.6, 12.6, "×  volume not known", color=MUTED, ha="left", va="center")
    axes.set_xlim(2001.2, 2022.8)
    axes.set_ylim(-1.7, 15.5)
    axes.set_xticks(range(2002, 2023, 4))
    axes.set_ylabel("% of Belarus's GDP")
    top = known["percent_of_gdp"].idxmax()
    return publish(
        figure,
        name="gas-discount",
        data="gas_prices",
        title=f"At European prices, cheap gas was worth up to {known['percent_of_gdp'].max():.0f}% of GDP",
        alt=(
            f"Bars of the gap to the European gas price times the volume, in per cent of GDP, for "
            f"{len(known)} years. The highest is {known['percent_of_gdp'][top]:.1f} in {top}; it falls to "
            f"{known['percent_of_gdp'][2011]:.1f} in 2011, is {known['percent_of_gdp'][2020]:.1f} in 2020 and jumps to "
            f"{known['percent_of_gdp'][2021]:.1f} in 2021. For {_listed(missing)} no volume is known."
        ),
        source="An upper bound: transport, duties and contracts are left out. " + GAS_SOURCE + "; GDP: World Bank",
        table=pd.DataFrame(
            {
                "year": known.index,
                "million US dollars": [_signed(value, 0) for value in known["million_usd"]],
                "% of GDP": [_signed(value, 1) for value in known["percent_of_gdp"]],
            }
        ),
    )


def scope_of(estimate: pd.Series) -> str:
    """What an estimate of support counts, as one of ``SCOPES``."""
    text = estimate["scope"]
    if estimate["estimate_id"] in {"SE01", "SE07", "SE10"}:
        return "more than energy"
    return "gas and oil" if "gas" in text or text.startswith("energy") else "oil only"


def support_estimates(estimates: pd.DataFrame) -> Published:
    """Each estimate of Russian support to Belarus as a line over its years, in per cent of the GDP of those years.

    Args:
        estimates: ``estimate_id``, ``kind``, ``scope``, ``period_start``, ``period_end``, ``estimator``,
            ``per_year_bn_usd``, ``pct_gdp_computed``. A loss against the year before is left out: it is no level.
    """
    shown = estimates[(estimates["kind"] == "support") & estimates["pct_gdp_computed"].notna()].copy()
    shown["counts"] = shown.apply(scope_of, axis=1)
    figure, axes = new_axes(height=3.9)
    for row in shown.itertuples():
        marker, colour = SCOPES[row.counts]
        middle = (row.period_start + row.period_end) / 2
        axes.plot([row.period_start - 0.3, row.period_end + 0.3], [row.pct_gdp_computed] * 2, color=colour, linewidth=2)
        axes.plot(middle, row.pct_gdp_computed, marker, color=colour, markersize=8)
    for place, scope in enumerate(scope for scope in SCOPES if scope in set(shown["counts"])):
        marker, colour = SCOPES[scope]
        axes.plot(2011.6, 22.6 - 1.5 * place, marker, color=colour, markersize=8)
        axes.text(2012.4, 22.6 - 1.5 * place, scope, color=colour, va="center")
    axes.set_xlim(1995, 2021)
    axes.set_ylim(0, 23.8)
    axes.set_xticks(range(1996, 2021, 4))
    axes.set_ylabel("% of GDP, a year")
    low, high = (shown.loc[shown["pct_gdp_computed"].agg(end)] for end in ("idxmin", "idxmax"))
    return publish(
        figure,
        name="support-estimates",
        data="subsidy_estimates",
        title=(
            f"Estimates of Russian support run from {low['pct_gdp_computed']:.0f}% "
            f"to {high['pct_gdp_computed']:.0f}% of GDP a year"
        ),
        alt=(
            f"{len(shown)} estimates of support as lines over their years, in per cent of GDP a year. The lowest is "
            f"{low['pct_gdp_computed']} for {low['period_start']}, oil only; the highest "
            f"{high['pct_gdp_computed']} for {high['period_start']} to {high['period_end']}, gas and oil. For the same "
            "two years another estimate, of oil duties only, is 6.0. "
            "All that start in 2011 or later lie between 5 and 9."
        ),
        source="Source: course table subsidy_estimates.csv, which names each source; our division by GDP (World Bank)",
        table=pd.DataFrame(
            {
                "years": [_span(row.period_start, row.period_end) for row in shown.itertuples()],
                "who": shown["estimator"],
                "what it counts": shown["counts"],
                "billion US dollars a year": shown["per_year_bn_usd"],
                "% of GDP": shown["pct_gdp_computed"],
            }
        ),
    )


def loans_paid(loans: pd.DataFrame) -> pd.DataFrame:
    """What was paid out, by the year of the agreement and the group of lenders, in million US dollars."""
    groups = loans.assign(
        year=loans["date"].str[:4].astype(int), group=loans["lender"].map(lambda lender: LENDERS[lender][0])
    )
    paid = groups.pivot_table(index="year", columns="group", values="disbursed_usd_million", aggfunc="sum")
    return paid.reindex(range(2007, 2023)).fillna(0)


def loans_by_year(loans: pd.DataFrame) -> Published:
    """Credit that was paid out, by lender and year of the agreement.

    Args:
        loans: ``date``, ``lender``, ``disbursed_usd_million``.
    """
    paid = loans_paid(loans) / 1000
    names = [
        name for name in dict.fromkeys(group for group, _ in LENDERS.values()) if name in paid and paid[name].any()
    ]
    colours = dict(LENDERS.values())
    figure, axes = new_axes(height=3.6)
    base = pd.Series(0.0, index=paid.index)
    for name in names:
        axes.bar(paid.index, paid[name], bottom=base, color=colours[name], width=0.75)
        base += paid[name]
    for place, name in enumerate(names):
        axes.plot(2012.15, 4.45 - 0.34 * place, "s", color=colours[name], markersize=8)
        axes.text(2012.55, 4.45 - 0.34 * place, name, color=colours[name], va="center")
    axes.set_xlim(2006.3, 2022.7)
    axes.set_ylim(0, 4.8)
    axes.set_xticks(range(2008, 2023, 4))
    axes.set_ylabel("billion US dollars")
    totals = paid[names].sum()
    from_russia = totals["Russia"] + totals["Eurasian fund (EFSD)"]
    return publish(
        figure,
        name="loans",
        data="loans",
        title="While the gas discount shrank, Russia and the Eurasian fund lent: 2014, 2015, 2016",
        alt=(
            f"Bars of credit paid out, by year of the agreement, 2007 to 2022, {totals.sum():.1f} billion dollars in "
            f"all. Russia and the Eurasian fund stand for {from_russia:.1f}: among them {paid.loc[2014, 'Russia']:.1f} "
            f"in 2014, {paid.loc[2015, 'Russia']:.1f} in 2015 and {paid.loc[2016, names[1]]:.1f} in 2016. The IMF and "
            f"the World Bank lent {totals['IMF and World Bank']:.1f} in 2009; the rest are bonds."
        ),
        source="By year of the agreement; known payments, without the nuclear credit. Source: course table loans.csv",
        table=(paid[names][paid[names].sum(axis=1) > 0].round(2).rename_axis(columns=None).reset_index()),
    )


def _basis_marks(axes: Axes, priced: pd.DataFrame, values: pd.Series, colour: str) -> None:
    """A mark a year: filled for a contract or the average of a year, hollow for a derived or partial price."""
    firm = priced["price_basis"].isin(FIRM_BASES)
    axes.plot(values.index[firm], values[firm], "o", color=colour, markersize=6)
    axes.plot(
        values.index[~firm], values[~firm], "o", markerfacecolor=GRID, markeredgecolor=colour, markersize=6,
        markeredgewidth=1.4,
    )  # fmt: skip


def _price_table(priced: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "year": priced.index,
            "Belarus, US dollars": priced["price_usd_per_1000m3"],
            "basis": priced["price_basis"].map(BASES_IN_WORDS),
            "Europe, US dollars": priced["europe_usd_per_1000m3"],
            "% of Europe": priced["share"].round().astype(int),
        }
    )


def _signed(value: float, digits: int) -> str:
    return f"{value:,.{digits}f}".replace("-", "−")


def _span(start: int, end: int) -> str:
    return str(start) if start == end else f"{start}-{end}"


def _listed(years: pd.Index) -> str:
    words = [str(year) for year in years]
    return f"{', '.join(words[:-1])} and {words[-1]}"
