"""Marks: what a submission earned, check by check, in a form that can hold no right answer.

Everything that is told to a student is made from `Marks` alone. It has no field for an expected value, a reference, an
expression or a hidden test, so feedback cannot give away what it never had.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

VERSION = 1  # of the JSON form
FINISHED = "finished"  # the outcome of a run that went to its end
NOT_ANSWERED = "Not answered: "  # how a check's message begins where there is no answer to judge
NOT_GRADED = "not graded"  # the outcome of a submission in which nothing could be run


@dataclass(frozen=True)
class CheckMark:
    """What one check of a question earned.

    Attributes:
        id: of the check, for example ``4a.2``.
        question: for example ``4a``.
        points: the most it gives.
        earned: what it gave, from 0 to ``points``.
        public: whether learners have this check in their notebook.
        message: what to look at, "" if the check passed; never an expected value or an expression.
        given: the student's own value as short text, "" if there is none.
        shown: what the student is shown in its place, where a check of the notebook reads only a part of the answer,
            such as ``subsidy.loc[2018] = 0``, or counts in it.
        foreseen: whether ``message`` answers a foreseen wrong value.
        names: the names of the student that it looks at; of a hidden check too, but never its expression.
    """

    id: str
    question: str
    points: float
    earned: float
    public: bool = True
    message: str = ""
    given: str = ""
    shown: str = ""
    foreseen: bool = False
    names: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether it gave all its points."""
        return self.earned >= self.points

    @property
    def answered(self) -> bool:
        """Whether there was an answer to judge; not so where the three dots of a starter are still in it."""
        return not self.message.startswith(NOT_ANSWERED)


@dataclass(frozen=True)
class CellError:
    """A cell of the submission that stopped with an error.

    Attributes:
        number: its place in the notebook, from 1, counting all cells.
        error: for example ``ZeroDivisionError: division by zero (line 3)``.
    """

    number: int
    error: str


@dataclass(frozen=True)
class Marks:
    """All that is kept of a submission's grading.

    Attributes:
        student: the stable key of the student, safe as a file name.
        name: as shown; may be "".
        roster_id: the student's id in the roster of the assignment; "" if there is none.
        exercise: its name.
        token: of the variant; "" for the default one.
        checks: in the order of ``checks.yml``. Of a submission that could not be graded: all of them, with 0 earned.
        outcome: of the run (``finished``, ``time``, ``memory``, …), or ``NOT_GRADED``.
        message: plain words for the student on the outcome, "" if the run finished; of a submission that could not
            be graded the reason.
        cell_errors: cells that stopped with an error.
        notes: late, several files, a changed name, …
        titles: titles of the questions by id.
        exercise_title: the exercise's title.
        seconds: how long the run took (wall clock); 0 if nothing ran.
        sandboxed: whether the run was sandboxed; true if nothing ran.
        source: ``folder``, ``moodle`` or ``canvas``.
        file: the name of the file that was graded.
        lms: what import forms need, as the collector found it (a participant's number, a user's id, …).
        content: a hash of the submitted file; "" if there is none.
    """

    student: str
    exercise: str
    token: str
    checks: tuple[CheckMark, ...]
    name: str = ""
    roster_id: str = ""
    outcome: str = FINISHED
    message: str = ""
    cell_errors: tuple[CellError, ...] = ()
    notes: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    exercise_title: str = ""
    seconds: float = 0.0
    sandboxed: bool = True
    source: str = "folder"
    file: str = ""
    lms: Mapping[str, str] = field(default_factory=dict)
    content: str = ""

    @property
    def graded(self) -> bool:
        """Whether anything could be run."""
        return self.outcome != NOT_GRADED

    @property
    def earned(self) -> float:
        """Points earned in all."""
        return _total(check.earned for check in self.checks)

    @property
    def points(self) -> float:
        """The most that can be earned."""
        return _total(check.points for check in self.checks)

    def by_question(self) -> dict[str, tuple[CheckMark, ...]]:
        """The checks by question, in their order."""
        questions: dict[str, list[CheckMark]] = {}
        for check in self.checks:
            questions.setdefault(check.question, []).append(check)
        return {question: tuple(checks) for question, checks in questions.items()}

    def to_json(self) -> str:
        """As one JSON text; the same marks give the same text."""
        return json.dumps(
            {"marks": VERSION, **asdict(self)}, sort_keys=True, allow_nan=False
        )  # ASCII: any text can be written

    @classmethod
    def from_json(cls, text: str | bytes) -> Marks:
        """Read what `to_json` wrote.

        Raises:
            ValueError: if it is something else, or of another version.
        """
        content = json.loads(text)
        if not isinstance(content, dict) or content.pop("marks", None) != VERSION:
            raise ValueError(f"this holds no marks of version {VERSION}")
        try:
            content["checks"] = tuple(_check_mark(one) for one in content["checks"])
            content["cell_errors"] = tuple(CellError(**one) for one in content.get("cell_errors", ()))
            content["notes"] = tuple(content.get("notes", ()))
            return cls(**content)
        except (KeyError, TypeError, AttributeError) as problem:
            raise ValueError(f"these marks cannot be read: {problem}") from None


def points_of(checks: tuple[CheckMark, ...]) -> tuple[float, float]:
    """What some checks earned, and the most they give."""
    return _total(check.earned for check in checks), _total(check.points for check in checks)


def shown_points(points: float) -> str:
    """Points as people write them: at most two decimals and no empty ones."""
    return f"{points:.2f}".rstrip("0").rstrip(".") if math.isfinite(points) else str(points)


def _total(numbers: Any) -> float:
    return round(math.fsum(numbers), 6)  # so that three thirds are 1


def _check_mark(data: Any) -> CheckMark:
    mark = CheckMark(**{**data, "names": tuple(data.get("names", ()))})
    for one in fields(CheckMark):
        value = getattr(mark, one.name)
        if one.name in ("points", "earned"):
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                raise TypeError(f"{one.name} of {mark.id!r} is no number")
        elif one.name == "names":
            if not all(isinstance(name, str) for name in value):
                raise TypeError(f"the names of {mark.id!r} are {value!r}")
        elif not isinstance(value, bool if one.name in ("public", "foreseen") else str):
            raise TypeError(f"{one.name} of {mark.id!r} is {value!r}")
    return mark
