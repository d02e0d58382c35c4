"""Reads a roster: a CSV file with a row for each student, as spreadsheets and learning platforms write it."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from unionstate.errors import CourseError, CourseErrors

# What the columns are called: by people, in Moodle's list of participants and grading worksheet, in Canvas's gradebook.
_COLUMNS = {
    "id": ("id", "id number", "identifier"),
    "name": ("name", "full name", "student"),
    "first": ("first name",),
    "last": ("last name", "surname"),
    "email": ("email", "email address"),
}
_LONGEST_ID = 100
_NOT_A_STUDENT = re.compile(r"(Muted|Manual Posting.*)?", re.IGNORECASE)  # every cell of a row below Canvas's header


@dataclass(frozen=True)
class Student:
    """A row of the roster.

    Attributes:
        id: as in the learning platform; unique, however it is spelled in capitals.
        name: "" if the roster gives none.
        email: "" if the roster gives none.
    """

    id: str
    name: str = ""
    email: str = ""


def read_roster(file: Path) -> list[Student]:
    """Read a roster with the column ``id`` and perhaps ``name`` and ``email``; other columns do not matter.

    Moodle's list of participants or grading worksheet and Canvas's exported gradebook are rosters as they are.

    Args:
        file: UTF-8, with or without a byte order mark; separated by commas, semicolons or tabs.

    Raises:
        CourseErrors: with the line of every row without an id, or with one that stood there before.
    """
    rows = list(_rows(file))
    if not rows:
        raise CourseError("The roster is empty.", file=file, remedy="Its first line names the columns: id,name")
    (line, header), *rest = rows
    names = [cell.strip().casefold() for cell in header]
    found = {what: [name for name in called if name in names] for what, called in _COLUMNS.items()}
    if not found["id"] or names.count(found["id"][0]) > 1:
        shown = ", ".join(cell.strip() for cell in header if cell.strip())
        raise CourseError(
            f"The roster has {'more than one' if found['id'] else 'no'} column '{(found['id'] or ['id'])[0]}'.",
            file=file,
            line=line,
            remedy=f"Its columns are: {shown}. Call the one with the students' ids in your learning platform 'id'.",
        )
    places = {what: names.index(called[0]) for what, called in found.items() if called}
    students: list[Student] = []
    seen: dict[str, int] = {}
    errors: list[CourseError] = []
    for line, row in rest:
        if all(_NOT_A_STUDENT.fullmatch(cell.strip()) for cell in row) or "Points Possible" in row[0]:
            continue
        given = {name: " ".join(row[place].split()) if place < len(row) else "" for name, place in places.items()}
        parts = [given.pop(part, "") for part in ("first", "last")]
        given["name"] = given.get("name") or " ".join(part for part in parts if part)
        same = given["id"].casefold()
        if not same:
            errors.append(CourseError("This row has no id.", file=file, line=line, remedy="Give each student one."))
        elif same in seen:
            errors.append(
                CourseError(
                    f"The id {given['id']!r} already stands in line {seen[same]}.",
                    file=file,
                    line=line,
                    remedy="Each student has one row.",
                )
            )
        elif len(same) > _LONGEST_ID or not same.isprintable():
            errors.append(CourseError("This id is too long, or has a sign that cannot be shown.", file=file, line=line))
        seen.setdefault(same, line)
        students.append(Student(**given))
    if errors:
        raise CourseErrors(errors)
    if not students:
        raise CourseError("The roster names no student.", file=file, line=rows[0][0])
    return students


def _rows(file: Path) -> list[tuple[int, list[str]]]:
    """The rows with the number of the line on which each ends."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as problem:
        raise CourseError(
            f"The roster cannot be read ({problem.strerror}).",
            file=file,
            remedy="Give a CSV file whose first line is id,name and then has a line for each student.",
        ) from None
    except UnicodeDecodeError as problem:
        raise CourseError(
            f"The roster is not UTF-8 text (byte {problem.start + 1}).",
            file=file,
            remedy="Save it again as 'CSV UTF-8'.",
        ) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first = text.lstrip("\n").split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows = []
    try:
        for row in reader:
            if row:
                rows.append((reader.line_num, row))
    except csv.Error as problem:
        raise CourseError(f"The roster is no CSV file: {problem}.", file=file, line=reader.line_num) from None
    return rows
