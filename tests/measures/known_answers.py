"""What the tests of known answers share: the course's tables, shaped for a measure, and rounding as printed."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from unionstate.paths import data_path


def table(name: str) -> pd.DataFrame:
    """A table as a learner reads it."""
    return pd.read_csv(data_path(f"{name}.csv"))


def printed(value: float, digits: int) -> str:
    """The value as a page prints it: a 5 goes up, and noise behind the tenth digit does not decide."""
    return str(Decimal(f"{value:.10f}").quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def votes_of(one: str, other: str) -> pd.DataFrame:
    """The counts of a pair by year, in whichever order the table names the two."""
    votes = table("un_agreement")
    here = votes[["country_a_iso3", "country_b_iso3"]].apply(set, axis=1) == {one, other}
    return votes[here].set_index("year").sort_index()


def ideal_points(column: str) -> pd.DataFrame:
    """A column of the ideal points: a row a year, a column a country, and EU for the mean of the members."""
    countries = table("un_ideal_points").pivot(index="year", columns="iso3", values=column)
    means = table("un_ideal_points_eu_mean").set_index("year")
    return countries.assign(EU=means[column]) if column in means else countries


def pendulum() -> pd.DataFrame:
    """The table of one row a year."""
    return table("pendulum_annual").set_index("year")
