"""No feedback holds an answer: of every exercise of the book, for runs that give nothing, nonsense, or everything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from unionstate.exercises.answer_key import answer_key
from unionstate.exercises.feedback import feedback_comment, feedback_html, feedback_json, feedback_notebook
from unionstate.exercises.mark import mark
from unionstate.exercises.marks import Marks
from unionstate.exercises.plain import encode
from unionstate.exercises.runs import Run
from unionstate.exercises.source import load_exercise
from unionstate.exercises.variants import default_variant
from unionstate.paths import exercises_path

EXERCISES = sorted(file.parent.name for file in exercises_path().glob("*/checks.yml"))
NONSENSE = (98765.4321, "nonsense", [98765.4321], {"nonsense": 98765.4321}, None)


def numbers_in(value: Any) -> Iterator[float]:
    """The numbers in an answer that nobody hits by chance."""
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list | tuple):
        for one in value:
            yield from numbers_in(one)
    elif isinstance(value, float) and len(f"{abs(value):.6g}".replace(".", "").strip("0")) >= 4:
        yield value


def told(marks: Marks) -> str:
    """Everything a student is told."""
    return "\n".join(
        [
            feedback_html(marks).decode(),
            feedback_json(marks).decode(),
            feedback_notebook(marks).decode().replace("&#46;", "."),
            feedback_comment(marks),
        ]
    )


@pytest.mark.parametrize("name", EXERCISES)
def test_feedback_holds_no_hidden_answer_and_no_hidden_expression(name: str) -> None:
    exercise = load_exercise(name)
    variant = default_variant(exercise)
    key = answer_key(exercise, variant)
    hidden = {check_id: check for check_id, check in exercise.checks.items() if not check.public}
    secrets = {f"{number:.6g}" for check_id in hidden for number in numbers_in(key[check_id].value)}
    # what the notebook and the messages say is no secret; "1.5" is no trace of "0.75"
    said = exercise.file.read_text(encoding="utf-8") + "".join(check.message for check in exercise.checks.values())
    secrets = {one for one in secrets if one not in said}
    expressions = {check.expression for check in hidden.values() if "(" in check.expression}
    runs = [Run("finished", "", ())]
    for value in NONSENSE:
        names = {one: encode(value) for one in exercise.names_checked}
        runs.append(Run("finished", "", (), names=names))
    for run in runs:
        marks = mark(exercise, key, run, parameters=variant.parameters, student="someone")
        assert marks.earned < marks.points
        text = told(marks)
        assert [one for one in secrets if one in text] == []
        assert [one for one in expressions if one in text] == []
