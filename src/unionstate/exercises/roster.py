"""Reads a roster: a CSV file with a row for each student, as spreadsheets and learning platforms write it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from unionstate.errors import CourseError, CourseErrors

_COLUMNS = ("id", "name", "email")
_LONGEST_ID = 100


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
    if names.count("id") != 1:
        shown = ", ".join(cell.strip() for cell in header if cell.strip())
        raise CourseError(
            f"The roster has {'no' if 'id' not in names else 'more than one'} column 'id'.",
            file=file,
            line=line,
            remedy=f"Its columns are: {shown}. Call the one with the students' ids in your learning platform 'id'.",
        )
    places = {name: names.index(name) for name in _COLUMNS if name in names}
    students: list[Student] = []
    seen: dict[str, int] = {}
    errors: list[CourseError] = []
    for line, row in rest:
        if not any(cell.strip() for cell in row):
            continue
        given = {name: " ".join(row[place].split()) if place < len(row) else "" for name, place in places.items()}
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
        raise CourseError(f"The roster cannot be read ({problem.strerror}).", file=file) from None
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
