"""Reads ``checks.yml``: what a right answer to each question of an exercise looks like."""

from __future__ import annotations

import ast
import difflib
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, ValidationError, model_validator

from unionstate.errors import CourseError, CourseErrors
from unionstate.exercises.compare import FIGURE_COUNTS, FIGURE_PROPERTIES, FIGURE_TEXTS, Kind, matches
from unionstate.paths import exercises_path
from unionstate.yaml_source import explain, read_yaml

FILE = "checks.yml"
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_ID = {"id": "Use the number of the chapter and a letter: 4a."}
_FORMS = {
    "number": "a number",
    "text": "a text",
    "list": "a list",
    "set": "a list",
    "table": "a mapping with 'columns' and 'rows'",
    "series": "a mapping with 'index' and 'values', or of labels to values",
    "function": "a list with one result for each of the inputs",
    "figure": f"a mapping of what the figure must have: {', '.join(FIGURE_PROPERTIES)}",
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class WrongAnswer(_Strict):
    """A foreseen wrong answer and what to tell who gives it.

    Attributes:
        value: what it is for the default variant.
        reference: Python over the names of the reference solution that gives it for every variant.
        message: what to tell.
    """

    value: JsonValue = None
    reference: Text | None = None
    message: Text

    @model_validator(mode="after")
    def _is_given(self) -> WrongAnswer:
        if self.value is None and self.reference is None:
            raise ValueError("a wrong answer needs 'value' or 'reference'")
        _assert_python(self.reference)
        return self


class Check(_Strict):
    """One testable expectation: an expression over the learner's names, and its value.

    Attributes:
        expression: Python, evaluated where the learner's names are known (and ``pd``). For a function: its name.
        kind: how values are compared, see ``unionstate.exercises.compare.matches``.
        expected: the right value for the default variant; hidden checks may leave it out.
        reference: Python over the names of the reference solution that gives the right value; by default
            ``expression``.
        tolerance: for numbers, the largest absolute difference accepted.
        points: what it is worth.
        public: whether learners may see it; a hidden one stays with the instructor.
        inputs: for a function, the lists of arguments to call it with.
        message: shown when the check fails; what to look at, not the answer.
        wrong: foreseen wrong answers.
    """

    expression: Text
    kind: Kind
    expected: JsonValue = None
    reference: Text | None = None
    tolerance: Annotated[float, Field(ge=0)] = 1e-9
    points: Annotated[float, Field(gt=0, le=100)] = 1.0
    public: bool = True
    inputs: list[list[JsonValue]] = []
    message: Text
    wrong: list[WrongAnswer] = []

    @model_validator(mode="after")
    def _holds_together(self) -> Check:
        if self.public and self.expected is None:
            raise ValueError("a public check needs 'expected': learners have no reference solution")
        if self.kind == "figure" and self.expected is None:
            raise ValueError("a check of a figure needs 'expected': what the figure must have")
        if (self.kind == "function") != bool(self.inputs):
            raise ValueError("a check of a function, and no other, needs 'inputs': a list of lists of arguments")
        if self.kind == "function" and not self.expression.isidentifier():
            raise ValueError(f"the expression of a function's check is its name, not {self.expression!r}")
        if self.kind == "figure" and isinstance(self.expected, dict):
            _assert_properties(self.expected)
        for value in (self.expected, *(wrong.value for wrong in self.wrong)):
            if value is not None and not self._fits(value):
                raise ValueError(f"{value!r} is no {self.kind}: write {_FORMS[self.kind]}")
        for wrong in self.wrong:
            if None not in (wrong.value, self.expected) and self.matches(wrong.value, self.expected):
                raise ValueError(f"the wrong answer {wrong.value!r} is the expected one")
        _assert_python(self.expression)
        _assert_python(self.reference)
        return self

    def _fits(self, value: Any) -> bool:
        if self.kind == "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        if self.kind == "function":
            return isinstance(value, list) and len(value) == len(self.inputs)
        if self.kind == "table":
            return isinstance(value, dict) and set(value) == {"columns", "rows"}
        types = {"text": str, "list": list, "set": list, "series": dict, "figure": dict}
        return isinstance(value, types[self.kind])

    def matches(self, value: Any, target: Any) -> bool:
        """Whether an answer is the target under this check's kind and tolerance."""
        return matches(self.kind, value, target, self.tolerance)


class Question(_Strict):
    """A question of an exercise: its id (``1a``), title and checks."""

    id: Annotated[str, StringConstraints(pattern=r"^\d+[a-z]$")]
    title: Text
    checks: list[Check] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_a_public_check(self) -> Question:
        if not any(check.public for check in self.checks):
            raise ValueError(f"the question {self.id} has no public check: learners could check nothing")
        return self

    def numbered(self) -> list[tuple[str, Check]]:
        """The checks with their ids: ``1a.1``, ``1a.2``, …"""
        return [(f"{self.id}.{place}", check) for place, check in enumerate(self.checks, start=1)]


class ExerciseChecks(_Strict):
    """All checks of an exercise; ``variant`` is the token of the variant they belong to, "" for the default."""

    exercise: str
    variant: str = ""
    questions: list[Question] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_differ(self) -> ExerciseChecks:
        ids = [question.id for question in self.questions]
        for one in ids:
            if ids.count(one) > 1:
                raise ValueError(f"two questions have the id {one!r}")
        return self

    def for_learners(self) -> dict[str, Any]:
        """The content of a file of checks without hidden ones, references and points."""
        return {
            "exercise": self.exercise,
            **({"variant": self.variant} if self.variant else {}),
            "questions": [
                {
                    "id": question.id,
                    "title": question.title,
                    "checks": [_for_learners(check) for check in question.checks if check.public],
                }
                for question in self.questions
            ],
        }


def load_checks(file: Path) -> ExerciseChecks:
    """Read one ``checks.yml``.

    Raises:
        CourseErrors: with file, line and remedy of each fault found.
    """
    content, lines = read_yaml(file, what="file of checks", first="exercise")
    try:
        checks = ExerciseChecks.model_validate(content)
    except ValidationError as problem:
        raise CourseErrors(explain(problem, lines, file, ExerciseChecks, forms=_ID)) from None
    if checks.exercise != file.parent.name:
        raise CourseErrors(
            [
                CourseError(
                    f"'exercise' is {checks.exercise!r}, the folder is {file.parent.name!r}.",
                    file=file,
                    line=lines.get(("exercise",)),
                    remedy="Give both the same name.",
                )
            ]
        )
    return checks


def load_all_checks() -> dict[str, Question]:
    """All questions of the book by id.

    Raises:
        CourseError: if a file is faulty or two questions have the same id.
    """
    questions: dict[str, Question] = {}
    for file in sorted(exercises_path().glob(f"*/{FILE}")):
        for question in _load_cached(file, file.stat().st_mtime_ns).questions:
            if question.id in questions:
                raise CourseError(f"Two questions have the id {question.id!r}.", file=file, remedy="Choose another.")
            questions[question.id] = question
    return questions


@cache
def _load_cached(file: Path, _changed: int) -> ExerciseChecks:
    return load_checks(file)


def _for_learners(check: Check) -> dict[str, Any]:
    content = check.model_dump(exclude={"reference", "points", "public", "wrong"}, exclude_defaults=True)
    wrong = [{"value": one.value, "message": one.message} for one in check.wrong if one.value is not None]
    return {**content, **({"wrong": wrong} if wrong else {})}


def _assert_python(expression: str | None) -> None:
    try:
        ast.parse(expression or "0", mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as problem:
        raise ValueError(f"the expression {expression!r} is no Python: {getattr(problem, 'msg', problem)}") from None


def _assert_properties(wanted: Any) -> None:
    """What is asked of a figure has known names and fitting values."""
    for name, value in wanted.items():
        if name not in FIGURE_PROPERTIES:
            near = difflib.get_close_matches(name, FIGURE_PROPERTIES, n=1) or FIGURE_PROPERTIES
            raise ValueError(f"a figure has no {name!r}: did you mean {' or '.join(near)}")
        fits = (
            (isinstance(value, int) and not isinstance(value, bool) and value > 0)
            if name in FIGURE_COUNTS
            else (value is True or (name != "legend" and isinstance(value, str)))
            if name in FIGURE_TEXTS
            else isinstance(value, list) and set(value) <= {"line", "bars", "points", "area"}
        )
        if not fits:
            raise ValueError(f"{name}: {value!r} does not fit; counts are whole numbers, texts are true or the text")
