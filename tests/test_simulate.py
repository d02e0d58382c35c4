"""Made-up series: each motion does what its name says, and a search finds as often as it must."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionstate.measures import correlation
from unionstate.paths import data_path
from unionstate.simulate import (
    KINDS,
    drift,
    in_step,
    made_up,
    noise,
    share_of_finds,
    swing,
    turning_points,
    verdict,
    wander,
)

YEARS = pd.Index(range(2004, 2020), name="year")
CALENDAR = pd.Series([1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1], index=YEARS)


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_a_swing_has_two_levels_one_size_apart_and_is_in_step():
    values = swing(CALENDAR, 3)
    assert set(values) == {1.5, -1.5} and list(values.index) == list(YEARS)
    assert correlation(values, CALENDAR) == pytest.approx(1)
    assert in_step(values, CALENDAR) and not in_step(-values, CALENDAR)


def test_a_calendar_of_anything_but_0_and_1_is_refused():
    with pytest.raises(ValueError, match="holds 1 for mild years and 0"):
        swing(CALENDAR * 2)


def test_a_drift_rises_evenly_and_never_turns():
    values = drift(YEARS, 3)
    assert values.iloc[-1] - values.iloc[0] == pytest.approx(3) and values.mean() == pytest.approx(0)
    assert np.allclose(values.diff().dropna(), 0.2)
    assert turning_points(values) == turning_points(-values) == 0


def test_a_wander_is_the_sum_of_the_noise_so_far():
    steps, values = noise(YEARS, rng()), wander(YEARS, rng())
    assert np.allclose(values.diff().dropna(), steps.iloc[1:]) and values.iloc[0] == steps.iloc[0]


def test_noise_forgets_and_a_wander_remembers():
    def memory(make):
        long = make(pd.RangeIndex(4000), rng())
        return long.autocorr(1)

    assert abs(memory(noise)) < 0.05 and memory(wander) > 0.95


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_makes_the_same_series(kind):
    one, other = made_up(kind, CALENDAR, rng(7)), made_up(kind, CALENDAR, rng(7))
    assert one.equals(other) and len(one) == 16 and one.notna().all()
    assert not one.equals(made_up(kind, CALENDAR, rng(8)))


def test_an_unknown_motion_is_named():
    with pytest.raises(ValueError, match="no motion called 'jump'; there are swing, drift, noise, wander"):
        made_up("jump", CALENDAR, rng())
    with pytest.raises(ValueError, match="no motion called 'jump'"):
        share_of_finds("jump", CALENDAR.to_frame(), tries=5)


def test_the_verdicts_come_in_their_order():
    assert verdict(swing(CALENDAR, 4), CALENDAR, 100) == "hardly moves"
    assert verdict(swing(CALENDAR, 4), CALENDAR, 10) == "swings in step"
    assert verdict(drift(YEARS, 4), CALENDAR, 10) == verdict(drift(YEARS, -4), CALENDAR, 10) == "drifts"
    assert verdict(-swing(CALENDAR, 4), CALENDAR, 10) == "moves out of step"
    # a drift that also keeps step is a swing: the calendar is asked first
    assert verdict(drift(YEARS) + swing(CALENDAR), CALENDAR, 2) == "swings in step"
    with pytest.raises(ValueError, match="length above zero"):
        verdict(swing(CALENDAR), CALENDAR, 0)


@pytest.mark.parametrize(
    ("values", "turns"), [([1, 2, 3], 0), ([1, 3, 2], 1), ([1, 3, 2, 4, 0], 3), ([1, 1, 1], 0), ([1, 2, 2, 1], 0)]
)
def test_turning_points_by_hand(values, turns):
    assert turning_points(pd.Series(values)) == turns


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=20))
def test_turning_points_do_not_depend_on_direction(values):
    series = pd.Series(values, dtype=float)
    assert turning_points(series) == turning_points(-series) == turning_points(series[::-1])
    assert 0 <= turning_points(series) <= max(len(values) - 2, 0)


def test_a_search_agrees_with_counting_one_by_one():
    tries = 400
    share = share_of_finds("noise", CALENDAR.to_frame(), tries=tries, seed=5, least=0.3)
    rows = np.random.default_rng(5).normal(size=(tries, 16))
    assert share == np.mean([in_step(pd.Series(row, index=YEARS), CALENDAR, 0.3) for row in rows])


def test_a_swing_without_noise_to_speak_of_is_always_found_and_a_flat_calendar_refused():
    assert share_of_finds("swing", CALENDAR.to_frame(), size=100, tries=50) == 1
    with pytest.raises(ValueError, match="same value in every year"):
        share_of_finds("noise", (CALENDAR * 0).to_frame(), tries=5)
    with pytest.raises(ValueError, match="at least one"):
        share_of_finds("noise", CALENDAR.to_frame(), indicators=0)


def test_more_ways_to_succeed_find_more():
    two = pd.DataFrame({"one": CALENDAR, "other": CALENDAR.to_numpy()[::-1]}, index=YEARS)
    plain = share_of_finds("noise", two[["one"]])
    either = share_of_finds("noise", two[["one"]], either_direction=True)
    calendars = share_of_finds("noise", two, either_direction=True)
    many = share_of_finds("noise", two, indicators=5, either_direction=True)
    assert plain < either < calendars < many
    # for noise, Student's t with 14 degrees of freedom gives 0.024 for r >= 0.5
    assert plain == pytest.approx(0.024, abs=0.006) and either == pytest.approx(0.049, abs=0.008)


def test_the_table_of_made_up_motions_is_what_the_module_makes():
    from unionstate.figures.what_would_a_pendulum_look_like import mild_years, motions

    table = pd.read_csv(data_path("simulated_motions.csv"))
    years = pd.read_csv(data_path("pendulum_annual.csv"))
    pd.testing.assert_frame_equal(table, motions(mild_years(years)))
