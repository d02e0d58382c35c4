"""Says against which variant a submission is graded: the student's own, whatever notebook was handed in."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from unionstate.errors import CourseError
from unionstate.exercises.assignment import Assignment
from unionstate.exercises.source import Exercise
from unionstate.exercises.variants import Variant, default_variant


@dataclass(frozen=True)
class Identified:
    """Whose submission it is.

    Attributes:
        variant: to grade it against.
        notes: for the student and the instructor.
        of: the id in the roster; "" if there is no roster.
        name: as in the roster; "" if the student is known by the notebook alone, which may be another's.
        by_notebook: whether neither an id nor a name tells whose it is, but the notebook's variant alone.
    """

    variant: Variant
    notes: tuple[str, ...] = ()
    of: str = ""
    name: str = ""
    by_notebook: bool = False


class Unknown(Exception):
    """Nobody knows whose variant to grade against; the message is the reason."""


class Identity(Protocol):
    """Finds the variant of a submission."""

    def identify(self, keys: Iterable[str], name: str, token: str) -> Identified:
        """Find it.

        Args:
            keys: what may be the student's id in the roster: of the file, of the learning platform.
            name: the student's name.
            token: of the notebook; "" if it carries none.

        Raises:
            Unknown: if it is nobody's.
        """


class OneVariant:
    """All students have the same variant: the book's own, or that of a cohort."""

    def __init__(self, variant: Variant) -> None:
        self.variant = variant

    def identify(self, keys: Iterable[str], name: str, token: str) -> Identified:
        """The one variant; a notebook of another one is noted."""
        if token == self.variant.token or not token:
            return Identified(self.variant)
        if not self.variant.token:
            raise Unknown("The notebook is a variant that was assigned to a class: grade it with --assignment.")
        return Identified(self.variant, ("The notebook carries the variant of another class or assignment.",))


class Roster:
    """Every student has a variant.

    Args:
        students: by id, each with ``token``, ``parameters`` and perhaps ``name``, as in ``assignment.json``.
    """

    def __init__(self, students: Mapping[str, Mapping[str, Any]]) -> None:
        self._students = students
        self._ids = {_same(student): student for student in students}
        self._by_token = {entry["token"]: student for student, entry in students.items()}
        named = Counter(_same(entry.get("name", "")) for entry in students.values())
        self._by_name = {
            _same(entry["name"]): student
            for student, entry in students.items()
            if entry.get("name") and named[_same(entry["name"])] == 1
        }
        self._namesakes = {one for one, count in named.items() if one and count > 1}
        spellings = {student: _spellings(entry.get("name", "")) for student, entry in students.items()}
        spelt = Counter(one for several in spellings.values() for one in several)
        self._by_letters = {
            one: student for student, several in spellings.items() for one in several if spelt[one] == 1
        }

    def identify(self, keys: Iterable[str], name: str, token: str) -> Identified:
        """By id, else by a name that only one has (in letters alone, too), else by the notebook's token."""
        known = next((self._ids[_same(key)] for key in keys if _same(key) in self._ids), "")
        known = known or self._by_name.get(_same(name), "") or self._by_letters.get(_letters(name), "")
        owner = self._by_token.get(token, "")
        if not known and owner and _same(name) in self._namesakes - {_same(self._students[owner].get("name", ""))}:
            raise Unknown(
                "Several students of the roster have this name, and the notebook carries the variant of somebody else."
            )
        if not known and not owner:
            raise Unknown(
                "This student is not in the roster of the assignment"
                + (", and the notebook carries no variant of it." if token else ", and the notebook names no variant.")
            )
        notes: tuple[str, ...] = ()
        if known and owner and known != owner:
            notes = ("The notebook carries the variant of another student; it is graded against the student's own.",)
        elif known and token and not owner:
            notes = ("The notebook carries a variant that is not of this assignment.",)
        elif not known:
            notes = ("Neither id nor name is one student's in the roster; the variant is the notebook's.",)
        entry = self._students[known or owner]
        variant = Variant(dict(entry["parameters"]), entry["token"])
        return Identified(variant, notes, known or owner, entry.get("name", "") if known else "", not known)


def _same(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def _letters(text: str) -> str:
    return "".join(
        sign for sign in _same(text) if sign.isalnum() or sign == "_" or unicodedata.category(sign)[0] == "M"
    )


def _spellings(name: str) -> set[str]:
    """A name as Canvas writes it, "Last, First" in letters alone; nobody knows where the last name begins."""
    words = name.split()
    return {_letters("".join(words[place:] + words[:place])) for place in range(len(words))} - {""}


def fingerprint(exercise: str, secret: bytes, cohort: str) -> str:
    """Says which assignment results are of, and nothing about its secret."""
    return hashlib.sha256(b"\0".join([b"results", exercise.encode(), secret, cohort.encode()])).hexdigest()[:16]


def of_the_book(exercise: Exercise) -> OneVariant:
    """The identity of submissions of the book's own version."""
    return OneVariant(default_variant(exercise))


def of_the_assignment(exercise: Exercise, assignment: Assignment) -> Identity:
    """The identity of submissions of an assignment.

    Raises:
        CourseError: if the exercise has other parameters now than when it was assigned.
    """
    variants = [assignment.variant] if assignment.variant else map(assignment.variant_for, assignment.students)
    if any(set(one.parameters) != set(exercise.parameters) for one in variants):
        raise CourseError(
            "The exercise has other parameters now than when it was assigned.",
            file=exercise.file,
            remedy="Grade with the course as it was then.",
        )
    return OneVariant(assignment.variant) if assignment.variant else Roster(assignment.students)
