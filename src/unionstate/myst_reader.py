"""jupytext's reader of MyST notebooks, and nbformat, with no more than both need.

jupytext also brings a part for Jupyter's server, and loads that server for it; nothing here is a server.
"""

from __future__ import annotations

from unionstate.light_imports import without

# isort: split
import nbformat

with without("jupyter_server"):
    from jupytext.myst import MystMetadataParsingError, myst_to_notebook

__all__ = ["MystMetadataParsingError", "myst_to_notebook", "nbformat"]
