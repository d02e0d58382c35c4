"""Loads the packages that only some exports need."""

from __future__ import annotations

import importlib
from types import ModuleType

from unionstate.errors import CourseError


def load_extra(name: str) -> ModuleType:
    """Import a package of the instructor extra.

    Raises:
        CourseError: if it is not installed, with the command that installs it.
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        raise CourseError(
            f"This export needs the package {name.partition('.')[0]}, which is not installed.",
            remedy="Run: pip install 'unionstate[instructor]'",
        ) from None
