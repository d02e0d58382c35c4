"""Agreement, distance and bands: known answers, what must hold for any votes, and clear refusals."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionstate.measures import (
    agreement_identical,
    agreement_lijphart,
    agreement_no_abstention,
    bands_overlap,
    distance,
    lies_between,
)

BALLOT = st.sampled_from(["yes", "no", "abstain"])
BALLOTS = st.lists(st.tuples(BALLOT, BALLOT), min_size=1, max_size=60)
POSITION = st.floats(-5, 5)


def counts(ballots):
    """Counted one ballot at a time, as a chapter does by hand."""
    same = sum(one == other for one, other in ballots)
    one_abstains = sum((one == "abstain") != (other == "abstain") for one, other in ballots)
    opposed = sum({one, other} == {"yes", "no"} for one, other in ballots)
    neither = sum("abstain" not in pair for pair in ballots)
    return same, one_abstains, opposed, neither, len(ballots)


def test_four_roll_calls_counted_by_hand():
    # yes-yes, abstain-abstain, yes-abstain, yes-no
    assert agreement_identical(2, 4) == 0.5
    assert agreement_lijphart(2, 1, 4) == 0.625
    assert agreement_no_abstention(1, 2) == 0.5


def test_a_column_of_counts_gives_a_column_of_shares():
    years = pd.DataFrame({"n_same": [49, 75], "n_votes": [71, 105]}, index=[2015, 2016])
    shares = agreement_identical(years["n_same"], years["n_votes"])
    assert list(shares.index) == [2015, 2016]
    assert list(shares.round(4)) == [0.6901, 0.7143]


@given(BALLOTS)
def test_shares_stay_between_0_and_1_and_identical_never_exceeds_lijphart(ballots):
    same, one_abstains, opposed, neither, votes = counts(ballots)
    identical, lijphart = agreement_identical(same, votes), agreement_lijphart(same, one_abstains, votes)
    assert 0 <= identical <= lijphart <= 1
    if neither:
        assert 0 <= agreement_no_abstention(opposed, neither) <= 1


@given(BALLOTS)
def test_lijphart_is_the_mean_of_one_half_and_nought_over_the_ballots(ballots):
    same, one_abstains, opposed, _, votes = counts(ballots)
    assert same + one_abstains + opposed == votes
    assert agreement_lijphart(same, one_abstains, votes) == pytest.approx(1 - (opposed + one_abstains / 2) / votes)


@given(
    st.lists(st.sampled_from(["yes", "no"]), min_size=1).flatmap(lambda a: st.tuples(st.just(a), st.permutations(a)))
)
def test_without_abstentions_the_three_definitions_are_one(both):
    same, one_abstains, opposed, neither, votes = counts(list(zip(*both, strict=True)))
    shares = {agreement_identical(same, votes), agreement_lijphart(same, one_abstains, votes)}
    assert shares == {agreement_no_abstention(opposed, neither)}


@given(POSITION, POSITION, POSITION)
def test_distance_is_a_distance(one, other, third):
    assert distance(one, one) == 0
    assert distance(one, other) == distance(other, one) >= 0
    assert distance(one, third) <= distance(one, other) + distance(other, third) + 1e-12


@given(POSITION, POSITION, POSITION)
def test_between_does_not_depend_on_which_pole_is_higher_and_shares_out_the_distance(position, one, other):
    between = lies_between(position, one, other)
    assert between == lies_between(position, other, one)
    if between:
        assert distance(one, position) + distance(position, other) == pytest.approx(distance(one, other))


def test_a_pole_is_not_between():
    assert not lies_between(1, 1, 2)
    assert list(lies_between(pd.Series([0.5, 2.5]), pd.Series([0, 0]), pd.Series([1, 1]))) == [True, False]


@given(POSITION, POSITION, POSITION, POSITION)
def test_overlap_is_mutual_and_needs_a_common_stretch(a, b, c, d):
    (low_one, high_one), (low_other, high_other) = sorted([a, b]), sorted([c, d])
    overlap = bands_overlap(low_one, high_one, low_other, high_other)
    assert overlap == bands_overlap(low_other, high_other, low_one, high_one)
    if overlap and low_one < high_one and low_other < high_other:
        assert max(low_one, low_other) < min(high_one, high_other)


def test_bands_that_only_touch_do_not_overlap():
    assert not bands_overlap(0, 1, 1, 2)
    assert bands_overlap(0, 1.1, 1, 2)


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        (lambda: agreement_identical(5, 4), "same exceeds the number of votes"),
        (lambda: agreement_identical(-1, 4), "same is below zero"),
        (lambda: agreement_identical(0, 0), "There are no votes to take a share of"),
        (lambda: agreement_lijphart(3, 2, 4), "same and one_abstains exceed the number of votes"),
        (lambda: agreement_no_abstention(3, 2), "opposed exceeds the number of votes"),
        (lambda: agreement_identical(float("nan"), 4), "same is nan: it needs a value"),
        (lambda: distance(1.0, float("inf")), "other is inf: it needs a value"),
        (lambda: bands_overlap(1, 0, 0, 1), "low_one is above high_one"),
        (lambda: bands_overlap(0, 1, 1, 0), "low_other is above high_other"),
    ],
)
def test_bad_input_is_refused_and_named(measure, message):
    with pytest.raises(ValueError, match=message):
        measure()


def test_the_message_names_the_rows():
    same = pd.Series([5, 3, 9], index=[2014, 2015, 2016])
    votes = pd.Series([4, 4, 4], index=[2014, 2015, 2016])
    with pytest.raises(ValueError, match="same exceeds the number of votes in row 2014, 2016"):
        agreement_identical(same, votes)
