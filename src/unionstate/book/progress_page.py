"""The page of progress and review: ``review`` holds every item that can come back, ``progress`` counts by chapter."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.docutils import SphinxDirective
from sphinx_external_toc.parsing import parse_toc_yaml

from unionstate.book import HERE
from unionstate.errors import CourseError
from unionstate.paths import course_root, quiz_path
from unionstate.quiz.items import Item
from unionstate.quiz.load import load_chapter_quiz
from unionstate.quiz.render import render_items
from unionstate.templates import template_environment

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_FRAGMENTS = template_environment(HERE / "fragments")


class progress_block(nodes.raw):
    """HTML of progress or review; its presence on a page brings their script and style sheet along."""


@dataclass(frozen=True)
class QuizPage:
    """A chapter with a quiz, as the page lists it."""

    docname: str
    name: str
    items: list[Item]
    title: str = ""
    address: str = ""

    @property
    def facts(self) -> str:
        """What the script needs to know of every item, as JSON: version, type, and how many places an answer has."""
        facts = {item.id: [item.version, item.type, item.key.get("count", 0)] for item in self.items}
        return json.dumps(facts, separators=(",", ":"))

    @property
    def first(self) -> str:
        """The id of the first question at the end of the chapter, or else of the first at all."""
        return next((item for item in self.items if item.part == "closing"), self.items[0]).id

    @property
    def coming_back(self) -> Iterator[tuple[Item, str]]:
        """The marked items and their HTML: what is not marked cannot be missed, so it has no schedule."""
        for item in self.items:
            if item.marked:
                yield item, render_items([item], label="Question to review", page=False)


def quiz_pages() -> list[QuizPage]:
    """The chapters with a quiz in the order of ``_toc.yml``."""
    names = [name.removesuffix(".md") for name in parse_toc_yaml(course_root() / "_toc.yml")]
    return [
        QuizPage(docname, name, load_chapter_quiz(name).items)
        for docname in names
        if docname.startswith("chapters/") and quiz_path(name := PurePosixPath(docname).name).is_file()
    ]


class _ProgressDirective(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        try:
            pages = quiz_pages()
        except CourseError as problem:
            raise self.error(f"{self.name}: {problem}") from None
        for page in pages:
            self.env.note_dependency(str(quiz_path(page.name)))
        self.env.metadata[self.env.docname]["progress"] = True
        node = progress_block("", template=self.name, format="html")
        self.set_source_info(node)
        return [node]


def _fill(app: Sphinx, document: nodes.document, docname: str) -> None:
    """Write the HTML when all pages are read: before, the titles of the chapters are not known."""
    if app.builder.format != "html":
        return
    for node in document.findall(progress_block):
        pages = [
            QuizPage(
                page.docname,
                page.name,
                page.items,
                app.env.titles[page.docname].astext(),
                app.builder.get_relative_uri(docname, page.docname),
            )
            for page in quiz_pages()
        ]
        html = _FRAGMENTS.get_template(f"{node['template']}.html.jinja").render(pages=pages)
        node.rawsource = html
        node[:] = [nodes.Text(html)]


def _written_again(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The pages of progress, if a chapter's title has changed since they were written."""
    titles = [env.titles[page.docname].astext() for page in quiz_pages()]
    if titles == getattr(env, "quiz_titles", None):
        return []
    env.quiz_titles = titles
    return [docname for docname, facts in env.metadata.items() if "progress" in facts]


def setup(app: Sphinx) -> None:
    """Register the node and the directives."""
    app.add_node(progress_block, html=(lambda self, node: self.visit_raw(node), None))
    app.add_directive("review", _ProgressDirective)
    app.add_directive("progress", _ProgressDirective)
    app.connect("doctree-resolved", _fill)
    app.connect("env-updated", _written_again)
