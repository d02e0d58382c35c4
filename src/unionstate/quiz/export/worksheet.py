"""A worksheet to print, with boxes and lines for a pencil, and its key with the reasons; HTML, and PDF if possible."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import jinja2

from unionstate.quiz.export.axes import axes_of
from unionstate.quiz.export.browser import find_browser, print_to_pdf
from unionstate.quiz.export.numbers import letter
from unionstate.quiz.export.outcome import Outcome
from unionstate.quiz.export.texts import COURSE, book_html, sources, title
from unionstate.quiz.export.wording import axis, how, shown_x
from unionstate.quiz.items import Item, shown_number
from unionstate.templates import template_environment

NO_BROWSER = "no PDF: no Chromium, Chrome or Edge found (name one in UNIONSTATE_BROWSER, or print the HTML yourself)"
_FORMS = {  # the macro of answers.html.jinja that draws where to answer
    "single": "options",
    "multiple": "options",
    "commit": "options",
    "true-false": "verdict",
    "numeric": "blank",
    "short-text": "blank",
    "order": "places",
    "match": "letters",
    "classify": "letters",
    "evidence": "sentences",
    "estimate": "blank",
    "draw": "axes",
    "predict": "blank",
}


def write_worksheet(chapter: str, items: list[Item], outcome: Outcome) -> dict[str, bytes]:
    """The questions with blank boxes; hints stand on a page of their own at the end."""
    return _files(chapter, items, outcome, key=False)


def write_key(chapter: str, items: list[Item], outcome: Outcome) -> dict[str, bytes]:
    """The same questions with their answers, the reason for each answer, and the rule that scores each type."""
    return _files(chapter, items, outcome, key=True)


def _files(chapter: str, items: list[Item], outcome: Outcome, *, key: bool) -> dict[str, bytes]:
    rules = {item.scoring: [] for item in items if item.marked}
    for item in items:
        if item.marked and item.type not in rules[item.scoring]:
            rules[item.scoring].append(item.type)
    html = _template().render(course=COURSE, title=title(chapter), items=items, key=key, rules=rules).encode()
    name = ".key" if key else ".worksheet"
    files = {f"{name}.html": html}
    browser = find_browser()
    if browser is None:
        outcome.remark(NO_BROWSER)
    elif pdf := print_to_pdf(browser, html):
        files[f"{name}.pdf"] = pdf
    else:
        outcome.remark(f"no PDF: {browser} did not print the page (print the HTML yourself)")
    return files


@cache
def _template() -> jinja2.Template:
    environment = template_environment(Path(__file__).parent / "templates")
    environment.filters |= {
        "inline": book_html,
        "letter": letter,
        "number": shown_number,
        "x": shown_x,
        "how": how,
        "sources": sources,
        "axis": axis,
        "axes": axes_of,
    }
    environment.globals["forms"] = _FORMS
    return environment.get_template("worksheet.html.jinja")
