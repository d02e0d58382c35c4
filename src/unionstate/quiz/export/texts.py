"""The texts of items as other programs get them: safe HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from markupsafe import Markup

from unionstate.quiz.items import Item, is_reference_to_article
from unionstate.quiz.render import inline_html, inline_text

COURSE = "The Pendulum Test"
_MARK = re.compile(r"[*_`\\\x00\r]")
# What Moodle, Canvas and Anki would take for a command: a formula $$ \( \[, a sound or formula [sound:, an address
_COMMAND = re.compile(r"\$(?=[$A-Z])|\\(?=[(\[])|\[(?=[a-z$/])|@(?=@)|\{(?=\{)")


def book_html(text: str) -> Markup:
    """A text as the book's HTML. Most texts have no marks; escaping those here takes seconds less for a megabyte."""
    if _MARK.search(text):
        return inline_html(text)
    return Markup(html.escape(text, quote=False).replace('"', "&quot;"))


def safe_html(text: str) -> str:
    """A text as HTML that the receiving program shows as the book does.

    Marks that would start a formula, a sound or an address there are split by a ``<span>``: the book shows
    them as typed, and a formula may carry a ``javascript:`` link.
    """
    return _COMMAND.sub(r"<span>\g<0></span>", str(book_html(text)))


def menu_html(text: str) -> str:
    """A text as an entry of a menu, which has no place for tags: escaped, without emphasis."""
    return html.escape(inline_text(text) if _MARK.search(text) else text, quote=False)


def paragraph(text: str) -> str:
    """An HTML text as a paragraph; nothing if there is none."""
    return f"<p>{text}</p>" if text else ""


def listed(entries: Iterable[str], kind: str = "ul") -> str:
    """HTML texts as an HTML list."""
    return f"<{kind}>{''.join(f'<li>{entry}</li>' for entry in entries)}</{kind}>"


def sources(item: Item) -> str:
    """Where the answer can be looked up, as text."""
    return f"Look it up: {', '.join(_place(source) for source in item.source)}"


def _place(source: str) -> str:
    if is_reference_to_article(source):
        return f"¶{source}"
    return f"claim {source}" if re.fullmatch(r"C\d+", source) else source


def hints(item: Item) -> str:
    """The hints as HTML paragraphs, for formats that have no place of their own for them."""
    return "".join(f"<p>Hint {number}: {safe_html(hint)}</p>" for number, hint in enumerate(item.hints, start=1))


def title(chapter: str) -> str:
    """A chapter's name as a heading: ``when-was-this-written`` becomes "When was this written"."""
    return chapter.replace("-", " ").capitalize()
