"""Turns items into HTML: the same markup for the book's pages and for the widget in a notebook."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import jinja2
from markdown_it import MarkdownIt
from markupsafe import Markup

from unionstate.quiz.items import Commit, Item
from unionstate.templates import template_environment

STATIC = Path(__file__).parent / "static"
_MARKS = MarkdownIt("zero", {"html": False}).enable(["emphasis", "backticks", "escape"])


def render_items(items: Sequence[Item], *, label: str, page: bool) -> str:
    """The items as one block of HTML, complete without JavaScript.

    Args:
        items: the items in the order shown.
        label: the accessible name of the block, for example "Check yourself".
        page: True in a page of the book, where the script keeps answers in the browser; False in a widget, where the
            kernel keeps them.
    """
    return _template("quiz.html.jinja").render(items=items, label=label, page=page)


def render_recall(item: Commit) -> str:
    """A line that shows what the reader answered to a commit item; without JavaScript, a link back to it."""
    options = json.dumps([inline_text(option.text) for option in item.options], ensure_ascii=False)
    return _template("recall.html.jinja").render(item=item, options=options)


def inline_html(text: str) -> Markup:
    """A text of an item as HTML: emphasis and code, everything else escaped."""
    return Markup(_MARKS.renderInline(text))


def inline_text(text: str) -> str:
    """A text of an item without its marks."""
    tokens = _MARKS.parseInline(text)[0].children or []
    return "".join(token.content for token in tokens)


@cache
def _template(name: str) -> jinja2.Template:
    environment = template_environment(Path(__file__).parent / "templates")
    environment.filters["inline"] = inline_html
    return environment.get_template(name)
