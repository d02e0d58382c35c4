"""QTI 1.2 with Canvas metadata, through text2qti; the forms of its text are those of its readme.

text2qti reads a text in which ``%``, ``$``, indentation and Markdown have a meaning. It is given names in place of our
texts, and the texts are put in afterwards as the HTML that the other exports carry. So nothing in a text can become a
formula, an image read from disk or a code block, and an item keeps its ident when its wording changes.
"""

from __future__ import annotations

import hashlib
import html
import re
from typing import Any

from unionstate.errors import CourseError
from unionstate.quiz.export.extras import load_extra
from unionstate.quiz.export.numbers import canvas_number, decimal_text, letter
from unionstate.quiz.export.outcome import Outcome
from unionstate.quiz.export.questions import Choice, Kept, Number, Pairs, Question, Words, question_of
from unionstate.quiz.export.texts import hints, listed, paragraph, safe_html, title
from unionstate.quiz.export.wording import lettered
from unionstate.quiz.items import Item

_NAME = re.compile(r"(?:&lt;p&gt;)?(unionstate[0-9a-f]{32})(?:&lt;/p&gt;)?")


class _Texts:
    """The texts of a quiz by the names that stand for them while text2qti works."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def name(self, item: Item, part: str, text: str) -> str:
        """A name for this text; the same for the same part of an item in every export."""
        key = f"unionstate{hashlib.sha256(f'{item.id}/{part}'.encode()).hexdigest()[:32]}"
        self._texts[key] = text
        return key

    def put_in(self, xml: str) -> str:
        """The XML with the texts in place of their names.

        Raises:
            CourseError: if a name is missing in the XML.
        """
        used: set[str] = set()

        def put(found: re.Match[str]) -> str:
            used.add(found[1])
            return html.escape(self._texts[found[1]], quote=False)

        xml = _NAME.sub(put, xml)
        if used != set(self._texts):
            raise CourseError(
                "This version of text2qti loses texts of the quiz.",
                remedy="Install the locked one: requirements/test.txt",
            )
        return xml


def write_qti(chapter: str, items: list[Item], outcome: Outcome) -> dict[str, bytes]:
    """One assessment with the items of a chapter."""
    quiz_module, qti_module = load_extra("text2qti.quiz"), load_extra("text2qti.qti")
    config = load_extra("text2qti.config").Config()  # its defaults; load() would write a file into the home folder
    texts = _Texts()
    lines = [f"Quiz title: {title(chapter)}", "Shuffle answers: false"]
    for item in items:
        question = question_of(item)
        if question.converted:
            outcome.convert(item, question.converted)
        if item.hints:
            outcome.move(item, "hints into the feedback on the question, which is seen after answering")
        lines += [
            "",
            f"Title: {item.id}",
            *_WRITERS[type(question.answers)](question, question.answers, texts, outcome),
        ]

    quiz = quiz_module.Quiz("\n".join(lines), config=config)
    for question in quiz.questions_and_delims:
        if question.type == "essay_question":  # text2qti's text has no 0 points
            quiz.points_possible -= question.points_possible
            question.points_possible = 0
    qti = qti_module.QTI(quiz)
    qti.assessment = texts.put_in(qti.assessment)
    return {".qti.zip": qti.zip_bytes()}


def _choice(question: Question, answers: Choice, texts: _Texts, outcome: Outcome) -> list[str]:
    item, right = question.item, answers.right
    if len(right) > 1 and not answers.several:
        return _letter_of_one(question, answers, texts, outcome)
    if any(reply.share not in {"0", "100"} for reply in answers.replies) and not answers.several:
        outcome.convert(item, "right or wrong: QTI through text2qti has no partial credit for one choice")
    lines = _head(question, texts)
    for place, reply in enumerate(answers.replies):
        mark = ("[*]" if place in right else "[ ]") if answers.several else "*a)" if place in right else "a)"
        lines.append(f"{mark} {texts.name(item, f'option {place}', reply.text)}")
        lines.append(f"... {texts.name(item, f'feedback {place}', reply.feedback)}")
    return lines


def _letter_of_one(question: Question, answers: Choice, texts: _Texts, outcome: Outcome) -> list[str]:
    """One choice of which several are right: text2qti has no such question, but its fill-in has several answers."""
    item = question.item
    outcome.convert(item, "one choice of which several are right: fill in its letter")
    below = lettered([reply.text for reply in answers.replies]) + paragraph("Write the letter of one.")
    whys = [f"<b>{letter(place)}</b>: {reply.feedback}" for place, reply in enumerate(answers.replies)]
    accepted = [letter(place) for place in answers.right]
    return [*_head(question, texts, below=below, first=listed(whys)), *_blanks(item, accepted, texts)]


def _number(question: Question, answers: Number, texts: _Texts, outcome: Outcome) -> list[str]:
    item = question.item
    if answers.units:
        outcome.move(item, "the unit into the question: in QTI a number stands alone")
    if answers.wrong:
        outcome.move(item, "feedback on known wrong answers into that on all wrong ones")
    wrong = _wrong(
        answers.otherwise, [(decimal_text(value), feedback) for value, _tolerance, feedback in answers.wrong]
    )
    return [
        *_head(question, texts),
        *_verdicts(item, texts, answers.feedback, wrong),
        f"= {canvas_number(answers.value, answers.tolerance)}",
    ]


def _words(question: Question, answers: Words, texts: _Texts, outcome: Outcome) -> list[str]:
    item = question.item
    if answers.wrong:
        outcome.move(item, "feedback on known wrong answers into that on all wrong ones")
    known = [(safe_html(" / ".join(accepted)), feedback) for accepted, feedback in answers.wrong]
    verdicts = _verdicts(item, texts, answers.feedback, _wrong(answers.otherwise, known))
    return [*_head(question, texts), *verdicts, *_blanks(item, answers.accept, texts)]


def _pairs(question: Question, answers: Pairs, texts: _Texts, outcome: Outcome) -> list[str]:
    """Letters in the order asked for: text2qti has no matching questions."""
    item = question.item
    if answers.order:
        asked = lettered([safe_html(stem) for stem in answers.stems])
        asked += paragraph("Write the letters in the right order, from 1.")
        places = [answers.right.index(place) for place in range(len(answers.stems))]
    else:
        asked = listed((safe_html(stem) for stem in answers.stems), "ol")
        asked += lettered([safe_html(choice) for choice in answers.choices])
        asked += paragraph("Write one letter for each number, in the order of the numbers.")
        places = list(answers.right)
    outcome.convert(item, "letters to fill in, in the right order: right or wrong, without partial credit")
    outcome.move(item, "the reason of each part into the feedback on the question")
    letters = [letter(place) for place in places]
    accepted = dict.fromkeys(between.join(letters) for between in ("", " ", ", ", ","))
    return [
        *_head(question, texts, below=asked),
        *_verdicts(item, texts, answers.feedback, ""),
        *_blanks(item, accepted, texts),
    ]


def _kept(question: Question, answers: Kept, texts: _Texts, outcome: Outcome) -> list[str]:
    return [*_head(question, texts), "____"]


_WRITERS: dict[type, Any] = {Choice: _choice, Number: _number, Words: _words, Pairs: _pairs, Kept: _kept}


def _head(question: Question, texts: _Texts, *, below: str = "", first: str = "") -> list[str]:
    """The question, and the feedback that is shown with any answer, which begins with ``first``."""
    item = question.item
    after = first + hints(item) + question.explanation + question.sources
    return [
        f"1. {texts.name(item, 'prompt', question.text + below)}",
        f"... {texts.name(item, 'after', after)}",
    ]


def _verdicts(item: Item, texts: _Texts, right: str, wrong: str) -> list[str]:
    """The feedback on a right and on a wrong answer."""
    lines = [f"+ {texts.name(item, 'right', right)}"]
    return [*lines, f"- {texts.name(item, 'wrong', wrong)}"] if wrong else lines


def _wrong(otherwise: str, known: list[tuple[str, str]]) -> str:
    """What is said to all wrong answers, and to those that are known."""
    return paragraph(otherwise) + (listed(f"<i>{answer}</i>: {why}" for answer, why in known) if known else "")


def _blanks(item: Item, accepted: Any, texts: _Texts) -> list[str]:
    return [f"* {texts.name(item, f'accepted {place}', text)}" for place, text in enumerate(accepted)]
