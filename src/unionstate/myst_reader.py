"""jupytext's reader of MyST notebooks, and nbformat, after the quick way to load what both need."""

from __future__ import annotations

from unionstate import light_jsonschema

# isort: split
import nbformat
from jupytext.myst import MystMetadataParsingError, myst_to_notebook

__all__ = ["MystMetadataParsingError", "light_jsonschema", "myst_to_notebook", "nbformat"]
