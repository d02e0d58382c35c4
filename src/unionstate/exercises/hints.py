"""What is said of a wrong answer that no check foresaw: of another kind, not called, off by a factor, a sign, rounding.

Hints are said before the check's own message, to learners in the notebook and in feedback. They change no verdict.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from unionstate.exercises.checks import Check
from unionstate.exercises.compare import matches
from unionstate.exercises.plain import Opaque

_SINGLE = {"number": "a number", "text": "a text"}
_SEVERAL = {"list": "a list", "set": "a collection of values", "series": "a column of values", "table": "a table"}
_UNCALLED = ("function", "method", "builtin_function_or_method", "method-wrapper")
_FACTORS = (100, 1_000, 1_000_000)
_MOST_DECIMALS = 3
_LARGEST = 1e300
_RELATIVE = 1e-9  # of a number that was reached by another way, and differs in its last digits


@cache
def place_of(expression: str) -> str | None:
    """Which part of an answer an expression reads, such as ``subsidy.loc[2018]``; "" if all of it, as it is.

    None if it computes something from the answer, so that its value says little to the student.
    """
    node = ast.parse(expression, mode="eval").body
    while True:
        match node:
            case ast.Call(func=ast.Name(id="float" | "int" | "str" | "list" | "set" | "sorted"), args=[inner]):
                node = inner
            case ast.Call(func=ast.Attribute(value=inner, attr="strip" | "upper" | "lower"), args=[]):
                node = inner
            case ast.ListComp(elt=ast.Call(args=[ast.Name()]), generators=[ast.comprehension(iter=inner, ifs=[])]):
                node = inner
            case ast.Name():
                return ""
            case _:
                break
    part = node.args[0] if isinstance(node, ast.Call) and ast.unparse(node.func) == "len" else node
    while isinstance(part, ast.Attribute) or (isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant)):
        part = part.value
    return ast.unparse(node) if isinstance(part, ast.Name) else None


def with_hint(hint: str, message: str) -> str:
    """A message with a hint before it, if there is one."""
    return f"{hint} {message}" if hint else message


def holds_dots(value: Any) -> bool:
    """Whether the three dots of a starter are left in a list, a column or a column of a table."""
    if isinstance(value, pd.DataFrame):
        return any(holds_dots(value.iloc[:, place]) for place in range(value.shape[1]))
    if isinstance(value, pd.Series) and value.dtype != object:
        return False
    return isinstance(value, pd.Series | list | tuple) and any(one is Ellipsis for one in value)


def of_another_kind(kind: str, name: str, value: Any) -> str:
    """A sentence if a student's value is of another kind than the answer; else "".

    Args:
        kind: of the check; "" where it says nothing of this value, of which the check reads a part.
        name: of the student.
        value: as the student made it, or as it was sent back. Nothing in it is called.
    """
    if value is None:
        return f"`{name}` is None: nothing was put into it. Functions such as print return None."
    if kind != "function" and ((isinstance(value, Opaque) and value.what in _UNCALLED) or _is_function(value)):
        return f"`{name}` is a function that was not called: write () behind it."
    if isinstance(value, pd.DataFrame) and kind in _SINGLE:
        return f"`{name}` is a table of {_count(len(value), 'row')}, and {_SINGLE[kind]} is asked for."
    several = isinstance(value, pd.Series | pd.Index | list | tuple | set | frozenset | dict) or (
        isinstance(value, np.ndarray) and value.ndim > 0
    )
    if several and kind in _SINGLE:
        return f"`{name}` holds {_count(len(value), 'value')}, and {_SINGLE[kind]} is asked for."
    if isinstance(value, str) and kind == "number":
        return f"`{name}` is a text, and a number is asked for."
    if kind in _SEVERAL and isinstance(value, bool | int | float | str | np.generic):
        return f"`{name}` is a single value, and {_SEVERAL[kind]} is asked for."
    return ""


def kind_hint(check: Check, answers: Mapping[str, Any], *, failed: bool = False) -> str:
    """A sentence if the one answer that a check reads as a whole is of another kind; else "".

    Args:
        check: the check.
        answers: the student's values by name, those that the check reads.
        failed: whether the expression could not be computed; then a part too may be missing for a plain reason.
    """
    whole = place_of(check.expression) == ""
    if len(answers) != 1 or not (whole or failed):
        return ""
    ((name, value),) = answers.items()
    return of_another_kind(check.kind if whole else "", name, value)


def near_miss(value: Any, target: Any, tolerance: float) -> str:
    """A sentence if a number is the right one but for its sign, its unit, a division turned round, or rounding.

    Args:
        value: the student's.
        target: the right answer.
        tolerance: the largest absolute difference that the check accepts.
    """
    if not (_is_number(value) and _is_number(target)) or not target or not value:
        return ""

    def alike(other: float, factor: float = 1) -> bool:
        return matches("number", value, other, factor * tolerance + _RELATIVE * abs(other))

    if alike(-target):
        return "The size is right, the sign is not."
    for factor in _FACTORS:
        if alike(factor * target, factor):
            return f"This is {factor:,} times too large: look at the unit."
        if alike(target / factor, 1 / factor):
            return f"This is {factor:,} times too small: look at the unit."
    if any(value == round(float(target), decimals) for decimals in range(_MOST_DECIMALS + 1)):
        return "This is rounded too far: keep all decimals."
    if abs(abs(target) - 1) > 0.1 and math.isclose(value * target, 1, rel_tol=1e-3):
        return "Is the division turned round?"
    return ""


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _is_function(value: Any) -> bool:
    return type(value).__name__ in _UNCALLED


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -_LARGEST < value < _LARGEST
