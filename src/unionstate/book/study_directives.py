"""Small helps for studying: hints that open on request, and numbers computed from the tables."""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.docutils import SphinxDirective, SphinxRole

from unionstate.errors import CourseError
from unionstate.exercises.source import load_exercise, parameter_text
from unionstate.notebooks import ARCHIVE
from unionstate.settings import NOTEBOOKS
from unionstate.values import compute

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator


class hint_step(nodes.Element, nodes.General):
    """A hint; attribute ``title``."""


class HintStep(SphinxDirective):
    """``{hint-step} Title`` with the hint as its content."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        node = hint_step(title=self.arguments[0])
        self.set_source_info(node)
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


class ValueRole(SphinxRole):
    """``{value}`claims.count```: the number that ``unionstate.values`` computes under that name."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        try:
            return [nodes.Text(compute(self.text))], []
        except KeyError as problem:
            message = self.inliner.reporter.error(f"{{value}}`{self.text}`: {problem.args[0]}", line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]


class ParamRole(SphinxRole):
    """``{param}`year```: a parameter of the exercise, as it is in the book."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        try:
            exercise = load_exercise(Path(self.env.doc2path(self.env.docname)).parent.name)
            return [nodes.Text(parameter_text(self.text, exercise.defaults))], []
        except (KeyError, CourseError) as problem:
            said = problem.args[0] if isinstance(problem, KeyError) else str(problem)
            message = self.inliner.reporter.error(f"{{param}}`{self.text}`: {said}", line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]


class NotebooksArchiveRole(SphinxRole):
    """``{notebooks-archive}`one zip file```: a link to the notebooks packed with all they need."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        up = "../" * self.env.docname.count("/")
        return [nodes.reference("", self.text, refuri=f"{up}{NOTEBOOKS}/{ARCHIVE}", internal=True)], []


def _visit_hint(self: HTML5Translator, node: hint_step) -> None:
    self.body.append(f'<details class="hint-step"><summary>{html.escape(node["title"])}</summary>\n')


def _depart_hint(self: HTML5Translator, node: hint_step) -> None:
    self.body.append("</details>\n")


def _pass(self: object, node: nodes.Element) -> None:
    """Other builders show the hint as plain text."""


def setup(app: Sphinx) -> None:
    """Register the node, the directive and the role."""
    app.add_node(hint_step, html=(_visit_hint, _depart_hint), text=(_pass, _pass))
    app.add_directive("hint-step", HintStep)
    app.add_role("value", ValueRole())
    app.add_role("param", ParamRole())
    app.add_role("notebooks-archive", NotebooksArchiveRole())
