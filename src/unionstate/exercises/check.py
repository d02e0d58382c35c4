"""``check("1a")`` in a notebook: tests the learner's own names and says what to look at."""

from __future__ import annotations

import difflib
import inspect
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from unionstate.errors import CourseError
from unionstate.exercises.checks import ExerciseChecks, Question, load_all_checks
from unionstate.exercises.evaluate import failure

ASSIGNED = "checks.json"  # beside an assigned notebook: the checks of its variant
GRADING = "UNIONSTATE_GRADING"  # set where submissions run; the checks run elsewhere then


@dataclass(frozen=True)
class CheckReport:
    """The outcome of a question's checks.

    Attributes:
        question: its id.
        passed: how many checks passed.
        total: how many there are here; none while work is graded.
        messages: one line for each check that did not pass.
    """

    question: str
    passed: int
    total: int
    messages: tuple[str, ...]

    def __repr__(self) -> str:
        if not self.total:
            return f"{self.question}: checked when the notebook has run."
        head = f"{self.question}: {self.passed} of the {self.total} checks shown here pass."
        if self.total == 1:
            head = f"{self.question}: the check shown here {'passes' if self.passed else 'does not pass yet'}."
        return "\n".join([head, *(f"  - {message}" for message in self.messages)])


def check(question_id: str, names: Mapping[str, Any] | None = None) -> CheckReport:
    """Check the answers to a question.

    Args:
        question_id: for example ``1a``.
        names: where the answers are; by default the notebook's (the caller's) variables.

    Raises:
        CourseError: if there is no such question, with the nearest id, or if ``checks.json`` is damaged.
    """
    if os.environ.get(GRADING) == "1":
        return CheckReport(str(question_id), 0, 0, ())
    questions = _questions(question_id)
    if question_id not in questions:
        near = difflib.get_close_matches(str(question_id).casefold(), questions, n=1)
        known = sorted(questions, key=lambda one: (int(one[:-1]), one))
        raise CourseError(
            f"There is no question {question_id!r}.",
            remedy=f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known)}.",
        )
    if names is None:
        names = inspect.currentframe().f_back.f_globals
    return run_checks(questions[question_id], names)


def run_checks(question: Question, names: Mapping[str, Any]) -> CheckReport:
    """Evaluate the public checks of a question over some names."""
    shown = [one for one in question.checks if one.public]
    messages = []
    for one in shown:
        wrong = [(wrong.value, wrong.message) for wrong in one.wrong if wrong.value is not None]
        if message := failure(one, names, one.expected, wrong):
            messages.append(message)
    return CheckReport(question.id, len(shown) - len(messages), len(shown), tuple(messages))


def _questions(question_id: str) -> dict[str, Question]:
    """Those of the assigned exercise if one lies here and asks the question, else those of the course."""
    file = Path(ASSIGNED)
    if not file.is_file():
        return load_all_checks()
    try:
        assigned = ExerciseChecks.model_validate(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError) as problem:
        what = "it has another form" if isinstance(problem, ValidationError) else "it cannot be read"
        raise CourseError(
            f"The file with the checks of this exercise is damaged: {what}.",
            file=file,
            remedy="Unpack the zip file of the exercise again and copy checks.json from it.",
        ) from None
    questions = {question.id: question for question in assigned.questions}
    return questions if question_id in questions else load_all_checks() | questions
