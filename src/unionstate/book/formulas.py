"""Formulas as MathML, written at build time: no script, no font, no other host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.errors import ExtensionError

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator


def to_mathml(latex: str, *, block: bool) -> str:
    """A formula as MathML.

    Raises:
        ExtensionError: with the formula, if it cannot be read.
    """
    try:
        return convert(latex.strip(), display="block" if block else "inline")
    except Exception as problem:  # the converter has no common base for its errors
        raise ExtensionError(f"formula {latex!r} cannot be read: {problem!r}") from problem


def _visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(to_mathml(node.astext(), block=False))
    raise nodes.SkipNode


def _visit_block(self: HTML5Translator, node: nodes.math_block) -> None:
    self.body.append(f'<div class="formula">{to_mathml(node.astext(), block=True)}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register the renderer under the name that ``_config.yml`` uses."""
    app.add_html_math_renderer("mathml", (_visit_inline, None), (_visit_block, None))
