"""The bar under a chapter's title: reading time, what it works on, its notebook; and where to report a mistake."""

from __future__ import annotations

import html
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes

from unionstate.book.quiz_directives import quiz_block
from unionstate.errors import CourseError
from unionstate.frontmatter import Chapter, read_contract
from unionstate.notebooks import notebook_name
from unionstate.settings import NOTEBOOKS, read_settings

if TYPE_CHECKING:
    from sphinx.application import Sphinx

WORDS_A_MINUTE = 180  # a second-language reader of expository text; the quiz comes on top
SECONDS_AN_ITEM = 40
OBJECTIVES = "what-you-will-be-able-to-do"  # the heading of their list on the front page
BINDER_WAIT = (
    "Binder is a free service; it often needs one to ten minutes to start, and sometimes fails. "
    "Nothing on this page needs it."
)


def reading_minutes(document: nodes.document) -> int:
    """Minutes to read the page and answer its items."""
    words = sum(
        len(node.astext().split())
        for node in document.findall(nodes.TextElement)
        if isinstance(node, nodes.paragraph | nodes.title | nodes.attribution) and not _inside_output(node)
    )
    items = sum(len(re.findall(r'class="quiz-item"', node.astext())) for node in document.findall(quiz_block))
    return max(1, math.ceil(words / WORDS_A_MINUTE + items * SECONDS_AN_ITEM / 60))


def _inside_output(node: nodes.Node) -> bool:
    while node := node.parent:
        if "cell_output" in node.get("classes", []) or isinstance(node, nodes.footnote):
            return True
    return False


def _add_bar(app: Sphinx, document: nodes.document, docname: str) -> None:
    source = Path(app.env.doc2path(docname))
    try:
        contract = read_contract(source)
        launch = read_settings().launch_address(notebook_name(source)) if contract else ""
    except CourseError as problem:
        document.reporter.error(str(problem))
        return
    title = next(iter(document.findall(nodes.title)), None)
    if contract is None or title is None or app.builder.format != "html":
        return
    minutes = contract.minutes if not isinstance(contract, Chapter) else reading_minutes(document)
    facts = [f"About {minutes} minutes"]
    if isinstance(contract, Chapter):
        facts.append(f"exercise: {contract.exercise_minutes} minutes more")
    up = app.builder.get_relative_uri(docname, "index")
    objectives = ", ".join(sorted(contract.objectives, key=lambda one: int(one[2:])))
    facts.append(f'<a href="{up}#{OBJECTIVES}">objectives</a> {objectives}')
    download = f"{up.removesuffix('index.html')}{NOTEBOOKS}/{notebook_name(source)}"
    links = [f'<a href="{html.escape(download)}" download>Download as a notebook (.ipynb)</a>']
    wait = ""
    if launch:
        links.insert(0, f'<a href="{html.escape(launch)}">Open in Binder</a>')
        wait = f"<p>{BINDER_WAIT}</p>"
    bar = f'<div class="page-bar"><p>{" · ".join(facts)}</p><p class="page-bar-links">{" ".join(links)}</p>{wait}</div>'
    title.parent.insert(title.parent.index(title) + 1, nodes.raw("", bar, format="html"))


def _add_report(_app: Sphinx, _page: str, _template: str, context: dict, _document: nodes.document | None) -> None:
    # a title as it stands in a page has markup; the template shows the link only where there is an address
    title = html.unescape(re.sub(r"<[^>]+>", "", context.get("title", "")))
    context["report_address"] = read_settings().report_address(title)


def setup(app: Sphinx) -> None:
    """Put the bar on every notebook page, and the way to report a mistake at the foot of every page."""
    app.connect("doctree-resolved", _add_bar)
    app.connect("html-page-context", _add_report)
