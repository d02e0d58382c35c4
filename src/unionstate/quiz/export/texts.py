"""The texts of items as other programs get them: safe HTML, without characters their files cannot hold."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from markupsafe import Markup

from unionstate.quiz.items import Commit, Item, is_reference_to_article
from unionstate.quiz.render import inline_html

COURSE = "The Pendulum Test"
HOW = {"single": "Choose one.", "multiple": "Choose all that apply.", "commit": "Choose one. Nothing is marked."}
# XML 1.0 has no way to write these, not even as &#0;
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MARK = re.compile(r"[*_`\\\x00\r]")
# What Moodle, Canvas and Anki would take for a command: a formula $$ \( \[, a sound or formula [sound:, an address
_COMMAND = re.compile(r"\$(?=[$A-Z])|\\(?=[(\[])|\[(?=[a-z$/])|@(?=@)|\{(?=\{)")


def cleaned(item: Item) -> tuple[Item, int]:
    """The item without characters that XML and databases refuse, and how many of them were replaced by U+FFFD.

    Line ends become ``\\n``, which is what every XML reader makes of them.
    """
    replaced = 0

    def clean(text: str) -> str:
        nonlocal replaced
        text, number = _UNWRITABLE.subn("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
        replaced += number
        return text

    texts = {
        "prompt": clean(item.prompt),
        "hints": [clean(hint) for hint in item.hints],
        "options": [
            option.model_copy(update={"text": clean(option.text), "feedback": clean(option.feedback)})
            for option in item.options
        ],
    }
    return item.model_copy(update=texts), replaced


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


def question_with_options(item: Commit) -> str:
    """A commit item as the text of a question that is answered in words."""
    options = listed(safe_html(option.text) for option in item.options)
    return f"<p>{safe_html(item.prompt)}</p>{options}<p>{HOW['commit']}</p>"


def reasons(item: Item) -> str:
    """What each option leads to, as an HTML list."""
    return listed(
        f"{'' if isinstance(item, Commit) else '<b>Right:</b> ' if option.correct else '<b>Wrong:</b> '}"
        f"<i>{safe_html(option.text)}</i> {safe_html(option.feedback)}"
        for option in item.options
    )


def title(chapter: str) -> str:
    """A chapter's name as a heading: ``when-was-this-written`` becomes "When was this written"."""
    return chapter.replace("-", " ").capitalize()
