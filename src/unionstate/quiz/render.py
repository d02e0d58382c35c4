"""Turns items into HTML: the same markup for the book's pages and for the widget in a notebook."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

import jinja2
from markdown_it import MarkdownIt
from markdown_it.rules_inline import emphasis
from markupsafe import Markup

from unionstate.quiz.items import Draw, Item, shown_number
from unionstate.templates import template_environment

STATIC = Path(__file__).parent / "static"
_MARKS = MarkdownIt("zero", {"html": False}).enable(["emphasis", "backticks", "escape"])
# with stars alone: __init__ is a name, and ____ a gap
_MARKS.inline.ruler.at(
    "emphasis", lambda state, silent: state.src[state.pos] == "*" and emphasis.tokenize(state, silent)
)
# of the chart of a draw item, in the units of its viewBox
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 480, 240, 48, 472, 10, 216
_NEEDED_TO_ANSWER = {"count", "units", "unit", "given"}  # what of a key tells nothing of the answer


def render_items(items: Sequence[Item], *, label: str, page: bool, reveal: bool = True) -> str:
    """The items as one block of HTML, complete without JavaScript.

    Args:
        items: the items in the order shown.
        label: the accessible name of the block, for example "Check yourself".
        page: True in a page of the book, where the script keeps answers in the browser; False in a widget, where the
            kernel keeps them.
        reveal: False leaves keys, answers and reasons out.
    """
    return _template("quiz.html.jinja").render(items=items, label=label, page=page, reveal=reveal)


def render_recall(item: Item, address: str = "") -> str:
    """A line that shows what the reader answered to an item earlier; without JavaScript, a link back to it.

    Args:
        item: a commit, estimate or predict item.
        address: of the page the item is on; empty for the same page.
    """
    return _template("recall.html.jinja").render(item=item, address=address)


def render_progress_line(address: str) -> str:
    """The place where a page's script says how far the reader is; without JavaScript, only the link.

    Args:
        address: of the page of progress and review; empty if the book has none.
    """
    return _template("progress.html.jinja").render(address=address)


@lru_cache(maxsize=512)  # most texts of an item are shown twice
def inline_html(text: str) -> Markup:
    """A text of an item as HTML: emphasis and code, everything else escaped."""
    return Markup(_MARKS.renderInline(text))


@lru_cache(maxsize=512)
def inline_text(text: str) -> str:
    """A text of an item without its marks."""
    tokens = _MARKS.parseInline(text)[0].children or []
    return "".join(token.content for token in tokens)


def chart_html(item: Draw, *, reveal: bool) -> Markup:
    """The axes of a draw item with its given points, a slider for each other point, and, hidden, the data."""
    series, (low, high) = item.series, item.range
    count = len(series)

    def across(place: int) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * place / (count - 1), 1)

    def up(value: float) -> float:
        return round(_BOTTOM + (_TOP - _BOTTOM) * (value - low) / (high - low), 1)

    points = [f"{across(place)},{up(y)}" for place, (_, y) in enumerate(series)]
    middle = (low + high) / 2
    axes = {
        "low": low,
        "high": high,
        "given": item.given,
        "values": [y for _, y in series[: item.given]],
        "left": _LEFT,
        "right": _RIGHT,
        "top": _TOP,
        "bottom": _BOTTOM,
    }
    return Markup(
        _template("chart.html.jinja").render(
            item=item,
            axes=json.dumps(axes),
            width=_WIDTH,
            height=_HEIGHT,
            left=_LEFT,
            right=_RIGHT,
            first=_x(series[0][0]),
            last=_x(series[-1][0]),
            ticks=[{"at": up(value), "text": shown_number(value)} for value in (low, middle, high)],
            given=" ".join(points[: item.given]),
            truth=" ".join(points) if reveal else "",
            to_draw=[_x(x) for x, _ in series[item.given :]],
            low=_x(low),
            high=_x(high),
            step=_x((high - low) / 100),
            start=_x(series[item.given - 1][1] if item.given else middle),
        )
    )


def _x(value: float) -> str:
    """A number without thousands separators, as years are written and attributes hold them."""
    return f"{value:.10g}"


@jinja2.pass_context
def _chart(context: jinja2.runtime.Context, item: Draw) -> Markup:
    return chart_html(item, reveal=context["reveal"])


def _key(item: Item, reveal: bool) -> Markup:
    """The key as JSON for an attribute in single quotes, where JSON's own quotes may stand as they are."""
    key = item.key if reveal else {name: value for name, value in item.key.items() if name in _NEEDED_TO_ANSWER}
    text = json.dumps(key, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("&", "&amp;").replace("'", "&#39;").replace("<", "&lt;"))


@cache
def _template(name: str) -> jinja2.Template:
    environment = template_environment(Path(__file__).parent / "templates")
    environment.filters |= {
        "inline": inline_html,
        "plain": inline_text,
        "key": _key,
        "chart": _chart,
        "number": shown_number,
        "x": _x,
    }
    return environment.get_template(name)
