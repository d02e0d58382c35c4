"""Evaluates a check over names: the answer that an expression gives, or what to tell who gave none."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Mapping
from functools import cache
from types import CodeType
from typing import Any

import numpy as np
import pandas as pd

from unionstate.exercises.checks import Check
from unionstate.exercises.compare import Failed, figure_faults, plain_form
from unionstate.exercises.hints import holds_dots, kind_hint, near_miss, with_hint

# What an expression may use besides the learner's names; who gives these words another meaning changes nothing.
_GIVEN = {"pd": pd, "__builtins__": builtins}


_REPLACE = "there is still `...` in it. Replace the three dots and run the cell."
_EXPRESSION_LENGTH = 60  # characters of an expression that says more to a learner than the names in it
_ERROR_LENGTH = 160  # characters of an error that are told
NOTHING = "None"  # how None is kept among the results of a function


class Unanswered(Exception):
    """There is no answer that could be compared; the message is for the learner."""


@cache
def names_used(expression: str) -> tuple[str, ...]:
    """The names that an expression reads and that neither Python nor the expression itself defines, sorted."""
    tree = ast.parse(expression, mode="eval")
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    own = {node.id for node in nodes if isinstance(node.ctx, ast.Store)}
    own |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return tuple(sorted({node.id for node in nodes} - own - set(dir(builtins)) - set(_GIVEN)))


def truth_for_number(check: Check, names: Mapping[str, Any]) -> str:
    """The one name that a check of a number looks at, if True or False was given for it; "" if not.

    Python counts them as 1 and 0, so that an expression as ``float(answer)`` would no longer tell.
    """
    used = names_used(check.expression) if check.kind == "number" else ()
    return used[0] if len(used) == 1 and isinstance(names.get(used[0]), bool | np.bool_) else ""


def value_of(expression: str, names: Mapping[str, Any]) -> Any:
    """The value of an expression over names, whatever it raises."""
    return eval(
        _compiled(expression), {**_GIVEN, **{name: names[name] for name in names_used(expression) if name in names}}
    )


def results_of(function: Any, inputs: Iterable[Iterable[Any]]) -> list[Any]:
    """What a function returns for each list of arguments; ``Failed`` where it raises."""
    results = []
    for arguments in inputs:
        try:
            results.append(function(*arguments))
        except Exception as problem:
            results.append(Failed(_told(problem)))
    return results


def answer_to(check: Check, names: Mapping[str, Any], results: list[Any] | None = None) -> Any:
    """The answer to a check, in the form that is compared.

    Args:
        check: the check.
        names: the learner's names, and the exercise's parameters.
        results: of a function check, what its calls gave if they were made elsewhere (``Failed`` where one raised).

    Raises:
        Unanswered: if there is nothing to compare.
    """
    used = names_used(check.expression)
    if results is None or check.kind != "function":
        for name in used:
            if name in names and names[name] is Ellipsis:
                raise Unanswered(f"`{name}` is still `...`: replace the three dots by your answer and run the cell.")
        for name in used:
            if name not in names:
                raise Unanswered(f"`{name}` is not defined yet: run the cell that defines it.")
    if name := truth_for_number(check, names):
        raise Unanswered(f"`{name}` is True or False; a number was expected. {check.message}")
    try:
        if check.kind == "function":
            if results is None:
                results = results_of(value_of(check.expression, names), check.inputs)
            if any(has_dots(one) for one in results):
                raise Unanswered(f"`{check.expression}` is not written yet: {_REPLACE}")
            return plain_form("function", results)
        return plain_form(check.kind, value_of(check.expression, names))
    except Unanswered:
        raise
    except Exception as problem:
        if met_dots(_told(problem)):
            raise Unanswered(f"`{'` or `'.join(used)}` is not finished yet: {_REPLACE}") from None
        if hint := kind_hint(check, {name: names[name] for name in used if name in names}, failed=True):
            raise Unanswered(with_hint(hint, check.message)) from None
        if not check.public:
            raise Unanswered(check.message) from None
        what = check.expression if len(check.expression) <= _EXPRESSION_LENGTH else "` or `".join(used)
        raise Unanswered(f"`{what}` cannot be computed ({_told(problem)}). {check.message}") from None


def failure(
    check: Check,
    names: Mapping[str, Any],
    expected: Any,
    wrong: Iterable[tuple[Any, str]] = (),
    results: list[Any] | None = None,
) -> str:
    """Why a check does not pass; "" if it passes.

    Args:
        check: the check.
        names: the learner's names, and the exercise's parameters.
        expected: the right answer.
        wrong: foreseen wrong answers, each with its message.
        results: as for ``answer_to``.
    """
    try:
        answer = answer_to(check, names, results)
    except Unanswered as problem:
        return str(problem)
    if check.matches(answer, expected):
        return ""
    answers = {name: names[name] for name in names_used(check.expression) if name in names}
    if left := [name for name, value in answers.items() if holds_dots(value)]:
        return f"`{'` or `'.join(left)}` is not finished yet: {_REPLACE}"
    for value, message in wrong:
        if check.matches(answer, value):
            return message
    if check.public and check.kind == "figure":
        return f"{check.message} Now {', and '.join(figure_faults(answer, expected))}."
    if check.public and check.kind == "function":
        for arguments, result, target in zip(check.inputs, answer, expected, strict=False):
            call = f"{check.expression}({', '.join(map(repr, arguments))})"
            if isinstance(result, Failed):
                return f"`{call}` cannot be computed ({result.message}). {check.message}"
            if result == NOTHING and not check.matches([result], [target]):
                return f"`{call}` returns nothing. End the function with `return`. {check.message}"
    if check.kind == "function" and all(result == NOTHING for result in answer):
        return f"`{check.expression}` returns nothing. End the function with `return`. {check.message}"
    hint = kind_hint(check, answers)
    if not hint and check.kind == "number":
        hint = near_miss(answer, expected, check.tolerance)
    return with_hint(hint, check.message)


def has_dots(result: Any) -> bool:
    """Whether a call gave the three dots of a starter, or stopped because it met them."""
    return result is Ellipsis or (isinstance(result, Failed) and met_dots(result.message))


def met_dots(told: str) -> bool:
    """Whether an error, told in one line, arose because three dots were not replaced by an answer."""
    return "'ellipsis'" in told or told.endswith("KeyError: Ellipsis")


def _told(problem: Exception) -> str:
    """An error in one short line; a learner's own may refuse to say what it is."""
    try:
        text = f"{type(problem).__name__}: {' '.join(str(problem).split())}"
        return text if len(text) <= _ERROR_LENGTH else f"{text[:_ERROR_LENGTH]}…"
    except Exception:
        return type(problem).__name__


@cache
def _compiled(expression: str) -> CodeType:
    return compile(expression, "check", "eval")
