"""The parts of pybtex that write citations, kept at hand: it searches all installed packages for them each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pybtex.plugin import find_plugin, register_plugin

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# What sphinxcontrib-bibtex asks for at every citation: the style of _config.yml, and what that is made of.
_PARTS = {
    "pybtex.style.formatting": "unsrt",
    "pybtex.style.names": "plain",
    "pybtex.style.labels": "number",
    "pybtex.style.sorting": "none",
    "pybtex.backends": "docutils",
}


def setup(_app: Sphinx) -> None:
    """Find each of them once."""
    for group, name in _PARTS.items():
        register_plugin(group, name, find_plugin(group, name), force=True)
