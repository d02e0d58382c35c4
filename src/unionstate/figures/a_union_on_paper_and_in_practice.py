"""Figures of chapter 3: one function a figure, and the arithmetic of pauses and prices they share."""

from __future__ import annotations

import html

import pandas as pd

from unionstate.figures import (
    BLUE,
    GRID,
    INK,
    MUTED,
    ORANGE,
    Published,
    mark_article_week,
    new_axes,
    publish,
)
from unionstate.figures.when_was_this_written import day_text
from unionstate.measures.money import price_index, real_terms

ARTICLE_COUNCIL = pd.Timestamp("2016-02-25")
PERIODS = {
    "2000-2004": ("2000-01-27", "2004-12-31"),
    "2005-2009": ("2005-01-01", "2009-12-31"),
    "2010-2016": ("2010-01-01", "2016-02-25"),
    "2016-2024": ("2016-02-26", "2024-12-31"),
}
"""Four stretches of the life of the Council. A pause belongs to the stretch in which it ends."""

DAYS_A_MONTH = 365.25 / 12
BASE_YEAR = 2009
CONSUMER_PRICES, GDP_DEFLATOR = "FP.CPI.TOTL.ZG", "NY.GDP.DEFL.KD.ZG"
UNIONS = {"CIS": "CIS", "CSTO": "CSTO", "EAEU": "EAEU", "US": "Union\nState"}
"""The unions of Russia that were at work in February 2016, as columns of the matrix."""

_COUNTRIES = {
    "RUS": "Russia", "BLR": "Belarus", "ARM": "Armenia", "KAZ": "Kazakhstan", "KGZ": "Kyrgyzstan",
    "TJK": "Tajikistan", "AZE": "Azerbaijan", "MDA": "Moldova", "UZB": "Uzbekistan", "TKM": "Turkmenistan",
    "UKR": "Ukraine", "GEO": "Georgia",
}  # fmt: skip
_STATUS = {"full": "M", "associate": "a", "signatory": "s", "observer": "o"}


def bodies_on_paper(institutions: pd.DataFrame) -> Published:
    """The bodies and instruments of the Union State: those at work, and those that exist in the text alone.

    Args:
        institutions: columns ``name``, ``status`` (functioning or not_established).
    """
    shown = institutions.assign(works=institutions["status"] == "functioning")
    shown = shown.sort_values("works", ascending=False, kind="stable").reset_index(drop=True)
    works = int(shown["works"].sum())
    figure, axes = new_axes(height=0.3 * len(shown) + 0.8)
    for column, words in ((-0.1, "paper"), (1.75, "practice")):
        axes.text(column, -1.0, words, ha="center", va="center", color=MUTED)
    for row, body in enumerate(shown.itertuples()):
        colour = BLUE if body.works else ORANGE
        axes.plot(0, row, "s", color=colour, markersize=10)
        axes.plot(1.6, row, "s", color=colour, markersize=10, markerfacecolor=colour if body.works else "none")
        axes.text(2.5, row, body.name, va="center", color=INK if body.works else ORANGE)
    axes.set_xlim(-0.9, 10.2)
    axes.set_ylim(len(shown) - 0.4, -1.6)
    axes.axis("off")
    paper = shown.loc[~shown["works"], "name"].tolist()
    return publish(
        figure,
        name="bodies-on-paper",
        data="institutions",
        title=f"Of {len(shown)} bodies and instruments of the union, {len(paper)} exist on paper only",
        alt=(
            f"A list of {len(shown)} bodies and instruments of the Union State with two boxes each, one for “paper” "
            f"and one for “practice”. For {works} both boxes are filled. For {len(paper)} the second box is "
            f"empty: {'; '.join(paper)}."
        ),
        source="Source: course table institutions.csv, which names the source of each row.",
        table=pd.DataFrame(
            {"body or instrument": shown["name"], "at work": shown["works"].map({True: "yes", False: "no"})}
        ),
    )


def members_on(membership: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Who belonged to Russia's unions on one day: a row a country, a column a union, the status or an empty text.

    Args:
        membership: columns ``project``, ``iso3``, ``member_from``, ``member_until``, ``status``.
        day: the day.
    """
    begin, end = pd.to_datetime(membership["member_from"]), pd.to_datetime(membership["member_until"])
    there = membership[(begin <= day) & (end.isna() | (day < end)) & membership["project"].isin(UNIONS)]
    table = there.pivot(index="iso3", columns="project", values="status").reindex(index=_COUNTRIES, columns=UNIONS)
    return table.astype(object).fillna("")


def membership_matrix(membership: pd.DataFrame) -> Published:
    """Which former Soviet republics were with Russia in which union, on the day of the Council of the article.

    Args:
        membership: columns ``project``, ``iso3``, ``member_from``, ``member_until``, ``status``.
    """
    members = members_on(membership, ARTICLE_COUNCIL)
    full = (members == "full").sum()
    shared = (members == "full").sum(axis=1)
    figure, axes = new_axes(height=0.31 * len(members) + 1.1)
    for column, (project, label) in enumerate(UNIONS.items()):
        axes.text(column, -1.15, label, ha="center", va="center", weight="bold")
        for row, status in enumerate(members[project]):
            if status == "full":
                axes.plot(column, row, "s", color=BLUE, markersize=13)
            elif status:
                axes.text(column, row, _STATUS[status], ha="center", va="center", color=ORANGE, weight="bold")
            else:
                axes.plot(column, row, "s", color=GRID, markersize=13, markerfacecolor="none")
        axes.text(column, len(members) + 0.25, f"{full[project]}", ha="center", va="center", color=BLUE)
    for row, country in enumerate(members.index):
        bold = country in ("RUS", "BLR")
        axes.text(-0.6, row, _COUNTRIES[country], ha="right", va="center", weight="bold" if bold else "normal")
    axes.text(-0.6, len(members) + 0.25, "full members", ha="right", va="center", color=BLUE)
    axes.text(
        3.6, 6, "filled:\nfull member\n\ns: signed the\nfounding act,\nnot the charter\n\na: associate",
        va="center", color=MUTED,
    )  # fmt: skip
    axes.set_xlim(-3.0, 6.2)
    axes.set_ylim(len(members) + 0.8, -1.8)
    axes.axis("off")
    all_four = [_COUNTRIES[country] for country in shared.index[shared == len(UNIONS)] if country != "RUS"]
    rows = [
        f"{_COUNTRIES[country]}: {', '.join(project for project in UNIONS if row[project] == 'full') or 'none'}"
        for country, row in members.iterrows()
    ]
    return publish(
        figure,
        name="membership-matrix",
        data="integration_membership",
        title=f"In February 2016 only {' and '.join(all_four)} was in all four unions with Russia",
        alt=(
            f"A grid of {len(members)} countries and {len(UNIONS)} unions on {day_text(ARTICLE_COUNCIL)}. Full "
            f"members: CIS {full['CIS']}, CSTO {full['CSTO']}, EAEU {full['EAEU']}, Union State {full['US']}. "
            + "; ".join(rows)
            + "."
        ),
        source=(
            f"State of {day_text(ARTICLE_COUNCIL)}. Source: course table integration_membership.csv, which names the "
            "source of each row."
        ),
        table=members.rename(index=_COUNTRIES, columns={"US": "Union State"})
        .replace("", "-")
        .rename_axis(index="country", columns=None)
        .reset_index(),
    )


def explore_members(membership: pd.DataFrame):
    """For a live notebook: a slider of years, and who was a full member of what on 25 February of that year.

    Args:
        membership: columns ``project``, ``iso3``, ``member_from``, ``member_until``, ``status``.

    Returns:
        an ipywidgets box; the last cell value of a notebook shows it.
    """
    import ipywidgets as widgets  # only in notebooks: the book is built without it

    year = widgets.IntSlider(value=2016, min=1993, max=2021, description="year")
    result = widgets.HTML()

    def show(_change: object = None) -> None:
        members = members_on(membership, pd.Timestamp(year.value, 2, 25))
        lines = []
        for project, label in UNIONS.items():
            names = [_COUNTRIES[country] for country in members.index[members[project] == "full"]]
            words = html.escape(", ".join(names) or "nobody yet")
            name = label.replace("\n", " ")
            lines.append(f"<li><strong>{name}</strong> ({len(names)}): {words}</li>")
        result.value = f"<p>Full members on 25 February {year.value}</p><ul>{''.join(lines)}</ul>"

    year.observe(show, names="value")
    show()
    return widgets.VBox([year, result])


def pauses(meetings: pd.DataFrame) -> pd.DataFrame:
    """The days between one meeting of the Council and the next: day of the later meeting, days, months.

    Args:
        meetings: column ``date``.
    """
    dates = pd.to_datetime(meetings["date"]).sort_values()
    days = dates.diff().dt.days
    return pd.DataFrame({"date": dates, "days": days, "months": days / DAYS_A_MONTH}).iloc[1:].reset_index(drop=True)


def median_pauses(meetings: pd.DataFrame) -> pd.Series:
    """The median pause in months, for each stretch of ``PERIODS``."""
    gaps = pauses(meetings)
    return pd.Series(
        {name: gaps.loc[gaps["date"].between(start, end), "months"].median() for name, (start, end) in PERIODS.items()}
    )


def council_pauses(meetings: pd.DataFrame) -> Published:
    """The pause before each meeting of the Supreme State Council, with the median of four stretches of years.

    Args:
        meetings: column ``date``, one row a meeting of the Council.
    """
    gaps, medians = pauses(meetings), median_pauses(meetings)
    years = gaps["date"].dt.year + (gaps["date"].dt.day_of_year - 1) / 365.25
    figure, axes = new_axes(height=3.3)
    axes.vlines(years, 0, gaps["months"], color=BLUE, linewidth=1.4)
    axes.plot(years, gaps["months"], "o", color=BLUE, markersize=6)
    for name, (start, end) in PERIODS.items():
        first, last = (pd.Timestamp(day).year + pd.Timestamp(day).day_of_year / 366 for day in (start, end))
        axes.plot([first, last], [medians[name]] * 2, color=ORANGE, linewidth=3, solid_capstyle="butt", zorder=3)
        axes.text((first + last) / 2, 28.5, f"{medians[name]:.0f}", color=ORANGE, ha="center", weight="bold")
    axes.text(2000.1, 32.5, "median pause of the period, months:", color=ORANGE, ha="left")
    axes.set_xlim(1999.6, 2025.4)
    axes.set_ylim(0, 44)
    mark_article_week(axes, at=0.98)
    axes.set_xticks([2000, 2005, 2010, 2015, 2020, 2025])
    axes.set_ylabel("months since the meeting before")
    longest = gaps.loc[gaps["days"].idxmax()]
    return publish(
        figure,
        name="council-pauses",
        data="council_meetings",
        title="The pauses between Councils grew until 2016, and did not shrink after the article",
        alt=(
            f"A stem for each of {len(gaps)} pauses between meetings of the Supreme State Council from 2000 to 2024. "
            + "Median pause in months: "
            + ", ".join(f"{name}: {months:.0f}" for name, months in medians.items())
            + f". The longest pause, {longest['months']:.0f} months, ends on {day_text(longest['date'])}."
        ),
        source=(
            "A pause belongs to the period in which it ends. At least one meeting between 2003 and 2018 is probably "
            "missing. Source: course table council_meetings.csv, which names the source of each row."
        ),
        table=pd.DataFrame(
            {
                "meeting": gaps["date"].map(day_text),
                "days since the meeting before": gaps["days"].astype(int),
                "months": gaps["months"].map("{:.1f}".format),
            }
        ),
    )


def contributions_by_year(budget: pd.DataFrame) -> pd.Series:
    """What both states were to pay in, million roubles of the year; one value a year, years without one left out.

    Args:
        budget: columns ``year``, ``contributions_rub_million``.
    """
    known = budget.dropna(subset=["contributions_rub_million"]).drop_duplicates("year")
    return known.set_index("year")["contributions_rub_million"]


def real_contributions(budget: pd.DataFrame, macro: pd.DataFrame, indicator: str = CONSUMER_PRICES) -> pd.Series:
    """The contributions at the prices of 2009, as far as the prices are known.

    Args:
        budget: columns ``year``, ``contributions_rub_million``.
        macro: columns ``indicator_code``, ``iso3``, ``year``, ``value``.
        indicator: consumer prices or the GDP deflator of Russia.
    """
    inflation = macro[(macro["indicator_code"] == indicator) & (macro["iso3"] == "RUS")].set_index("year")["value"]
    index = price_index(inflation.loc[2000:], BASE_YEAR)
    paid = contributions_by_year(budget)
    paid = paid[paid.index.isin(index.index)]
    return real_terms(paid, index, BASE_YEAR)


def contributions(budget: pd.DataFrame, macro: pd.DataFrame) -> Published:
    """The contributions of both states together, in roubles of the year and at the prices of 2009.

    Args:
        budget: columns ``year``, ``contributions_rub_million``.
        macro: columns ``indicator_code``, ``iso3``, ``year``, ``value``.
    """
    real = real_contributions(budget, macro)
    nominal = contributions_by_year(budget).reindex(real.index)
    figure, axes = new_axes(height=3.3)
    for series, colour, marker in ((nominal, BLUE, "o"), (real, ORANGE, "s")):
        whole = series.reindex(range(series.index[0], series.index[-1] + 1))
        axes.plot(series.index, series / 1000, color=colour, linewidth=1, linestyle=(0, (2, 2)))
        axes.plot(whole.index, whole / 1000, color=colour, marker=marker, linewidth=2, markersize=6)
    axes.text(2013, 5.15, "roubles of the year", color=BLUE, ha="center")
    axes.text(2012.6, 3.0, "at prices of 2009", color=ORANGE, ha="right")
    axes.set_ylim(0, 6)
    axes.set_xlim(2002.4, 2019.9)
    mark_article_week(axes, at=0.12)
    axes.set_xticks([2003, 2006, 2009, 2012, 2015, 2018])
    axes.set_ylabel("billion Russian roubles")
    first, last = real.index[0], real.index[-1]
    return publish(
        figure,
        name="contributions",
        data="union_state_budget",
        title="The contributions doubled by 2009 and then stood still, while prices went on rising",
        alt=(
            "Two lines of what both states were to pay in. In roubles of the year: "
            f"{nominal[first] / 1000:.1f} billion in {first}, {nominal[BASE_YEAR] / 1000:.1f} in {BASE_YEAR}, and the "
            f"same {nominal[last] / 1000:.1f} in {last}. At prices of {BASE_YEAR}: {real[first] / 1000:.1f} billion in "
            f"{first}, {real[BASE_YEAR] / 1000:.1f} in {BASE_YEAR}, {real[2016] / 1000:.1f} in 2016 and "
            f"{real[last] / 1000:.1f} in {last}."
        ),
        source=(
            "No number was found for 2005, 2007, 2008 and 2014; plans and drafts are mixed with acts. Source: course "
            "tables union_state_budget.csv and macro.csv (consumer prices of Russia, World Bank)."
        ),
        table=pd.DataFrame(
            {
                "year": nominal.index,
                "million roubles of the year": nominal.map("{:,.0f}".format).to_numpy(),
                "million roubles at prices of 2009": real.map("{:,.0f}".format).to_numpy(),
            }
        ),
    )


def leftovers(budget: pd.DataFrame) -> Published:
    """The revenue of the union budget from 2009 to 2019: contributions, and money left from earlier years.

    Args:
        budget: columns ``year``, ``stage``, ``contributions_rub_million``, ``other_revenue_rub_million``.
    """
    shown = budget[budget["year"].between(2009, 2019)].drop_duplicates("year")
    shown = shown.dropna(subset=["contributions_rub_million", "other_revenue_rub_million"])
    new, old = shown["contributions_rub_million"] / 1000, shown["other_revenue_rub_million"] / 1000
    figure, axes = new_axes(height=3.1)
    axes.bar(shown["year"], new, width=0.7, color=BLUE, linewidth=0)
    some = old > 0
    axes.bar(
        shown["year"][some], old[some], width=0.7, bottom=new[some],
        color="none", edgecolor=ORANGE, linewidth=1.6, hatch="///",
    )  # fmt: skip
    axes.text(2009, 7.7, "left over from earlier years", color=ORANGE, va="center")
    axes.text(2009, 5.4, "contributions of the year", color=BLUE, va="center")
    axes.set_ylim(0, 8.2)
    axes.set_xlim(2008.4, 2019.6)
    axes.set_xticks([2009, 2011, 2013, 2015, 2017, 2019])
    axes.set_ylabel("billion Russian roubles")
    with_old = shown[old > 0]
    return publish(
        figure,
        name="leftovers",
        data="union_state_budget",
        title="The budget of the article was larger, but the new money was not",
        alt=(
            f"A bar for each of {len(shown)} years between 2009 and 2019. The contributions are about "
            f"{new.iloc[0]:.1f} billion roubles in every bar. On top of them stands money left from earlier years in "
            + ", ".join(
                f"{int(row.year)} ({row.other_revenue_rub_million / 1000:.1f} billion)" for row in with_old.itertuples()
            )
            + "; before that there is none."
        ),
        source=(
            "No number was found for 2011 and 2014. Small other revenue is counted with the leftovers. Source: course "
            "table union_state_budget.csv, which names the source of each row."
        ),
        table=pd.DataFrame(
            {
                "year": shown["year"],
                "stage": shown["stage"],
                "contributions, million roubles": shown["contributions_rub_million"].map("{:,.0f}".format),
                "left over and other, million roubles": shown["other_revenue_rub_million"].map("{:,.0f}".format),
            }
        ),
    )
