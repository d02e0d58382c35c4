"""Quizzes in the book: ``quiz`` shows items of the chapter's quiz file, ``recall`` an earlier answer."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from unionstate.errors import CourseError
from unionstate.paths import quiz_path
from unionstate.quiz.items import Item
from unionstate.quiz.load import find_recalled, load_chapter_quiz
from unionstate.quiz.render import render_items, render_progress_line, render_recall
from unionstate.quiz.select import PARTS, block_label, select_items

if TYPE_CHECKING:
    from sphinx.application import Sphinx


PROGRESS_PAGE = "chapters/your-progress"


class quiz_block(nodes.raw):
    """HTML of items; its presence on a page brings the quiz script and style sheet along."""


class QuizDirective(SphinxDirective):
    """``{quiz} id …`` shows items of the quiz file that has the page's name; ``:part: closing`` all of a part."""

    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = {"part": lambda text: directives.choice(text, PARTS)}

    def run(self) -> list[nodes.Node]:
        ids = self.arguments[0].split() if self.arguments else []
        part = self.options.get("part")
        if bool(ids) == bool(part):
            raise self.error("quiz: give item ids, or ':part:', not both")
        items = self.items(ids, part)
        html = render_items(items, label=block_label(items), page=True)
        if part == "closing":
            html += render_progress_line(self.progress_address())
        return [self.block(html)]

    def progress_address(self) -> str:
        """Where the page of progress and review is, seen from this page; empty if the book has none."""
        if PROGRESS_PAGE not in self.env.found_docs:
            return ""
        return "../" * self.env.docname.count("/") + f"{PROGRESS_PAGE}.html"

    def items(self, ids: list[str], part: str | None) -> list[Item]:
        """The items asked for; an error of the author's stops the directive with its reason."""
        chapter = PurePosixPath(self.env.docname).name
        self.env.note_dependency(str(quiz_path(chapter)))
        try:
            return select_items(load_chapter_quiz(chapter), ids, part)
        except CourseError as problem:
            raise self.error(f"{self.name}: {problem}") from None

    def block(self, html: str) -> quiz_block:
        """The HTML as a node."""
        node = quiz_block("", html, format="html")
        self.set_source_info(node)
        return node


class RecallDirective(QuizDirective):
    """``{recall} id``: what the reader answered to a commit, estimate or predict item, of this chapter or another."""

    required_arguments, optional_arguments = 1, 0
    option_spec = {}

    def run(self) -> list[nodes.Node]:
        try:
            chapter, item = find_recalled(self.arguments[0])
        except CourseError as problem:
            raise self.error(f"recall: {problem}") from None
        self.env.note_dependency(str(quiz_path(chapter)))
        here = PurePosixPath(self.env.docname).name
        return [self.block(render_recall(item, "" if chapter == here else f"{chapter}.html"))]


def setup(app: Sphinx) -> None:
    """Register the node and the directives."""
    app.add_node(quiz_block, override=True, html=(lambda self, node: self.visit_raw(node), None))
    app.add_directive("quiz", QuizDirective)
    app.add_directive("recall", RecallDirective)
