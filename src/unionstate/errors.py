"""The one error that users see: what is wrong, in which file and line, and what to do."""

from __future__ import annotations

import errno
from pathlib import Path


class CourseError(Exception):
    """Bad input from an author, a learner or an instructor.

    Args:
        message: what is wrong, in one sentence.
        file: the file it is in, if any.
        line: the line, counted from 1, if known.
        remedy: what to do about it.
    """

    def __init__(
        self, message: str, *, file: str | Path | None = None, line: int | None = None, remedy: str = ""
    ) -> None:
        self.message, self.file, self.line, self.remedy = message, file, line, remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        where = f"{shown_path(self.file)}{f':{self.line}' if self.line else ''}: " if self.file else ""
        return f"{where}{self.message}{f' {self.remedy}' if self.remedy else ''}"


def cannot_write(problem: OSError, file: str | Path, what: str = "The file cannot be written") -> CourseError:
    """The error for a file or folder that the system does not let us write, with what to do about it."""
    full = problem.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None))
    remedy = "Make room there, or" if full else "Get the right to write there, or"
    return CourseError(
        f"{what} ({problem.strerror or problem}).", file=file, remedy=f"{remedy} name another folder; then try again."
    )


class CourseErrors(CourseError):
    """Several errors found in one go, so that an author mends a file in one pass."""

    def __init__(self, errors: list[CourseError]) -> None:
        self.errors = errors
        Exception.__init__(self, str(self))

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)


def shown_path(file: str | Path) -> str:
    """The file's path from the current folder if it lies below it, else as given."""
    try:
        return str(Path(file).resolve().relative_to(Path.cwd().resolve()))
    except (ValueError, OSError, RuntimeError):  # RuntimeError: a link that leads to itself
        return str(file)
