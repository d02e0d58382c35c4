"""Numbers of chapter 3, computed from the tables of the Union State and of prices."""

from __future__ import annotations

import pandas as pd

from unionstate.figures.a_union_on_paper_and_in_practice import (
    ARTICLE_COUNCIL,
    BASE_YEAR,
    GDP_DEFLATOR,
    contributions_by_year,
    median_pauses,
    members_on,
    pauses,
    real_contributions,
)
from unionstate.figures.when_was_this_written import day_text
from unionstate.paths import data_path
from unionstate.values import value


def _table(name: str) -> pd.DataFrame:
    return pd.read_csv(data_path(f"{name}.csv"))


def _meetings() -> pd.DataFrame:
    return _table("council_meetings")


def _budget() -> pd.DataFrame:
    return _table("union_state_budget")


def _real(indicator: str | None = None) -> pd.Series:
    given = [indicator] if indicator else []
    return real_contributions(_budget(), _table("macro"), *given)


def _full_members(project: str) -> str:
    members = members_on(_table("integration_membership"), ARTICLE_COUNCIL)
    return str(int((members[project] == "full").sum()))


def _longest_before() -> pd.Series:
    gaps = pauses(_meetings())
    before = gaps[gaps["date"] <= ARTICLE_COUNCIL]
    return before.loc[before["days"].idxmax()]


def _change(real: pd.Series, first: int, last: int) -> float:
    return 100 * (real[last] / real[first] - 1)


def _budget_of(year: int) -> pd.Series:
    budget = _budget()
    return budget[budget["year"] == year].iloc[0]


@value("union.bodies")
def bodies() -> str:
    return str(len(_table("institutions")))


@value("union.bodies-at-work")
def bodies_at_work() -> str:
    return str(int((_table("institutions")["status"] == "functioning").sum()))


@value("union.bodies-on-paper")
def bodies_on_paper() -> str:
    return str(int((_table("institutions")["status"] == "not_established").sum()))


@value("union.members-cis")
def members_cis() -> str:
    return _full_members("CIS")


@value("union.members-csto")
def members_csto() -> str:
    return _full_members("CSTO")


@value("union.members-eaeu")
def members_eaeu() -> str:
    return _full_members("EAEU")


@value("union.meetings")
def meetings() -> str:
    return str(len(_meetings()))


@value("union.meetings-up-to-the-article")
def meetings_up_to_the_article() -> str:
    return str(int((pd.to_datetime(_meetings()["date"]) <= ARTICLE_COUNCIL).sum()))


@value("union.pause-early")
def pause_early() -> str:
    return f"{median_pauses(_meetings())['2000-2004']:.0f}"


@value("union.pause-middle")
def pause_middle() -> str:
    return f"{median_pauses(_meetings())['2005-2009']:.0f}"


@value("union.pause-late")
def pause_late() -> str:
    return f"{median_pauses(_meetings())['2010-2016']:.0f}"


@value("union.pause-after")
def pause_after() -> str:
    return f"{median_pauses(_meetings())['2016-2024']:.0f}"


@value("union.longest-pause-before")
def longest_pause_before() -> str:
    return f"{_longest_before()['months']:.0f}"


@value("union.longest-pause-before-end")
def longest_pause_before_end() -> str:
    return day_text(_longest_before()["date"])


@value("union.longest-pause")
def longest_pause() -> str:
    return f"{pauses(_meetings())['months'].max():.0f}"


@value("union.minsk-meetings-up-to-the-article")
def minsk_meetings() -> str:
    table = _meetings()
    early = table[pd.to_datetime(table["date"]) <= ARTICLE_COUNCIL]
    return str(int((early["host_iso3"] == "BLR").sum()))


@value("union.contributions-first")
def contributions_first() -> str:
    return f"{contributions_by_year(_budget())[2003]:,.0f}"


@value("union.contributions-frozen")
def contributions_frozen() -> str:
    return f"{contributions_by_year(_budget())[BASE_YEAR]:,.0f}"


@value("union.contributions-nineteen")
def contributions_nineteen() -> str:
    return f"{contributions_by_year(_budget())[2019]:.0f}"


@value("union.contribution-russia")
def contribution_russia() -> str:
    return f"{_budget_of(2013)['russia_contribution_rub_million']:,.0f}"


@value("union.contribution-belarus")
def contribution_belarus() -> str:
    return f"{_budget_of(2013)['belarus_contribution_rub_million']:,.0f}"


@value("union.real-fall-to-the-article")
def real_fall_to_the_article() -> str:
    return f"{-_change(_real(), BASE_YEAR, 2016):.0f}"


@value("union.real-fall")
def real_fall() -> str:
    return f"{-_change(_real(), BASE_YEAR, 2019):.0f}"


@value("union.real-change-before")
def real_change_before() -> str:
    return f"{_change(_real(), 2003, BASE_YEAR):.0f}"


@value("union.real-change-before-deflator")
def real_change_before_deflator() -> str:
    return f"{-_change(_real(GDP_DEFLATOR), 2003, BASE_YEAR):.0f}"


@value("union.real-fall-deflator")
def real_fall_deflator() -> str:
    return f"{-_change(_real(GDP_DEFLATOR), BASE_YEAR, 2016):.0f}"


@value("union.revenue-of-the-article")
def revenue_of_the_article() -> str:
    return f"{_budget_of(2016)['revenue_rub_million'] / 1000:.1f}"


@value("union.left-over")
def left_over() -> str:
    return f"{_budget_of(2016)['other_revenue_rub_million'] / 1000:.2f}"


@value("union.revenue-rise")
def revenue_rise() -> str:
    rise = _budget_of(2016)["revenue_rub_million"] / _budget_of(2015)["revenue_rub_million"] - 1
    return f"{100 * rise:.0f}"


@value("union.real-sixteen")
def real_sixteen() -> str:
    return f"{_real()[2016] / 1000:.1f}"
