"""Code in the book: folded in chapters, open in exercises; live-only and solution cells are left out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.transforms import SphinxTransform

from unionstate.errors import CourseError
from unionstate.frontmatter import Chapter, read_contract

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

_CELL = re.compile(r"^(`{3,})\{code-cell\}[^\n]*\n(.*?)^\1[ \t]*$", flags=re.DOTALL | re.MULTILINE)
_TAGS = re.compile(r":tags:\s*\[([^\]]*)\]")
_LEFT_OUT = {"live-only", "solution"}


def without_left_out(source: str) -> str:
    """A page's source without the cells that are not for the book; every other line keeps its number."""

    def blank(cell: re.Match[str]) -> str:
        tags = _TAGS.search(cell[2])
        names = {name.strip() for name in tags[1].split(",")} if tags else set()
        return "\n" * cell[0].count("\n") if names & _LEFT_OUT else cell[0]

    return _CELL.sub(blank, source)


def _leave_out(_app: Sphinx, _docname: str, content: list[str]) -> None:
    content[0] = without_left_out(content[0])


class folded_code(nodes.General, nodes.Element):
    """The code of a cell behind a disclosure (MyST-NB's own names it differently for eyes and for screen readers)."""


class FoldCode(SphinxTransform):
    """Folds the code of every cell of a chapter."""

    default_priority = 400

    def apply(self) -> None:
        try:
            contract = read_contract(Path(self.env.doc2path(self.env.docname)))
        except CourseError:
            return  # the page bar reports it
        if not isinstance(contract, Chapter):
            return
        for code in list(self.document.findall(nodes.container)):
            if code.get("nb_element") == "cell_code_source":
                code.parent.replace(code, folded_code("", code))


def _open(self: HTML5Translator, _node: folded_code) -> None:
    self.body.append('<details class="folded-code"><summary>Show the code</summary>\n')


def _close(self: HTML5Translator, _node: folded_code) -> None:
    self.body.append("</details>\n")


def setup(app: Sphinx) -> None:
    """Register the filter, the node and the transform."""
    app.connect("source-read", _leave_out)
    app.add_node(folded_code, html=(_open, _close), text=(lambda *_: None, lambda *_: None))
    app.add_transform(FoldCode)
