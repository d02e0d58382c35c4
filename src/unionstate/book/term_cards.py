"""Terms explained where they are met: at its first use on a page a term shows its meaning on hover and focus."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from docutils import nodes

from unionstate.notebooks import glossary

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

GLOSSARY_PAGE = "chapters/glossary"
_ROLE = re.compile(r"\{[a-z]+\}`([^`<]*?)(?:\s*<[^`>]*>)?`")


class explained_term(nodes.Inline, nodes.TextElement):
    """A link to the glossary with the meaning; attributes ``address``, ``term`` and ``meaning``."""


def meanings(app: Sphinx) -> dict[str, tuple[str, str]]:
    """Term and meaning by anchor on the glossary's page."""
    found = {}
    for (kind, name), (page, anchor) in app.env.get_domain("std").objects.items():
        if kind == "term" and page == GLOSSARY_PAGE and name.casefold() in glossary():
            found[anchor] = (name, _ROLE.sub(r"\1", glossary()[name.casefold()]))
    return found


def _explain(app: Sphinx, doctree: nodes.document, page: str) -> None:
    if app.builder.format != "html" or page == GLOSSARY_PAGE:
        return
    known, met = meanings(app), set()
    glossary_address = app.builder.get_relative_uri(page, GLOSSARY_PAGE)
    for reference in list(doctree.findall(nodes.reference)):
        address, _, anchor = reference.get("refuri", "").partition("#")
        if address != glossary_address or anchor not in known or anchor in met:
            continue
        met.add(anchor)
        term, meaning = known[anchor]
        text = reference.astext()
        reference.parent.replace(
            reference, explained_term("", text, address=reference["refuri"], term=term, meaning=meaning)
        )


def _visit(self: HTML5Translator, node: explained_term) -> None:
    self.term_cards = getattr(self, "term_cards", 0) + 1
    card = f"term-card-{self.term_cards}"
    link, term, words, meaning = (
        html.escape(one) for one in (node["address"], node["term"], node.astext(), node["meaning"])
    )
    # the classes of the links into the article: one style and one script serve both
    self.body.append(
        f'<span class="article-ref term-ref"><a href="{link}" aria-describedby="{card}">{words}</a>'
        f'<span class="article-card" role="tooltip" id="{card}"><b>{term}</b> {meaning}</span></span>'
    )
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register the node and the transform; it runs once links to the glossary are resolved."""
    app.add_node(explained_term, html=(_visit, None))
    app.connect("doctree-resolved", _explain)
