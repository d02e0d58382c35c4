"""The exercises on measuring the pendulum give their printed answers, from the course's own tables."""

import pandas as pd
import pytest
from known_answers import ideal_points, pendulum, printed, table, votes_of

from unionstate.measures import (
    agreement_identical,
    agreement_lijphart,
    agreement_no_abstention,
    bands_overlap,
    block_shift_test,
    change_in_share,
    correlation,
    distance,
    lies_between,
    permutation_test,
    share,
    share_change_by_membership,
)


def identical(one, other):
    """Share of identical votes of a pair by year."""
    votes = votes_of(one, other)
    return agreement_identical(votes["n_same"], votes["n_votes"])


# Exercise 1


@pytest.mark.parametrize(
    ("partner", "year", "same", "votes", "answer"),
    [
        ("RUS", 2015, 49, 71, "0.6901"),
        ("RUS", 2016, 75, 105, "0.7143"),
        ("DEU", 2015, 32, 69, "0.4638"),
        ("DEU", 2016, 48, 109, "0.4404"),
    ],
)
def test_1_two_numbers_to_start(partner, year, same, votes, answer):
    row = votes_of("BLR", partner).loc[year]
    assert (row["n_same"], row["n_votes"]) == (same, votes)
    assert printed(agreement_identical(row["n_same"], row["n_votes"]), 4) == answer


# Exercise 2


@pytest.mark.parametrize(
    ("partner", "answers"),
    [
        ("RUS", ["0.764", "0.865", "0.955"]),
        ("DEU", ["0.590", "0.728", "0.811"]),
        ("USA", ["0.194", "0.332", "0.268"]),
    ],
)
def test_2_definitions_decide_levels(partner, answers):
    votes = votes_of("BLR", partner).loc[1992:2019]
    shares = [
        agreement_identical(votes["n_same"], votes["n_votes"]),
        agreement_lijphart(votes["n_same"], votes["n_one_abstains"], votes["n_votes"]),
        agreement_no_abstention(votes["n_opposed"], votes["n_votes_no_abstention"]),
    ]
    assert len(votes) == 28
    assert [printed(one.mean(), 3) for one in shares] == answers


# Exercise 3


def test_3_a_republic_with_a_seat():
    soviet = votes_of("BLR", "RUS").loc[1946:1990]
    same, votes = soviet["n_same"].sum(), soviet["n_votes"].sum()
    assert (same, votes) == (3582, 3594)
    assert printed(100 * agreement_identical(same, votes), 2) == "99.67"
    shares = identical("BLR", "RUS")
    first = shares.index[shares < 0.95][0]
    assert (first, printed(shares[first], 3)) == (1991, "0.875")
    row = votes_of("BLR", "RUS").loc[1991]
    assert (row["n_same"], row["n_votes"]) == (49, 56)
    assert (shares.loc[1991:].idxmin(), printed(shares.loc[1991:].min(), 3)) == (1993, "0.619")


# Exercise 4


@pytest.mark.parametrize(
    ("column", "last", "years", "between"),
    [("ideal_point_fp", 2024, 34, []), ("ideal_point_all", 2023, 33, [2022, 2023])],
)
def test_4_is_belarus_in_between(column, last, years, between):
    points = ideal_points(column).loc[1991:last]
    here = lies_between(points["BLR"], points["RUS"], points["EU"])
    assert len(here) == years
    assert list(here.index[here]) == between


def test_4_years_in_which_the_bands_of_belarus_and_russia_overlap():
    low, high = ideal_points("q5_fp").loc[1991:2024], ideal_points("q95_fp").loc[1991:2024]
    overlap = bands_overlap(low["BLR"], high["BLR"], low["RUS"], high["RUS"])
    answer = [1991, 1996, 1997, 2001, 2005, 2006, 2011, 2012, 2013, 2022, 2023, 2024]
    assert list(overlap.index[overlap]) == answer


# Exercise 5, and the table of correlations

DUMMIES = {
    "1 December": lambda years: years["eu_sanctions_1dec"],
    "1 July": lambda years: years["eu_sanctions_1jul"],
    "level 2 or more": lambda years: (years["eu_level_1dec"] >= 2).astype(int),
}


@pytest.mark.parametrize(
    ("indicator", "last", "n", "answers"),
    [
        ("dist_fp_belarus_russia", 2019, 16, ["-0.59", "-0.38", "-0.42"]),
        ("dist_fp_belarus_eu", 2019, 16, ["-0.55", "-0.39", "-0.13"]),
        ("agree_identical_russia", 2019, 16, ["0.43", "0.29", "0.32"]),
        ("agree_identical_germany", 2019, 16, ["0.43", "0.27", "0.26"]),
        ("export_share_russia", 2016, 13, ["0.11", "-0.36", "-0.07"]),
        ("export_share_eu28", 2016, 13, ["0.24", "0.28", "0.05"]),
        ("poll_net_russia_last_wave", 2016, 13, ["-0.18", "0.25", "-0.25"]),
    ],
)
def test_correlation_with_the_sanctions_dummy_in_three_codings(indicator, last, n, answers):
    years = pendulum().loc[2004:last]
    assert len(years) == n
    assert [printed(correlation(years[indicator], code(years)), 2) for code in DUMMIES.values()] == answers


def test_5_correlate_and_doubt():
    years = pendulum().loc[2004:2019]
    gap = years["dist_fp_belarus_russia"]
    assert printed(correlation(gap, years["eu_sanctions_1dec"]), 3) == "-0.590"
    assert printed(correlation(gap, years["eu_sanctions_1jul"]), 3) == "-0.375"
    shifts = block_shift_test(gap, years["eu_sanctions_1dec"])
    assert (shifts.as_large, shifts.arrangements, printed(shifts.p, 2)) == (5, 16, "0.31")
    naive = permutation_test(gap, years["eu_sanctions_1dec"])
    assert (naive.as_large, naive.arrangements, printed(naive.p, 3)) == (150, 12870, "0.012")
    assert years["eu_sanctions_1dec"].sum() == 8


# Exercise 6


@pytest.mark.parametrize(
    ("issue", "russia", "germany"),
    [
        ("Human rights", (167, 199, "0.839"), (59, 198, "0.298")),
        ("Palestinian conflict", (126, 136, "0.926"), (120, 136, "0.882")),
        ("Nuclear weapons and nuclear material", (87, 189, "0.460"), (80, 189, "0.423")),
        ("Arms control and disarmament", (120, 228, "0.526"), (102, 228, "0.447")),
        ("Economic development", (99, 118, "0.839"), (61, 118, "0.517")),
        ("Colonialism", (85, 111, "0.766"), (74, 110, "0.673")),
    ],
)
def test_6_which_issues_divide(issue, russia, germany):
    votes = table("un_agreement_by_issue").query("2010 <= year <= 2019 and issue == @issue")
    for partner, answer in (("RUS", russia), ("DEU", germany)):
        pair = votes[votes[["country_a_iso3", "country_b_iso3"]].apply(set, axis=1) == {"BLR", partner}]
        same, all_votes = pair["n_same"].sum(), pair["n_votes"].sum()
        assert (same, all_votes, printed(agreement_identical(same, all_votes), 3)) == answer


# Exercises 7 to 9


def shares(flow):
    """Shares of partners in a flow, in per cent: a row a year, a column a partner, computed from the values."""
    values = (
        table("trade_partners")
        .query("flow == @flow")
        .pivot(index="year", columns="partner", values="value_usd_million")
    )
    return values.apply(lambda partner: share(partner, values["World"]))


def printed_shares(flow):
    """The same as the table prints them, to two digits."""
    return table("trade_partners").query("flow == @flow").pivot(index="year", columns="partner", values="share_pct")


def test_7_the_eu_once_took_more_than_russia():
    exports = shares("export")
    eu, russia = exports["EU28"], exports["Russia"]
    assert list(exports.index[eu > russia]) == [2005, 2006, 2007, 2008, 2009, 2011, 2012]
    assert (eu.idxmax(), printed(eu.max(), 2)) == (2006, "46.15")
    assert printed(eu[2016], 2) == "23.56"
    assert printed(eu[1999], 2) == "23.12"
    assert (eu.loc[2000:2015] > eu[2016]).all()
    assert [printed(russia[year], 2) for year in (2006, 2016)] == ["34.70", "46.32"]


MEMBERS, FIXED = "EU members in that year", "EU28"


def test_8_an_enlargement_is_not_a_turn_to_the_west():
    exports = printed_shares("export")
    change = share_change_by_membership(exports[MEMBERS], exports[FIXED], 2003, 2004)
    assert [exports.loc[year, MEMBERS] for year in (2003, 2004)] == [22.92, 36.67]
    assert [exports.loc[year, FIXED] for year in (2003, 2004)] == [36.57, 37.57]
    assert (printed(change.changing, 2), printed(change.fixed, 2)) == ("13.75", "1.00")
    assert printed(change.by_membership, 2) == "12.75"


def test_8_from_the_values_the_last_digit_differs():
    # the printed answer subtracts rounded shares; from the values the changes are 13.757 and 0.995
    exports = shares("export")
    change = share_change_by_membership(exports[MEMBERS], exports[FIXED], 2003, 2004)
    assert (printed(change.changing, 3), printed(change.fixed, 3)) == ("13.757", "0.995")
    assert (printed(change.changing, 2), printed(change.fixed, 2)) == ("13.76", "0.99")
    assert printed(change.by_membership, 2) == "12.76"


def test_9_find_the_broken_year():
    imports = shares("import")["EU28"]
    assert [printed(imports[year], 2) for year in (2013, 2014, 2015)] == ["24.34", "31.64", "19.07"]
    steps = imports.diff().dropna().abs()
    assert set(steps.nlargest(2).index) == {2014, 2015}
    assert change_in_share(imports, 2013, 2014) > 0 > change_in_share(imports, 2014, 2015)
    values = (
        table("trade_partners")
        .query("flow == 'import'")
        .pivot(index="year", columns="partner", values="value_usd_million")
    )
    evidence = values.loc[2013:2015, ["Lithuania", "Poland", "China"]].map(lambda value: printed(value, 0))
    assert evidence["Lithuania"].tolist() == ["466", "3290", "278"]
    assert evidence["Poland"].tolist() == ["1579", "2432", "1084"]
    assert evidence["China"].tolist() == ["2827", "948", "2321"]
    by_lithuania = mirror("LTU", "export", "Belarus").loc[2013:2015]
    assert [printed(value, 0) for value in by_lithuania] == ["1693", "1507", "1171"]


# Exercise 10


def mirror(reporter, flow, partner):
    """A flow by the partner's records, by year."""
    chosen = table("mirror_trade").query("reporter_iso3 == @reporter and flow == @flow and partner == @partner")
    return chosen.set_index("year")["value_usd_million"].sort_index()


def test_10_whose_customs():
    by_belarus = table("trade_partners").query("flow == 'import' and partner == 'Russia'")
    by_belarus = by_belarus.set_index("year")["value_usd_million"]
    by_russia = mirror("RUS", "export", "Belarus")
    gap = by_belarus - by_russia
    assert 2009 not in by_russia.index
    assert gap[2010] == 0 and printed(by_russia[2010], 1) == "18080.6"
    answers = {
        2012: ("5889", "28"),
        2013: ("5703", "34"),
        2014: ("5329", "32"),
        2015: ("4466", "36"),
        2016: ("923", "7"),
    }
    found = {year: (printed(gap[year], 0), printed(100 * gap[year] / by_russia[year], 0)) for year in answers}
    assert found == answers


# Exercises 11 and 12


def waves():
    """The shares by wave; where two sources report one wave, the preferred one."""
    rows = table("public_opinion").query("question_id == 'either_or' and preferred")
    return rows.pivot(index="fieldwork", columns="answer", values="pct").sort_index()


def test_11_the_mood_swings_but_when():
    answers = waves()
    net = (answers["eu"] - answers["russia"]).round(1)
    assert len(net) == 19
    assert (net.idxmax(), net.max()) == ("2013-12", 8.0)
    assert (net.idxmin(), net.min()) == ("2015-12", -28.4)
    assert ((net > 0) != (net > 0).shift()).iloc[1:].sum() == 4
    active = ((net.index >= "2004-09") & (net.index <= "2008-09")) | (
        (net.index >= "2011-02") & (net.index <= "2015-09")
    )
    assert (active.sum(), (~active).sum()) == (11, 8)
    assert printed(net[active].mean(), 2) == "-7.69"
    assert net[~active].mean() == pytest.approx(-7.775, abs=1e-9)
    assert (net.nsmallest(2).index[1], net.nsmallest(2).iloc[1]) == ("2006-05", -27.2)
    assert (answers["russia"].idxmax(), answers["russia"].max()) == ("2006-05", 56.5)
    assert answers.loc["2006-04", "russia"] == 53.9
    assert answers.loc["2015-12", "russia"] == 53.5


def test_12_check_the_printed_table():
    answers = waves()
    whole = answers.dropna().sum(axis=1).round(1)
    assert whole["2015-12"] == 102.7
    assert (whole.drop("2015-12") == 100).all() and len(whole) > 5
    russia, eu, none = answers.loc["2015-12", ["russia", "eu", "no_answer"]]
    assert (russia, eu, none) == (53.5, 25.1, 24.1)
    corrected = {"none": 100 - russia - eu, "russia": 100 - eu - none, "eu": 100 - russia - none}
    assert {name: printed(value, 1) for name, value in corrected.items()} == {
        "none": "21.4",
        "russia": "50.8",
        "eu": "22.4",
    }
    nets = [eu - russia, eu - corrected["russia"], corrected["eu"] - russia]
    assert [printed(net, 1) for net in nets] == ["-28.4", "-25.7", "-31.1"]


# Exercises 13 to 15


def test_13_oil_not_embrace():
    brent = table("brent_annual").set_index("year")["price_usd_per_bbl"].loc[1998:2016]
    to_eu = table("trade_partners").query("flow == 'export' and partner == 'EU28'").set_index("year").sort_index()
    assert len(brent) == 19
    assert printed(correlation(brent, to_eu["value_usd_million"]), 2) == "0.94"
    assert printed(correlation(brent, to_eu["share_pct"]), 2) == "0.40"


@pytest.mark.parametrize(
    ("country", "answer"),
    [
        ("KAZ", "0.814"),
        ("RUS", "0.800"),
        ("UKR", "0.679"),
        ("ARM", "0.599"),
        ("MDA", "0.522"),
        ("GEO", "0.521"),
        ("POL", "0.407"),
        ("LTU", "0.403"),
        ("DEU", "0.304"),
        ("USA", "0.206"),
    ],
)
def test_14_whose_cycle(country, answer):
    rows = table("macro").query("indicator_code == 'NY.GDP.MKTP.KD.growth' and 2004 <= year <= 2019")
    growth = rows.pivot(index="year", columns="iso3", values="value")
    assert printed(correlation(growth["BLR"], growth[country]), 3) == answer


def test_15_file_names_can_lie():
    rows = table("macro").query("iso3 == 'BLR' and year == 2011").set_index("indicator_code")["value"]
    assert printed(rows["NY.GDP.DEFL.KD.ZG"], 1) == "70.8"
    assert printed(rows["FP.CPI.TOTL.ZG"], 1) == "53.2"


# Headline numbers

PERIODS = {"2004-07": (2004, 2007), "2008-10": (2008, 2010), "2011-14": (2011, 2014), "2015-19": (2015, 2019)}
LAST_PERIOD = (2020, 2024)


@pytest.mark.parametrize(
    ("column", "digits", "answers"),
    [
        ("ideal_fp_belarus", 3, ["-0.260", "-0.420", "-0.370", "-0.326", "-0.685"]),
        ("dist_fp_belarus_russia", 3, ["0.303", "0.391", "0.335", "0.415", "0.321"]),
        ("dist_fp_belarus_eu", 3, ["1.210", "1.353", "1.308", "1.341", "1.749"]),
        ("agree_identical_russia", 3, ["0.824", "0.813", "0.786", "0.734", None]),
        ("agree_identical_germany", 3, ["0.589", "0.594", "0.551", "0.471", None]),
        ("agree_identical_eu_mean", 3, ["0.594", "0.587", "0.564", "0.493", None]),
        ("export_share_russia", 2, ["38.51", "34.44", "39.15", "42.48", None]),
        ("export_share_eu28", 1, ["43.1", "39.2", "33.3", "27.6", None]),
        ("polyarchy_belarus", 4, ["0.2300", "0.2257", "0.2305", "0.2536", "0.1736"]),
        ("gdp_growth_belarus", 2, ["9.86", "6.05", "2.48", "0.15", "1.05"]),
    ],
)
def test_headline_numbers(column, digits, answers):
    years = pendulum()[column]
    means = [years.loc[first:last].dropna().mean() for first, last in [*PERIODS.values(), LAST_PERIOD]]
    assert [None if pd.isna(mean) else printed(mean, digits) for mean in means] == answers


def test_the_trade_of_the_fourth_period_covers_two_years():
    years = pendulum().loc[2015:2019, ["export_share_russia", "export_share_eu28"]].dropna()
    assert list(years.index) == [2015, 2016]


def test_the_yearly_table_is_what_the_measures_give():
    years = pendulum().loc[1991:2019]
    points = ideal_points("ideal_point_fp").loc[1991:2024]
    exports = shares("export")
    for column, measured, digits in (
        ("dist_fp_belarus_russia", distance(points["BLR"], points["RUS"]), 4),
        ("dist_fp_belarus_eu", distance(points["BLR"], points["EU"]), 4),
        ("agree_identical_russia", identical("BLR", "RUS"), 4),
        ("agree_identical_germany", identical("BLR", "DEU"), 4),
        ("export_share_russia", exports["Russia"], 2),
        ("export_share_eu28", exports["EU28"], 2),
    ):
        known = years[column].dropna()
        assert len(known) >= 19
        assert (known - measured.reindex(known.index)).abs().max() <= 0.51 * 10**-digits, column


# Yearly agreement

YEARLY = """
1992 0.676 0.694 0.703 0.222
1995 0.709 0.759 0.728 0.266
2000 0.778 0.658 0.656 0.288
2004 0.786 0.571 0.586 0.071
2006 0.864 0.555 0.556 0.127
2008 0.825 0.567 0.565 0.124
2009 0.841 0.578 0.577 0.220
2010 0.774 0.635 0.620 0.238
2011 0.828 0.613 0.617 0.315
2012 0.787 0.573 0.574 0.225
2013 0.764 0.500 0.522 0.145
2014 0.767 0.520 0.540 0.162
2015 0.690 0.464 0.493 0.155
2016 0.714 0.440 0.468 0.257
2018 0.785 0.527 0.534 0.108
2019 0.774 0.448 0.472 0.103
"""


@pytest.mark.parametrize("line", YEARLY.split("\n")[1:-1])
def test_yearly_agreement(line):
    year, russia, germany, eu_mean, usa = line.split()
    shares_of = {partner: identical("BLR", partner)[int(year)] for partner in ("RUS", "DEU", "USA")}
    assert [printed(one, 3) for one in shares_of.values()] == [russia, germany, usa]
    means = table("un_agreement_eu_mean").query("iso3 == 'BLR'").set_index("year")["agreement_identical"]
    assert printed(means[int(year)], 3) == eu_mean


def test_rounding_twice_changes_three_of_these():
    votes = {partner: votes_of("BLR", partner) for partner in ("DEU", "RUS", "USA")}
    twice = {pair: printed(votes[pair[0]].loc[pair[1], "agreement_identical"], 3) for pair in ROUNDED_TWICE}
    assert twice == ROUNDED_TWICE


ROUNDED_TWICE = {("DEU", 1995): "0.760", ("RUS", 2009): "0.842", ("USA", 2013): "0.146"}


# Comparators


@pytest.mark.parametrize(
    ("country", "partner", "answer"),
    [
        ("BLR", "RUS", "0.759"),
        ("ARM", "RUS", "0.710"),
        ("KAZ", "RUS", "0.681"),
        ("GEO", "RUS", "0.556"),
        ("UKR", "RUS", "0.542"),
        ("MDA", "RUS", "0.530"),
        ("UKR", "DEU", "0.882"),
        ("ARM", "DEU", "0.633"),
        ("KAZ", "DEU", "0.591"),
        ("RUS", "DEU", "0.557"),
        ("BLR", "DEU", "0.520"),
    ],
)
def test_comparators(country, partner, answer):
    assert printed(identical(country, partner).loc[2010:2019].mean(), 3) == answer
