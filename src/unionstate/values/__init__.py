"""Numbers in the prose: each has a name, a function that computes it from the tables, and no second home."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Callable

from unionstate.errors import CourseError

_VALUES: dict[str, Callable[[], str]] = {}


def value(name: str) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """Register a function under the name that the prose uses, for example ``@value("claims.count")``.

    The function takes nothing and returns the text to print.
    """

    def register(function: Callable[[], str]) -> Callable[[], str]:
        known = _VALUES.get(name)
        if known is not None and (known.__module__, known.__qualname__) != (function.__module__, function.__qualname__):
            raise CourseError(f"Two functions give the value {name!r}: {known.__module__}, {function.__module__}.")
        _VALUES[name] = function
        return function

    return register


def compute(name: str) -> str:
    """The text of a value.

    Raises:
        KeyError: with the nearest name, if there is none of that name.
    """
    values = all_values()
    if name not in values:
        near = difflib.get_close_matches(name, values, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise KeyError(f"no value is called {name!r}.{hint}")
    return values[name]()


def all_values() -> dict[str, Callable[[], str]]:
    """Every registered value by name; loads the modules of this package first."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(_VALUES)
