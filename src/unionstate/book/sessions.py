"""Plans of class sessions, one a chapter, read from ``sessions.yml``."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from unionstate.book.outline import TITLES
from unionstate.errors import CourseError, CourseErrors
from unionstate.paths import chapters_path

SHORTEST, LONGEST = 60, 90  # minutes


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Step(_Strict):
    """What happens in class, and for how long."""

    minutes: int = Field(gt=0)
    do: str = Field(min_length=10)


class Session(_Strict):
    """One session: the chapter's title, what everybody can do at its end, what comes before, steps, prompts."""

    chapter: str
    aim: str
    before: str
    steps: list[Step] = Field(min_length=3)
    discuss: list[str] = Field(min_length=2)

    @property
    def minutes(self) -> int:
        """All steps together."""
        return sum(step.minutes for step in self.steps)

    @model_validator(mode="after")
    def _fits_a_lesson(self) -> Session:
        if not SHORTEST <= self.minutes <= LONGEST:
            raise ValueError(f"the steps take {self.minutes} minutes; a session takes {SHORTEST} to {LONGEST}")
        return self


class _File(_Strict):
    sessions: list[Session]


def read_sessions(file: Path | None = None) -> list[Session]:
    """The plans in the order of the chapters.

    Raises:
        CourseErrors: with file and place of each fault; if the plans are not one for each chapter, in order.
    """
    file = file or chapters_path() / "sessions.yml"
    try:
        sessions = _File.model_validate(yaml.safe_load(file.read_bytes().decode("utf-8"))).sessions
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        said = str(problem).splitlines()[0]
        raise CourseErrors([CourseError(f"The plans cannot be read: {said}.", file=file)]) from None
    except ValidationError as problem:
        raise CourseErrors(
            [
                CourseError(f"{'.'.join(map(str, one['loc']))}: {one['msg'].removeprefix('Value error, ')}.", file=file)
                for one in problem.errors()
            ]
        ) from None
    if [session.chapter for session in sessions] != list(TITLES):
        raise CourseErrors(
            [
                CourseError(
                    "The plans are not one for each chapter in the order of the book.",
                    file=file,
                    remedy=f"Name them: {'; '.join(TITLES)}.",
                )
            ]
        )
    return sessions
