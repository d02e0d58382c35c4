"""The article in the book: its page, quotations from it, and links that show the paragraph on hover and focus."""

from __future__ import annotations

import hashlib
import html
from typing import TYPE_CHECKING

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective, SphinxRole

from unionstate.article import mark_slips, the_article
from unionstate.paths import article_path

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

ARTICLE_PAGE = "chapters/the-article"


class article_reference(nodes.Inline, nodes.TextElement):
    """A link to a paragraph or sentence; attributes ``anchor`` and ``shown`` (the text of the card)."""


class article_text(nodes.Element, nodes.General):
    """The whole article."""


def paragraph_anchor(number: int) -> str:
    """The anchor of a paragraph on the article's page, for example ``p3``."""
    return f"p{number}"


def sentence_anchor(sentence_id: str) -> str:
    """The anchor of a sentence on the article's page, for example ``s3-2``."""
    return "s" + sentence_id.replace(".", "-")


class ArticleRole(SphinxRole):
    """``{para}`3``` -> ¶3 and ``{sentence}`3.2``` -> ¶3.2, links that show the place.

    ``{para}`0``` is the stamp, the title and the rubric.
    """

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        if ("." in self.text) != (self.name == "sentence"):
            return _unknown(self, KeyError("a paragraph is a number (3), a sentence has two (3.2)"))
        try:
            found = link_to_article(self.text)
        except KeyError as problem:
            return _unknown(self, problem)
        self.env.note_dependency(str(article_path()))
        return [found], []


class QuoteArticle(SphinxDirective):
    """Quotes sentences (``1.1 1.2``) or a paragraph (``1``) of the article, with a link to the place."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(article_path()))
        try:
            texts = [text for reference in self.arguments[0].split() for text in the_article().quote(reference)]
        except KeyError as problem:
            raise self.error(problem.args[0]) from None
        quote = nodes.block_quote(classes=["article-quote"])
        quote += nodes.raw("", f"<p>{_marked(' '.join(texts))}</p>", format="html")
        source = nodes.attribution()
        for place, reference in enumerate(self.arguments[0].split()):
            source += [*([nodes.Text(", ")] if place else []), link_to_article(reference)]
        quote += source
        self.set_source_info(quote)
        return [quote]


class ArticleDirective(SphinxDirective):
    """The whole article with an anchor for every paragraph and every sentence."""

    option_spec = {"class": directives.class_option}

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(article_path()))
        node = article_text()
        # kept as text too, so that the book's search finds the article's words
        for sentence in the_article().sentences:
            node += nodes.paragraph("", sentence.text)
        return [node]


class ArticleFactRole(SphinxRole):
    """``{article-fact}`words```: something about the article's file or text, read from the file itself."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        self.env.note_dependency(str(article_path()))
        facts = article_facts()
        if self.text not in facts:
            return _unknown(self, KeyError(f"no such fact; there are: {', '.join(facts)}"))
        fact = facts[self.text]
        return [nodes.literal("", fact) if self.text in {"file", "sha256"} else nodes.Text(fact)], []


def article_facts() -> dict[str, str]:
    """What the provenance page says of the article, by name."""
    raw, article = article_path().read_bytes(), the_article()
    return {
        "file": article_path().name,
        "bytes": f"{len(raw):,}",
        "sha256": hashlib.sha256(raw).hexdigest(),
        "stamp": article.stamp,
        "title": article.title,
        "rubric": article.rubric,
        "paragraphs": str(len(article.paragraphs)),
        "sentences": str(len(article.sentences)),
        "words": str(sum(len(sentence.text.split()) for sentence in article.sentences)),
    }


def link_to_article(reference: str) -> article_reference:
    """A link to a paragraph (``3``), a sentence (``3.2``), or the stamp, title and rubric (``0``).

    Raises:
        KeyError: if there is no such place in the article.
    """
    anchor = sentence_anchor(reference) if "." in reference else f"p{reference}"
    return article_reference("", f"¶{reference}", anchor=anchor, shown=" / ".join(the_article().quote(reference)))


def _unknown(role: SphinxRole, problem: KeyError) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    message = role.inliner.reporter.error(f"{{{role.name}}}`{role.text}`: {problem.args[0]}", line=role.lineno)
    return [role.inliner.problematic(role.rawtext, role.rawtext, message)], [message]


def _marked(text: str) -> str:
    """Text as HTML, the article's own slips marked."""
    return "".join(
        f'{html.escape(part)}&nbsp;<abbr class="sic" title="{html.escape(remark)}">[sic]</abbr>'
        if remark
        else html.escape(part)
        for part, remark in mark_slips(text)
    )


def _visit_reference(self: HTML5Translator, node: article_reference) -> None:
    page = self.builder.get_relative_uri(self.builder.current_docname, ARTICLE_PAGE)
    # one number a page, so that every card has an id of its own
    self.article_cards = getattr(self, "article_cards", 0) + 1
    card = f"article-card-{self.article_cards}"
    label = node.astext()
    self.body.append(
        f'<span class="article-ref"><a href="{page}#{node["anchor"]}" aria-describedby="{card}">{label}</a>'
        f'<span class="article-card" role="tooltip" id="{card}"><b>{label}</b> {_marked(node["shown"])}</span></span>'
    )
    raise nodes.SkipNode


def _visit_article(self: HTML5Translator, node: article_text) -> None:
    article = the_article()
    parts = [
        f'<div class="article"><div id="{paragraph_anchor(0)}">'
        f'<p class="article-stamp">{html.escape(article.stamp)}</p>'
        f'<p class="article-title">{html.escape(article.title)}</p>'
        f'<p class="article-rubric">{html.escape(article.rubric)}</p></div>'
    ]
    for paragraph in article.paragraphs:
        anchor = paragraph_anchor(paragraph.number)
        parts.append(f'<p id="{anchor}"><a class="article-number" href="#{anchor}">¶{paragraph.number}</a> ')
        for sentence in paragraph.sentences:
            anchor = sentence_anchor(sentence.id)
            parts.append(
                f'<span id="{anchor}">{_marked(sentence.text)} '
                f'<a class="sentence-number" href="#{anchor}" aria-label="Link to sentence {sentence.id}">'
                f"{sentence.id}</a></span> "
            )
        parts.append("</p>")
    self.body.append("".join(parts) + "</div>")
    raise nodes.SkipNode


def _visit_as_text(self: object, node: nodes.Element) -> None:
    """Other builders: the label alone, the article's bare sentences."""


def setup(app: Sphinx) -> None:
    """Register nodes, roles and directives."""
    app.add_node(article_reference, html=(_visit_reference, None), text=(_visit_as_text, _visit_as_text))
    app.add_node(article_text, html=(_visit_article, None), text=(_visit_as_text, _visit_as_text))
    app.add_role("para", ArticleRole())
    app.add_role("sentence", ArticleRole())
    app.add_role("article-fact", ArticleFactRole())
    app.add_directive("quote-article", QuoteArticle)
    app.add_directive("article", ArticleDirective)
