"""Numbers of chapter 8: the example of a deal, its moves, and the oil price beside the sanctions."""

from __future__ import annotations

import pandas as pd

from unionstate.bargaining import only_if_credible
from unionstate.figures.why_bargaining_power_moves import (
    MOVES,
    START,
    deal_of,
    moved,
    oil_and_sanctions,
)  # fmt: skip
from unionstate.paths import data_path
from unionstate.values import value

LIFTED, NEEDED, POOR, DEMANDING, TOGETHER = list(MOVES)[1:]


def _number(amount: float) -> str:
    return f"{amount:g}"


def _months() -> pd.DataFrame:
    return oil_and_sanctions(
        pd.read_csv(data_path("brent_monthly.csv")), pd.read_csv(data_path("sanctions_levels.csv"))
    )


@value("bargain.floor")
def floor() -> str:
    return _number(moved("the start").floor)


@value("bargain.ceiling")
def ceiling() -> str:
    return _number(moved("the start").ceiling)


@value("bargain.support")
def support() -> str:
    return _number(moved("the start").support)


@value("bargain.gain-each")
def gain_each() -> str:
    return _number(moved("the start").gain_of_receiver)


@value("bargain.gain")
def gain() -> str:
    return _number(moved("the start").gain)


@value("bargain.lifted-floor")
def lifted_floor() -> str:
    return _number(moved(LIFTED).floor)


@value("bargain.lifted-support")
def lifted_support() -> str:
    return _number(moved(LIFTED).support)


@value("bargain.lifted-gain")
def lifted_gain() -> str:
    return _number(moved(LIFTED).gain_of_receiver)


@value("bargain.needed-support")
def needed_support() -> str:
    return _number(moved(NEEDED).support)


@value("bargain.poor-ceiling")
def poor_ceiling() -> str:
    return _number(moved(POOR).ceiling)


@value("bargain.poor-support")
def poor_support() -> str:
    return _number(moved(POOR).support)


@value("bargain.needed-and-poor-support")
def needed_and_poor_support() -> str:
    return _number(deal_of(**{**START, **MOVES[NEEDED], **MOVES[POOR]}).support)


@value("bargain.demanding-support")
def demanding_support() -> str:
    return _number(moved(DEMANDING).support)


@value("bargain.left-after-demand")
def left_after_demand() -> str:
    """What Minsk keeps of the support once the concession is paid for, when Moscow demands more."""
    return _number(moved(DEMANDING).support - MOVES[DEMANDING]["concession"])


@value("bargain.left-at-start")
def left_at_start() -> str:
    return _number(moved("the start").support - START["concession"])


@value("bargain.together-floor")
def together_floor() -> str:
    return _number(moved(TOGETHER).floor)


@value("bargain.together-gain")
def together_gain() -> str:
    return _number(moved(TOGETHER).gain)


@value("bargain.credible-from")
def credible_from() -> str:
    """The alternative from which it counts under the second rule: what Minsk would keep without it."""
    inside = only_if_credible(0, START["concession"], moved("the start").ceiling)
    return _number(inside.support - START["concession"])


@value("bargain.oil-eased")
def oil_eased() -> str:
    months = _months()
    return f"{months.loc[months['eased'], 'price_usd_per_bbl'].mean():.0f}"


@value("bargain.oil-listed")
def oil_listed() -> str:
    months = _months()
    return f"{months.loc[~months['eased'], 'price_usd_per_bbl'].mean():.0f}"


def _cheap() -> pd.DataFrame:
    months = _months()
    return months[months["price_usd_per_bbl"] < 50]


@value("bargain.cheap-months")
def cheap_months() -> str:
    return str(len(_cheap()))


@value("bargain.cheap-and-eased")
def cheap_and_eased() -> str:
    return str(_cheap()["eased"].sum())


@value("bargain.peak-before-first-ease")
def peak_before_first_ease() -> str:
    return f"{_months()['price_usd_per_bbl'].loc['2008-01':'2008-12'].max():.0f}"


@value("bargain.price-at-first-ease")
def price_at_first_ease() -> str:
    return f"{_months().loc['2008-11', 'price_usd_per_bbl']:.0f}"


@value("bargain.price-before-second-ease")
def price_before_second_ease() -> str:
    return f"{_months().loc['2014-06', 'price_usd_per_bbl']:.0f}"


@value("bargain.price-at-second-ease")
def price_at_second_ease() -> str:
    return f"{_months().loc['2015-10', 'price_usd_per_bbl']:.0f}"
