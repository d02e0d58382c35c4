"""Implied subsidy, shares of GDP, and real terms."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from known_answers import printed, table

from unionstate.measures import implied_subsidy, nominal_terms, percent_of_gdp, price_index, real_terms

RATES = st.lists(st.floats(-50, 500), min_size=1, max_size=15)
AMOUNTS = st.floats(-1e6, 1e6)


def years(values, start=2009):
    return pd.Series(list(values), index=range(start, start + len(list(values))))


def test_a_price_gap_of_a_hundred_dollars_on_twenty_bcm_is_two_thousand_million():
    assert implied_subsidy(200, 100, 20) == 2000
    assert implied_subsidy(100, 110, 20) == -200


@given(st.floats(0, 2000), st.floats(0, 2000), st.floats(0, 100))
def test_the_subsidy_turns_sign_with_the_prices(benchmark, paid, volume):
    assert implied_subsidy(benchmark, paid, volume) == -implied_subsidy(paid, benchmark, volume)


def test_per_cent_of_gdp():
    assert percent_of_gdp(2.5, 25) == 10
    assert list(percent_of_gdp(years([1, -1]), years([4, 4]))) == [25, -25]


def test_an_index_chained_by_hand():
    # prices up by a tenth in 2010 and halved in 2011; the rate of 2009 compares with 2008 and is not used
    index = price_index(years([99, 10, -50]), base=2009)
    assert list(index.round(9)) == [100, 110, 55]
    assert index.name == "price_index"


@given(RATES, st.data())
def test_an_index_gives_back_its_rates_whatever_the_base(rates, data):
    base = data.draw(st.sampled_from(range(2009, 2009 + len(rates))))
    index = price_index(years(rates), base)
    assert index[base] == 100
    again = 100 * (index / index.shift() - 1)
    assert list(again.iloc[1:]) == pytest.approx(rates[1:], rel=1e-6, abs=1e-6)


def test_real_terms_by_hand():
    real = real_terms(years([100, 110, 110]), years([100, 110, 55]), base=2009)
    assert list(real) == pytest.approx([100, 100, 200])


@given(RATES, st.data())
def test_real_terms_invert(rates, data):
    nominal = years(data.draw(st.lists(AMOUNTS, min_size=len(rates), max_size=len(rates))))
    base = data.draw(st.sampled_from(list(nominal.index)))
    deflator = price_index(years(rates), base)
    real = real_terms(nominal, deflator, base)
    assert real[base] == pytest.approx(nominal[base])
    assert list(nominal_terms(real, deflator, base)) == pytest.approx(list(nominal))


@given(RATES, st.floats(0.01, 100))
def test_the_scale_of_the_deflator_does_not_matter(rates, scale):
    nominal, deflator = years([7.0] * len(rates)), price_index(years(rates), 2009)
    assert list(real_terms(nominal, deflator * scale, 2009)) == pytest.approx(list(real_terms(nominal, deflator, 2009)))


def test_the_deflator_may_cover_more_years_than_the_amounts():
    real = real_terms(years([110], start=2010), years([100, 110, 55]), base=2009)
    assert real.to_dict() == pytest.approx({2010: 100})


def test_the_gas_of_2005_against_the_european_price():
    gas = table("gas_prices").set_index("year").loc[2005]
    subsidy = implied_subsidy(gas["europe_usd_per_1000m3"], gas["price_usd_per_1000m3"], gas["volume_bcm"])
    assert printed(subsidy / 1000, 1) == "3.6"  # thousand million USD


@pytest.mark.parametrize(("estimate", "answer"), [("SE03", "12.8"), ("SE08", "8.6"), ("SE09", "6.6"), ("SE11", "8.6")])
def test_estimates_as_per_cent_of_gdp(estimate, answer):
    row = table("subsidy_estimates").set_index("estimate_id").loc[estimate]
    gdp = table("macro").query("indicator_code == 'NY.GDP.MKTP.CD' and iso3 == 'BLR'").set_index("year")["value"]
    of_the_period = gdp.loc[row["period_start"] : row["period_end"]].mean()
    assert printed(percent_of_gdp(row["per_year_bn_usd"] * 1e9, of_the_period), 1) == answer


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        (lambda: implied_subsidy(-1, 1, 1), "benchmark_price is below zero"),
        (lambda: implied_subsidy(1, 1, float("nan")), "volume is nan"),
        (lambda: percent_of_gdp(1, 0), "gdp is not above zero"),
        (lambda: price_index(years([1, -100]), 2009), "inflation is -100 per cent or less in row 2010"),
        (lambda: price_index(years([1, 2]), 2016), "inflation has no values for 2016"),
        (lambda: price_index(years([1, 2, 3]).drop(2010), 2009), "with no year left out"),
        (lambda: price_index(years([1, 2])[::-1], 2009), "in order"),
        (lambda: real_terms(years([1, 2]), years([100]), 2009), "deflator has no value for the year in row 2010"),
        (lambda: real_terms(years([1]), years([0, 1]), 2009), "deflator is not above zero in row 2009"),
        (lambda: real_terms(years([1]), years([100]), 2016), "deflator has no values for 2016"),
        (lambda: real_terms(years([1]), pd.Series([1, 1], index=[2009, 2009]), 2009), "deflator has two values"),
        (lambda: real_terms(1.0, years([100]), 2009), "nominal and deflator need one value a year"),
        (lambda: nominal_terms(years([1]), 100.0, 2009), "real and deflator need one value a year"),
        (lambda: price_index(5, 2009), "inflation needs one value a year, the year as index"),
    ],
)
def test_bad_input_is_refused_and_named(measure, message):
    with pytest.raises(ValueError, match=message):
        measure()


@pytest.mark.parametrize(
    "base", [True, np.True_, Decimal(1), Decimal(2009), 1 + 0j, [1], (1,), np.array(1), pd.NA, None]
)
@pytest.mark.parametrize("start", [0, 2009])  # True and Decimal(1) equal a row of 0, 1, 2
def test_a_base_that_is_no_year_is_refused(base, start):
    column = years([1, 2, 3], start)
    for measure in (
        lambda: price_index(column, base),
        lambda: real_terms(column, column, base),
        lambda: nominal_terms(column, column, base),
    ):
        with pytest.raises(ValueError, match="(inflation|deflator) has no values for"):
            measure()


@pytest.mark.parametrize("base", [2010, 2010.0, np.int64(2010), np.float32(2010)])
def test_any_number_that_is_the_year_will_do_for_a_base(base):
    assert price_index(years([1, 2, 3]), base)[2010] == 100


@pytest.mark.parametrize(
    "index",
    [
        pd.to_datetime(["2009-01-01", "2010-01-01"]),
        pd.period_range("2009", periods=2, freq="Y"),
        ["2009", "2010"],
        [False, True],
        [None, 2010],
        [float("inf"), 2010],
        [(2009, 1), (2010, 1)],
    ],
)
def test_an_index_that_holds_no_years_is_refused(index):
    with pytest.raises(ValueError, match="inflation needs one row a year, in order, with no year left out"):
        price_index(pd.Series([1.0, 2.0], index=index), 2009)
