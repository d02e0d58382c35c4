"""Runs the reference solution of a variant and takes from it what a right answer to each check is."""

from __future__ import annotations

import ast
import contextlib
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import CodeType
from typing import Any, Literal

import matplotlib
import matplotlib.pyplot as plt
import pandas as pd

from unionstate.errors import CourseError, CourseErrors
from unionstate.exercises.checks import Check
from unionstate.exercises.compare import Failed, plain_form
from unionstate.exercises.evaluate import failure, results_of, value_of
from unionstate.exercises.plain import Encoded, decode, encode
from unionstate.exercises.source import Exercise
from unionstate.exercises.variants import Variant, all_variants, draw
from unionstate.frontmatter import Setting
from unionstate.paths import chapters_path

_READ = "_read_csv"
_tables: dict[tuple[str, int, str], Any] = {}
_MOST_KEPT = 4096  # keys in memory; one takes a few kilobytes


@dataclass(frozen=True)
class Expected:
    """What a check expects in a variant.

    Attributes:
        value: the right answer in plain form; for a figure what is asked of it.
        wrong: foreseen wrong answers of this variant, each with what to tell who gives it.
    """

    value: Any
    wrong: tuple[tuple[Any, str], ...] = ()


def answer_key(exercise: Exercise, variant: Variant) -> dict[str, Expected]:
    """What every check expects, by its id.

    The reference solution runs in this process: it is the course's own code. Its values go the way of a student's,
    encoded and decoded.

    Raises:
        CourseError: naming the exercise, the check and the parameters, if the solution fails, if an answer says
            nothing (missing, endless, empty), or if it is a foreseen wrong one.
    """
    return dict(_key(exercise, _Frozen(variant.parameters)))


def assert_starter_earns_nothing(exercise: Exercise, variant: Variant) -> None:
    """Check that nobody gets a point for handing in what was handed out.

    Raises:
        CourseError: naming the check, if its starter already gives the right answer, or as ``answer_key`` does.
    """
    parameters = _Frozen(variant.parameters)
    key = _key(exercise, parameters)
    bare = run_code(exercise, parameters, "starter")
    started = _carried_over(exercise, bare)
    for id_, check in exercise.checks.items():
        if not failure(check, started, key[id_].value, results=_results(check, bare)):
            raise _fault(exercise, id_, parameters, "the starter passes without an answer")


def try_variants(exercise: Exercise, most: int = 1000) -> int:
    """Run solution and starter of the default and of every variant, or of ``most`` draws if there are many more.

    Returns:
        How many were tried.

    Raises:
        CourseErrors: the faults of the first variants that have any, at most ten.
    """
    listed = all_variants(exercise)
    if listed is None or len(listed) > most:
        listed = [draw(exercise, b"try", str(number)).parameters for number in range(most)]
    errors: list[CourseError] = []
    for parameters in [exercise.defaults, *listed]:
        try:
            assert_starter_earns_nothing(exercise, Variant(parameters))
        except CourseError as problem:
            errors.append(problem)
        if len(errors) == 10:
            break
    if errors:
        raise CourseErrors(errors)
    return len(listed) + 1


def reference_names(exercise: Exercise, variant: Variant) -> dict[str, Encoded]:
    """The values that the reference solution gives to all names that checks use or that it assigns, encoded."""
    names = run_code(exercise, variant.parameters, "solution")
    wanted = [*exercise.names_checked, *exercise.names_assigned]
    return {name: encode(names[name]) for name in sorted(set(wanted)) if name in names}


def run_code(
    exercise: Exercise, parameters: Mapping[str, Setting], use: Literal["solution", "starter"]
) -> dict[str, Any]:
    """The names after running an exercise from top to bottom with its solutions or its starters.

    Raises:
        CourseError: with the line of the cell, if it fails.
    """
    names: dict[str, Any] = {"__name__": "__main__", "print": _silent, _READ: _read_once}
    with _without_windows():
        for cell in exercise.code(use, parameters):
            try:
                exec(_compiled(cell.source, str(exercise.file)), names)
            except Exception as problem:
                raise CourseError(
                    f"The {use} stops with {type(problem).__name__}: {problem} ({_said(parameters)}).",
                    file=exercise.file,
                    line=cell.line,
                ) from None
    return names


def _read_once(file: str, **options: Any) -> Any:
    """What ``pd.read_csv`` is to an exercise that runs for its answers: a copy of a table that is read once."""
    key = (file, os.stat(file).st_mtime_ns, repr(sorted(options.items())))
    if key not in _tables:
        _tables[key] = pd.read_csv(file, **options)
    return _tables[key].copy()


def _silent(*_: Any, **__: Any) -> None:
    """What ``print`` is to an exercise that runs for its answers."""


@lru_cache(maxsize=_MOST_KEPT)
def _key(exercise: Exercise, parameters: _Frozen) -> dict[str, Expected]:
    raw = run_code(exercise, parameters, "solution")
    solved = _carried_over(exercise, raw)
    key = {}
    for id_, check in exercise.checks.items():
        key[id_] = expected = _expected(exercise, id_, check, parameters, raw, solved)
        if said := failure(check, solved, expected.value, results=_results(check, raw)):
            raise _fault(exercise, id_, parameters, f"the reference solution does not pass: {said}")
    return key


def _expected(
    exercise: Exercise,
    id_: str,
    check: Check,
    parameters: Mapping[str, Setting],
    raw: Mapping[str, Any],
    solved: Mapping[str, Any],
) -> Expected:
    is_default = dict(parameters) == exercise.defaults
    if check.kind == "figure":
        return Expected(check.expected)
    try:
        if check.reference is not None:
            value = _carried(check, value_of(check.reference, raw))
        elif check.kind == "function":
            value = plain_form("function", _results(check, raw))
        else:
            value = plain_form(check.kind, value_of(check.expression, solved))
    except Exception as problem:
        raise _fault(exercise, id_, parameters, f"no answer ({type(problem).__name__}: {problem})") from None
    if fault := _degenerate(value):
        raise _fault(exercise, id_, parameters, fault)
    if is_default and check.expected is not None and not check.matches(value, check.expected):
        raise _fault(exercise, id_, parameters, f"'expected' is {check.expected!r}, the reference gives {value!r}")
    wrong = []
    for place, one in enumerate(check.wrong, start=1):
        if one.reference is not None:
            try:
                answer = _carried(check, value_of(one.reference, raw))
            except Exception as problem:
                said = f"wrong answer {place} cannot be computed ({type(problem).__name__}: {problem})"
                raise _fault(exercise, id_, parameters, said) from None
        elif is_default:
            answer = one.value
        else:
            continue
        if _degenerate(answer):
            continue  # nobody can give it here
        if is_default and one.value is not None and not check.matches(answer, one.value):
            said = f"wrong answer {place} has the value {one.value!r}, its reference gives {answer!r}"
            raise _fault(exercise, id_, parameters, said)
        if check.matches(answer, value):
            raise _fault(exercise, id_, parameters, f"wrong answer {place} is the right one, {value!r}")
        wrong.append((answer, one.message))
    return Expected(value, tuple(wrong))


def _carried_over(exercise: Exercise, names: Mapping[str, Any]) -> dict[str, Any]:
    """The names that checks use as they arrive from a student's run, with the parameters."""
    values = {name: decode(encode(names[name])) for name in exercise.names_checked if name in names}
    return values | {name: names[name] for name in exercise.parameters}


def _carried(check: Check, value: Any) -> Any:
    return plain_form(check.kind, decode(encode(value)))


def _results(check: Check, names: Mapping[str, Any]) -> list[Any] | None:
    """What the calls of a function check give, as they arrive from a student's run."""
    if check.kind != "function":
        return None
    results = results_of(names.get(check.expression), check.inputs)
    return [one if isinstance(one, Failed) else decode(encode(one)) for one in results]


def _degenerate(value: Any) -> str:
    """Why an answer cannot be asked for; "" if it can."""
    if isinstance(value, Failed):
        return f"a call fails ({value.message})"
    if value is None:
        return "the answer, or a part of it, is missing or of another kind"
    if isinstance(value, float) and not math.isfinite(value):
        return f"the answer, or a part of it, is {value}"
    if isinstance(value, dict | list | str) and not value:
        return "the answer, or a part of it, is empty"
    parts = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return next((fault for part in parts if (fault := _degenerate(part))), "")


def _fault(exercise: Exercise, id_: str, parameters: Mapping[str, Setting], said: str) -> CourseError:
    return CourseError(
        f"Check {id_} of {exercise.name}, {_said(parameters)}: {said}.",
        file=exercise.checks_file,
        remedy="Mend the check, or narrow the domains or add a constraint in the exercise's front matter.",
    )


def _said(parameters: Mapping[str, Setting]) -> str:
    return ", ".join(f"{name} = {value!r}" for name, value in parameters.items()) or "without parameters"


@contextlib.contextmanager
def _without_windows() -> Iterator[None]:
    backend = matplotlib.get_backend()
    before = set(plt.get_fignums())
    if backend.lower() != "agg":
        plt.switch_backend("agg")
    plt.figure()  # pandas draws into the figure that is open: not into one left by somebody else
    try:
        yield
    finally:
        for number in set(plt.get_fignums()) - before:
            plt.close(number)
        if backend.lower() != "agg":
            plt.switch_backend(backend)


@cache
def _compiled(source: str, file: str) -> CodeType:
    return compile(ast.fix_missing_locations(_AtHome().visit(ast.parse(source))), file, "exec")


class _AtHome(ast.NodeTransformer):
    """Lets code find the tables wherever it runs, and reads each once: thousands of variants read the same ones."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if ast.unparse(node.func) == "pd.read_csv":
            node.func = ast.copy_location(ast.Name(_READ, ast.Load()), node.func)
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if isinstance(node.value, str) and node.value.startswith("data/"):
            return ast.copy_location(ast.Constant(str(chapters_path() / node.value)), node)
        return node


class _Frozen(dict):
    """Parameters as a key of the cache."""

    def __hash__(self) -> int:
        return hash(tuple((name, repr(value)) for name, value in self.items()))
