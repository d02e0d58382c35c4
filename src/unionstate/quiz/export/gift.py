"""GIFT, Moodle's text format; escapes and weights as in docs.moodle.org, "GIFT format"."""

from __future__ import annotations

import re

from unionstate.quiz.export.outcome import Outcome
from unionstate.quiz.export.shares import shares
from unionstate.quiz.export.texts import COURSE, hints, question_with_options, reasons, safe_html, sources
from unionstate.quiz.items import Commit, Item, Single

_CONTROL = re.compile(r"[\\~=#{}:]")


def write_gift(chapter: str, items: list[Item], outcome: Outcome) -> dict[str, bytes]:
    """One category with the items of a chapter; a blank line ends each question."""
    blocks = [f"$CATEGORY: $course$/top/{COURSE}/{chapter}"]
    for item in items:
        if item.hints:
            outcome.move(item, "hints into the general feedback, which is seen after answering: GIFT has none")
        after = f"{hints(item)}<p>{safe_html(sources(item))}</p>"
        if isinstance(item, Commit):
            outcome.convert(item, "nothing to mark: an essay question; set its mark to 0 in Moodle")
            blocks.append(f"{_head(item, question_with_options(item))}{{####{_html(reasons(item) + after)}}}")
        else:
            lines = [_head(item, f"<p>{safe_html(item.prompt)}</p>") + "{"]
            for option, share in zip(item.options, shares(item), strict=True):
                # "=" would turn a multiple item into a single one
                weight = ("=" if option.correct else "~") if isinstance(item, Single) else f"~%{share}%"
                lines.append(f"\t{weight}{_html(safe_html(option.text))}#{_html(safe_html(option.feedback))}")
            blocks.append("\n".join([*lines, f"\t####{_html(after)}", "}"]))
    return {".gift.txt": ("\n\n".join(blocks) + "\n").encode()}


def _head(item: Item, text: str) -> str:
    tags = (item.objective, f"difficulty-{item.difficulty}", item.part)
    comment = f"// [id:{item.id}] {' '.join(f'[tag:{tag}]' for tag in tags)}"
    return f"{comment}\n::{item.id}::{_html(text)}"


def _html(html: str) -> str:
    """A text with its format in front: without it, Moodle would read a text's own "[html]" or "%50%" as a command."""
    return "[html]" + _CONTROL.sub(r"\\\g<0>", html).replace("\n", r"\n")
