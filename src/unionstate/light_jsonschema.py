"""Loads jsonschema without the two seconds that it can take; import this before what needs it.

jsonschema builds grammars of web addresses as soon as it finds the package rfc3987_syntax, which comes with JupyterLab.
Nothing here checks web addresses, so that package is out of sight while jsonschema is loaded.
"""

from __future__ import annotations

import sys

_SLOW = "rfc3987_syntax"

_hidden = _SLOW not in sys.modules
if _hidden:
    sys.modules[_SLOW] = None  # type: ignore[assignment]  # importing it is an ImportError now, which jsonschema expects
try:
    import jsonschema
finally:
    if _hidden:
        del sys.modules[_SLOW]

__all__ = ["jsonschema"]
