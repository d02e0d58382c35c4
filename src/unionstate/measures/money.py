"""Money: the subsidy that a low price implies, and amounts in real terms by a deflator."""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd

from unionstate.measures._inputs import Values, at, numbers, refuse, whole


def implied_subsidy(benchmark_price: Values, price_paid: Values, volume: Values) -> Values:
    """What a buyer saves against a benchmark price: an answer to "compared with what?", not a payment.

    Formula: (benchmark_price - price_paid) * volume.

    Args:
        benchmark_price: the price to compare with; a number or a column by year. Gas: USD per 1,000 m3; oil: USD per
            tonne.
        price_paid: the price paid, in the same unit.
        volume: the quantity bought, in thousand million m3 (bcm) for gas, in million tonnes for oil.

    Returns:
        Million USD, in the shape of the input; negative if the buyer paid more than the benchmark. A border price in
        Europe includes transport and duties that a neighbour would not pay: with it the result is an upper bound.

    Raises:
        ValueError: if a value is missing or negative, or the rows differ.
    """
    benchmark_price, price_paid, volume = numbers(benchmark_price=benchmark_price, price_paid=price_paid, volume=volume)
    for name, value in (("benchmark_price", benchmark_price), ("price_paid", price_paid), ("volume", volume)):
        refuse(value < 0, f"{name} is below zero")
    return (benchmark_price - price_paid) * volume


def percent_of_gdp(amount: Values, gdp: Values) -> Values:
    """An amount as per cent of a year's GDP.

    Formula: 100 * amount / gdp.

    Args:
        amount: a number or a column by year; may be negative.
        gdp: nominal GDP of the same year in the same unit.

    Returns:
        Per cent, in the shape of the input.

    Raises:
        ValueError: if a value is missing, GDP is not above zero, or the rows differ.
    """
    amount, gdp = numbers(amount=amount, gdp=gdp)
    refuse(gdp <= 0, "gdp is not above zero")
    return 100 * amount / gdp


def price_index(inflation: pd.Series, base: int) -> pd.Series:
    """A price index chained from yearly changes of prices.

    Formula: index[base] = 100; index[year] = index[year - 1] * (1 + inflation[year] / 100).

    Args:
        inflation: change of prices on the year before, per cent, one value a year, the year as index, no year left
            out. Which deflator it is (consumer prices, GDP deflator) is the choice that decides the answer.
        base: the year that gets 100.

    Returns:
        The index (base = 100), one value for each year of ``inflation``. The first year's own rate is not used: it
        compares with a year outside the table.

    Raises:
        ValueError: if a rate is missing or -100 or less, there is one number only, the index holds anything but years
            (whole numbers), years are missing or out of order, or the base is not there.
    """
    (inflation,) = numbers(inflation=inflation)
    if not isinstance(inflation, pd.Series):
        raise ValueError("inflation needs one value a year, the year as index.")
    refuse(inflation <= -100, "inflation is -100 per cent or less")
    years = list(inflation.index)
    if not all(map(whole, years)) or years != list(range(int(years[0]), int(years[0]) + len(years))):
        raise ValueError("inflation needs one row a year, in order, with no year left out.")
    chained = (1 + inflation / 100).cumprod()
    return (100 * (chained / at(chained, base, "inflation"))).rename("price_index")


def real_terms(nominal: pd.Series, deflator: pd.Series, base: Hashable) -> pd.Series:
    """Amounts at the prices of one year.

    Formula: nominal[year] * deflator[base] / deflator[year].

    Args:
        nominal: amounts at the prices of their own year, the year as index.
        deflator: a price index for at least these years and the base year; any base.
        base: the year whose prices are used.

    Returns:
        Amounts at prices of the base year, in the unit and with the years of ``nominal``.

    Raises:
        ValueError: if a value is missing, the deflator is not above zero, or lacks a year or has it twice, or the
            base is no year.
    """
    nominal, deflator = _with_deflator("nominal", nominal, deflator)
    return nominal * at(deflator, base, "deflator") / deflator.reindex(nominal.index)


def nominal_terms(real: pd.Series, deflator: pd.Series, base: Hashable) -> pd.Series:
    """Amounts at the prices of their own year, from amounts at the prices of one year: undoes ``real_terms``.

    Formula: real[year] * deflator[year] / deflator[base].

    Args:
        real: amounts at prices of the base year, the year as index.
        deflator: as for ``real_terms``.
        base: the year whose prices were used.

    Returns:
        Nominal amounts, in the unit and with the years of ``real``.

    Raises:
        ValueError: as for ``real_terms``.
    """
    real, deflator = _with_deflator("real", real, deflator)
    return real * deflator.reindex(real.index) / at(deflator, base, "deflator")


def _with_deflator(name: str, amounts: pd.Series, deflator: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Both as columns, the deflator checked to cover the years of the amounts."""
    (amounts,) = numbers(**{name: amounts})
    (deflator,) = numbers(deflator=deflator)
    if not isinstance(amounts, pd.Series) or not isinstance(deflator, pd.Series):
        raise ValueError(f"{name} and deflator need one value a year, the year as index.")
    refuse(deflator <= 0, "deflator is not above zero")
    refuse(pd.Series(deflator.index.duplicated(), deflator.index), "deflator has two values")
    refuse(pd.Series(~amounts.index.isin(deflator.index), amounts.index), "deflator has no value for the year")
    return amounts, deflator
