"""``check("1a")`` in a notebook: tests the learner's own names and says what to look at."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from unionstate.errors import CourseError
from unionstate.exercises.checks import Check, Question, load_all_checks


@dataclass(frozen=True)
class CheckReport:
    """The outcome of a question's checks.

    Attributes:
        question: its id.
        passed: how many checks passed.
        total: how many there are here.
        messages: one line for each check that did not pass.
    """

    question: str
    passed: int
    total: int
    messages: tuple[str, ...]

    def __repr__(self) -> str:
        head = f"{self.question}: {self.passed} of the {self.total} checks shown here pass."
        return "\n".join([head, *(f"  - {message}" for message in self.messages)])


def check(question_id: str, names: Mapping[str, Any] | None = None) -> CheckReport:
    """Check the answers to a question.

    Args:
        question_id: for example ``1a``.
        names: where the answers are; by default the notebook's (the caller's) variables.

    Raises:
        CourseError: if there is no such question, with the nearest id.
    """
    questions = load_all_checks()
    if question_id not in questions:
        near = difflib.get_close_matches(question_id.casefold(), questions, n=1)
        known = sorted(questions, key=lambda one: (int(one[:-1]), one))
        raise CourseError(
            f"There is no question {question_id!r}.",
            remedy=f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known)}.",
        )
    if names is None:
        names = inspect.currentframe().f_back.f_globals
    return run_checks(questions[question_id], names)


def run_checks(question: Question, names: Mapping[str, Any]) -> CheckReport:
    """Evaluate the checks of a question over some names."""
    messages = [message for one in question.checks if (message := _failure(one, names))]
    return CheckReport(question.id, len(question.checks) - len(messages), len(question.checks), tuple(messages))


def _failure(one: Check, names: Mapping[str, Any]) -> str:
    """Why a check does not pass; "" if it passes."""
    code = compile(one.expression, "check", "eval")
    for name in code.co_names:
        if name in names and names[name] is Ellipsis:
            return f"`{name}` is still `...`: replace the three dots by your answer and run the cell."
    try:
        value = as_plain(eval(code, {"pd": pd, **names}))  # the expression is the course's own, from checks.yml
    except NameError as problem:
        return f"`{problem.name}` is not defined yet: run the cell that defines it."
    except Exception as problem:
        return f"`{one.expression}` cannot be computed ({type(problem).__name__}: {problem}). {one.message}"
    if one.matches(value, one.expected):
        return ""
    return next((wrong.message for wrong in one.wrong if one.matches(value, wrong.value)), one.message)


def as_plain(value: Any) -> Any:
    """A value of numpy or pandas as plain Python: numbers, text, lists; what is none of these as its text."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, pd.Series | pd.Index | np.ndarray | set | frozenset | tuple | list):
        return [as_plain(one) for one in value]
    return value if isinstance(value, bool | int | float | str) else str(value)
