"""Energy, votes and the yearly table: every derived column recomputed, and the numbers lessons lean on."""

from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import pandas as pd
import pytest

from unionstate.paths import data_path

CUBIC_FEET = 35.3147  # million Btu in 1,000 cubic metres, one cubic foot taken as 1,000 Btu
COUNTED = ["un_agreement", "un_agreement_by_issue"]
PAIR = ["country_a_iso3", "country_b_iso3"]
SHOWN = ["DEU", "FRA", "GBR", "POL", "LTU", "LVA"]  # the members of the EU that stand in the tables of votes
ISO3 = {"russia": "RUS", "usa": "USA", "ukraine": "UKR", "armenia": "ARM", "kazakhstan": "KAZ", "germany": "DEU"}
ISO3 |= {"belarus": "BLR", "poland": "POL"}
PARTNER = {"russia": "Russia", "eu28": "EU28", "china": "China", "ukraine": "Ukraine"}


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(data_path(f"{name}.csv"))


def same(left, right, within: float = 0.0) -> bool:
    """Equal up to rounding, empty where the other is empty."""
    left, right = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
    return bool(np.isclose(left, right, rtol=0, atol=within + 1e-9, equal_nan=True).all())


def union(year: int) -> set[str]:
    """The members counted in a year: from the year of accession, Croatia (1 July 2013) from 2014."""
    countries = read("countries").dropna(subset=["eu_member_from"]).set_index("iso3")
    first = countries["eu_member_from"].where(countries.index != "HRV", 2014)
    return set(countries.index[(first <= year) & ~(countries["eu_member_until"] <= year)])


def pair(table: pd.DataFrame, a: str, b: str) -> pd.DataFrame:
    """The rows of a pair, whichever country stands first."""
    first, second = table["country_a_iso3"], table["country_b_iso3"]
    return table[((first == a) & (second == b)) | ((first == b) & (second == a))].set_index("year").sort_index()


def macro(code: str, country: str = "BLR") -> pd.Series:
    table = read("macro")
    return table[(table["indicator_code"] == code) & (table["iso3"] == country)].set_index("year")["value"]


# Oil and gas


def test_months_of_brent_follow_each_other_without_a_gap():
    months = read("brent_monthly")["month"]
    assert months.tolist() == [str(month) for month in pd.period_range("1987-05", "2024-12", freq="M")]


def test_yearly_brent_is_the_mean_of_the_months():
    months, years = read("brent_monthly"), read("brent_annual").set_index("year")
    prices = months.groupby(months["month"].str[:4].astype(int))["price_usd_per_bbl"]
    assert years.index.tolist() == list(prices.groups)
    assert same(years["mean_of_months_usd_per_bbl"], prices.mean(), 0.005)
    assert years["n_months"].tolist() == prices.size().tolist() == [8] + [12] * 37
    assert same(years["price_usd_per_bbl"], prices.mean(), 0.3)


def test_half_a_cent_is_rounded_to_the_even_cent():
    months = pd.read_csv(data_path("brent_monthly.csv"), dtype=str)
    years = pd.read_csv(data_path("brent_annual.csv"), dtype=str).set_index("year")["mean_of_months_usd_per_bbl"]
    for year, rows in months.groupby(months["month"].str[:4]):
        mean = sum(map(Decimal, rows["price_usd_per_bbl"])) / len(rows)
        assert mean.quantize(Decimal("0.01"), ROUND_HALF_EVEN) == Decimal(years[year]), year


def test_brent_around_the_article():
    years = read("brent_annual").set_index("year")["price_usd_per_bbl"]
    months = read("brent_monthly").set_index("month")["price_usd_per_bbl"]
    assert [years[year] for year in (2014, 2015, 2016)] == [98.97, 52.32, 43.64]
    assert (months["2016-01"], months["2016-02"]) == (30.70, 32.18)


def test_the_gas_ratio_and_the_benchmark_follow_from_their_columns():
    gas = read("gas_prices")
    ratio = gas["price_usd_per_1000m3"] / gas["europe_usd_per_1000m3"]
    assert same(gas["price_ratio_to_europe"], ratio, 0.005)
    rounding = 0.005 * CUBIC_FEET + 0.05
    assert same(gas["europe_usd_per_1000m3"], gas["europe_usd_per_mmbtu"] * CUBIC_FEET, rounding)


def test_derived_gas_prices_and_volumes_are_the_arithmetic_of_their_notes():
    gas = read("gas_prices").set_index("year")
    price, volume = gas["price_usd_per_1000m3"], gas["volume_bcm"]
    assert same(price[[2008, 2010, 2013]], [(119 + 3 * 128) / 4, price[2011] / 1.415, price[2014] / 1.026], 0.05)
    assert gas.index[gas["price_basis"].isin(["derived", "mean_of_quarters"])].tolist() == [2008, 2010, 2013]
    assert same(volume[[2004, 2010]], [volume[2005] / 1.024, volume[2011] / (1 - 0.073)], 0.05)
    assert gas.index[gas["volume_basis"] == "derived"].tolist() == [2004, 2010]


def test_gas_values_stand_with_a_basis_and_a_source_or_not_at_all():
    gas = read("gas_prices")
    for column in ("price_basis", "price_ratio_to_europe", "confidence", "source_title", "source_url"):
        assert (gas[column].notna() == gas["price_usd_per_1000m3"].notna()).all()
    for column in ("volume_basis", "volume_source_title", "volume_source_url"):
        assert (gas[column].notna() == gas["volume_bcm"].notna()).all()
    assert gas.loc[gas["price_usd_per_1000m3"].isna(), "year"].tolist() == list(range(1995, 2002))


def test_the_cheapest_and_the_dearest_year_of_gas_before_the_article():
    ratio = read("gas_prices").set_index("year")["price_ratio_to_europe"].loc[2004:2016]
    assert (ratio.idxmin(), ratio.min(), ratio.idxmax(), ratio.max()) == (2006, 0.16, 2016, 0.82)


def test_periods_of_oil_rows_and_the_row_to_plot():
    oil = read("oil_supplies")
    assert (oil["month_from"] <= oil["month_to"]).all()
    assert not oil[oil["preferred"]].duplicated(["year", "measure"]).any()
    assert oil["supply_id"].tolist() == [f"OS{number:02d}" for number in range(1, len(oil) + 1)]
    assert oil["year"].is_monotonic_increasing


def test_only_a_whole_year_is_plotted():
    oil = read("oil_supplies")
    plotted = oil[oil["preferred"]]
    assert (plotted["month_from"] == 1).all() and (plotted["month_to"] == 12).all()
    assert len(plotted) == 18


def test_derived_oil_amounts_are_the_arithmetic_of_their_notes():
    oil = read("oil_supplies")
    value = oil[oil["preferred"]].set_index(["measure", "year"])["value_mt"]
    crude, refined = value["russian_crude_to_belarus"], value["refinery_throughput"]
    april = oil.set_index("supply_id").loc["OS40", "value_mt"]
    assert same(crude[2012], crude[2013] / 0.98, 0.005)
    back = [refined[2006] / 1.073, refined[2006] / 1.073**2, refined[2006] / 1.073**2 / 1.17]
    assert same(refined[[2005, 2004, 2003]], back, 0.05)
    assert same(april, (11_700 + 13_700) * 30 / 1e6, 0.0005)
    derived = oil[oil["value_type"] == "derived"]
    assert sorted(derived["year"]) == [2003, 2004, 2005, 2012, 2022]


def test_oil_rules_follow_each_other_without_gap_or_overlap():
    rules = read("oil_duty_regimes")
    starts, ends = ([date.fromisoformat(day) for day in rules[side]] for side in ("start_date", "end_date"))
    assert all(start < end for start, end in zip(starts, ends, strict=True))
    assert [end + timedelta(days=1) for end in ends[:-1]] == starts[1:]
    assert rules["duty_free_quota_mt"].notna().sum() == 1


def test_the_coefficient_of_the_duty_fits_the_duties_named_beside_it():
    """In January 2007 the duty fell from 180 to 53 US dollars a tonne; the act prints 0.293."""
    rules = read("oil_duty_regimes").set_index("start_date")
    row, before = rules.loc["2007-01-13"], rules.loc["2007-01-01"]
    reduced, full = (int(word) for word in row["note"].split(" = ")[0].split(" / "))
    assert f"{reduced} USD a tonne" in row["crude_duty"] and f"{full} USD a tonne" in before["crude_duty"]
    assert abs(reduced / full - row["coefficient"]) < 0.0015
    free = rules["crude_duty"].str.contains("free of duty$|^No ")
    assert (rules.loc[free, "coefficient"] == 0).all()
    assert (rules.loc[rules["crude_duty"].str.contains("[Ff]ull"), "coefficient"] == 1).all()
    assert rules.loc["2007-01-13":"2009-12-31", "coefficient"].is_monotonic_increasing


# Support and the economy


def test_an_estimate_per_year_is_its_total_divided_by_its_years():
    estimates = read("subsidy_estimates").dropna(subset=["total_bn_usd"])
    years = estimates["period_end"] - estimates["period_start"] + 1
    assert len(estimates) == 10 and (years > 0).all()
    assert same(estimates["per_year_bn_usd"], estimates["total_bn_usd"] / years, 0.005)


def test_an_estimate_in_percent_of_gdp_uses_the_gdp_of_its_years():
    gdp = macro("NY.GDP.MKTP.CD")
    estimates = read("subsidy_estimates")
    means = [gdp.loc[row.period_start : row.period_end].mean() for row in estimates.itertuples()]
    assert same(estimates["pct_gdp_computed"], estimates["per_year_bn_usd"] * 1e9 / means * 100, 0.05)
    assert (estimates[["per_year_bn_usd", "pct_gdp_stated"]].notna().any(axis=1)).all()


def test_name_and_unit_of_a_series_follow_from_its_code():
    table = read("macro")
    names = table[["indicator_code", "indicator", "unit"]].drop_duplicates()
    assert names["indicator_code"].is_unique and names["indicator"].is_unique


def test_growth_is_the_change_of_output_at_constant_prices():
    for country in read("macro")["iso3"].unique():
        output, growth = macro("NY.GDP.MKTP.KD", country), macro("NY.GDP.MKTP.KD.growth", country)
        assert (np.diff(output.index) == 1).all() and growth.index.tolist() == output.index[1:].tolist()
        assert same(growth, (output / output.shift() - 1).iloc[1:] * 100, 0.0005)


def test_the_price_series_that_are_often_swapped():
    assert round(macro("NY.GDP.DEFL.KD.ZG")[2011], 1) == 70.8
    assert round(macro("FP.CPI.TOTL.ZG")[2011], 1) == 53.2


def test_russian_prices_cover_the_years_of_the_budget_exercise():
    prices = macro("FP.CPI.TOTL.ZG", "RUS")
    assert set(range(1993, 2022)) == set(prices.index)


def test_growth_of_belarus_moves_with_kazakhstan_and_russia():
    belarus = macro("NY.GDP.MKTP.KD.growth").loc[2004:2019]
    r = {code: belarus.corr(macro("NY.GDP.MKTP.KD.growth", code)) for code in ("KAZ", "RUS", "UKR", "DEU", "USA")}
    expected = {"KAZ": 0.814, "RUS": 0.800, "UKR": 0.679, "DEU": 0.304, "USA": 0.206}
    assert {code: round(value, 3) for code, value in r.items()} == expected


# Votes


@pytest.mark.parametrize("name", COUNTED)
def test_counts_of_roll_calls_add_up(name):
    votes = read(name)
    assert (votes["n_same"] + votes["n_one_abstains"] + votes["n_opposed"] == votes["n_votes"]).all()
    assert (votes["n_votes_no_abstention"] <= votes["n_votes"] - votes["n_one_abstains"]).all()
    assert (votes["n_votes_no_abstention"] >= votes["n_opposed"]).all()


@pytest.mark.parametrize("name", COUNTED)
def test_agreement_follows_from_the_counts_under_three_definitions(name):
    votes = read(name)
    assert same(votes["agreement_identical"], votes["n_same"] / votes["n_votes"], 0.00005)
    half = (votes["n_same"] + 0.5 * votes["n_one_abstains"]) / votes["n_votes"]
    assert same(votes["agreement_lijphart"], half, 0.00005)
    clear = votes["n_votes_no_abstention"]
    share = (clear - votes["n_opposed"]) / clear.where(clear > 0)
    assert same(votes["agreement_no_abstention"], share, 0.00005)


@pytest.mark.parametrize("name", COUNTED)
def test_a_pair_stands_once(name):
    votes = read(name)
    keys = ["year", *(["issue_code"] if "issue_code" in votes else [])]
    unordered = votes[keys].assign(pair=["-".join(sorted(row)) for row in votes[PAIR].to_numpy()])
    assert not unordered.duplicated().any() and (votes[PAIR[0]] != votes[PAIR[1]]).all()


def test_the_name_of_a_subject_follows_from_its_code():
    subjects = read("un_agreement_by_issue")[["issue_code", "issue"]].drop_duplicates()
    assert len(subjects) == 6 and subjects["issue_code"].is_unique and subjects["issue"].is_unique


def test_two_numbers_to_start():
    votes = read("un_agreement")
    counts = pair(votes, "BLR", "RUS").loc[[2015, 2016], ["n_same", "n_votes"]].to_numpy().tolist()
    assert counts == [[49, 71], [75, 105]]
    counts = pair(votes, "BLR", "DEU").loc[[2015, 2016], ["n_same", "n_votes"]].to_numpy().tolist()
    assert counts == [[32, 69], [48, 109]]


def test_definitions_decide_levels():
    votes = read("un_agreement")
    columns = ["agreement_identical", "agreement_lijphart", "agreement_no_abstention"]
    means = {code: pair(votes, "BLR", code).loc[1992:2019, columns].mean().round(3).tolist() for code in ISO3.values()}
    assert means["RUS"] == [0.764, 0.865, 0.955]
    assert means["DEU"] == [0.590, 0.728, 0.811]
    assert means["USA"] == [0.194, 0.332, 0.268]


def test_a_republic_with_a_seat():
    pairs = pair(read("un_agreement"), "BLR", "RUS")
    assert pairs.loc[1946:1990, ["n_same", "n_votes"]].sum().tolist() == [3582, 3594]


def test_pairs_of_the_comparison_are_there():
    votes = read("un_agreement")
    mean = {
        (a, b): round(pair(votes, a, b).loc[2010:2019, "agreement_identical"].mean(), 3)
        for b in ("RUS", "DEU")
        for a in ("BLR", "ARM", "KAZ", "UKR")
    }
    assert list(mean.values()) == [0.759, 0.710, 0.681, 0.542, 0.520, 0.633, 0.591, 0.882]


def test_the_band_of_an_ideal_point_holds_the_point():
    points = read("un_ideal_points")
    for kind in ("all", "fp"):
        known = points.dropna(subset=[f"ideal_point_{kind}"])
        middle = known[f"ideal_point_{kind}"]
        assert (known[f"q5_{kind}"] < middle).all() and (middle < known[f"q95_{kind}"]).all()


def test_the_union_has_its_members():
    points, votes = read("un_ideal_points_eu_mean"), read("un_agreement_eu_mean")
    size = {year: len(union(year)) for year in points["year"]}
    assert points["n_members"].tolist() == list(size.values())
    germany = (votes["year"] < 1991).astype(int)  # its roll calls start in 1991
    assert (votes["n_members"] == votes["year"].map(size) - germany).all()


@pytest.mark.parametrize("kind", ["fp", "all"])
def test_the_mean_ideal_point_of_the_union_is_possible_given_the_members_shown(kind):
    """What is left for the members not shown must lie between points that countries can have."""
    column = f"ideal_point_{kind}"
    points = read("un_ideal_points").pivot(index="year", columns="iso3", values=column)
    for row in read("un_ideal_points_eu_mean").dropna(subset=[column]).itertuples():
        shown = [points.at[row.year, code] for code in union(row.year).intersection(SHOWN)]
        left = (getattr(row, column) * row.n_members - sum(shown)) / (row.n_members - len(shown))
        assert 0 < left < points.loc[row.year].max()


@pytest.mark.parametrize("column", ["agreement_identical", "agreement_lijphart", "agreement_no_abstention"])
def test_the_mean_agreement_with_the_union_is_possible_given_the_members_shown(column):
    votes = read("un_agreement")
    for code in ("BLR", "RUS"):
        with_member = {member: pair(votes, code, member)[column] for member in SHOWN}
        means = read("un_agreement_eu_mean")
        for row in means[means["iso3"] == code].itertuples():
            members = union(row.year).intersection(SHOWN)
            shown = [with_member[member][row.year] for member in members if row.year in with_member[member]]
            left = (getattr(row, column) * row.n_members - sum(shown)) / (row.n_members - len(shown))
            assert 0 <= left < 1.001 and abs(left - np.mean(shown)) < 0.3  # the printed shares are rounded


# The yearly table


@pytest.fixture(scope="module")
def yearly():
    return read("pendulum_annual").set_index("year")


def follows(column: pd.Series, source: pd.Series, within: float = 0.0) -> bool:
    """A column of the yearly table equals its source, and is empty where the source has no value."""
    return same(column, source.reindex(column.index), within)


@pytest.mark.parametrize("kind", ["fp", "all"])
def test_ideal_points_and_distances_of_the_yearly_table(yearly, kind):
    points = read("un_ideal_points").pivot(index="year", columns="iso3", values=f"ideal_point_{kind}")
    mean = read("un_ideal_points_eu_mean").set_index("year")[f"ideal_point_{kind}"]
    columns = [column for column in yearly if column.startswith(f"ideal_{kind}_")]
    assert len(columns) == (7 if kind == "fp" else 4)
    for column in columns:
        who = column.removeprefix(f"ideal_{kind}_")
        assert follows(yearly[column], mean if who == "eu_mean" else points[ISO3[who]])
    for other, name in (("russia", "russia"), ("eu_mean", "eu")):
        distance = (yearly[f"ideal_{kind}_belarus"] - yearly[f"ideal_{kind}_{other}"]).abs()
        assert same(yearly[f"dist_{kind}_belarus_{name}"], distance, 0.00005)


@pytest.mark.parametrize("definition", ["identical", "lijphart"])
def test_agreement_of_the_yearly_table(yearly, definition):
    votes, means = read("un_agreement"), read("un_agreement_eu_mean")
    for who in ("russia", "germany", "poland", "usa"):
        source = pair(votes, "BLR", ISO3[who])[f"agreement_{definition}"]
        assert follows(yearly[f"agree_{definition}_{who}"], source)
    source = means[means["iso3"] == "BLR"].set_index("year")[f"agreement_{definition}"]
    assert follows(yearly[f"agree_{definition}_eu_mean"], source)


def test_trade_of_the_yearly_table(yearly):
    trade = read("trade_partners").set_index(["flow", "partner", "year"]).sort_index()
    for flow in ("export", "import"):
        for who, partner in PARTNER.items():
            assert follows(yearly[f"{flow}_share_{who}"], trade.loc[(flow, partner), "share_pct"])
    value = trade["value_usd_million"]
    both = {partner: value["export", partner] + value["import", partner] for partner in ("Russia", "EU28", "World")}
    for who in ("russia", "eu28"):
        share = both[PARTNER[who]] / both["World"] * 100
        assert follows(yearly[f"turnover_share_{who}"], share, 0.0005)


def test_growth_and_democracy_of_the_yearly_table(yearly):
    assert follows(yearly["gdp_growth_belarus"], macro("NY.GDP.MKTP.KD.growth"))
    scores = read("democracy_scores")
    assert follows(yearly["polyarchy_belarus"], scores[scores["iso3"] == "BLR"].set_index("year")["v2x_polyarchy"])


def test_polls_of_the_yearly_table_are_the_last_wave_of_the_year(yearly):
    polls = read("public_opinion")
    polls = polls[(polls["question_id"] == "either_or") & polls["preferred"]]
    last = polls.groupby(polls["fieldwork"].str[:4].astype(int))["fieldwork"].transform("max")
    polls = polls[polls["fieldwork"] == last]
    year = polls["fieldwork"].str[:4].astype(int)
    shares = polls.assign(year=year).pivot(index="year", columns="answer", values="pct")
    assert follows(yearly["poll_russia_last_wave"], shares["russia"])
    assert follows(yearly["poll_eu_last_wave"], shares["eu"])
    net = yearly["poll_russia_last_wave"] - yearly["poll_eu_last_wave"]
    assert same(yearly["poll_net_russia_last_wave"], net)


def test_sanction_levels_of_the_yearly_table(yearly):
    levels = read("sanctions_levels")
    levels = levels[(levels["target_iso3"] == "BLR") & (levels["sender"] == "EU")].set_index("month")["level"]
    for column, month in (("eu_level_1dec", "11"), ("eu_level_1jul", "06")):
        wanted = pd.Series({year: levels.get(f"{year}-{month}") for year in yearly.index}, dtype=float)
        assert same(yearly[column], wanted)


def test_periods_and_dummies_of_the_yearly_table(yearly):
    assert set(yearly["eu_sanctions_1dec"]) == set(yearly["eu_sanctions_1jul"]) == {0, 1}
    ones = [yearly.index[yearly[column] == 1].tolist() for column in ("eu_sanctions_1dec", "eu_sanctions_1jul")]
    assert ones[0] == [1998, *range(2004, 2008), *range(2011, 2015), *range(2020, 2025)]
    assert ones[1] == [*range(2005, 2009), *range(2011, 2016), *range(2021, 2025)]
    for period, years in yearly.loc[2004:].groupby("period"):
        first, last = years.index.min(), years.index.max()
        assert period.startswith(f"{first}-{last} ")
        assert (years["eu_sanctions_1dec"] == int(period.endswith("sanctions"))).all()


def test_belarus_is_not_in_between(yearly):
    between = yearly["ideal_fp_belarus"].between(yearly["ideal_fp_russia"], yearly["ideal_fp_eu_mean"], "neither")
    assert between.sum() == 0 and len(yearly) == 34
    between = yearly["ideal_all_belarus"].between(yearly["ideal_all_russia"], yearly["ideal_all_eu_mean"], "neither")
    assert yearly.index[between].tolist() == [2022, 2023]


def test_two_codings_of_one_dummy(yearly):
    years = yearly.loc[2004:2019]
    distance = years["dist_fp_belarus_russia"]
    r = [distance.corr(years[column]) for column in ("eu_sanctions_1dec", "eu_sanctions_1jul")]
    assert [round(value, 3) for value in r] == [-0.590, -0.375]
    assert round(distance.corr((years["eu_level_1dec"] >= 2).astype(int)), 2) == -0.42
