"""Questions in words alone: what is asked, what can be answered and why, for programs without a form of their own.

Cards and unmarked questions are made of these; the worksheet has the same words with places to write in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unionstate.quiz.export.numbers import letter
from unionstate.quiz.export.texts import listed, paragraph, safe_html
from unionstate.quiz.items import Draw, Item, Line, Order, shown_number

_HOW = {
    "single": "Choose one.",
    "multiple": "Choose all that apply.",
    "commit": "Choose one.",
    "true-false": "True or false? Choose the reason too.",
    "numeric": "Write a number.",
    "short-text": "Write a word or a name.",
    "order": "Number them in their order, from 1.",
    "match": "Write the letter of its partner to each.",
    "classify": "Write the letter of its group to each.",
    "evidence": "Choose one sentence of the article.",
    "estimate": "Write your estimate; a rough one will do.",
    "draw": "Continue the line.",
    "predict": "Write a probability from 0 to 100 %.",
}


def how(item: Item) -> str:
    """How an item is answered where no program helps."""
    return f"{_HOW[item.type]}{'' if item.marked else ' Nothing is marked.'}"


def body(item: Item) -> str:
    """What stands below the prompt, as HTML."""
    return _BODIES[item.type](item)


def reasons(item: Item) -> str:
    """What each answer leads to, as HTML; the data where the answer is a line."""
    spoken = listed(_reason(line) for line in item.lines)
    return spoken + data_table(item) if isinstance(item, Draw) else spoken


def _reason(line: Line) -> str:
    label, feedback = safe_html(line.label), safe_html(line.feedback)
    if line.answer:
        return f"<i>{label}</i>: <b>{safe_html(line.answer)}</b>. {feedback}"
    mark = {True: "<b>Right:</b> ", False: "<b>Wrong:</b> ", None: ""}[line.right]
    return f"{mark}<i>{label}</i> {feedback}"


def unit(item: Any) -> str:
    """The unit of a number, as an HTML paragraph; empty if it has none."""
    return paragraph(f"Unit: {safe_html(item.unit)}" if item.unit else "")


def ends(item: Order) -> str:
    """What the first and the last place of an order mean, as an HTML paragraph."""
    return paragraph(f"1: {safe_html(item.first)}. {len(item.entries)}: {safe_html(item.last)}.")


def lettered(choices: list[str]) -> str:
    """HTML texts under capital letters."""
    return "".join(f"<p>{letter(place)}. {choice}</p>" for place, choice in enumerate(choices))


def shown_x(value: float) -> str:
    """A value of the x axis: years have no thousands separator."""
    return f"{value:.10g}"


def axis(item: Draw) -> str:
    """The name of the y axis with its unit."""
    return f"{item.y} ({item.unit})" if item.unit else item.y


def data_table(item: Draw, *, given: bool = False) -> str:
    """The series as an HTML table; of a question only the points that are given, the others blank."""
    rows = [
        f"<tr><td>{shown_x(x)}</td><td>{shown_number(y) if place < item.given or not given else ''}</td></tr>"
        for place, (x, y) in enumerate(item.series)
    ]
    head = f"<tr><th>{safe_html(item.x)}</th><th>{safe_html(axis(item))}</th></tr>"
    return f"<table>{head}{''.join(rows)}</table>"


def _options(item: Any) -> str:
    return listed((safe_html(option.text) for option in item.options), "ol")


def _reasons_offered(item: Any) -> str:
    return listed((safe_html(reason.text) for reason in item.reasons), "ol")


def _order(item: Any) -> str:
    return ends(item) + listed(safe_html(item.entries[place].text) for place in item.shuffled(len(item.entries)))


def _pairs(item: Any) -> str:
    return listed((safe_html(stem) for stem in item.stems), "ol") + lettered([safe_html(one) for one in item.choices])


def _sentences(item: Any) -> str:
    return listed(f"¶{sentence_id} {safe_html(text)}" for sentence_id, text in item.sentences)


def _axes(item: Any) -> str:
    low, high = (shown_number(end) for end in item.range)
    return paragraph(f"{safe_html(axis(item))}, from {low} to {high}:") + data_table(item, given=True)


def _nothing(item: Any) -> str:
    return ""


_BODIES: dict[str, Callable[[Any], str]] = {
    "single": _options,
    "multiple": _options,
    "commit": _options,
    "true-false": _reasons_offered,
    "numeric": unit,
    "short-text": _nothing,
    "order": _order,
    "match": _pairs,
    "classify": _pairs,
    "evidence": _sentences,
    "estimate": unit,
    "draw": _axes,
    "predict": _nothing,
}
