"""What a run of a submission is worth: every check evaluated here, on values rebuilt from plain data.

The student's code has run elsewhere and sent back nothing but data. Expressions are the course's own and see the real
builtins, numpy and pandas, so a student who redefines any of them gains nothing.
"""

from __future__ import annotations

import ast
import contextlib
import json
import reprlib
import signal
import threading
import time
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd

from unionstate.exercises.answer_key import Expected
from unionstate.exercises.checks import Check
from unionstate.exercises.compare import Failed, figure_faults
from unionstate.exercises.evaluate import has_dots, met_dots, names_used, truth_for_number, value_of
from unionstate.exercises.hints import holds_dots, kind_hint, near_miss, of_another_kind, place_of, with_hint
from unionstate.exercises.marks import NOT_ANSWERED, NOT_GRADED, CellError, CheckMark, Marks
from unionstate.exercises.plain import Malformed, Opaque, decode
from unionstate.exercises.runs import Call, Cell, Job, Run, call_error
from unionstate.exercises.source import Exercise, assigned_names
from unionstate.exercises.variants import Variant

GIVEN_LENGTH = 120  # characters of a student's own value that are shown
SECONDS = 5.0  # for all checks of a submission together; honest ones take milliseconds
LARGE = 120_000  # characters of data: what is smaller can at worst be made to take a second or two to look up
_LAST_CHANCE = 0.25  # seconds a check gets even if the ones before it used up all the time
_KINDS = {
    "number": "a number",
    "text": "a text",
    "list": "a list",
    "set": "a collection of values",
    "table": "a table",
    "series": "a column of values",
    "function": "a function",
    "figure": "a figure",
}


class WithCells(Protocol):
    """What has the cells of a submission: its notebook, or a job."""

    @property
    def cells(self) -> tuple[Cell, ...]: ...


class _TimeUp(BaseException):
    """Time is up; no Exception, so that no ``except Exception`` of a library takes it for its own."""


def job_for(exercise: Exercise, variant: Variant, notebook: WithCells) -> Job:
    """What is to be run for a submission, and what it is to send back: all that checks use, and all other answers.

    Args:
        exercise: the exercise.
        variant: whose variant of it; what a student made of its parameters is not asked for.
        notebook: the submission, or a job of it.
    """
    names = (set(exercise.names_checked) | answer_names(exercise)) - set(variant.parameters)
    calls = tuple(
        Call(f"{check_id}/{number}", check.expression, tuple(arguments))
        for check_id, check in exercise.checks.items()
        for number, arguments in enumerate(check.inputs)
    )
    return Job(tuple(notebook.cells), tuple(sorted(names)), calls)


@cache
def answer_names(exercise: Exercise) -> frozenset[str]:
    """The names that students give a value: those of the solution, without those that they find filled.

    Tables that a starter reads are left out: they are large, and no check of them could be about an answer.
    """
    filled: set[str] = set()
    for cell in exercise.cells:
        if cell.use in ("given", "starter"):
            filled |= assigned_names(cell.source) - _open_names(cell.source)
    return frozenset(set(exercise.names_assigned) - filled)


def _open_names(source: str) -> set[str]:
    """The names that a starter leaves as ``...``."""
    return {
        node.id
        for statement in ast.walk(ast.parse(source))
        if isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Constant)
        and statement.value.value is Ellipsis
        for target in statement.targets
        for node in ast.walk(target)
        if isinstance(node, ast.Name)
    }


def mark(
    exercise: Exercise,
    key: Mapping[str, Expected],
    run: Run,
    *,
    parameters: Mapping[str, Any] | None = None,
    seconds: float = SECONDS,
    **about: Any,
) -> Marks:
    """Mark a run.

    Args:
        exercise: as read by ``load_exercise``.
        key: the expected values of the student's variant by check id, as made by ``answer_key``.
        run: what the runner sent back. Nothing in it is trusted.
        parameters: those of the student's variant; expressions see them whatever the student made of them.
        seconds: the time for all checks together. It is kept in the main thread of a process, on systems with
            interval timers; elsewhere the caps on the size of values alone bound it.
        about: other fields of ``Marks``, kept as given (student, name, token, notes, …).

    Returns:
        The marks. Never raises for what is in the run.
    """
    values = _Values(run, parameters or {})
    end = time.monotonic() + seconds
    checks = []
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for check_id, check in exercise.checks.items():
            left = max(end - time.monotonic(), _LAST_CHANCE)
            verdict = _judge(check_id, check, key[check_id], values, left)
            earned = 0.0 if verdict.message else check.points
            checks.append(
                CheckMark(
                    check_id,
                    _question(check_id),
                    check.points,
                    earned,
                    check.public,
                    verdict.message,
                    verdict.given,
                    verdict.shown,
                    verdict.foreseen,
                    _names_of(check, exercise),
                )  # fmt: skip
            )
    return Marks(
        checks=tuple(checks),
        outcome=run.outcome,
        message=run.message,
        cell_errors=tuple(CellError(cell.number, _explained(cell.error)) for cell in run.cells if cell.error),
        seconds=run.seconds,
        sandboxed=run.sandboxed,
        **_of_the_exercise(exercise),
        **{"student": "", "token": "", **about},
    )


def has_large_answers(exercise: Exercise, run: Run) -> bool:
    """Whether the data that checks look at are so large that looking at them could take long."""
    looked_at = [run.names[name] for name in exercise.names_checked if name in run.names]
    return len(json.dumps([looked_at, run.calls])) > LARGE


def nothing_to_mark(exercise: Exercise, reason: str, **about: Any) -> Marks:
    """The marks of a submission that cannot be run at all: no points, and the reason.

    Args:
        exercise: as read by ``load_exercise``.
        reason: in plain words, for the student and the instructor.
        about: other fields of ``Marks``.
    """
    checks = tuple(
        CheckMark(
            check_id, _question(check_id), check.points, 0.0, check.public, reason, names=_names_of(check, exercise)
        )
        for check_id, check in exercise.checks.items()
    )
    return Marks(
        checks=checks,
        outcome=NOT_GRADED,
        message=reason,
        **_of_the_exercise(exercise),
        **{"student": "", "token": "", **about},
    )


def _names_of(check: Check, exercise: Exercise) -> tuple[str, ...]:
    """The names of the student that a check looks at."""
    return tuple(name for name in names_used(check.expression) if name not in exercise.parameters)


def _question(check_id: str) -> str:
    return check_id.rpartition(".")[0]


def _of_the_exercise(exercise: Exercise) -> dict[str, Any]:
    titles = {question.id: question.title for question in exercise.questions}
    return {"exercise": exercise.name, "exercise_title": exercise.title, "titles": titles}


class _Verdict(NamedTuple):
    """The student's value as short text, why the check does not pass ("" if it passes), whether that was foreseen,
    and what to show of the answer where that is not the value itself."""

    given: str
    message: str
    foreseen: bool = False
    shown: str = ""


class _Values:
    """The student's values, each rebuilt when it is first asked for, and the variant's parameters."""

    def __init__(self, run: Run, parameters: Mapping[str, Any]) -> None:
        self.run = run
        self._decoded: dict[str, Any] = dict(parameters)

    def __contains__(self, name: str) -> bool:
        return name in self._decoded or name in self.run.names

    def __getitem__(self, name: str) -> Any:
        if name not in self._decoded:
            self._decoded[name] = decode(self.run.names[name])
        return self._decoded[name]


def _judge(check_id: str, check: Check, expected: Expected, values: _Values, seconds: float) -> _Verdict:
    try:
        with _at_most(seconds):
            if check.kind == "function":
                return _judge_function(check_id, check, expected, values)
            return _judge_value(check, expected, values)
    except _TimeUp:
        return _Verdict(
            "", f"This took too long to compare: the value is far larger than it should be. {check.message}"
        )
    except Malformed as problem:
        return _Verdict("", f"The value could not be read back ({problem}). {check.message}")
    except Exception as problem:  # whatever a comparison of a strange value leads to costs that check only
        return _Verdict("", f"This could not be compared ({type(problem).__name__}). {check.message}")


def _judge_value(check: Check, expected: Expected, values: _Values) -> _Verdict:
    names = {}
    for name in names_used(check.expression):
        fault = _fault(name, values, check)
        if fault:
            return _Verdict("", fault)
        names[name] = values[name]
    if name := truth_for_number(check, names):
        return _Verdict(short(names[name]), f"`{name}` is True or False; a number was expected. {check.message}")
    try:
        value = value_of(check.expression, names)  # the expression is the course's own, from checks.yml
    except Exception as problem:
        told = _one_line(f"{type(problem).__name__}: {problem}")
        if met_dots(told):
            return _Verdict("", _unfinished(*names))
        if hint := kind_hint(check, names, failed=True):
            return _Verdict(_shown_names(names), with_hint(hint, check.message))
        said = f" ({told})" if check.public else ""
        return _Verdict(_shown_names(names), f"This could not be worked out from your answer{said}. {check.message}")
    given = short(value)
    if check.matches(value, expected.value):
        return _Verdict(given, "")
    if left := [name for name, one in names.items() if holds_dots(one)]:
        return _Verdict("", _unfinished(*left))
    place = place_of(check.expression) if check.public else ""
    shown = f"{place} = {given}" if place else _shown_names(names) if place is None else ""
    for wrong, message in expected.wrong:
        if check.matches(value, wrong):
            return _Verdict(given, message, True, shown)
    if check.public and check.kind == "figure":
        return _Verdict(given, f"{check.message} Now {', and '.join(figure_faults(value, expected.value))}.")
    hint = kind_hint(check, names)
    if not hint and check.kind == "number":
        hint = near_miss(value, expected.value, check.tolerance)
    return _Verdict(given, with_hint(hint, check.message), shown=shown)


def _judge_function(check_id: str, check: Check, expected: Expected, values: _Values) -> _Verdict:
    """One result for each list of arguments; all must be right. Of a hidden check the arguments stay hidden."""
    function = check.expression
    if function not in values:
        return _Verdict("", _missing(function))
    kept = values[function]
    if kept is Ellipsis:
        return _Verdict("", _unanswered(function))
    if not isinstance(kept, Opaque):
        return _Verdict(short(kept), f"`{function}` is {_described(kept)}; a function was expected. {check.message}")
    results = [_result(values.run.calls, f"{check_id}/{number}") for number in range(len(check.inputs))]
    if any(has_dots(result) for result in results):
        return _Verdict("", _unfinished(function))
    shown = [result.message if isinstance(result, Failed) else short(result) for result in results]
    given = _cut("; ".join(shown))
    if check.matches(results, expected.value):
        return _Verdict(given, "")
    for wrong, message in expected.wrong:
        if check.matches(results, wrong):
            return _Verdict(given, message, True)
    if check.public:
        for arguments, result, text, target in zip(check.inputs, results, shown, expected.value, strict=True):
            asked = f"{function}({', '.join(short(one) for one in arguments)})"
            if isinstance(result, Failed):
                return _Verdict(given, f"`{asked}` gave no result ({text}). {check.message}")
            if result is None and not check.matches([result], [target]):
                return _Verdict(given, f"`{asked}` gave nothing: does it end with `return`? {check.message}")
            if not check.matches([result], [target]):
                return _Verdict(given, f"`{asked}` gave {text}. {check.message}")
    if results and all(result is None for result in results):
        return _Verdict(given, f"`{function}` gave nothing: does it end with `return`? {check.message}")
    hint = (
        "For some inputs your function stops with an error." if any(isinstance(one, Failed) for one in results) else ""
    )
    return _Verdict(given, with_hint(hint, check.message))


def _result(calls: Mapping[str, Any], call_id: str) -> Any:
    if call_id not in calls:
        return Failed("it was not called")
    if (error := call_error(calls[call_id])) is not None:
        return Failed(_one_line(error).rstrip("."))
    return decode(calls[call_id])


def _fault(name: str, values: _Values, check: Check) -> str:
    """Why a name cannot be used in an expression; "" if it can."""
    if name not in values:
        return _missing(name)
    if values[name] is Ellipsis:
        return _unanswered(name)
    if isinstance(values[name], Opaque):
        if hint := of_another_kind(check.kind, name, values[name]):
            return with_hint(hint, check.message)
        return f"`{name}` is {_described(values[name])}; {_KINDS[check.kind]} was expected. {check.message}"
    return ""


def _missing(name: str) -> str:
    return f"{NOT_ANSWERED}no cell gives `{name}` a value, or the cell that does stops with an error."


def _unanswered(name: str) -> str:
    return f"{NOT_ANSWERED}`{name}` is still `...`, as in the exercise."


def _unfinished(*names: str) -> str:
    return f"{NOT_ANSWERED}there is still `...` in `{'` or `'.join(names)}`, where your own code belongs."


def _explained(error: str) -> str:
    """The error of a cell, and what to do where Python's words do not say it."""
    return f"{error}. A name that it uses is still ...: answer that question first." if met_dots(error) else error


def _described(value: Any) -> str:
    if isinstance(value, Opaque):
        what = _one_line(value.what)
        return what if what.startswith(("a ", "an ")) else f"{'an' if what[:1].lower() in 'aeiou' else 'a'} {what}"
    kinds = {bool: "True or False", int: "a number", float: "a number", str: "a text", list: "a list", dict: "a dict"}
    return kinds.get(type(value), f"of the type {type(value).__name__}")


class _Short(reprlib.Repr):
    """Values in a few words; what is long is cut."""

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = GIVEN_LENGTH
        self.maxlist = self.maxtuple = self.maxset = self.maxdict = self.maxarray = 12

    def repr1(self, x: Any, level: int) -> str:
        if isinstance(x, np.generic):
            x = x.item()
        if isinstance(x, float):
            return f"{x:.10g}"
        if isinstance(x, Opaque):
            return _described(x)
        if isinstance(x, pd.Series | pd.Index | np.ndarray) and getattr(x, "ndim", 1) == 1:
            return f"{len(x)} values: {super().repr1(list(x[: self.maxlist + 1]), level)}"
        if isinstance(x, pd.DataFrame):
            return f"a table of {len(x)} rows and the columns {super().repr1(list(x.columns), level)}"
        return super().repr1(x, level)


def short(value: Any) -> str:
    """A value as one short line of text, at most ``GIVEN_LENGTH`` characters long."""
    try:
        return _cut(_one_line(_Short().repr(value)))
    except Exception as problem:
        return f"({type(problem).__name__})"


def _shown_names(names: Mapping[str, Any]) -> str:
    return _cut("; ".join(f"{name} = {short(value)}" for name, value in names.items()))


def _one_line(text: str) -> str:
    return _cut(" ".join("".join(sign if sign.isprintable() else " " for sign in text[: 4 * GIVEN_LENGTH]).split()))


def _cut(text: str) -> str:
    return text if len(text) <= GIVEN_LENGTH else text[: GIVEN_LENGTH - 1] + "…"


@contextlib.contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raise ``_TimeUp`` inside after some seconds, where the system has interval timers."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: Any) -> None:
        raise _TimeUp

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
