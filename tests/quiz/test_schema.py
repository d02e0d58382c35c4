"""The published JSON Schema: that of the models, and it accepts the book's quizzes and refuses faults."""

from __future__ import annotations

import copy
import json

import jsonschema
import pytest
import yaml
from pydantic import ValidationError
from small_quiz import EVERY_TYPE_FILE

from unionstate.paths import chapters_path
from unionstate.quiz.items import Quiz
from unionstate.quiz.schema import schema_path, schema_text

FILES = sorted((chapters_path() / "quizzes").glob("*.yml"))


def test_the_published_schema_is_that_of_the_models() -> None:
    assert schema_path().read_text(encoding="utf-8") == schema_text(), "run: unionstate quiz schema"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_books_quizzes_fit_the_schema_and_name_it(file) -> None:
    text = file.read_text(encoding="utf-8")
    jsonschema.validate(yaml.safe_load(text), json.loads(schema_text()))
    assert text.startswith("# yaml-language-server: $schema=quiz.schema.json\n")


@pytest.mark.parametrize(
    "change", [{"promt": "x"}, {"type": "singel"}, {"options": []}, {"difficulty": 9}, {"id": "A B"}]
)
def test_the_schema_refuses_faults(change: dict) -> None:
    quiz = copy.deepcopy(yaml.safe_load(FILES[0].read_text(encoding="utf-8")))
    quiz["items"][1].update(change)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(quiz, json.loads(schema_text()))


_RIGHT = {"text": "More", "feedback": "-", "correct": True}


@pytest.mark.parametrize(
    ("kind", "change", "good"),
    [
        ("single", {"source": [3, 3.2, "3.2", "C01"]}, True),
        ("single", {"source": [-1]}, False),
        ("single", {"source": ["\u00e9"]}, False),
        ("single", {"prompt": "   "}, False),
        ("single", {"options": [_RIGHT, _RIGHT | {"text": "Less"}]}, False),
        ("single", {"options": [{"text": "a", "feedback": "-"}, {"text": "b", "feedback": "-"}]}, False),
        ("multiple", {"options": [_RIGHT, _RIGHT | {"text": "Less"}]}, False),
        ("commit", {"options": [_RIGHT, {"text": "b", "feedback": "-"}]}, False),
        ("true-false", {"reasons": [_RIGHT, _RIGHT | {"text": "Less"}]}, False),
        ("numeric", {"value_of": "claims.count"}, False),
        ("numeric", {"value": None}, False),
        ("numeric", {"value": None, "value_of": "claims.count"}, True),
        ("estimate", {"value": None}, False),
        ("evidence", {"answer": [7.1]}, True),
        ("evidence", {"answer": ["8.1"]}, False),
        ("evidence", {"wrong": {"x": {"feedback": "-", "misconception": "m"}}}, False),
        ("draw", {"points": [[1, 2], [2, 3]]}, False),
        ("draw", {"series_of": "x"}, False),
    ],
)
def test_the_schema_and_the_loader_agree(kind: str, change: dict, good: bool) -> None:
    every = yaml.safe_load(EVERY_TYPE_FILE.read_text(encoding="utf-8"))["items"]
    quiz = {"items": [item | change for item in every if item["type"] == kind]}
    assert jsonschema.Draft202012Validator(json.loads(schema_text())).is_valid(quiz) is good
    try:
        Quiz.model_validate(quiz)
    except ValidationError:
        assert not good
    else:
        assert good
