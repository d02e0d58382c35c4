"""What every measure asks of its input: something there, no gaps, the same rows, values in range."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from numbers import Integral, Number, Real
from typing import Any

import numpy as np
import pandas as pd

Values = float | pd.Series
"""A number, or a column of numbers."""
Column = pd.Series | Sequence[Any] | np.ndarray
"""A column, or a list that stands for one."""


def numbers(**values: Values | Column) -> list[Any]:
    """The arguments as floats and float columns with the same rows, in the order given.

    A list takes the rows of the columns beside it.

    Raises:
        ValueError: if one is empty, has a gap or an infinite value, holds no real numbers, or the rows differ.
    """
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Real | np.bool_):
            try:
                number = float(value)
            except OverflowError:
                number = math.inf
            if not math.isfinite(number):
                raise ValueError(f"{name} is {number}: it needs a value.")
            found[name] = number
        else:
            one = column(name, value)
            if not pd.api.types.is_numeric_dtype(one) and not pd.api.types.is_bool_dtype(one):
                raise ValueError(f"{name} holds {one.dtype} values, not numbers.")
            refuse(pd.api.types.is_complex_dtype(one), f"{name} holds complex numbers, not real ones")
            found[name] = one.astype(float)
            refuse(np.isinf(found[name]), f"{name} is infinite")
    return same_rows({name: values[name] for name in found}, found)


def columns(**values: Column) -> list[pd.Series]:
    """The arguments as columns of whatever they hold, with the same rows, in the order given.

    Raises:
        ValueError: if one is empty or has a gap, or the rows differ.
    """
    return same_rows(values, {name: column(name, value) for name, value in values.items()})


def column(name: str, value: Any) -> pd.Series:
    """A list or column as a column.

    Raises:
        ValueError: if it is neither, is a table or a lone value in an array, is empty, or has a gap.
    """
    if isinstance(value, str | bytes) or not isinstance(value, pd.Series | pd.Index | np.ndarray | Sequence):
        raise ValueError(f"{name} is {type(value).__name__}: give a number, a list or a column of a table.")
    if isinstance(value, np.ndarray) and value.ndim != 1:
        raise ValueError(f"{name} is an array of {value.ndim} dimensions: it needs one.")
    one = value if isinstance(value, pd.Series) else pd.Series(list(value))
    if one.empty:
        raise ValueError(f"{name} is empty.")
    refuse(one.isna(), f"{name} has no value", "Leave these rows out, or fill them and say how.")
    return one


def same_rows(given: dict[str, Any], found: dict[str, Any]) -> list[Any]:
    """The found values, checked to have the same rows; what was given as a list takes the rows of the columns.

    Raises:
        ValueError: if lengths or rows differ.
    """
    whole = {name: value for name, value in found.items() if isinstance(value, pd.Series)}
    if len({len(value) for value in whole.values()}) > 1:
        sizes = ", ".join(f"{name} {len(value)}" for name, value in whole.items())
        raise ValueError(f"The columns differ in length: {sizes}.")
    labelled = [name for name in whole if isinstance(given[name], pd.Series)]
    for name in labelled[1:]:
        if not whole[name].index.equals(whole[labelled[0]].index):
            raise ValueError(
                f"{labelled[0]} and {name} do not have the same rows in the same order. "
                "Give both the same index first, for example with set_index('year')."
            )
    if labelled:
        index = whole[labelled[0]].index
        found = {name: value.set_axis(index) if name in whole else value for name, value in found.items()}
    return list(found.values())


def refuse(bad: Any, problem: str, remedy: str = "") -> None:
    """Stop if a condition holds, naming the rows where it does.

    Raises:
        ValueError: with the problem, the rows, the remedy.
    """
    if not isinstance(bad, pd.Series):
        if bad:
            raise ValueError(f"{problem}.{f' {remedy}' if remedy else ''}")
    elif bad.any():
        rows = list(bad.index[bad.to_numpy(dtype=bool)])
        shown = ", ".join(str(row) for row in rows[:5]) + (f" and {len(rows) - 5} more" if len(rows) > 5 else "")
        raise ValueError(f"{problem} in row {shown}.{f' {remedy}' if remedy else ''}")


def whole(value: Any) -> bool:
    """Whether it is a whole number: 12 or 12.0, but neither True nor '12'."""
    if isinstance(value, bool | np.timedelta64):  # Python counts both as whole numbers
        return False
    return isinstance(value, Integral) or (isinstance(value, float | np.floating) and float(value).is_integer())


def at(values: pd.Series, row: Hashable, name: str) -> float:
    """The one value of a row.

    Raises:
        ValueError: if there are no rows, or the row is no label of one, is missing or stands there twice.
    """
    if not isinstance(values, pd.Series):
        raise ValueError(f"{name} needs one value a year, the year as index.")
    no_year = isinstance(row, bool | np.bool_) or (isinstance(row, Number) and not isinstance(row, Real))
    if no_year or not pd.api.types.is_scalar(row):
        raise ValueError(f"{name} has no values for {row!r}: give a year, as in its index.")
    here = pd.Series(values.index == row, dtype="boolean").fillna(False).to_numpy(dtype=bool)
    times = int(here.sum())
    if times != 1:
        first, last = values.index[0], values.index[-1]
        raise ValueError(f"{name} has {times or 'no'} values for {row}; it runs from {first} to {last}.")
    return float(values[here].iloc[0])
