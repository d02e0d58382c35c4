"""Numbers in the prose and series to draw: each has a name and one function that computes it from the tables."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Callable

from unionstate.errors import CourseError

Series = list[tuple[float, float]]
_VALUES: dict[str, Callable[[], str]] = {}
_SERIES: dict[str, Callable[[], Series]] = {}


def value(name: str) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """Register a function under the name that the prose uses, for example ``@value("claims.count")``.

    The function takes nothing and returns the text to print.
    """

    return _registrar(name, _VALUES, "value")


def series(name: str) -> Callable[[Callable[[], Series]], Callable[[], Series]]:
    """Register a function that computes a series for ``draw`` items: its points (x, y), the x values rising."""
    return _registrar(name, _SERIES, "series")


def _registrar(name: str, known: dict[str, Callable], kind: str) -> Callable[[Callable], Callable]:
    def register(function: Callable) -> Callable:
        other = known.get(name)
        if other is not None and (other.__module__, other.__qualname__) != (function.__module__, function.__qualname__):
            raise CourseError(f"Two functions give the {kind} {name!r}: {other.__module__}, {function.__module__}.")
        known[name] = function
        return function

    return register


def compute(name: str) -> str:
    """The text of a value.

    Raises:
        KeyError: with the nearest name, if there is none of that name.
    """
    return _find(name, all_values(), "value")()


def compute_series(name: str) -> Series:
    """The points of a series.

    Raises:
        KeyError: with the nearest name, if there is none of that name.
    """
    all_values()
    return _find(name, _SERIES, "series")()


def _find(name: str, known: dict[str, Callable], kind: str) -> Callable:
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise KeyError(f"no {kind} is called {name!r}.{hint}")
    return known[name]


def all_values() -> dict[str, Callable[[], str]]:
    """Every registered value by name; loads the modules of this package first."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(_VALUES)
