"""Validates the data package with frictionless and says of every fault its table, row and column."""

from __future__ import annotations

from pathlib import Path

from frictionless import Error, Package

from unionstate.data import PACKAGE
from unionstate.errors import CourseError, CourseErrors
from unionstate.paths import data_path

_MOST = 50  # faults shown: a table saved in another encoding would have one in every row


def check_package(file: Path | None = None) -> int:
    """Check the description and every table of a data package.

    Args:
        file: the ``datapackage.json``; by default the course's.

    Returns:
        The number of tables.

    Raises:
        CourseErrors: for every fault (at most 50) the table's file, row, column, and what is wrong.
    """
    file = file or data_path(PACKAGE)
    if not file.is_file():
        raise CourseErrors([CourseError("The description of the tables is missing.", file=file)])
    try:
        package = Package(str(file))
    except Exception as problem:  # frictionless raises one class for all that is wrong with a description
        reasons = getattr(getattr(problem, "error", None), "note", str(problem))
        raise CourseErrors([CourseError(f"No valid data package: {reasons}.", file=file)]) from None
    report = package.validate()
    errors = [CourseError(error.message, file=file) for error in report.errors]
    for task in report.tasks:
        resource = package.get_resource(task.name)
        errors += [_translate(error, task.name, file.parent / resource.path) for error in task.errors]
    if errors:
        raise CourseErrors(errors[:_MOST])
    return len(report.tasks)


def _translate(error: Error, table: str, file: Path) -> CourseError:
    """A finding of frictionless in the words of this course; rows are counted as a text editor does, header first."""
    row = getattr(error, "row_number", None)
    column = getattr(error, "field_name", None)
    cell = getattr(error, "cell", "")
    where = f"Table {table}" + (f", row {row}" if row else "") + (f", column {column}" if column else "")
    remedy = ""
    if error.type == "type-error":
        what = f"{cell!r} is of another type ({error.note.removeprefix('type is ')} expected)"
    elif error.type == "constraint-error":
        what = f"{cell!r} breaks a rule of the column: {error.note.removeprefix('constraint ')}"
    elif error.type == "primary-key":
        what = f"the key is {error.note}"
        remedy = "Every row needs a key of its own."
    elif error.type == "foreign-key":
        column = ", ".join(getattr(error, "field_names", []))
        where += f", column {column}" if column else ""
        what = f"{', '.join(map(str, getattr(error, 'field_cells', [])))} is not in the table "
        what += f"{getattr(error, 'reference_name', '')} ({', '.join(getattr(error, 'reference_field_names', []))})"
    elif error.type == "encoding-error":
        row = _first_broken_row(file)
        where, what, remedy = f"Table {table}, row {row}", "not UTF-8 text", "Save the file as UTF-8."
    elif error.type == "scheme-error":
        what, remedy = "the file is missing or cannot be read", "Restore it from the repository."
    else:
        what = error.message.rstrip(".")
    return CourseError(f"{where}: {what}.", file=file, line=row, remedy=remedy)


def _first_broken_row(file: Path) -> int | None:
    raw = file.read_bytes()
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as problem:
        return raw.count(b"\n", 0, problem.start) + 1
    return None
