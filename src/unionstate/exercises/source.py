"""Reads the source of an exercise: its cells by what they are for, its parameters, its questions."""

from __future__ import annotations

import ast
import builtins
import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from unionstate.errors import CourseError, CourseErrors
from unionstate.exercises.checks import FILE, Check, Question, load_checks
from unionstate.exercises.evaluate import names_used
from unionstate.frontmatter import Domain, Setting, read_contract, read_front_matter
from unionstate.frontmatter import Exercise as Contract
from unionstate.myst_reader import MystMetadataParsingError, myst_to_notebook
from unionstate.paths import exercises_path
from unionstate.yaml_source import Lines

Use = Literal["text", "given", "parameters", "starter", "solution", "check"]
_USES: tuple[Use, ...] = ("parameters", "starter", "solution", "check")
_PARAMETER = re.compile(r"\{param\}`([^`]+)`")


@dataclass(frozen=True)
class SourceCell:
    """A cell of an exercise's source.

    Attributes:
        use: what it is for: prose, code given to students, the parameters, a starter, a solution, a call of check().
        source: its text.
        line: of the file, where the text begins.
    """

    use: Use
    source: str
    line: int


@dataclass(frozen=True)
class Parameter:
    """What varies in an exercise.

    Attributes:
        name: of the variable.
        default: in the book.
        values: all that may be drawn, in order.
    """

    name: str
    default: Setting
    values: tuple[Setting, ...]


@dataclass(frozen=True, eq=False)  # two are the same if they are one object: a key of caches
class Exercise:
    """An exercise as its author wrote it.

    Attributes:
        name: of its folder.
        file: its MyST source.
        title: its heading.
        contract: its front matter.
        parameters: by name, in the order of the parameters cell.
        questions: as in ``checks.yml``.
        cells: in order.
        text: the whole source.
    """

    name: str
    file: Path
    title: str
    contract: Contract
    parameters: Mapping[str, Parameter]
    questions: tuple[Question, ...]
    cells: tuple[SourceCell, ...]
    text: str

    @property
    def checks_file(self) -> Path:
        """Its ``checks.yml``."""
        return self.file.with_name(FILE)

    @property
    def constraints(self) -> tuple[str, ...]:
        """Expressions that are true of every variant's parameters."""
        return tuple(self.contract.constraints)

    @cached_property
    def defaults(self) -> dict[str, Setting]:
        """The parameters of the book's version."""
        return {name: one.default for name, one in self.parameters.items()}

    @cached_property
    def checks(self) -> dict[str, Check]:
        """All checks by id: ``4a.1``, ``4a.2``, …"""
        return {id_: check for question in self.questions for id_, check in question.numbered()}

    @cached_property
    def names_assigned(self) -> tuple[str, ...]:
        """The names that the reference solution gives a value, sorted; those starting with ``_`` left out."""
        found = {name for cell in self.cells if cell.use == "solution" for name in assigned_names(cell.source)}
        return tuple(sorted(name for name in found if not name.startswith("_")))

    @cached_property
    def names_checked(self) -> tuple[str, ...]:
        """The names that the checks read, sorted; parameters left out, since a student's own do not count."""
        found = {name for check in self.checks.values() for name in names_used(check.expression)}
        return tuple(sorted(found - set(self.parameters)))

    def code(self, use: Literal["solution", "starter"], parameters: Mapping[str, Setting]) -> list[SourceCell]:
        """The cells to run, in order: what is given, the parameters as they are, and solutions or starters."""
        return [
            SourceCell(cell.use, parameters_code(cell.source, parameters), cell.line)
            if cell.use == "parameters"
            else cell
            for cell in self.cells
            if cell.use in {"given", "parameters", use}
        ]


def load_exercise(name: str) -> Exercise:
    """The exercise of a folder's name, for example ``the-implied-gas-subsidy``.

    Raises:
        CourseError: if there is none, with the nearest name, or with file and line of what is faulty.
    """
    file = exercises_path() / name / "exercise.md"
    if not re.fullmatch(r"[\w-]+", name) or not file.is_file():
        names = exercise_names()
        near = difflib.get_close_matches(name, names, n=1)
        raise CourseError(
            f"There is no exercise called {name!r}.",
            remedy=f"Did you mean {near[0]}?" if near else f"There are: {', '.join(names) or 'none here'}.",
        )
    checks = file.with_name(FILE)
    return _load(file, file.stat().st_mtime_ns, checks.stat().st_mtime_ns if checks.is_file() else 0)


def exercise_names() -> list[str]:
    """The names of all exercises whose source is here, sorted."""
    return sorted(file.parent.name for file in exercises_path().glob("*/exercise.md"))


def holds(constraints: tuple[str, ...], parameters: Mapping[str, Setting]) -> bool:
    """Whether every constraint is true of some parameters."""
    return all(eval(_compiled(one), {"__builtins__": builtins, **parameters}) for one in constraints)


def parameter_text(expression: str, parameters: Mapping[str, Setting]) -> str:
    """What ``{param}`` shows: the value of a parameter, or of an expression over parameters such as ``year - 1``.

    A list shows as in a sentence: *Ukraine, Lithuania and Latvia*.

    Raises:
        KeyError: with a message, if it names something that is no parameter or cannot be computed.
    """
    try:
        used = names_used(expression)
    except SyntaxError:
        raise KeyError(f"'{{param}}' holds no expression: {expression}.") from None
    for name in used:
        if name not in parameters:
            near = difflib.get_close_matches(name, parameters, n=1) or list(parameters)
            said = f" Did you mean {' or '.join(near)}?" if near else " The exercise declares none."
            raise KeyError(f"There is no parameter '{name}'.{said}")
    try:
        value = eval(_compiled(expression), {"__builtins__": builtins, **parameters})
    except Exception as problem:
        raise KeyError(f"'{expression}' cannot be computed ({type(problem).__name__}: {problem}).") from None
    if not isinstance(value, list):
        return str(value)
    *most, last = map(str, value) if value else ("",)
    return f"{', '.join(most)} and {last}" if most else last


def parameters_code(source: str, parameters: Mapping[str, Setting]) -> str:
    """A parameters cell with other values; names, comments and the order stay."""
    lines = source.split("\n")
    for statement in ast.parse(source).body:
        name = statement.targets[0].id
        if name in parameters:
            row = statement.lineno - 1
            # the columns of ast count bytes
            line = lines[row].encode()
            value = statement.value
            lines[row] = (
                line[: value.col_offset] + _literal(parameters[name]).encode() + line[value.end_col_offset :]
            ).decode()
    return "\n".join(lines)


def assigned_names(source: str) -> set[str]:
    """The names that a piece of code gives a value at its top level; imported modules are left out."""
    names: set[str] = set()
    todo: list[ast.AST] = list(ast.parse(source).body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name):
            names |= {node.id} if isinstance(node.ctx, ast.Store) else set()
        elif not isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            todo += ast.iter_child_nodes(node)
    return names


@cache
def _load(file: Path, _changed: int, _checks_changed: int) -> Exercise:
    contract = read_contract(file)
    if not isinstance(contract, Contract):
        raise CourseError("The front matter has no key 'exercise'.", file=file, line=1, remedy="See CONTRIBUTING.md.")
    text = file.read_text(encoding="utf-8-sig")
    cells = _read_cells(text, file)
    title = re.search(r"^# (.+)$", "\n".join(one.source for one in cells if one.use == "text"), flags=re.MULTILINE)
    parameters = _parameters(contract, cells, read_front_matter(text, file)[1], file)
    exercise = Exercise(
        file.parent.name,
        file,
        title[1].strip() if title else file.parent.name,
        contract,
        parameters,
        tuple(load_checks(file.with_name(FILE)).questions),
        cells,
        text,
    )
    if errors := _unknown_parameters(exercise):
        raise CourseErrors(errors)
    return exercise


def _read_cells(text: str, file: Path) -> tuple[SourceCell, ...]:
    try:
        read = myst_to_notebook(text, add_source_map=True)
    except MystMetadataParsingError as problem:
        raise CourseError(f"{problem}.", file=file, remedy="Check the options of the cell.") from None
    lines = text.splitlines()
    cells = []
    for cell, line in zip(read.cells, read.metadata["source_map"], strict=True):
        tags = cell.metadata.get("tags", [])
        use: Use = "text" if cell.cell_type != "code" else next((one for one in _USES if one in tags), "given")
        # jupytext counts neither the options of a code cell nor the empty lines around
        while line < len(lines) and (not lines[line].strip() or (use != "text" and re.match(r":[\w-]+:", lines[line]))):
            line += 1
        if use not in {"text", "check"}:
            try:
                ast.parse(cell.source)
            except SyntaxError as problem:
                raise CourseError(
                    f"A cell is no Python: {problem.msg}.", file=file, line=line + (problem.lineno or 1)
                ) from None
        cells.append(SourceCell(use, cell.source, line + 1))
    return tuple(cells)


def _parameters(contract: Contract, cells: tuple[SourceCell, ...], lines: Lines, file: Path) -> dict[str, Parameter]:
    """The declared parameters with the defaults of the parameters cell."""
    tagged = [cell for cell in cells if cell.use == "parameters"]
    declared = contract.parameters
    if len(tagged) != bool(declared):
        said = f"There are {len(tagged)} cells tagged 'parameters'" if tagged else "No cell is tagged 'parameters'"
        raise CourseError(
            f"{said}; the front matter declares {len(declared)} parameters.",
            file=file,
            line=tagged[-1].line if tagged else lines["exercise", "parameters"],
            remedy="An exercise that declares parameters has one such cell, with a line 'name = value' for each.",
        )
    if not declared:
        if contract.constraints:
            line = lines["exercise", "constraints"]
            raise CourseError("There are constraints and no parameters.", file=file, line=line)
        return {}
    (cell,) = tagged
    defaults = _defaults(cell, file)
    errors = []
    for name in declared.keys() - defaults.keys():
        errors.append(CourseError(f"The parameters cell gives {name!r} no value.", file=file, line=cell.line))
    for name in defaults.keys() - declared.keys():
        near = difflib.get_close_matches(name, declared, n=1)
        remedy = f"Did you mean {near[0]!r}?" if near else "Declare it in the front matter."
        errors.append(
            CourseError(f"{name!r} is no declared parameter.", file=file, line=defaults[name][1], remedy=remedy)
        )
    for name in declared.keys() & defaults.keys():
        value, line = defaults[name]
        if not _is_among(value, declared[name]):
            errors.append(
                CourseError(f"The default of {name!r}, {value!r}, is none of its values.", file=file, line=line)
            )
    if not errors:
        errors = _faulty_constraints(contract, {name: value for name, (value, _) in defaults.items()}, lines, file)
    if errors:
        raise CourseErrors(sorted(errors, key=lambda one: one.line or 0))
    return {name: Parameter(name, value, tuple(declared[name].values())) for name, (value, _) in defaults.items()}


def _defaults(cell: SourceCell, file: Path) -> dict[str, tuple[Any, int]]:
    """The names of the parameters cell with their values and lines."""
    defaults: dict[str, tuple[Any, int]] = {}
    for statement in ast.parse(cell.source).body:
        line = cell.line + statement.lineno - 1
        fault = CourseError(
            "The parameters cell holds more than 'name = value' lines.",
            file=file,
            line=line,
            remedy="Give each parameter one line, with a number, a text or a list of them; compute in another cell.",
        )
        one_line = statement.end_lineno == statement.lineno
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name) or not one_line:
            raise fault
        try:
            value = ast.literal_eval(statement.value)
        except ValueError:
            raise fault from None
        name = statement.targets[0].id
        if len(statement.targets) > 1 or name in defaults:
            raise fault
        defaults[name] = (value, line)
    return defaults


def _is_among(value: Any, domain: Domain) -> bool:
    return any(type(value) is type(one) and value == one for one in domain.values())


def _faulty_constraints(
    contract: Contract, defaults: Mapping[str, Setting], lines: Lines, file: Path
) -> list[CourseError]:
    errors = []
    for place, constraint in enumerate(contract.constraints):
        line = lines["exercise", "constraints", place]
        try:
            unknown = set(names_used(constraint)) - set(defaults)
            said = f"it names {', '.join(sorted(unknown))}" if unknown else ""
            if not said and not holds((constraint,), defaults):
                said = "it is not true of the defaults"
        except Exception as problem:
            said = f"{type(problem).__name__}: {problem}"
        if said:
            errors.append(CourseError(f"The constraint '{constraint}' does not fit: {said}.", file=file, line=line))
    return errors


def _unknown_parameters(exercise: Exercise) -> list[CourseError]:
    """Uses of ``{param}`` in the prose that name no parameter."""
    errors = []
    for cell in exercise.cells:
        if cell.use != "text":
            continue
        for found in _PARAMETER.finditer(cell.source):
            try:
                parameter_text(found[1], exercise.defaults)
            except KeyError as problem:
                line = cell.line + cell.source.count("\n", 0, found.start())
                errors.append(CourseError(problem.args[0], file=exercise.file, line=line))
    return errors


def _literal(value: Setting) -> str:
    """A value as Python, texts in double quotes as in the sources."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    return repr(value)


@cache
def _compiled(expression: str) -> Any:
    return compile(expression.strip(), "exercise", "eval")
