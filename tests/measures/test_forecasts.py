"""The Brier score and its parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionstate.measures import brier_parts, brier_score, calibration_table

FORECASTS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40)
IN_TENTHS = st.lists(st.tuples(st.integers(0, 10).map(lambda n: n / 10), st.booleans()), min_size=1, max_size=40)


def test_three_forecasts_by_hand():
    # (0.2^2 + 0.4^2 + 0.5^2) / 3
    assert brier_score([0.8, 0.4, 0.5], [1, 0, 1]) == pytest.approx(0.15)


def test_ten_forecasts_taken_apart_by_hand():
    # five times 0.8 (four came true), five times 0.2 (two came true); base rate 0.6
    probabilities, outcomes = [0.8] * 5 + [0.2] * 5, [1, 1, 1, 1, 0] + [1, 1, 0, 0, 0]
    parts = brier_parts(probabilities, outcomes)
    assert parts.reliability == pytest.approx(0.02)  # (0 + 5 * 0.2^2) / 10
    assert parts.resolution == pytest.approx(0.04)  # (5 * 0.2^2 + 5 * 0.2^2) / 10
    assert parts.uncertainty == pytest.approx(0.24)
    assert parts.score == pytest.approx(0.22) == brier_score(probabilities, outcomes)
    table = calibration_table(probabilities, outcomes)
    assert table.to_dict() == {"forecasts": {0.2: 5, 0.8: 5}, "happened": {0.2: 0.4, 0.8: 0.8}}
    assert table.index.name == "probability"


@given(FORECASTS)
def test_the_score_stays_between_0_and_1_and_the_parts_give_it_back(forecasts):
    probabilities, outcomes = zip(*forecasts, strict=True)
    score, parts = brier_score(probabilities, outcomes), brier_parts(probabilities, outcomes)
    assert 0 <= score <= 1
    assert parts.score == pytest.approx(score, abs=1e-12)
    assert min(parts.reliability, parts.resolution, parts.uncertainty) >= 0
    assert parts.resolution <= parts.uncertainty + 1e-12
    assert parts.uncertainty <= 0.25


@given(IN_TENTHS)
def test_the_table_counts_every_forecast_once(forecasts):
    probabilities, outcomes = zip(*forecasts, strict=True)
    table = calibration_table(probabilities, outcomes)
    assert table["forecasts"].sum() == len(forecasts)
    assert (table["forecasts"] * table["happened"]).sum() == pytest.approx(sum(outcomes))
    assert list(table.index) == sorted(set(probabilities))


@given(st.lists(st.booleans(), min_size=1))
def test_certain_and_right_is_0_certain_and_wrong_is_1_half_is_a_quarter(outcomes):
    assert brier_score([float(one) for one in outcomes], outcomes) == 0
    assert brier_score([float(not one) for one in outcomes], outcomes) == 1
    assert brier_score([0.5] * len(outcomes), outcomes) == 0.25


@given(st.lists(st.booleans(), min_size=1))
def test_saying_the_base_rate_scores_the_uncertainty(outcomes):
    base_rate = sum(outcomes) / len(outcomes)
    parts = brier_parts([base_rate] * len(outcomes), outcomes)
    assert parts.reliability == pytest.approx(0) == parts.resolution
    assert brier_score([base_rate] * len(outcomes), outcomes) == pytest.approx(parts.uncertainty)


@pytest.mark.parametrize(
    ("probabilities", "outcomes", "message"),
    [
        ([], [], "probabilities is empty"),
        ([0.5], [1, 0], "The columns differ in length: probabilities 1, outcomes 2"),
        ([0.5, None], [1, 0], "probabilities has no value in row 1"),
        ([0.5, 70], [1, 0], "probabilities is outside 0 to 1 in row 1"),
        ([0.5, -0.1], [1, 0], "probabilities is outside 0 to 1 in row 1"),
        ([0.5, 0.5], [1, 0.5], "outcomes is neither 0 nor 1 in row 1"),
        ([0.5, 0.5], ["yes", "no"], "outcomes holds .* values, not numbers"),
        (0.5, 1, "need a list or a column each"),
    ],
)
def test_bad_input_is_refused_and_named(probabilities, outcomes, message):
    for measure in (brier_score, brier_parts, calibration_table):
        with pytest.raises(ValueError, match=message):
            measure(probabilities, outcomes)
