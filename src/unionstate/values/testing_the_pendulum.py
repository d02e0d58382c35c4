"""Numbers of chapter 7: the indicators of the pendulum, computed with the course's own measures."""

from __future__ import annotations

from functools import cache

import pandas as pd

from unionstate.figures.testing_the_pendulum import (
    export_shares,
    ideal_points,
    misprint_nets,
    oil_and_exports,
    series_for_verdicts,
    shift_count,
    shifted_correlations,
    signed,
    strictly_mild,
    under_sanctions,
    waves,
    years_between,
)
from unionstate.figures.what_would_a_pendulum_look_like import calendars, mild_years
from unionstate.measures import (
    agreement_identical,
    agreement_lijphart,
    agreement_no_abstention,
    bands_overlap,
    correlation,
    permutation_test,
    share_change_by_membership,
)
from unionstate.paths import data_path
from unionstate.simulate import verdict
from unionstate.values import series, value

FIRST_AGREEMENT, LAST_AGREEMENT = 1992, 2019


@cache
def _table(name: str) -> pd.DataFrame:
    return pd.read_csv(data_path(f"{name}.csv"))


def _years() -> pd.DataFrame:
    return _table("pendulum_annual").set_index("year").loc[mild_years(_table("pendulum_annual")).index]


def _places(column: str = "ideal_point_fp") -> tuple[pd.DataFrame, list[int]]:
    tables = _table("un_ideal_points"), _table("un_ideal_points_eu_mean")
    return ideal_points(*tables, column), years_between(*tables, column)


def _pair(partner: str, table: str = "un_agreement", of: str = "BLR") -> pd.DataFrame:
    votes = _table(table)
    return votes[votes[["country_a_iso3", "country_b_iso3"]].apply(set, axis=1) == {of, partner}]


def _percent(number: float) -> str:
    return f"{100 * number:.0f}%"


# Votes


@value("test.places-years")
def places_years() -> str:
    return str(len(_places()[0]))


@value("test.years-between")
def years_between_count() -> str:
    return str(len(_places()[1]) or "none")


@value("test.places-years-all")
def places_years_all() -> str:
    return str(len(_places("ideal_point_all")[0]))


@value("test.years-between-all")
def years_between_all() -> str:
    return str(len(_places("ideal_point_all")[1]))


@value("test.overlaps")
def overlaps() -> str:
    """Years in which the bands of Belarus and Russia overlap, so that the order of the two is open."""
    points = _table("un_ideal_points")
    low, high = (points.pivot(index="year", columns="iso3", values=end).loc[1991:] for end in ("q5_fp", "q95_fp"))
    return str(int(bands_overlap(low["BLR"], high["BLR"], low["RUS"], high["RUS"]).sum()))


@value("test.votes-in-the-articles-year")
def votes_in_the_articles_year() -> str:
    return str(_pair("RUS").set_index("year").loc[2016, "n_votes"])


def _definitions(partner: str) -> list[pd.Series]:
    votes = _pair(partner).set_index("year").loc[FIRST_AGREEMENT:LAST_AGREEMENT]
    return [
        agreement_identical(votes["n_same"], votes["n_votes"]),
        agreement_lijphart(votes["n_same"], votes["n_one_abstains"], votes["n_votes"]),
        agreement_no_abstention(votes["n_opposed"], votes["n_votes_no_abstention"]),
    ]


@value("test.identical-russia")
def identical_russia() -> str:
    return _percent(_definitions("RUS")[0].mean())


@value("test.half-russia")
def half_russia() -> str:
    return _percent(_definitions("RUS")[1].mean())


@value("test.dropped-russia")
def dropped_russia() -> str:
    return _percent(_definitions("RUS")[2].mean())


@value("test.identical-germany")
def identical_germany() -> str:
    return _percent(_definitions("DEU")[0].mean())


@value("test.half-germany")
def half_germany() -> str:
    return _percent(_definitions("DEU")[1].mean())


@value("test.dropped-germany")
def dropped_germany() -> str:
    return _percent(_definitions("DEU")[2].mean())


def _mean_identical(one: str, other: str, first: int, last: int) -> str:
    votes = _pair(other, of=one).set_index("year").loc[first:last]
    return _percent(agreement_identical(votes["n_same"], votes["n_votes"]).mean())


@value("test.russia-tens")
def russia_tens() -> str:
    return _mean_identical("BLR", "RUS", 2010, 2019)


@value("test.armenia-russia-tens")
def armenia_russia_tens() -> str:
    return _mean_identical("ARM", "RUS", 2010, 2019)


@value("test.kazakhstan-russia-tens")
def kazakhstan_russia_tens() -> str:
    return _mean_identical("KAZ", "RUS", 2010, 2019)


@value("test.germany-nineties")
def germany_nineties() -> str:
    return _mean_identical("BLR", "DEU", 1992, 2001)


@value("test.germany-tens")
def germany_tens() -> str:
    return _mean_identical("BLR", "DEU", 2010, 2019)


@value("test.russia-germany-nineties")
def russia_germany_nineties() -> str:
    return _mean_identical("RUS", "DEU", 1992, 2001)


@value("test.russia-germany-tens")
def russia_germany_tens() -> str:
    return _mean_identical("RUS", "DEU", 2010, 2019)


def _issue(issue: str, partner: str) -> float:
    votes = _pair(partner, "un_agreement_by_issue").query("2010 <= year <= 2019 and issue == @issue")
    return agreement_identical(votes["n_same"].sum(), votes["n_votes"].sum())


@value("test.human-rights-russia")
def human_rights_russia() -> str:
    return _percent(_issue("Human rights", "RUS"))


@value("test.human-rights-germany")
def human_rights_germany() -> str:
    return _percent(_issue("Human rights", "DEU"))


@value("test.nuclear-russia")
def nuclear_russia() -> str:
    return _percent(_issue("Nuclear weapons and nuclear material", "RUS"))


@value("test.nuclear-germany")
def nuclear_germany() -> str:
    return _percent(_issue("Nuclear weapons and nuclear material", "DEU"))


# The gap to Russia


def _with_calendar(column: str, which: int) -> float:
    mild = calendars(_table("pendulum_annual")).iloc[:, which]
    return correlation(_years()[column], mild)


@value("test.gap-r")
def gap_r() -> str:
    return signed(_with_calendar("dist_fp_belarus_russia", 0))


@value("test.gap-r-second")
def gap_r_second() -> str:
    return signed(_with_calendar("dist_fp_belarus_russia", 1))


@value("test.gap-r-third")
def gap_r_third() -> str:
    return signed(_with_calendar("dist_fp_belarus_russia", 2))


@value("test.gap-r-strict")
def gap_r_strict() -> str:
    """The gap and the calendar in which the years with half a suspension are not mild."""
    return signed(correlation(_years()["dist_fp_belarus_russia"], strictly_mild(_table("pendulum_annual"))))


@value("test.eu-gap-r-second")
def eu_gap_r_second() -> str:
    return signed(_with_calendar("dist_fp_belarus_eu", 1))


@value("test.shifts-as-large")
def shifts_as_large() -> str:
    return str(shift_count(_table("pendulum_annual"))[0])


@value("test.shifts-same-sign")
def shifts_same_sign() -> str:
    """Positions with a correlation as large as the true one and of the same sign; the true one counts."""
    found = shifted_correlations(_table("pendulum_annual"))
    return {3: "three"}.get(count := int((found >= found.iloc[0] - 1e-9).sum()), str(count))


@value("test.shifts")
def shift_positions() -> str:
    return str(shift_count(_table("pendulum_annual"))[1])


def _shuffle():
    mild = calendars(_table("pendulum_annual"))["sanctions on 1 December"]
    return permutation_test(_years()["dist_fp_belarus_russia"], mild)


@value("test.shuffles-as-large")
def shuffles_as_large() -> str:
    return str(_shuffle().as_large)


@value("test.shuffles")
def shuffles() -> str:
    return f"{_shuffle().arrangements:,}"


@value("test.shuffles-percent")
def shuffles_percent() -> str:
    return f"{100 * _shuffle().p:.1f}%"


# Trade


@value("test.eu-share-peak")
def eu_share_peak() -> str:
    return f"{export_shares(_table('trade_partners'))['EU28'].max():.0f}%"


@series("test.eu-share")
def eu_share() -> list[tuple[float, float]]:
    """Share of the EU28 in the exports, in per cent, from 2004 on."""
    shares = export_shares(_table("trade_partners"))["EU28"].loc[2004:]
    return [(int(year), round(float(one), 1)) for year, one in shares.items()]


@value("test.eu-share-last")
def eu_share_last() -> str:
    return f"{export_shares(_table('trade_partners'))['EU28'].iloc[-1]:.0f}%"


@value("test.published-share")
def published_share() -> str:
    figures = _table("trade_published_figures").set_index("figure_id")
    return f"{figures.loc['TP-05', 'share_pct']:.1f}%"


def _enlargement():
    exports = _table("trade_partners").query("flow == 'export'")
    shares = exports.pivot(index="year", columns="partner", values="share_pct")
    return share_change_by_membership(shares["EU members in that year"], shares["EU28"], 2003, 2004)


@value("test.enlargement-members")
def enlargement_members() -> str:
    return f"{_enlargement().changing:.1f}"


@value("test.enlargement-fixed")
def enlargement_fixed() -> str:
    return f"{_enlargement().fixed:.1f}"


def _oil() -> pd.DataFrame:
    return oil_and_exports(_table("trade_partners"), _table("brent_annual"))


@value("test.oil-value-r")
def oil_value_r() -> str:
    return signed(correlation(_oil()["price"], _oil()["value"]))


@value("test.oil-share-r")
def oil_share_r() -> str:
    return signed(correlation(_oil()["price"], _oil()["share"]))


@value("test.oil-russia-r")
def oil_russia_r() -> str:
    """The price of oil and the value of the exports to Russia."""
    rows = _table("trade_partners").query("flow == 'export' and partner == 'Russia'").set_index("year")
    return signed(correlation(_oil()["price"], rows["value_usd_million"].loc[_oil().index]))


def _dutch(year: int) -> float:
    return float(export_shares(_table("trade_partners")).loc[year, "Netherlands"])


@value("test.dutch-before")
def dutch_before() -> str:
    return f"{_dutch(2003):.0f}%"


@value("test.dutch-peak")
def dutch_peak() -> str:
    return f"{_dutch(2006):.0f}%"


@value("test.dutch-last")
def dutch_last() -> str:
    return f"{_dutch(2016):.0f}%"


@value("test.dutch-points-lost")
def dutch_points_lost() -> str:
    return f"{_dutch(2006) - _dutch(2016):.0f}"


@value("test.eu-points-lost")
def eu_points_lost() -> str:
    eu = export_shares(_table("trade_partners"))["EU28"]
    return f"{eu[2006] - eu[2016]:.0f}"


def _imports() -> pd.Series:
    rows = _table("trade_partners").query("flow == 'import' and partner == 'EU28'")
    return rows.set_index("year")["share_pct"]


def _customs_gap(year: int) -> str:
    """By how much Belarus's record of its imports from Russia exceeds Russia's record of the same flow."""
    by_belarus = _table("trade_partners").query("flow == 'import' and partner == 'Russia' and year == @year")
    by_russia = _table("mirror_trade").query(
        "reporter_iso3 == 'RUS' and flow == 'export' and partner == 'Belarus' and year == @year"
    )
    return _percent(by_belarus["value_usd_million"].item() / by_russia["value_usd_million"].item() - 1)


@value("test.customs-gap-largest")
def customs_gap_largest() -> str:
    return _customs_gap(2015)


@value("test.imports-before")
def imports_before() -> str:
    return f"{_imports()[2013]:.0f}%"


@value("test.imports-broken")
def imports_broken() -> str:
    return f"{_imports()[2014]:.0f}%"


@value("test.imports-after")
def imports_after() -> str:
    return f"{_imports()[2015]:.0f}%"


# Opinion


@cache
def _waves() -> pd.DataFrame:
    return waves(_table("public_opinion"))


@value("test.waves")
def wave_count() -> str:
    return str(len(_waves()))


@value("test.opinion-highest")
def opinion_highest() -> str:
    return signed(_waves()["net"].max(), 0)


@value("test.opinion-lowest")
def opinion_lowest() -> str:
    return signed(_waves()["net"].min(), 0)


@value("test.sign-changes")
def sign_changes() -> str:
    ahead = _waves()["net"] > 0
    return str(int((ahead != ahead.shift()).iloc[1:].sum()))


@value("test.opinion-under-sanctions")
def opinion_under_sanctions() -> str:
    net = _waves()["net"]
    return signed(net[under_sanctions(net.index)].mean(), 1)


@value("test.opinion-named-only")
def opinion_named_only() -> str:
    """The mean under sanctions without the two waves whose pollster is not named."""
    polls = _table("public_opinion")
    unnamed = set(polls.loc[(polls["question_id"] == "either_or") & (polls["pollster"] == "not named"), "fieldwork"])
    net = _waves()["net"].drop(index=sorted(unnamed))
    return signed(net[under_sanctions(net.index)].mean(), 1)


@value("test.opinion-otherwise")
def opinion_otherwise() -> str:
    net = _waves()["net"]
    return signed(net[~under_sanctions(net.index)].mean(), 1)


@value("test.printed-sum")
def printed_sum() -> str:
    return f"{_waves().loc['2015-12', ['russia', 'eu', 'no_answer']].sum():.1f}%"


@value("test.misprint-best")
def misprint_best() -> str:
    return signed(max(misprint_nets(_table("public_opinion"))), 0)


@value("test.misprint-worst")
def misprint_worst() -> str:
    return signed(min(misprint_nets(_table("public_opinion"))), 0)


# Democracy


def _scores() -> pd.Series:
    scores = _table("democracy_scores")
    return scores[scores["iso3"] == "BLR"].set_index("year")["v2x_polyarchy"]


@value("test.democracy-lowest")
def democracy_lowest() -> str:
    return f"{_years()['polyarchy_belarus'].min():.2f}"


@value("test.democracy-highest")
def democracy_highest() -> str:
    return f"{_years()['polyarchy_belarus'].max():.2f}"


@value("test.democracy-fallen")
def democracy_fallen() -> str:
    return f"{_scores()[2021]:.2f}"


@value("test.democracy-r")
def democracy_r() -> str:
    return signed(_with_calendar("polyarchy_belarus", 0))


@value("test.democracy-r-third")
def democracy_r_third() -> str:
    return signed(_with_calendar("polyarchy_belarus", 2))


# The score


def _verdict(name: str) -> str:
    values, scale = series_for_verdicts(_table("pendulum_annual"))[name]
    return verdict(values, mild_years(_table("pendulum_annual")).loc[values.index], scale)


def _r(name: str) -> float:
    values, _ = series_for_verdicts(_table("pendulum_annual"))[name]
    return correlation(values, mild_years(_table("pendulum_annual")).loc[values.index])


def _trend(name: str) -> float:
    values, _ = series_for_verdicts(_table("pendulum_annual"))[name]
    return correlation(values, pd.Series(values.index, index=values.index))


@value("test.verdict-gap")
def verdict_gap() -> str:
    return _verdict("gap")


@value("test.verdict-exports")
def verdict_exports() -> str:
    return _verdict("exports")


@value("test.verdict-opinion")
def verdict_opinion() -> str:
    return _verdict("opinion")


@value("test.verdict-democracy")
def verdict_democracy() -> str:
    return _verdict("democracy")


@value("test.exports-r")
def exports_r() -> str:
    return signed(_r("exports"))


@value("test.opinion-r")
def opinion_r() -> str:
    return signed(_r("opinion"))


@value("test.gap-trend")
def gap_trend() -> str:
    return signed(_trend("gap"))


@value("test.exports-trend")
def exports_trend() -> str:
    return signed(_trend("exports"))


@value("test.opinion-trend")
def opinion_trend() -> str:
    return signed(_trend("opinion"))


@value("test.democracy-trend")
def democracy_trend() -> str:
    return signed(_trend("democracy"))
