"""Mends what Sphinx, pandas and figures leave open in a page's markup: levels, table corners, links, a description."""

from __future__ import annotations

import html
import re
import textwrap
from typing import TYPE_CHECKING

from docutils import nodes

from unionstate.settings import NOTEBOOKS

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_EMPTY_HEAD = re.compile(r'<th class="head">(?:<p></p>)?</th>')
_CODE = re.compile(r'<span class="pre">([^<]+)</span>')
LONGEST_WHOLE, SHORTEST_CUT = 24, 14  # characters of a word of code that stays whole, or may be cut after each _
_DATE_CELL = re.compile(r"<td>(\d{4}-\d{2}-\d{2})</td>")
LONGEST_DESCRIPTION = 160  # characters; search engines cut there


def _repair(_app: Sphinx, page: str, _template: str, context: dict, document: nodes.document | None) -> None:
    # Sphinx marks the captions of the table of contents as headings of no level, which screen readers cannot place
    for tree in ("furo_navigation_tree", "toctree"):
        if isinstance(context.get(tree), str):
            context[tree] = context[tree].replace('role="heading"', 'role="heading" aria-level="2"')
    if isinstance(context.get("body"), str):
        # the corner of a table is no header if it has no text; browsers break dates and options at their hyphens
        body = _EMPTY_HEAD.sub("<td></td>", context["body"].replace("<th></th>", "<td></td>"))
        body = _DATE_CELL.sub(r'<td class="date">\1</td>', body)
        body = break_code(body)
        # a figure links its table as a notebook sees it; in the book the tables lie beside the notebooks
        context["body"] = body.replace('href="data/', f'href="{"../" * page.count("/")}{NOTEBOOKS}/data/')
    if document is None or 'name="description"' in context.get("metatags", ""):
        return
    first = next((p.astext() for p in document.findall(nodes.paragraph) if len(p.astext()) > 60), "")
    if first:
        text = textwrap.shorten(first, LONGEST_DESCRIPTION, placeholder=" …")
        context["metatags"] = f'{context.get("metatags", "")}<meta name="description" content="{html.escape(text)}">'


def break_code(page: str) -> str:
    """A page whose lines end in inline code only where they may: not in ``--out``, but in ``long_table_name``."""
    return _CODE.sub(_breaks, page)


def _breaks(code: re.Match[str]) -> str:
    word = code[1]
    if "-" in word and len(word) <= LONGEST_WHOLE:
        return f'<span class="pre whole">{word}</span>'
    if len(word) >= SHORTEST_CUT:
        word = re.sub(r"(?<=\w)_(?=\w)", "_<wbr>", word)
    return f'<span class="pre">{word}</span>'


def setup(app: Sphinx) -> None:
    """Run after Furo, which makes its navigation tree in the same event."""
    app.connect("html-page-context", _repair, priority=900)
