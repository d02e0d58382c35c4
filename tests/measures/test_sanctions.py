"""From decisions to a monthly level: the scale, the carrying forward, and the reference coding month by month."""

import warnings
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from known_answers import table

from unionstate.measures import cohens_kappa, deciding_events, level_in_force, monthly_level, observed_agreement

DAYS = st.dates(min_value=date(2004, 1, 1), max_value=date(2016, 12, 31))
DECISIONS = st.lists(st.tuples(DAYS, st.integers(0, 4)), min_size=1, max_size=12)


# The scale


@pytest.mark.parametrize(
    ("in_force", "level"),
    [
        ({}, 0),
        ({"symbolic": True}, 1),
        ({"persons": 9}, 1),
        ({"persons": 9, "persons_frozen": 9, "firms_frozen": 9}, 1),
        ({"firms_frozen": 1}, 1),
        ({"persons": 10}, 2),
        ({"persons": 131}, 2),  # a visa ban alone stays at 2, however long the list
        ({"persons": 99, "persons_frozen": 99}, 2),
        ({"persons": 100, "persons_frozen": 100}, 3),
        ({"firms_frozen": 10}, 3),
        ({"persons": 16, "persons_frozen": 16, "firms_frozen": 1, "state_firm_frozen": True}, 3),
        ({"economy_limits": "narrow", "persons": 88}, 3),
        ({"economy_limits": "broad"}, 4),
        ({"persons": 9, "few": 5, "many": 50}, 2),
        ({"persons": 60, "persons_frozen": 60, "few": 5, "many": 50}, 3),
        ({"persons": 19, "few": 20, "many": 200}, 1),
    ],
)
def test_the_highest_line_that_fits(in_force, level):
    assert level_in_force(**in_force) == level


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 30), st.sampled_from(["none", "narrow", "broad"]))
def test_more_in_force_never_lowers_the_level(persons, more, firms, limits):
    less = level_in_force(persons=persons, persons_frozen=persons, firms_frozen=firms)
    larger = persons + more
    assert (
        0
        <= less
        <= level_in_force(
            persons=larger, persons_frozen=larger, firms_frozen=firms + 1, economy_limits=limits, symbolic=True
        )
    )


@given(st.integers(0, 300), st.integers(1, 20), st.integers(21, 200))
def test_higher_thresholds_never_raise_the_level(persons, few, many):
    strict = level_in_force(persons=persons, persons_frozen=persons, few=few + 5, many=many + 50)
    assert strict <= level_in_force(persons=persons, persons_frozen=persons, few=few, many=many)


@pytest.mark.parametrize(
    ("in_force", "message"),
    [
        ({"persons": -1}, "persons is -1: it needs a whole number, 0 or more"),
        ({"persons": float("nan")}, "persons is nan"),
        ({"firms_frozen": 1.5}, "firms_frozen is 1.5"),
        ({"persons": 3, "persons_frozen": 4}, r"persons_frozen \(4\) exceeds persons \(3\)"),
        ({"state_firm_frozen": pd.NA}, "state_firm_frozen is <NA>: it needs True or False"),
        ({"economy_limits": "wide"}, "economy_limits is 'wide': it needs none, narrow, broad"),
        ({"economy_limits": float("nan")}, "economy_limits is nan"),
        ({"few": 100, "many": 10}, "The thresholds need 0 < few < many; they are 100 and 10"),
        ({"few": 0}, "The thresholds need 0 < few < many; they are 0 and 100"),
        ({"persons": "12"}, "persons is '12': it needs a whole number, 0 or more"),
        ({"persons": float("inf")}, "persons is inf: it needs a whole number"),
        ({"persons_frozen": float("-inf")}, "persons_frozen is -inf: it needs a whole number"),
        ({"persons": None}, "persons is None: it needs a whole number"),
        ({"persons": pd.NA}, "persons is <NA>: it needs a whole number"),
        ({"persons": True}, "persons is True: it needs a whole number"),
        ({"persons": [12]}, r"persons is \[12\]: it needs a whole number"),
        ({"persons": 12j}, "persons is 12j: it needs a whole number"),
        ({"firms_frozen": np.array(3)}, r"firms_frozen is array\(3\): it needs a whole number"),
        ({"persons": np.timedelta64(3, "D")}, "persons is .*: it needs a whole number"),
        ({"few": "5"}, "few is '5': it needs a whole number"),
        ({"many": float("nan")}, "many is nan: it needs a whole number"),
        ({"many": None}, "many is None: it needs a whole number"),
        ({"state_firm_frozen": "false"}, "state_firm_frozen is 'false': it needs True or False"),
        ({"state_firm_frozen": 2}, "state_firm_frozen is 2: it needs True or False"),
        ({"state_firm_frozen": np.array(True)}, "state_firm_frozen is array"),
        ({"symbolic": "no"}, "symbolic is 'no': it needs True or False"),
        ({"symbolic": []}, "symbolic is .*: it needs True or False"),
        ({"symbolic": None}, "symbolic is None: it needs True or False"),
        ({"economy_limits": pd.NA}, "economy_limits is <NA>"),
        ({"economy_limits": None}, "economy_limits is None"),
    ],
)
def test_impossible_facts_are_refused(in_force, message):
    with pytest.raises(ValueError, match=message):
        level_in_force(**in_force)


@pytest.mark.parametrize("number", [int, float, np.int8, np.float64])
@pytest.mark.parametrize("yes", [True, np.True_, 1, 1.0])
def test_facts_as_a_table_holds_them(number, yes):
    assert level_in_force(persons=number(12)) == 2
    assert level_in_force(persons=number(12), state_firm_frozen=yes) == 3
    assert level_in_force(symbolic=yes) == 1
    assert level_in_force(symbolic=not yes, state_firm_frozen=type(yes)(0)) == 0


# Carrying forward


def test_the_level_is_that_of_the_last_day_of_the_month():
    levels = monthly_level(["2016-02-25", "2015-10-29"], [1, 2], "2015-09", "2016-03", before=3)
    assert list(levels) == [3, 2, 2, 2, 2, 1, 1]
    assert list(levels.index[[0, -1]]) == ["2015-09", "2016-03"]
    assert (levels.name, levels.index.name) == ("level", "month")


def test_of_two_decisions_on_one_day_the_later_row_holds():
    assert list(monthly_level(["2011-01-31", "2011-01-31"], [2, 3], "2011-01", "2011-01")) == [3]
    assert list(monthly_level(["2011-01-31", "2011-01-31"], [3, 2], "2011-01", "2011-01")) == [2]


def test_a_decision_before_the_first_month_counts_and_one_after_the_last_does_not():
    assert list(monthly_level(["1997-09-15", "2011-01-31"], [1, 3], "2004-01", "2004-03")) == [1, 1, 1]


def test_a_time_with_an_offset_counts_in_its_local_month():
    west, east = "2016-02-29T23:30:00-05:00", "2016-05-01T00:30:00+03:00"  # in UTC: 1 March and 30 April
    expected = [0, 1, 1, 1, 2, 2]
    zones = pd.Series(pd.to_datetime(["2016-02-29 23:30", "2016-05-01 00:30"]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for dates in (
            [west, east],
            [west, "2016-05-01"],
            [datetime(2016, 2, 29, 23, 30, tzinfo=timezone(timedelta(hours=-5))), datetime(2016, 5, 1, 0, 30)],
            zones.dt.tz_localize("Europe/Minsk"),
            zones.dt.tz_localize("America/New_York"),
            zones,
        ):
            assert list(monthly_level(dates, [1, 2], "2016-01", "2016-06")) == expected


@pytest.mark.parametrize("kind", [list, np.array, lambda d: pd.Series(d, dtype="category"), pd.to_datetime])
def test_dates_of_any_kind(kind):
    assert list(monthly_level(kind(["2016-02-25", "2016-03-01"]), [1, 2], "2016-01", "2016-03")) == [0, 1, 2]


@given(DECISIONS, st.integers(0, 4))
def test_each_month_has_the_last_level_decided_by_then(decisions, before):
    days, levels = zip(*decisions, strict=True)
    monthly = monthly_level(days, levels, "2004-01", "2016-12", before)
    assert len(monthly) == 13 * 12
    for month, level in monthly.items():
        until = [(day, n) for n, day in enumerate(days) if f"{day:%Y-%m}" <= month]
        assert level == (levels[max(until)[1]] if until else before)


@given(DECISIONS, st.randoms())
def test_the_order_of_rows_matters_on_one_day_only(decisions, random):
    of_a_day = dict(decisions)
    shuffled = random.sample(list(of_a_day.items()), len(of_a_day))
    one = monthly_level(*zip(*of_a_day.items(), strict=True), "2004-01", "2016-12")
    assert one.equals(monthly_level(*zip(*shuffled, strict=True), "2004-01", "2016-12"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([], [], "2004-01", "2004-02"), "dates is empty"),
        ((["2004-01-05"], [1, 2], "2004-01", "2004-02"), "The columns differ in length: dates 1, levels 2"),
        ((["2004-01-05", None], [1, 2], "2004-01", "2004-02"), "dates has no value in row 1"),
        ((["soon"], [1], "2004-01", "2004-02"), "dates holds something other than a date like 2016-02-25 in row 0"),
        ((["2004-01-05"], [5], "2004-01", "2004-02"), "levels is not a whole number from 0 to 4 in row 0"),
        ((["2004-01-05"], [1.5], "2004-01", "2004-02"), "levels is not a whole number"),
        ((["2004-01-05"], [1], "2004-02", "2004-01"), "The last month, 2004-01, lies before the first, 2004-02"),
        ((["2004-01-05"], [1], "soon", "2004-01"), "start and end need months like 2004-01"),
        ((["2004-01-05"], [1], "2004-01", "2004-02", 7), "before is 7: it needs a whole number from 0 to 4"),
        (([20081110], [1], "2008-01", "2008-12"), "dates holds a number, not a date like 2016-02-25, in row 0"),
        (([2008, 2011], [1, 2], "2008-01", "2011-12"), "dates holds a number, not a date .* in row 0, 1"),
        (([2008.0], [1], "2008-01", "2008-12"), "dates holds a number"),
        (([Decimal(2008)], [1], "2008-01", "2008-12"), "dates holds a number"),
        (([True], [1], "2008-01", "2008-12"), "dates holds a number"),
        ((["2008-11-10", 20081110], [1, 2], "2008-01", "2008-12"), "dates holds a number, .* in row 1"),
        ((pd.Series([20081110], dtype="Int64"), [1], "2008-01", "2008-12"), "dates holds a number"),
        (([(2008, 11)], [1], "2008-01", "2008-12"), "dates holds something other than a date"),
        ((pd.to_timedelta([1]), [1], "2008-01", "2008-12"), "dates holds something other than a date"),
        ((["2004-01-05"], [1], 2004, 2005), "start and end need months like 2004-01; they are 2004 and 2005"),
        ((["2004-01-05"], [1], "2004-01", 2005), "start and end need months like 2004-01"),
        ((["2004-01-05"], [1], np.array("2004-01"), "2004-02"), "start and end need months like 2004-01"),
        ((["2004-01-05"], [True], "2004-01", "2004-02"), "levels is not a whole number from 0 to 4"),
        ((["2004-01-05"], ["1"], "2004-01", "2004-02"), "levels is not a whole number"),
        ((["2004-01-05"], [1j], "2004-01", "2004-02"), "levels is not a whole number"),
        ((["2004-01-05"], [float("inf")], "2004-01", "2004-02"), "levels is not a whole number"),
        ((["2004-01-05"], [1], "2004-01", "2004-02", "1"), "before is '1': it needs a whole number"),
        ((["2004-01-05"], [1], "2004-01", "2004-02", pd.NA), "before is <NA>: it needs a whole number"),
        ((["2004-01-05"], [1], "2004-01", "2004-02", np.array(1)), "before is array"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_bad_input_is_refused_and_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        monthly_level(*arguments)


# Choosing the decisions

EVENTS = pd.DataFrame(
    {
        "event_id": ["c", "a", "b", "d", "e"],
        "date": ["2016-02-25", "2004-09-24", "2005-09-22", "2016-02-25", "2006-06-16"],
        "target_iso3": ["BLR"] * 5,
        "sender": ["EU", "EU", "EU", "EU", "US"],
        "action": ["lift", "impose", "renew", "ease", "impose"],
    }
)


def test_renewals_are_dropped_and_dates_sorted():
    assert list(deciding_events(EVENTS, "BLR", "EU")["event_id"]) == ["a", "c", "d"]


@pytest.mark.parametrize(
    ("events", "sender", "message"),
    [
        (EVENTS, "UN", "events has no row of UN on BLR. There are: EU on BLR, US on BLR"),
        (EVENTS.drop(columns="action"), "EU", "events has no column action"),
        (EVENTS.assign(date=None), "EU", "date has no value in row 1, 0, 3|date has no value in row 0, 1, 3"),
        (EVENTS.assign(action="extend"), "EU", "Every row of EU on BLR only prolongs what is there"),
        (None, "EU", "events is NoneType: give a table, one row a decision"),
        (5, "EU", "events is int: give a table"),
        (np.array(1), "EU", "events is ndarray: give a table"),
        (EVENTS["date"], "EU", "events is Series: give a table"),
        (EVENTS.to_dict("list"), "EU", "events is dict: give a table"),
        (EVENTS, None, "sender is None: it needs text"),
        (EVENTS, np.array("EU"), "sender is array"),
        (
            EVENTS.assign(date=[20160225, 20040924, 20050922, 20160225, 20060616]),
            "EU",
            "date holds a number, not a date",
        ),
    ],
)
def test_events_that_decide_nothing_are_refused(events, sender, message):
    with pytest.raises(ValueError, match=message):
        deciding_events(events, "BLR", sender)


# The reference coding, from the events: the counts and limits in force come from the table. What its columns leave open
# is added by hand, as a coder would; each fact holds until it is changed.

FACTS = {
    ("BLR", "EU"): {
        "SE-001": {"symbolic": True},  # limits of 1997 on contacts and aid, never ended
        "SE-015": {"freeze": True},  # May 2006: the persons under the visa ban are frozen too
    },
    ("BLR", "US"): {
        "SE-003": {"persons": 10},  # ten or more: the number was not published
        "SE-010": {"symbolic": True},  # limits on aid and lending
        "SE-014": {"persons": 10},  # a class of persons; ten are named a month later
        "SE-016": {"freeze": True},
    },
    ("RUS", "EU"): {"SE-051": {"freeze": True}},
    ("RUS", "US"): {
        "SE-053": {"persons": 10},  # ten or more
        "SE-150": {"firms_frozen": 17},
    },
}
COLUMNS = {
    "persons_in_force_after": "persons",
    "entities_in_force_after": "firms_frozen",
    "state_firm_frozen_after": "state_firm_frozen",
    "economy_limits_after": "economy_limits",
}


def coded(target, sender, **thresholds):
    """The level of each month, coded from the events."""
    rows = deciding_events(table("sanctions_events"), target, sender)
    assert set(FACTS[target, sender]) <= set(rows["event_id"])
    state, levels = {"freeze": False, "persons": 0}, []
    for _, row in rows.iterrows():
        state |= {name: row[column] for column, name in COLUMNS.items() if not pd.isna(row[column])}
        state |= FACTS[target, sender].get(row["event_id"], {})
        facts = {name: value for name, value in state.items() if name != "freeze"}
        frozen = state["persons"] if state["freeze"] else 0
        levels.append(level_in_force(persons_frozen=frozen, **facts, **thresholds))
    months = reference(target, sender).index
    return monthly_level(rows["date"], levels, months[0], months[-1])


def reference(target, sender):
    """The level of each month in the course's table."""
    rows = table("sanctions_levels").query("target_iso3 == @target and sender == @sender")
    return rows.set_index("month")["level"]


@pytest.mark.parametrize(("target", "sender"), FACTS)
def test_every_month_of_the_reference_follows_from_the_events(target, sender):
    ours, theirs = coded(target, sender), reference(target, sender)
    assert ours.to_dict() == theirs.to_dict()
    assert len(ours) == {"BLR": 348, "RUS": 132}[target]
    assert observed_agreement(ours, theirs) == 1 == cohens_kappa(ours, theirs)


@pytest.mark.parametrize(
    ("target", "sender", "month", "level"),
    [
        ("BLR", "EU", "1997-09", 1),
        ("BLR", "EU", "1998-07", 2),
        ("BLR", "EU", "1999-02", 1),
        ("BLR", "EU", "2006-04", 2),
        ("BLR", "EU", "2008-10", 2),
        ("BLR", "EU", "2008-11", 1),
        ("BLR", "EU", "2011-01", 3),
        ("BLR", "EU", "2015-10", 1),
        ("BLR", "EU", "2016-02", 1),
        ("BLR", "EU", "2020-10", 2),
        ("BLR", "EU", "2020-12", 3),
        ("BLR", "EU", "2021-06", 4),
        ("BLR", "US", "2007-11", 3),
        ("BLR", "US", "2015-10", 2),
        ("BLR", "US", "2021-04", 3),
        ("BLR", "US", "2022-02", 3),
        ("BLR", "US", "2022-03", 4),
        ("RUS", "EU", "2014-03", 2),
        ("RUS", "EU", "2014-07", 3),
        ("RUS", "EU", "2016-02", 3),
        ("RUS", "EU", "2022-02", 4),
        ("RUS", "US", "2014-03", 2),
        ("RUS", "US", "2014-04", 3),
        ("RUS", "US", "2022-02", 4),
    ],
)
def test_check_values_of_the_coding(target, sender, month, level):
    assert coded(target, sender)[month] == level == reference(target, sender)[month]


def test_the_level_on_1_december_and_1_july_in_the_yearly_table():
    levels = reference("BLR", "EU")
    years = table("pendulum_annual").set_index("year").loc[1996:]
    ends = {"eu_level_1dec": "11", "eu_level_1jul": "06"}  # the state at the end of November and of June
    for column, month in ends.items():
        assert years[column].tolist() == [levels[f"{year}-{month}"] for year in years.index]
    heavy = years.index[years["eu_level_1dec"] >= 2]
    assert list(heavy) == [1998, 2006, 2007, 2011, 2012, 2013, 2014, 2020, 2021, 2022, 2023, 2024]
