"""Reads ``checks.yml``: what a right answer to each question of an exercise looks like."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from unionstate.errors import CourseError, CourseErrors
from unionstate.paths import exercises_path

Plain = bool | int | float | str
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class WrongAnswer(_Strict):
    """A foreseen wrong answer and what to tell who gives it."""

    value: Plain | list[Plain]
    message: Text


class Check(_Strict):
    """One testable expectation: an expression over the learner's names, and its value.

    Attributes:
        expression: Python, evaluated where the learner's names are known (and ``pd``).
        kind: how values are compared; a list in order, a set without.
        expected: the right value.
        tolerance: for numbers, the largest absolute difference accepted.
        message: shown when the check fails; what to look at, not the answer.
        wrong: foreseen wrong answers.
    """

    expression: Text
    kind: Literal["number", "text", "list", "set"]
    expected: Plain | list[Plain]
    tolerance: Annotated[float, Field(ge=0)] = 1e-9
    message: Text
    wrong: list[WrongAnswer] = []

    @model_validator(mode="after")
    def _kind_fits(self) -> Check:
        for value in (self.expected, *(wrong.value for wrong in self.wrong)):
            fits = {
                "number": isinstance(value, int | float) and not isinstance(value, bool),
                "text": isinstance(value, str),
            }.get(self.kind, isinstance(value, list))
            if not fits:
                raise ValueError(f"{value!r} is no {self.kind}")
        for wrong in self.wrong:
            if self.matches(wrong.value, self.expected):
                raise ValueError(f"the wrong answer {wrong.value!r} is the expected one")
        try:
            compile(self.expression, "expression", "eval")
        except SyntaxError as problem:
            raise ValueError(f"the expression {self.expression!r} is no Python: {problem.msg}") from None
        return self

    def matches(self, value: Plain | list[Plain], target: Plain | list[Plain]) -> bool:
        """Whether two plain values are the same under this check's kind and tolerance."""
        if self.kind == "list":
            return (
                isinstance(value, list)
                and len(value) == len(target)
                and all(self._same(one, other) for one, other in zip(value, target, strict=True))
            )
        if self.kind == "set":
            return isinstance(value, list) and {str(one) for one in value} == {str(one) for one in target}
        return self._same(value, target)

    def _same(self, value: Plain, target: Plain) -> bool:
        if isinstance(target, str) or isinstance(value, str):
            return isinstance(value, str) and isinstance(target, str) and value.strip() == target.strip()
        try:
            return math.isclose(value, target, rel_tol=0, abs_tol=self.tolerance)
        except (TypeError, OverflowError):  # a list where a number belongs, or a number without end
            return False


class Question(_Strict):
    """A question of an exercise: its id (``1a``), title and checks."""

    id: Annotated[str, StringConstraints(pattern=r"^\d+[a-z]$")]
    title: Text
    checks: list[Check] = Field(min_length=1)


class ExerciseChecks(_Strict):
    """All checks of an exercise."""

    exercise: str
    questions: list[Question] = Field(min_length=1)


def load_checks(file: Path) -> ExerciseChecks:
    """Read one ``checks.yml``.

    Raises:
        CourseError: with file and the place in it, if it is faulty.
    """
    try:
        content = yaml.safe_load(file.read_bytes().decode("utf-8"))
        checks = ExerciseChecks.model_validate(content)
    except (OSError, UnicodeDecodeError) as problem:
        raise CourseError(f"The checks cannot be read: {problem}.", file=file) from None
    except ValidationError as problem:
        raise CourseErrors(
            [
                CourseError(f"{'.'.join(str(part) for part in finding['loc'])}: {finding['msg']}.", file=file)
                for finding in problem.errors()
            ]
        ) from None
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        mark = getattr(problem, "problem_mark", None)
        raise CourseError(
            f"Not YAML: {getattr(problem, 'problem', problem)}.", file=file, line=mark.line + 1 if mark else None
        ) from None
    if checks.exercise != file.parent.name:
        raise CourseError(
            f"'exercise' is {checks.exercise!r}, the folder is {file.parent.name!r}.",
            file=file,
            remedy="Give both the same name.",
        )
    return checks


def load_all_checks() -> dict[str, Question]:
    """All questions of the book by id.

    Raises:
        CourseError: if a file is faulty or two questions have the same id.
    """
    questions: dict[str, Question] = {}
    for file in sorted(exercises_path().glob("*/checks.yml")):
        for question in load_checks(file).questions:
            if question.id in questions:
                raise CourseError(f"Two questions have the id {question.id!r}.", file=file, remedy="Choose another.")
            questions[question.id] = question
    return questions
