"""Chapter 9: outcomes follow from their dates, and the invented class is complete."""

import pandas as pd

from unionstate.paths import data_path
from unionstate.quiz.load import load_chapter_quiz

PREDICTIONS = pd.read_csv(data_path("predictions.csv"), parse_dates=["deadline", "happened_on"])
FORECASTS = pd.read_csv(data_path("class_forecasts.csv"))
WORDS = pd.read_csv(data_path("probability_words.csv"))


def test_a_statement_counts_as_true_if_it_happened_by_its_deadline():
    in_time = PREDICTIONS["happened_on"] <= PREDICTIONS["deadline"]  # no day compares as False
    assert in_time.astype(int).tolist() == PREDICTIONS["happened"].tolist()


def test_the_quiz_asks_for_each_statement_with_its_deadline_and_outcome():
    items = [item for item in load_chapter_quiz("keeping-score").items if item.type == "predict"]
    scored = [item for item in items if item.outcome is not None]
    assert [item.outcome for item in scored] == PREDICTIONS["happened"].astype(bool).tolist()
    for item, row in zip(scored, PREDICTIONS.itertuples(), strict=True):
        day = f"{row.deadline.day} {row.deadline:%B %Y}"
        assert item.prompt.startswith(f"{row.prediction_id}. By {day}, ")


def test_every_student_of_the_invented_class_judges_every_statement_in_odd_tenths():
    assert len(FORECASTS) == FORECASTS["forecaster"].nunique() * len(PREDICTIONS)
    assert not FORECASTS.duplicated(["forecaster", "prediction_id"]).any()
    assert set(FORECASTS["probability"]) == {0.1, 0.3, 0.5, 0.7, 0.9}


def test_a_range_of_a_word_begins_below_its_end():
    assert (WORDS["low"] < WORDS["high"]).all()
