"""Chapters 6 and 7 say what their tables say: the calendar, the traps, the verdicts."""

import pandas as pd
import pytest

from unionstate import values
from unionstate.figures.testing_the_pendulum import (
    EXPLORED,
    series_for_verdicts,
    shifted_correlations,
    strictly_mild,
    under_sanctions,
    waves,
)
from unionstate.figures.what_would_a_pendulum_look_like import calendars, mild_years
from unionstate.paths import data_path
from unionstate.quiz.load import load_chapter_quiz
from unionstate.simulate import verdict


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(data_path(f"{name}.csv"))


def test_the_calendar_is_the_reference_coding_of_the_sanctions() -> None:
    mild = mild_years(table("pendulum_annual"))
    assert list(mild.index[mild == 0]) == [2006, 2007, 2011, 2012, 2013, 2014]
    levels = table("sanctions_levels").query("target_iso3 == 'BLR' and sender == 'EU'").set_index("month")["level"]
    assert all((levels[f"{year}-11"] < 2) == bool(is_mild) for year, is_mild in mild.items())
    assert list(calendars(table("pendulum_annual")).iloc[:, 0]) == list(mild)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("places-years", "34"), ("years-between", "none"), ("years-between-all", "2"), ("overlaps", "12"),
        ("identical-russia", "76%"), ("identical-germany", "59%"), ("dropped-germany", "81%"),
        ("human-rights-russia", "84%"), ("human-rights-germany", "30%"), ("nuclear-russia", "46%"),
        ("gap-r", "0.42"), ("gap-r-second", "0.59"), ("gap-r-third", "0.38"), ("eu-gap-r-second", "0.55"),
        ("shifts-as-large", "5"), ("shifts", "16"), ("shuffles-as-large", "150"), ("shuffles", "12,870"),
        ("eu-share-peak", "46%"), ("eu-share-last", "24%"), ("enlargement-members", "13.8"),
        ("enlargement-fixed", "1.0"), ("shifts-same-sign", "three"), ("gap-r-strict", "0.26"), ("oil-russia-r", "0.91"),
        ("dutch-before", "4%"), ("dutch-peak", "18%"), ("dutch-last", "4%"), ("eu-points-lost", "23"),
        ("dutch-points-lost", "14"), ("opinion-named-only", "−5.0"),
        ("oil-value-r", "0.94"), ("oil-share-r", "0.40"), ("customs-gap-largest", "36%"), ("published-share", "26.9%"),
        ("waves", "19"), ("sign-changes", "4"), ("opinion-under-sanctions", "−7.7"), ("opinion-otherwise", "−7.8"),
        ("printed-sum", "102.7%"), ("misprint-best", "−26"), ("misprint-worst", "−31"),
        ("verdict-gap", "moves out of step"), ("verdict-exports", "drifts"), ("verdict-opinion", "moves out of step"),
        ("verdict-democracy", "hardly moves"),
    ],
)  # fmt: skip
def test_a_number_of_chapter_7_is_the_known_answer(name: str, answer: str) -> None:
    assert values.compute(f"test.{name}") == answer


def test_the_stricter_calendar_changes_no_verdict() -> None:
    years = table("pendulum_annual")
    strict = strictly_mild(years)
    assert list(strict.index[strict == 1]) == [2004, 2005, 2015, 2016, 2017, 2018, 2019]
    for name, (series, scale) in series_for_verdicts(years).items():
        assert verdict(series, strict.loc[series.index], scale) == values.compute(f"test.verdict-{name}"), name


def test_every_prediction_of_chapter_6_is_held_against_the_data_in_chapter_7() -> None:
    asked = {item.id for item in load_chapter_quiz("what-would-a-pendulum-look-like").items if item.type == "commit"}
    assert len(asked) == 5
    text = (data_path("").parent / "testing-the-pendulum.md").read_text(encoding="utf-8")
    assert all(f"```{{recall}} {name}\n" in text for name in asked)


def test_the_shifts_are_those_of_the_measure() -> None:
    found = shifted_correlations(table("pendulum_annual"))
    assert len(found) == 16 and (found.abs() >= abs(found[0]) - 1e-9).sum() == 5


def test_the_waves_are_split_as_the_exercise_says() -> None:
    net = waves(table("public_opinion"))["net"]
    assert under_sanctions(net.index).sum() == 11 and len(net) == 19


def test_every_indicator_to_explore_is_a_column() -> None:
    assert set(EXPLORED.values()) <= set(table("pendulum_annual"))
