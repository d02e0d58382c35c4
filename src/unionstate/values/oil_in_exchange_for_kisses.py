"""Numbers of chapter 4, computed from the tables of gas prices, estimates, loans and GDP."""

from __future__ import annotations

import pandas as pd

from unionstate.figures.oil_in_exchange_for_kisses import gas_discount, gdp_of_belarus, loans_paid, prices_paid
from unionstate.measures.money import implied_subsidy, percent_of_gdp
from unionstate.paths import data_path
from unionstate.values import series, value

# Prices per 1,000 m3 that the chapter cites from its sources as other benchmarks.
SMOLENSK, GERMANY = 70, 250  # the two presidents on 6 December 2018
GERMANY_BY_CONTRACT = 220  # the president of Russia on 9 September 2021
UKRAINE = 95  # RFE/RL, 1 June 2006


def _table(name: str) -> pd.DataFrame:
    return pd.read_csv(data_path(f"{name}.csv"))


def _gas() -> pd.DataFrame:
    return prices_paid(_table("gas_prices"))


def _discount() -> pd.DataFrame:
    return gas_discount(_table("gas_prices"), _table("macro"))


def _with_benchmark(year: int, benchmark: float) -> tuple[float, float]:
    """The discount of a year against another benchmark: billion US dollars, per cent of GDP."""
    paid = _gas().loc[year]
    million = implied_subsidy(benchmark, paid["price_usd_per_1000m3"], paid["volume_bcm"])
    return million / 1000, percent_of_gdp(million, gdp_of_belarus(_table("macro"))[year])


def _estimate(estimate_id: str) -> pd.Series:
    return _table("subsidy_estimates").set_index("estimate_id").loc[estimate_id]


def _late(column: str) -> pd.Series:
    return _gas().loc[2012:, column]


@series("gas.price-ratio")
def price_ratio() -> list[tuple[float, float]]:
    """Belarus's gas price in per cent of the European one, by year."""
    return [(float(year), round(float(share), 1)) for year, share in _gas()["share"].items()]


@value("gas.burden-at-smolensk")
def burden_at_smolensk() -> str:
    return f"{-_with_benchmark(2018, SMOLENSK)[0]:.1f}"


@value("gas.gift-at-germany")
def gift_at_germany() -> str:
    return f"{_with_benchmark(2018, GERMANY)[0]:.1f}"


@value("gas.share-lowest-early")
def share_lowest_early() -> str:
    """Belarus's price in per cent of the European one in 2006, the lowest of the first years."""
    return f"{_gas()['share'].loc[:2010].min():.0f}%"


@value("gas.share-before-the-fall")
def share_before_the_fall() -> str:
    return f"{_gas()['share'][2014]:.0f}%"


@value("gas.share-article-year")
def share_article_year() -> str:
    return f"{_gas()['share'][2016]:.0f}%"


@value("gas.share-highest")
def share_highest() -> str:
    return f"{_gas()['share'].max():.0f}%"


@value("gas.share-last")
def share_last() -> str:
    return f"{_gas()['share'].iloc[-1]:.0f}%"


@value("gas.late-lowest")
def late_lowest() -> str:
    return f"{_late('price_usd_per_1000m3').min():.0f}"


@value("gas.late-highest")
def late_highest() -> str:
    return f"{_late('price_usd_per_1000m3').max():.0f}"


@value("gas.europe-late-lowest")
def europe_late_lowest() -> str:
    return f"{_late('europe_usd_per_1000m3').min() + 1e-9:.0f}"


@value("gas.europe-late-highest")
def europe_late_highest() -> str:
    return f"{_late('europe_usd_per_1000m3').max() + 1e-9:,.0f}"


@value("gas.discount-peak-bn")
def discount_peak_bn() -> str:
    discount = _discount()
    return f"{discount['million_usd'][discount['percent_of_gdp'].idxmax()] / 1000:.1f}"


@value("gas.discount-peak-share")
def discount_peak_share() -> str:
    return f"{_discount()['percent_of_gdp'].max():.0f}%"


@value("gas.discount-before-bn")
def discount_before_bn() -> str:
    """The gas discount of 2005, between the two printed estimates."""
    return f"{_discount()['million_usd'][2005] / 1000:.1f}"


@value("gas.discount-hub-share")
def discount_hub_share() -> str:
    return f"{_discount()['percent_of_gdp'][2021]:.1f}%"


@value("gas.discount-contract-bn")
def discount_contract_bn() -> str:
    return f"{_with_benchmark(2021, GERMANY_BY_CONTRACT)[0]:.1f}"


@value("gas.discount-contract-share")
def discount_contract_share() -> str:
    return f"{_with_benchmark(2021, GERMANY_BY_CONTRACT)[1]:.1f}%"


@value("gas.discount-ukraine-bn")
def discount_ukraine_bn() -> str:
    return f"{_with_benchmark(2006, UKRAINE)[0]:.1f}"


@value("gas.discount-ukraine-share")
def discount_ukraine_share() -> str:
    return f"{_with_benchmark(2006, UKRAINE)[1]:.1f}%"


@value("gas.europe-fall")
def europe_fall() -> str:
    europe = _gas()["europe_usd_per_1000m3"]
    return f"{1 - europe[2016] / europe[2014]:.0%}"


@value("gas.belarus-fall")
def belarus_fall() -> str:
    paid = _gas()["price_usd_per_1000m3"]
    return f"{1 - paid[2016] / paid[2014]:.0%}"


@value("support.kommersant-share")
def kommersant_share() -> str:
    return f"{_estimate('SE16')['pct_gdp_computed']:.0f}%"


@value("support.rferl-share")
def rferl_share() -> str:
    return f"{_estimate('SE15')['pct_gdp_computed']:.0f}%"


@value("loans.around-the-article")
def loans_around_the_article() -> str:
    """Paid out by Russia and the Eurasian fund on agreements of 2014 to 2016, billion US dollars."""
    paid = loans_paid(_table("loans")).loc[2014:2016]
    return f"{paid[['Russia', 'Eurasian fund (EFSD)']].to_numpy().sum() / 1000:.1f}"
