"""The tables of the data package: list, describe and load them (``load("gas_prices")``)."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from unionstate.errors import CourseError, CourseErrors
from unionstate.paths import data_path

PACKAGE = "datapackage.json"
Topic = Literal["article", "integration", "energy", "sanctions", "pendulum"]  # each has its page in the data dictionary


def _as_list(value: object) -> object:
    """The standard allows one name where several could stand."""
    return [value] if isinstance(value, str) else value


_Names = Annotated[list[str], BeforeValidator(_as_list), Field(min_length=1)]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Described(BaseModel):
    model_config = ConfigDict(extra="allow")


class _Origin(_Described):
    title: _Text
    path: str = ""


class _Field(_Described):
    name: _Text
    type: Literal["string", "integer", "number", "boolean", "date", "yearmonth", "year", "datetime"]
    description: _Text
    unit: str = ""
    constraints: dict[str, Any] = {}


class _Reference(_Described):
    resource: str = ""
    fields: _Names


class _ForeignKey(_Described):
    fields: _Names
    reference: _Reference


class _Schema(_Described):
    fields: Annotated[list[_Field], Field(min_length=1)]
    primaryKey: _Names
    foreignKeys: list[_ForeignKey] = []


class Resource(_Described):
    """A table in ``datapackage.json``: what the Data Package standard has, and what this course asks for besides."""

    name: _Text
    path: _Text
    topic: Topic
    title: _Text
    description: _Text
    coverage: dict[str, str]
    licenses: Annotated[list[_Origin], Field(min_length=1)]
    sources: Annotated[list[_Origin], Field(min_length=1)]
    schema_: _Schema = Field(alias="schema")


class _Package(_Described):
    resources: Annotated[list[Resource], Field(min_length=1)]


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
        topic: what it is about: the page of the data dictionary that describes it.
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
    topic: Topic
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
        CourseError: if ``datapackage.json`` is missing, is not JSON, or leaves something out.
    """
    return {resource.name: _table(resource) for resource in read_description(data_path(PACKAGE))}


def read_description(file: Path) -> list[Resource]:
    """The description of every table in a ``datapackage.json``.

    Raises:
        CourseErrors: with table and column of everything that is missing or contradicts itself.
    """
    try:
        package = json.loads(file.read_bytes().decode("utf-8"))
        resources = _Package.model_validate(package).resources
    except OSError:
        raise CourseErrors([CourseError("The description of the tables is missing.", file=file)]) from None
    except ValidationError as problem:
        raise CourseErrors([_finding(finding, package, file) for finding in problem.errors()]) from None
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as problem:
        line = getattr(problem, "lineno", None)
        raise CourseErrors([CourseError(f"Not JSON: {problem}.", file=file, line=line)]) from None
    if errors := [CourseError(said, file=file) for said in _contradictions(resources)]:
        raise CourseErrors(errors)
    return resources


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
        CourseError: with the nearest name, if there is no such table; naming table, row and column, if the file is
            missing, not UTF-8, or holds something of another type.
    """
    table = describe(name)
    where = f"Table {name}"
    try:
        # the format named: pandas, left to guess it, warns about a bad date before the error that names its place
        frame = pd.read_csv(table.file, **table.read_options, date_format="ISO8601")
    except OSError as problem:
        said = "the file is missing" if isinstance(problem, FileNotFoundError) else f"not readable ({problem.strerror})"
        raise CourseError(f"{where}: {said}.", file=table.file, remedy="Restore it from the repository.") from None
    except (ValueError, KeyError, TypeError) as problem:
        raise _misfit(table) or CourseError(f"{where}: {str(problem).splitlines()[0]}.", file=table.file) from None
    dates = [column.name for column in table.columns if column.type in {"date", "datetime"}]
    if any(not pd.api.types.is_datetime64_any_dtype(frame[one]) and frame[one].notna().any() for one in dates):
        raise _misfit(table) or CourseError(f"{where}: a date cannot be read.", file=table.file)
    return frame


def first_broken_row(file: Path) -> int | None:
    """The first row (header first, as an editor counts) that is not UTF-8; None if all are."""
    raw = file.read_bytes()
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as problem:
        return raw.count(b"\n", 0, problem.start) + 1
    return None


def _misfit(table: Table) -> CourseError | None:
    """The first cell of a table that is of another type than its column, as an error; None if there is none."""
    if row := first_broken_row(table.file):
        return CourseError(
            f"Table {table.name}, row {row}: not UTF-8 text.",
            file=table.file,
            line=row,
            remedy="Save the file as UTF-8.",
        )
    readers = {
        "number": pd.to_numeric,
        "integer": pd.to_numeric,
        "year": pd.to_numeric,
        "date": lambda cells, errors: pd.to_datetime(cells, format="%Y-%m-%d", errors=errors),
        "datetime": lambda cells, errors: pd.to_datetime(cells, format="ISO8601", errors=errors),
    }
    try:
        text = pd.read_csv(table.file, dtype=str)
    except ValueError as problem:
        return CourseError(f"Table {table.name}: {str(problem).splitlines()[0]}.", file=table.file)
    for column in table.columns:
        if column.name not in text:
            return CourseError(f"Table {table.name}: there is no column {column.name}.", file=table.file, line=1)
        cells = text[column.name].dropna()
        if column.type in readers:
            found = readers[column.type](cells, errors="coerce")
            wrong = found.isna() | ((found % 1 != 0) if column.type in {"integer", "year"} else False)
        elif column.type == "boolean":
            wrong = ~cells.isin(["true", "false"])
        else:
            continue
        if wrong.any():
            row = int(wrong.idxmax()) + 2
            return CourseError(
                f"Table {table.name}, row {row}, column {column.name}: {cells[row - 2]!r} is no {column.type}.",
                file=table.file,
                line=row,
            )
    return None


def _table(resource: Resource) -> Table:
    return Table(
        name=resource.name,
        file=data_path(resource.path),
        topic=resource.topic,
        title=resource.title,
        description=resource.description,
        coverage=resource.coverage,
        licences=tuple((one.title, one.path) for one in resource.licenses),
        sources=tuple((one.title, one.path) for one in resource.sources),
        columns=tuple(
            Column(one.name, one.type, one.description, one.unit, one.constraints) for one in resource.schema_.fields
        ),
        key=tuple(resource.schema_.primaryKey),
        links={
            tuple(key.fields): (key.reference.resource or resource.name, tuple(key.reference.fields))
            for key in resource.schema_.foreignKeys
        },
    )


def _contradictions(resources: list[Resource]) -> list[str]:
    """What no single field shows: names used twice, keys and links to columns that are not there, broken patterns."""
    columns = {one.name: [field.name for field in one.schema_.fields] for one in resources}
    said = [f"Table {name}: described twice." for name in columns if [one.name for one in resources].count(name) > 1]
    for one in resources:
        where = f"Table {one.name}"
        if Path(one.path).name != one.path:
            said.append(f"{where}: 'path' is {one.path!r}; name a file in the same folder.")
        links = [(key.fields, one.name) for key in one.schema_.foreignKeys]
        links += [(key.reference.fields, key.reference.resource or one.name) for key in one.schema_.foreignKeys]
        for names, table in [(one.schema_.primaryKey, one.name), *links]:
            missing = [name for name in names if name not in columns.get(table, [])]
            if missing:
                said.append(f"{where}: a key needs {', '.join(missing)} of {table}, which is not there.")
        for field in one.schema_.fields:
            try:
                re.compile(str(field.constraints.get("pattern", "")))
            except re.error as problem:
                said.append(f"{where}, column {field.name}: the pattern is no regular expression ({problem}).")
    return said


def _finding(finding: dict[str, Any], package: Any, file: Path) -> CourseError:
    """One of pydantic's findings, with the names of table and column in place of their numbers."""
    loc, where = list(finding["loc"]), ""
    try:
        if loc[:1] == ["resources"] and len(loc) > 1:
            resource = package["resources"][loc[1]]
            where = f"Table {resource.get('name', loc[1] + 1)}"
            if loc[2:4] == ["schema", "fields"] and len(loc) > 4:
                field = resource["schema"]["fields"][loc[4]]
                where += f", column {field.get('name', loc[4] + 1)}"
    except (AttributeError, KeyError, IndexError, TypeError):
        pass
    what = f"'{loc[-1]}': {finding['msg'][0].lower()}{finding['msg'][1:]}" if loc else finding["msg"]
    return CourseError(f"{where + ': ' if where else ''}{what}.", file=file)
