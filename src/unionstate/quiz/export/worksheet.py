"""A worksheet to print, with boxes to tick, and its key with the reasons; HTML, and PDF where a browser is found."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import jinja2

from unionstate.quiz.export.browser import find_browser, print_to_pdf
from unionstate.quiz.export.outcome import Outcome
from unionstate.quiz.export.texts import COURSE, HOW, book_html, sources, title
from unionstate.quiz.items import Item
from unionstate.templates import template_environment

NO_BROWSER = "no PDF: no Chromium, Chrome or Edge found (name one in UNIONSTATE_BROWSER, or print the HTML yourself)"


def write_worksheet(chapter: str, items: list[Item], outcome: Outcome) -> dict[str, bytes]:
    """The questions with blank boxes; hints stand on a page of their own at the end."""
    return _files(chapter, items, outcome, key=False)


def write_key(chapter: str, items: list[Item], outcome: Outcome) -> dict[str, bytes]:
    """The same questions with the right boxes ticked and the reason for every option."""
    return _files(chapter, items, outcome, key=True)


def _files(chapter: str, items: list[Item], outcome: Outcome, *, key: bool) -> dict[str, bytes]:
    html = (
        _template().render(course=COURSE, title=title(chapter), items=items, key=key, how=HOW, sources=sources).encode()
    )
    name = ".key" if key else ".worksheet"
    files = {f"{name}.html": html}
    browser = find_browser()
    if browser is None:
        outcome.remarks.append(NO_BROWSER)
    elif pdf := print_to_pdf(browser, html):
        files[f"{name}.pdf"] = pdf
    else:
        outcome.remarks.append(f"no PDF: {browser} did not print the page (print the HTML yourself)")
    return files


@cache
def _template() -> jinja2.Template:
    environment = template_environment(Path(__file__).parent / "templates")
    environment.filters["inline"] = book_html
    return environment.get_template("worksheet.html.jinja")
