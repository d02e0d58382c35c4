"""jupytext's reader of MyST notebooks, and nbformat, without the second and a half that loading it can take.

Both load jsonschema, which builds a grammar of web addresses as soon as it finds the package rfc3987_syntax (it
comes with JupyterLab). Nothing here checks web addresses, so that package is out of sight while they are loaded.
"""

from __future__ import annotations

import sys

_SLOW = "rfc3987_syntax"

_hidden = _SLOW not in sys.modules
if _hidden:
    sys.modules[_SLOW] = None  # type: ignore[assignment]  # importing it is an ImportError now, which jsonschema expects
try:
    import nbformat
    from jupytext.myst import MystMetadataParsingError, myst_to_notebook
finally:
    if _hidden:
        del sys.modules[_SLOW]

__all__ = ["MystMetadataParsingError", "myst_to_notebook", "nbformat"]
