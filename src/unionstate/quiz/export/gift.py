"""GIFT, Moodle's text format; escapes, weights and the forms of answers as in docs.moodle.org, "GIFT format".

What the page does not say: a text may start with its format in brackets, a short answer too; a question whose answers
hold ``->`` is taken for a matching one, and there is no escape for it; while Moodle reads, ``&&058;`` and the like
stand for escaped characters.
"""

from __future__ import annotations

import re
from typing import Any

from unionstate.quiz.export.moodle_xml import menu, pattern, unused
from unionstate.quiz.export.numbers import decimal_text
from unionstate.quiz.export.outcome import Outcome
from unionstate.quiz.export.questions import Choice, Kept, Number, Pairs, Question, Words, question_of
from unionstate.quiz.export.texts import COURSE, hints, paragraph, safe_html
from unionstate.quiz.items import Item

_CONTROL = re.compile(r"[\\~=#{}:]")
_TOGETHER = re.compile("(?<=-)(?=>)|(?<=&)(?=&)")


def write_gift(chapter: str, items: list[Item], outcome: Outcome) -> dict[str, bytes]:
    """One category with the items of a chapter; a blank line ends each question."""
    blocks = [f"$CATEGORY: $course$/top/{COURSE}/{chapter}"]
    for item in items:
        question = question_of(item)
        if question.converted:
            outcome.convert(item, "; ".join(filter(None, (question.converted, question.scored))))
        if isinstance(question.answers, Kept):
            outcome.remark("GIFT has no marks: set those of the essay questions to 0 in Moodle")
        if item.hints:
            outcome.move(item, "hints into the general feedback, which is seen after answering: GIFT has none")
        blocks.append(_WRITERS[type(question.answers)](question, question.answers, outcome))
    return {".gift.txt": ("\n\n".join(blocks) + "\n").encode()}


def _choice(question: Question, answers: Choice, outcome: Outcome) -> str:
    # "=" would turn a question with several right answers into one with a single one
    weights = [
        {"100": "=", "0": "~"}.get(reply.share, f"~%{reply.share}%") if not answers.several else f"~%{reply.share}%"
        for reply in answers.replies
    ]
    return _block(
        question,
        [
            f"{weight}{_html(reply.text)}#{_html(reply.feedback)}"
            for weight, reply in zip(weights, answers.replies, strict=True)
        ],
    )


def _number(question: Question, answers: Number, outcome: Outcome) -> str:
    if answers.units:
        outcome.move(question.item, "the unit into the question: in GIFT a number stands alone")
    known = [("100", answers.value, answers.tolerance, answers.feedback), *(("0", *entry) for entry in answers.wrong)]
    lines = [
        f"=%{share}%{decimal_text(value)}:{decimal_text(tolerance)}#{_html(feedback)}"
        for share, value, tolerance, feedback in known
    ]
    return _block(question, [*lines, f"~#{_html(answers.otherwise)}"], start="{#")


def _words(question: Question, answers: Words, outcome: Outcome) -> str:
    known = [("100", answers.accept, answers.feedback), *(("0", *entry) for entry in answers.wrong)]
    lines = [
        f"=%{share}%{_plain(spelling)}#{_html(feedback)}"
        for share, accepted, feedback in known
        for spelling in accepted
    ]
    return _block(question, [*lines, f"=%0%*#{_html(answers.otherwise)}"])


def _plain(spelling: str) -> str:
    # an asterisk stands for anything, nothing included: it keeps two signs apart that together would be a command
    return "[plain]" + _escaped(_TOGETHER.sub("*", pattern(spelling)))


def _pairs(question: Question, answers: Pairs, outcome: Outcome) -> str:
    choices, list_of_choices = menu(question, answers, outcome)
    lines = [
        f"={_html(safe_html(stem))} -> {_escaped(choices[place])}"
        for stem, place in zip(answers.stems, answers.right, strict=True)
    ]
    lines += [f"= -> {_escaped(choices[place])}" for place in unused(answers)]
    return _block(question, lines, below=list_of_choices, first=paragraph(answers.feedback))


def _kept(question: Question, answers: Kept, outcome: Outcome) -> str:
    return f"{_head(question)}{{{_after(question)}}}"


_WRITERS: dict[type, Any] = {Choice: _choice, Number: _number, Words: _words, Pairs: _pairs, Kept: _kept}


def _block(question: Question, lines: list[str], *, start: str = "{", below: str = "", first: str = "") -> str:
    """A question with its answers, one a line, and its general feedback, which begins with ``first``."""
    return "\n".join(
        [_head(question, below) + start, *(f"\t{line}" for line in lines), f"\t{_after(question, first)}", "}"]
    )


def _after(question: Question, first: str = "") -> str:
    return f"####{_html(first + hints(question.item) + question.explanation + question.sources)}"


def _head(question: Question, below: str = "") -> str:
    item = question.item
    tags = (item.objective, f"difficulty-{item.difficulty}", item.part)
    comment = f"// [id:{item.id}] {' '.join(f'[tag:{tag}]' for tag in tags)}"
    return f"{comment}\n::{item.id}::{_html(question.text + below)}"


def _html(html: str) -> str:
    """A text with its format in front: without it, Moodle would read a text's own "[html]" or "%50%" as a command."""
    return "[html]" + _escaped(html)


def _escaped(text: str) -> str:
    return _CONTROL.sub(r"\\\g<0>", text).replace("\n", r"\n")
