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


class FoldCode(SphinxTransform):
    """Gives every code cell of a chapter the mark that MyST-NB gives to cells tagged ``hide-input``."""

    default_priority = 400

    def apply(self) -> None:
        try:
            contract = read_contract(Path(self.env.doc2path(self.env.docname)))
        except CourseError:
            return  # the page bar reports it
        if not isinstance(contract, Chapter):
            return
        for cell in self.document.findall(nodes.container):
            has_code = cell.get("nb_element") == "cell_code" and cell.children
            if has_code and cell.children[0].get("nb_element") == "cell_code_source":
                cell.attributes.setdefault("hide_mode", "input")
                cell["prompt_show"], cell["prompt_hide"] = "Show the code", "Hide the code"


def setup(app: Sphinx) -> None:
    """Register the transform and the filter."""
    app.connect("source-read", _leave_out)
    app.add_transform(FoldCode)
