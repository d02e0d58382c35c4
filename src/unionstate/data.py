"""The tables of the data package: list, describe and load them (``load("gas_prices")``)."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from unionstate.errors import CourseError
from unionstate.paths import data_path

PACKAGE = "datapackage.json"


@dataclass(frozen=True)
class Column:
    """A column as ``datapackage.json`` describes it.

    Attributes:
        name: as in the file's header.
        type: string, integer, number, boolean, date, yearmonth, year or datetime.
        description: what it means.
        unit: of a quantity; "" otherwise.
        constraints: allowed values, limits, whether it may be empty.
    """

    name: str
    type: str
    description: str
    unit: str
    constraints: dict[str, Any]


@dataclass(frozen=True)
class Table:
    """A table as ``datapackage.json`` describes it.

    Attributes:
        name: for ``load``.
        file: its CSV file.
        title: in a few words.
        description: what a row is, how it was made, what to be careful with.
        coverage: what time and place it covers.
        licences: title and address of each.
        sources: title and address of each.
        columns: in the order of the file.
        key: the columns that identify a row.
        links: foreign keys: columns -> (table, its columns).
    """

    name: str
    file: Path
    title: str
    description: str
    coverage: dict[str, str]
    licences: tuple[tuple[str, str], ...]
    sources: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    links: dict[tuple[str, ...], tuple[str, tuple[str, ...]]]

    def column(self, name: str) -> Column:
        """The column of that name.

        Raises:
            KeyError: if there is none.
        """
        return next(column for column in self.columns if column.name == name)

    @property
    def read_options(self) -> dict[str, Any]:
        """What ``pd.read_csv`` has to be told so that every column gets its type: what it cannot see in the text."""
        header = pd.read_csv(self.file)
        dtype: dict[str, str] = {}
        for column in self.columns:
            guessed = header[column.name].dtype
            if column.type in {"string", "yearmonth"} and not pd.api.types.is_string_dtype(guessed):
                dtype[column.name] = "str"
            elif column.type in {"integer", "year"} and not pd.api.types.is_integer_dtype(guessed):
                dtype[column.name] = "Int64"
            elif column.type == "boolean" and not pd.api.types.is_bool_dtype(guessed):
                dtype[column.name] = "boolean"
            elif column.type == "number" and not pd.api.types.is_float_dtype(guessed):
                dtype[column.name] = "float64"
        dates = [column.name for column in self.columns if column.type in {"date", "datetime"}]
        return {**({"dtype": dtype} if dtype else {}), **({"parse_dates": dates} if dates else {})}

    @property
    def read_call(self) -> str:
        """The line of plain pandas that gives the same frame as ``load``, in a notebook of the course."""
        options = "".join(f", {name}={value!r}" for name, value in self.read_options.items())
        return f'pd.read_csv("data/{self.file.name}"{options})'


@cache
def tables() -> dict[str, Table]:
    """All tables by name, in the order of the data package.

    Raises:
        CourseError: if ``datapackage.json`` is missing or not JSON.
    """
    file = data_path(PACKAGE)
    try:
        package = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CourseError("The description of the tables is missing.", file=file) from None
    except (json.JSONDecodeError, UnicodeDecodeError) as problem:
        raise CourseError(f"Not JSON: {problem}.", file=file, line=getattr(problem, "lineno", None)) from None
    return {resource["name"]: _table(resource) for resource in package["resources"]}


def describe(name: str) -> Table:
    """What the data package says of a table.

    Raises:
        CourseError: with the nearest name, if there is no such table.
    """
    if name not in tables():
        near = difflib.get_close_matches(name, tables(), n=1)
        raise CourseError(
            f"There is no table {name!r}.",
            remedy=f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(tables())}.",
        )
    return tables()[name]


def load(name: str) -> pd.DataFrame:
    """A table with the types that the data package gives its columns.

    Dates become timestamps, whole numbers with gaps ``Int64``, identifiers text; months (``2016-02``) stay text.

    Raises:
        CourseError: with the nearest name, if there is no such table; with table, column and cause, if the file is
            missing, not UTF-8, or holds something of another type. ``unionstate data check`` names the row.
    """
    table = describe(name)
    try:
        return pd.read_csv(table.file, **table.read_options)
    except FileNotFoundError:
        raise CourseError(f"The file of the table {name!r} is missing.", file=table.file) from None
    except (ValueError, KeyError) as problem:
        raise CourseError(
            f"The table {name!r} does not fit its description: {problem}.",
            file=table.file,
            remedy="Run: unionstate data check",
        ) from None


def _table(resource: dict[str, Any]) -> Table:
    schema = resource["schema"]
    return Table(
        name=resource["name"],
        file=data_path(resource["path"]),
        title=resource["title"],
        description=resource["description"],
        coverage=resource["coverage"],
        licences=tuple((one["title"], one.get("path", "")) for one in resource["licenses"]),
        sources=tuple((one["title"], one.get("path", "")) for one in resource["sources"]),
        columns=tuple(
            Column(one["name"], one["type"], one["description"], one.get("unit", ""), one.get("constraints", {}))
            for one in schema["fields"]
        ),
        key=tuple(_as_list(schema.get("primaryKey", []))),
        links={
            tuple(_as_list(key["fields"])): (
                key["reference"]["resource"] or resource["name"],
                tuple(_as_list(key["reference"]["fields"])),
            )
            for key in schema.get("foreignKeys", [])
        },
    )


def _as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
