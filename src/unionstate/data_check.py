"""Validates the data package with frictionless and says of every fault its table, row and column."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

from unionstate.data import PACKAGE, Resource, first_broken_row, read_description
from unionstate.errors import CourseError, CourseErrors
from unionstate.paths import data_path

if TYPE_CHECKING:
    from frictionless import Error

_MOST = 50  # faults shown
_KINDS = {
    "number": "a number",
    "integer": "a whole number",
    "year": "a year",
    "boolean": "true or false",
    "date": "a date such as 2016-02-25",
    "datetime": "a date and time such as 2016-02-25T14:03",
    "yearmonth": "a month such as 2016-02",
}


def check_package(file: Path | None = None) -> int:
    """Check the description and every table of a data package.

    Args:
        file: the ``datapackage.json``; by default the course's.

    Returns:
        The number of tables.

    Raises:
        CourseErrors: for every fault (at most 50) the table's file, row, column, and what is wrong.
    """
    # here: loading them takes a while, and a build whose tables did not change does without
    from unionstate import light_imports  # noqa: F401

    # isort: split
    from frictionless import Package

    file = file or data_path(PACKAGE)
    resources = read_description(file)
    errors = {one.name: found for one in resources if (found := _file_fault(one, file.parent / one.path))}
    # a table whose file cannot be read is reported once, and not again by every table that refers to it
    descriptor = json.loads(file.read_text(encoding="utf-8"))
    descriptor["resources"] = [one for one in descriptor["resources"] if one["name"] not in errors]
    for one in descriptor["resources"]:
        keys = one["schema"].get("foreignKeys", [])
        one["schema"]["foreignKeys"] = [key for key in keys if key["reference"].get("resource") not in errors]
    found = list(errors.values())
    if descriptor["resources"]:
        report = Package(descriptor, basepath=str(file.parent)).validate()
        found += [CourseError(f"{error.message.rstrip('.')}.", file=file) for error in report.errors]
        by_name = {one.name: one for one in resources}
        for task in report.tasks:
            table = by_name[task.name]
            found += _once([_translate(error, table, file.parent / table.path) for error in task.errors])
    if found:
        raise CourseErrors(found[:_MOST])
    return len(resources)


def _file_fault(resource: Resource, file: Path) -> CourseError | None:
    """What makes a file unreadable as the table it should be: gone, not UTF-8, another layout, without rows."""
    where = f"Table {resource.name}"
    try:
        row = first_broken_row(file)
    except OSError as problem:
        said = "the file is missing" if isinstance(problem, FileNotFoundError) else f"not readable ({problem.strerror})"
        return CourseError(f"{where}: {said}.", file=file, remedy="Restore it from the repository.")
    if row:
        return CourseError(
            f"{where}, row {row}: not UTF-8 text.", file=file, line=row, remedy="Save the file as UTF-8."
        )
    with file.open(encoding="utf-8", newline="") as handle:
        lines = csv.reader(handle)
        header = next(lines, [])
        first = next(lines, None)
    names = [field.name for field in resource.schema_.fields]
    if header != names:
        missing = [name for name in names if name not in header]
        more = [name for name in header if name not in names]
        said = "the columns stand in another order than in the description"
        if missing or more:
            said = "the header is not that of the description" + (f"; missing: {', '.join(missing)}" if missing else "")
            said += f"; not known: {', '.join(more)}" if more else ""
        return CourseError(f"{where}, row 1: {said}.", file=file, line=1, remedy="Columns are separated by commas.")
    if first is None:
        return CourseError(f"{where}: no rows.", file=file, remedy="Restore it from the repository.")
    return None


def _once(errors: list[CourseError]) -> list[CourseError]:
    """One message a row and column: frictionless tells a repeated key three times over."""
    seen: dict[str, CourseError] = {}
    for error in errors:
        seen.setdefault(error.message.split(": ")[0], error)
    return list(seen.values())


def _translate(error: Error, table: Resource, file: Path) -> CourseError:
    """A finding of frictionless in the words of this course; rows are counted as a text editor does, header first."""
    row = getattr(error, "row_number", None)
    column = getattr(error, "field_name", "")
    cell = str(getattr(error, "cell", ""))[:80]
    remedy = ""
    if error.type == "type-error":
        kind = next(field.type for field in table.schema_.fields if field.name == column)
        what = f"{cell!r} is not {_KINDS.get(kind, kind)}"
    elif error.type == "constraint-error":
        rule = error.note.removeprefix("constraint ").replace('"', "")
        what = "a cell may not be empty here" if not cell else f"{cell!r} breaks the rule {rule[:200]}"
    elif error.type in {"primary-key", "unique-error"}:
        column = column or ", ".join(table.schema_.primaryKey)
        what = "the key is empty" if "None" in error.note else f"the key is {error.note}"
        remedy = "Every row needs a key of its own."
    elif error.type == "foreign-key":
        column = ", ".join(getattr(error, "field_names", []))
        other = getattr(error, "reference_name", "") or table.name
        cells = ", ".join(map(str, getattr(error, "field_cells", [])))
        what = f"{cells} is not in the table {other} ({', '.join(getattr(error, 'reference_field_names', []))})"
    else:
        what = (error.note or error.message).rstrip(".")
    where = f"Table {table.name}" + (f", row {row}" if row else "") + (f", column {column}" if column else "")
    return CourseError(f"{where}: {what}.", file=file, line=row, remedy=remedy)
