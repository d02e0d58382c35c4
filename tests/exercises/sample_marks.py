"""Marks for the tests of feedback, gradebook and class report."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from unionstate.exercises.marks import NOT_GRADED, CellError, CheckMark, Marks

TITLES = {"4a": "The discount, year by year", "4b": "A share of GDP"}
HOSTILE = '<script>alert(1)</script> =1+1 "quoted" & \u202egpj.exe\u2066 \x1b[2J\x00 \u200b \ud800 ' + "A\u0301" * 3


def check(id_: str, *, earned: float = 1, points: float = 1, **more: Any) -> CheckMark:
    """One check; by default public, worth a point, and passed."""
    return CheckMark(id=id_, question=id_.split(".")[0], points=points, earned=earned, **more)


def sample(**more: Any) -> Marks:
    """A submission with everything that can be told: passed, missed, in part, hidden, errors, notes."""
    fields: dict[str, Any] = {
        "student": "ada-lovelace",
        "name": "Ада Лавлейс",
        "exercise": "the-implied-gas-subsidy",
        "exercise_title": "The implied gas subsidy",
        "token": "k3x9",
        "titles": TITLES,
        "checks": (
            check("4a.1", names=("top_year",)),
            check(
                "4a.2",
                names=("subsidy_2006",),
                earned=0,
                message="This is in billions. Give millions.",
                given="5.17461",
                foreseen=True,
            ),
            check("4a.3", earned=0, points=2, public=False, message="Look at other years too.", given="[1, 2, 3]"),
            check("4b.1", earned=0.5, points=2, message="Two of the four rows are right.", given="3.44"),
            check("4b.2", public=False),
        ),
        "cell_errors": (CellError(7, "ZeroDivisionError: division by zero (line 3)"),),
        "notes": ("Handed in late.",),
        "seconds": 0.02,
        "content": "a" * 64,
    }
    return Marks(**(fields | more))


def not_graded(student: str = "bob", reason: str = "The file is no notebook.", **more: Any) -> Marks:
    """A submission in which nothing could be run."""
    checks = tuple(check(one.id, earned=0, points=one.points, public=one.public) for one in sample().checks)
    return sample(
        student=student, name="Bob", checks=checks, outcome=NOT_GRADED, message=reason, cell_errors=(), notes=(), **more
    )


def a_class(size: int, seed: int = 1) -> Iterator[Marks]:
    """A class whose abler students pass more checks; check 4b.2 is passed by all."""
    chance = random.Random(seed)
    for number in range(size):
        able = chance.random()
        checks = []
        for one in sample().checks:
            if one.id == "4b.2" or chance.random() < able:
                checks.append(check(one.id, earned=one.points, points=one.points, public=one.public))
            else:
                given = chance.choice(["5.17461", "5.17461", "252.42", str(chance.random())])
                foreseen = given in ("5.17461", "252.42")
                message = {"5.17461": "This is in billions. Give millions.", "252.42": "Multiply by the volume."}.get(
                    given, "Read the value of 2006."
                )
                checks.append(
                    check(
                        one.id, earned=0, points=one.points, public=one.public, message=message, given=given,
                        foreseen=foreseen,
                    )
                )  # fmt: skip
        yield sample(
            student=f"student-{number:05}",
            name=f"Student {number}",
            checks=tuple(checks),
            cell_errors=(),
            notes=(),
            seconds=round(0.01 + chance.random() / 10, 4),
            content=f"{number:064x}",
            source="moodle",
            lms={"participant": str(1000 + number)},
        )
