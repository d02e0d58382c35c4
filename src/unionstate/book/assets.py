"""Style sheets and scripts: the book's own on every page, the quiz's only where there is a quiz."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import rcssmin
import rjsmin
from docutils import nodes

from unionstate.book.progress_page import progress_block
from unionstate.book.quiz_directives import quiz_block
from unionstate.book.short_names import short_names
from unionstate.quiz.render import STATIC as QUIZ_STATIC

if TYPE_CHECKING:
    from sphinx.application import Sphinx

STATIC = Path(__file__).parent / "static"
# What Sphinx, Furo and MyST-NB add to every page for features that these pages do not have (or, for the style of
# cells, that book.css has in fewer words): 11 KB compressed and five requests.
_SEARCH_PAGE_ONLY = ("documentation_options.js", "doctools.js", "sphinx_highlight.js")
_UNUSED = ("styles/furo-extensions.css", "mystnb.")


def _copy(app: Sphinx) -> None:
    if app.builder.format != "html":
        return
    target = Path(app.outdir) / "_static"
    target.mkdir(parents=True, exist_ok=True)
    for sheet in (STATIC / "book.css", QUIZ_STATIC / "quiz.css", QUIZ_STATIC / "review.css"):
        (target / sheet.name).write_text(small_sheet(sheet), encoding="utf-8")
    (target / "ts-fsrs.js").write_text(scheduler_script(), encoding="utf-8")


def _add(app: Sphinx, page: str, _template: str, context: dict, document: nodes.document | None) -> None:
    _leave_out(context["css_files"], _UNUSED)
    if page != "search":
        _leave_out(context["script_files"], _SEARCH_PAGE_ONLY)
    if document is None:
        return
    # Scripts stand in the page itself: one request less, and nothing to wait for.
    app.add_js_file(None, body=rjsmin.jsmin((STATIC / "book.js").read_text(encoding="utf-8")))
    progress = _holds(document, progress_block)
    if progress or _holds(document, quiz_block):
        app.add_css_file("quiz.css", priority=600)
        app.add_js_file(None, body=quiz_script(), id="quiz-script", priority=100)
    if progress:
        app.add_css_file("review.css", priority=601)
        app.add_js_file("ts-fsrs.js")
        app.add_js_file(None, body=_module("review.js"), type="module")


def _holds(document: nodes.document, kind: type[nodes.Node]) -> bool:
    return next(iter(document.findall(kind)), None) is not None


@cache
def _module(name: str) -> str:
    return rjsmin.jsmin((QUIZ_STATIC / name).read_text(encoding="utf-8"))


def small_sheet(sheet: Path) -> str:
    """A style sheet without comments and needless space."""
    return rcssmin.cssmin(sheet.read_text(encoding="utf-8"))


@cache
def quiz_module() -> str:
    """The quiz's module without comments, needless space and long names."""
    return short_names(_module("quiz.js"))


@cache
def quiz_script() -> str:
    """The module as a classic script, whose exports nobody in a page imports, without its side for notebooks.

    A browser runs a module in a page only after the page is parsed and often painted; this runs as it is read, so that
    the items are alive at the first paint.
    """
    plain = re.sub(r"(?<![\w.])export (?=function|const)", "", _module("quiz.js"))
    for_pages, for_notebooks, start = plain.partition("export default")
    if not for_notebooks or "startPage();" not in start:
        raise RuntimeError("quiz.js no longer ends with its default export and startPage()")
    return short_names(f'(()=>{{"use strict";{for_pages}startPage();}})();')


@cache
def scheduler_script() -> str:
    """The library that schedules reviews, under its licence; ``ts-fsrs/README.md`` tells where it is from."""
    folder = QUIZ_STATIC / "ts-fsrs"
    licence = (folder / "LICENSE").read_text(encoding="utf-8").strip()
    return f"/*! ts-fsrs 5.4.2\n{licence}\n*/\n{rjsmin.jsmin((folder / 'index.umd.js').read_text(encoding='utf-8'))}"


def _leave_out(files: list, names: tuple[str, ...]) -> None:
    files[:] = [
        file
        for file in files
        if not str(getattr(file, "filename", None) or file).removeprefix("_static/").startswith(names)
    ]


def setup(app: Sphinx) -> None:
    """Copy the assets and announce them to the pages."""
    app.add_css_file("book.css", priority=600)
    app.connect("builder-inited", _copy)
    app.connect("html-page-context", _add)
