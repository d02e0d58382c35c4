"""Compares an answer with the right one: numbers, texts, lists, sets, tables, series, functions, figures."""

from __future__ import annotations

import datetime
import decimal
import fractions
import math
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd

Kind = Literal["number", "text", "list", "set", "table", "series", "function", "figure"]
# What a figure can be asked for: counts, texts (true: there is one), and the kinds of series that it draws.
FIGURE_COUNTS = ("axes", "series")
FIGURE_TEXTS = ("title", "xlabel", "ylabel", "legend")
FIGURE_PROPERTIES = (*FIGURE_COUNTS, *FIGURE_TEXTS, "kinds")
_DEPTH = 20
_MIDNIGHT = " 00:00:00"


class Failed:
    """What stands in a list of results for a call that raised; it is like no other value.

    Args:
        message: what was raised, for example ``ZeroDivisionError: division by zero``.
    """

    def __init__(self, message: str) -> None:
        self.message = message


def as_plain(value: Any) -> Any:
    """A value of numpy or pandas as plain Python: numbers, text, lists, dicts; what is none of these as its text.

    A table becomes a dict of its columns and rows; the keys of a dict become texts, so that 2006 and 2006.0 are one.
    """
    return _plain(value, _DEPTH)


def plain_form(kind: Kind, value: Any) -> Any:
    """A value as the kind sees it: a table as columns and rows, a series as index and values, a figure as a drawing.

    Returns:
        The form that ``matches`` compares and that can be kept as JSON (a drawing excepted); None for a value that
        is nothing of the kind.
    """
    if kind == "table":
        return _table(value)
    if kind == "series":
        return _series(value)
    if kind == "figure":
        return _drawing(value)
    if kind == "function" and isinstance(value, list | tuple):
        return [one if isinstance(one, Failed) else as_plain(one) for one in value]
    return as_plain(value)


def matches(kind: Kind, value: Any, target: Any, tolerance: float = 1e-9) -> bool:
    """Whether an answer is the right one.

    Args:
        kind: how to compare. Lists in order; sets without; tables by the names and the order of their columns and
            rows, whatever their index; series by label, in any order; a function's results one by one.
        value: the answer, anything at all. True and False are no numbers.
        target: the right answer; for a figure what is asked of it, see ``figure_faults``.
        tolerance: for every number in it, the largest absolute difference accepted.
    """
    try:
        if kind == "figure":
            return not figure_faults(value, target)
        value, target = plain_form(kind, value), plain_form(kind, target)
        if kind == "table":
            return value is not None and value["columns"] == target["columns"] and _alike(value, target, tolerance)
        if kind == "series":
            return value is not None and _alike_by_label(value, target, tolerance)
        if kind == "set":
            return isinstance(value, list) and _alike_as_sets(value, target, tolerance)
        if kind == "number":
            return not isinstance(value, bool | list | dict | str) and _alike(value, target, tolerance)
        if kind == "text":
            return isinstance(value, str) and _alike(value, target, tolerance)
        return isinstance(value, list) and _alike(value, target, tolerance)
    except Exception:  # a value that refuses to be looked at is not the right one
        return False


def figure_faults(value: Any, wanted: Mapping[str, Any]) -> list[str]:
    """What a figure lacks of what is asked of it, in words for its author.

    Args:
        value: axes or a figure of Matplotlib, or a ``Drawing``.
        wanted: ``axes`` and ``series``: how many; ``title``, ``xlabel``, ``ylabel``: true if there must be one, or
            its text; ``legend``: true; ``kinds``: which of line, bars, points and area it draws.
    """
    drawing = _drawing(value)
    if drawing is None:
        return ["it is no figure and no axes"]
    panels = drawing.axes
    series = [one for panel in panels for one in panel.series]
    faults = []
    for name, found, word in (("axes", len(panels), "panels"), ("series", len(series), "series")):
        if name in wanted and wanted[name] != found:
            faults.append(f"it has {found} {word}")
    for name, label in (("title", "title"), ("xlabel", "label of the x axis"), ("ylabel", "label of the y axis")):
        texts = [str(getattr(panel, name)).strip() for panel in panels]
        if wanted.get(name) is True and not (any(texts) if name == "title" else texts and all(texts)):
            faults.append(f"it has no {label}")
        elif isinstance(wanted.get(name), str) and wanted[name].strip() not in texts:
            faults.append(f"the {label} is not the one asked for")
    if wanted.get("legend") is True and not any(panel.legend for panel in panels):
        faults.append("it has no legend")
    if "kinds" in wanted and {one.kind for one in series} != set(wanted["kinds"]):
        faults.append("it is drawn with other marks")
    return faults


def _plain(value: Any, depth: int) -> Any:
    if isinstance(value, np.datetime64 | np.timedelta64):
        return str(value)  # its item is a bare number if it counts nanoseconds
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and not value.ndim):
        value = value.item()
    if isinstance(value, fractions.Fraction | decimal.Decimal):
        return float(value)
    if isinstance(value, pd.DataFrame) or (isinstance(value, Mapping) and set(value) == {"columns", "rows"}):
        return _table(value)
    if isinstance(value, Mapping):
        if depth == 0:
            raise RecursionError("dicts in dicts without end")
        made = {_as_label(key): _plain(one, depth - 1) for key, one in value.items()}
        if len(made) < len(value):
            raise ValueError("two keys of a dict read alike")
        return made
    if isinstance(value, pd.Series | pd.Index | np.ndarray | set | frozenset | tuple | list):
        if depth == 0:
            raise RecursionError("lists in lists without end")
        return [_plain(one, depth - 1) for one in value]
    return value if isinstance(value, bool | int | float | str) else str(value)


def _cell(value: Any) -> Any:
    """A value in a table or a series: missing ones are None, a day is a day, whatever its type."""
    kind = type(value)
    if kind is float:
        return None if value != value else value
    if kind is int or kind is str or kind is bool:
        return value
    if isinstance(value, list | tuple):
        return [_cell(one) for one in value]
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    plain = as_plain(value)
    if isinstance(value, datetime.date) and isinstance(plain, str):
        return plain.removesuffix(_MIDNIGHT)
    return plain


def _table(value: Any) -> dict[str, list[Any]] | None:
    if isinstance(value, pd.DataFrame):
        columns = [_cell(one) for one in value.columns]
        rows = zip(*(value.iloc[:, place].tolist() for place in range(len(columns))), strict=True)
        return {"columns": columns, "rows": [[_cell(one) for one in row] for row in rows]}
    if isinstance(value, Mapping) and set(value) == {"columns", "rows"}:
        return {"columns": [_cell(one) for one in value["columns"]], "rows": [_cell(row) for row in value["rows"]]}
    return None


def _series(value: Any) -> dict[str, list[Any]] | None:
    if isinstance(value, pd.Series):
        return {"index": [_cell(one) for one in value.index.tolist()], "values": [_cell(one) for one in value.tolist()]}
    if isinstance(value, Mapping):
        labels, values = (
            (value["index"], value["values"]) if set(value) == {"index", "values"} else (value.keys(), value.values())
        )
        return {"index": [_cell(one) for one in labels], "values": [_cell(one) for one in values]}
    return None


def _drawing(value: Any) -> Any:
    from unionstate.exercises.drawing import Drawing, describe

    if isinstance(value, Drawing):
        return value
    try:
        return describe(value)
    except Exception:  # whatever a learner called a figure
        return None


def _alike_by_label(value: dict[str, list[Any]], target: dict[str, list[Any]], tolerance: float) -> bool:
    """Whether two series have the same labels, in any order, and alike values at each; doubled labels in order."""

    def pairs(one: dict[str, list[Any]]) -> list[list[Any]]:
        together = [list(pair) for pair in zip(one["index"], one["values"], strict=True)]
        return sorted(together, key=lambda pair: _as_label(pair[0]))

    found, wanted = pairs(value), pairs(target)
    return [_as_label(one[0]) for one in found] == [_as_label(one[0]) for one in wanted] and all(
        _alike(one[1], other[1], tolerance) for one, other in zip(found, wanted, strict=True)
    )


def _alike_as_sets(value: list[Any], target: list[Any], tolerance: float) -> bool:
    """Whether each entry of one is alike, or written alike (``1.1`` and ``"1.1"``), to an entry of the other."""
    found, wanted = ({_as_label(one): one for one in entries} for entries in (value, target))
    pairs = ((found, wanted), (wanted, found))
    return all(
        label in others or any(_alike(one, other, tolerance) for other in others.values())
        for entries, others in pairs
        for label, one in entries.items()
    )


def _as_label(value: Any) -> str:
    """2006 and 2006.0 are the same label."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _as_text(value: str) -> str:
    """A day is a day, also where it is written with its first moment."""
    return value.strip().removesuffix(_MIDNIGHT)


def _alike(value: Any, target: Any, tolerance: float) -> bool:
    if isinstance(target, dict):
        return (
            isinstance(value, dict)
            and value.keys() == target.keys()
            and all(_alike(value[key], target[key], tolerance) for key in target)
        )
    if isinstance(target, list) or isinstance(value, list):
        return (
            isinstance(target, list)
            and isinstance(value, list)
            and len(value) == len(target)
            and all(_alike(one, other, tolerance) for one, other in zip(value, target, strict=True))
        )
    if target is None or value is None:
        return target is value
    if isinstance(target, str) or isinstance(value, str):
        return isinstance(value, str) and isinstance(target, str) and _as_text(value) == _as_text(target)
    try:
        return math.isclose(value, target, rel_tol=0, abs_tol=tolerance)
    except (TypeError, OverflowError):  # no number, or one without end
        return False
