"""The published JSON Schema: that of the models, and it accepts the book's quizzes and refuses faults."""

from __future__ import annotations

import copy
import json

import jsonschema
import pytest
import yaml

from unionstate.paths import chapters_path
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
