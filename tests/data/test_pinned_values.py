"""Numbers that lessons lean on and that no other column yields, each with the publisher it was read from.

A failure here means that a fact was changed: look at the source first, then change this list.
"""

import pandas as pd
import pytest

from unionstate.data import describe
from unionstate.paths import data_path

# table, its row, column, value, words in a source of the row (of the table, where rows name none)
PINNED = [
    ("brent_annual", "1999", "price_usd_per_bbl", "17.9", "U.S. Energy Information Administration"),
    ("brent_annual", "2012", "price_usd_per_bbl", "111.63", "U.S. Energy Information Administration"),
    ("brent_annual", "2015", "price_usd_per_bbl", "52.32", "U.S. Energy Information Administration"),
    ("gas_prices", "2004", "price_usd_per_1000m3", "46.68", "Jamestown Foundation"),
    ("gas_prices", "2006", "europe_usd_per_mmbtu", "8.47", "RIA Novosti"),
    ("gas_prices", "2006", "volume_bcm", "20.5", "proekt-gaz.ru"),
    ("gas_prices", "2007", "price_usd_per_1000m3", "100.0", "Gazprom"),
    ("gas_prices", "2011", "price_usd_per_1000m3", "265.0", "RIA Novosti"),
    ("gas_prices", "2016", "price_usd_per_1000m3", "132.77", "TASS"),
    ("oil_supplies", "OS06", "value_mt", "21.25", "Ministry of Statistics of Belarus"),
    ("oil_supplies", "OS10", "value_mt", "6.3", "BelaPAN"),
    ("oil_supplies", "OS21", "value_mt", "20.927", "CDU TEK"),
    ("oil_supplies", "OS24", "value_mt", "22.437", "CDU TEK"),
    ("oil_duty_regimes", "2007-01-13", "coefficient", "0.293", "Interfax"),
    ("oil_duty_regimes", "2008-01-01", "coefficient", "0.335", "Interfax"),
    ("oil_duty_regimes", "2009-01-01", "coefficient", "0.356", "Interfax"),
    ("oil_duty_regimes", "2007-01-13", "product_duty_share_to_russia_pct", "70.0", "Interfax"),
    ("loans", "L04", "amount_million", "2460", "International Monetary Fund"),
    ("loans", "L04", "disbursed_usd_million", "3460", "International Monetary Fund"),
    ("loans", "L09", "amount_million", "10000", "Nuclear Engineering International"),
    ("loans", "L13", "amount_million", "760", "The Moscow Times"),
    ("loans", "L14", "amount_million", "2000", "EFSD"),
    ("loans", "L16", "terms", "Due 28 February 2023, coupon 6.875%", "Cbonds"),
    ("loans", "L16b", "terms", "Due 29 June 2027, coupon 7.625%", "BelTA"),
    ("trade_published_figures", "TP-05", "share_pct", "26.9", "Belstat"),
    ("trade_published_figures", "TP-05", "value_usd_million", "7800", "Belstat"),
    ("trade_partners", "2006 export Russia", "value_usd_million", "6849.619", "Comtrade"),
    ("trade_partners", "2010 import Russia", "value_usd_million", "18080.614", "Comtrade"),
    ("trade_partners", "2016 export World", "value_usd_million", "23537.354", "Comtrade"),
    ("public_opinion", "either_or 2013-12 IISEPS eu", "pct", "44.6", "IISEPS"),
    ("public_opinion", "either_or 2015-12 IISEPS russia", "pct", "53.5", "IISEPS"),
    ("democracy_scores", "1995 BLR", "v2x_polyarchy", "0.501", "V-Dem"),
    ("democracy_scores", "2016 BLR", "v2x_polyarchy", "0.256", "V-Dem"),
    ("un_agreement", "2014 BLR RUS", "n_same", "56", "United Nations General Assembly Voting Data"),
    ("un_agreement", "2014 BLR RUS", "n_opposed", "5", "United Nations General Assembly Voting Data"),
    ("un_ideal_points", "2014 BLR", "ideal_point_fp", "-0.3431", "Voeten"),
    ("union_state_budget", "2016 approved", "revenue_rub_million", "6600", "Standing Committee of the Union State"),
    ("subsidy_estimates", "SE03", "total_bn_usd", "5.8", "Putin"),
    ("sanctions_events", "SE-044", "persons_listed_after", "243", "EUR-Lex"),
    ("sanctions_events", "SE-133", "persons_listed_after", "1386", "Council of the EU"),
]


@pytest.mark.parametrize(("name", "key", "column", "value", "source"), PINNED)
def test_a_value_is_the_one_read_from_its_source(name, key, column, value, source):
    table = pd.read_csv(data_path(f"{name}.csv"), dtype=str, keep_default_na=False)
    fields = [field for field in describe(name).key if field != "source_url"]
    found = table[table[fields].agg(" ".join, axis=1) == key]
    assert found[column].tolist() == [value]
    titles = found.filter(regex="source_title|estimator").to_numpy().ravel().tolist()
    if not any(titles):
        titles = [title for title, *_ in describe(name).sources]
    assert source in " | ".join(titles)
