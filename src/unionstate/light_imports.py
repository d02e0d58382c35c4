"""Loads jsonschema without the two seconds that it can take, and helps others to load as little; import this first.

jsonschema builds grammars of web addresses as soon as it finds the package rfc3987_syntax, which comes with JupyterLab.
Nothing here checks web addresses, so that package is out of sight while jsonschema is loaded.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(package: str) -> Iterator[None]:
    """Keep a package, unless it is loaded, out of the sight of what is loaded meanwhile and can do without it."""
    hidden = package not in sys.modules
    if hidden:
        sys.modules[package] = None  # type: ignore[assignment]  # importing it is an ImportError now
    try:
        yield
    finally:
        if hidden:
            del sys.modules[package]


with without("rfc3987_syntax"):
    import jsonschema

__all__ = ["jsonschema", "without"]
