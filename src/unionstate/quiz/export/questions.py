"""What an item is to a learning-management system: one of five kinds of question, which every such format has.

A format writes the kinds; which item type becomes which kind, and what changes by it, is said here once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from unionstate.quiz.export.shares import shares
from unionstate.quiz.export.texts import listed, paragraph, safe_html, sources
from unionstate.quiz.export.wording import body, ends, how, reasons, unit
from unionstate.quiz.items import Evidence, Item, Numeric, Order, ShortText, TrueFalse
from unionstate.quiz.readings import normalized


@dataclass(frozen=True)
class Reply:
    """One choice: its HTML, what is said to it, and its worth in percent."""

    text: str
    feedback: str
    share: str


@dataclass(frozen=True)
class Choice:
    """Choose one reply, or several."""

    replies: tuple[Reply, ...]
    several: bool = False

    @property
    def right(self) -> list[int]:
        """The places of the replies that earn something, or of those that earn all if one may be chosen."""
        return [
            place
            for place, reply in enumerate(self.replies)
            if (float(reply.share) > 0 if self.several else reply.share == "100")
        ]


@dataclass(frozen=True)
class Number:
    """Write a number; known wrong ones and all others have their own feedback (HTML)."""

    value: float
    tolerance: float
    units: tuple[str, ...]
    feedback: str
    wrong: tuple[tuple[float, float, str], ...]
    otherwise: str


@dataclass(frozen=True)
class Words:
    """Write a word; spellings are plain text, feedback is HTML."""

    accept: tuple[str, ...]
    feedback: str
    wrong: tuple[tuple[tuple[str, ...], str], ...]
    otherwise: str


@dataclass(frozen=True)
class Pairs:
    """Give one of the choices to every stem; both are texts with the marks of items.

    Attributes:
        right: the place of the right choice for each stem.
        feedback: HTML, said when all are right.
        order: the stems are to be put in order: the choices are the places.
    """

    stems: tuple[str, ...]
    choices: tuple[str, ...]
    right: tuple[int, ...]
    feedback: str
    order: bool = False


@dataclass(frozen=True)
class Kept:
    """Answer in words; nothing is marked."""


@dataclass(frozen=True)
class Question:
    """An item as a question of a learning-management system.

    Attributes:
        item: the item.
        text: what is asked, as HTML.
        answers: the kind of question with what belongs to it.
        explanation: HTML for after the answer: what no answer of this kind can carry.
        converted: how it differs from the item; empty if it does not.
        scored: what becomes of partial credit, where the format has it.
    """

    item: Item
    text: str
    answers: Choice | Number | Words | Pairs | Kept
    explanation: str = ""
    converted: str = ""
    scored: str = ""

    @property
    def sources(self) -> str:
        """Where the answer can be looked up, as an HTML paragraph."""
        return paragraph(safe_html(sources(self.item)))


def question_of(item: Item) -> Question:
    """The item as a question of the nearest kind."""
    return _QUESTIONS[item.type](item)


def _prompt(item: Item) -> str:
    return paragraph(safe_html(item.prompt))


def _choice(item: Any) -> Question:
    replies = tuple(
        Reply(safe_html(option.text), safe_html(option.feedback), share)
        for option, share in zip(item.options, shares(item), strict=True)
    )
    return Question(item, _prompt(item), Choice(replies, several=item.type == "multiple"))


def _true_false(item: TrueFalse) -> Question:
    """Each verdict with each reason is a choice, and worth what it is worth in the book.

    A right verdict with reasons beside a wrong one without would give the verdict away.
    """
    replies = tuple(
        Reply(
            f"<b>{verdict}</b>, because: {safe_html(reason.text)}",
            f"{safe_html(item.feedback if right else item.wrong.feedback)} {safe_html(reason.feedback)}",
            ("100" if reason.correct else "50") if right else "0",
        )
        for verdict, right in (("True", item.answer), ("False", not item.answer))
        for reason in item.reasons
    )
    return Question(
        item,
        _prompt(item),
        Choice(replies),
        converted="true or false with a reason: one choice of each verdict with each reason",
        scored="100 % for the right verdict and reason, 50 % for the right verdict with another reason, 0 % for the "
        "wrong verdict",
    )


def _evidence(item: Evidence) -> Question:
    replies = tuple(
        Reply(
            f"¶{sentence_id} {safe_html(text)}",
            safe_html(item.feedback if sentence_id in item.answer else item.wrong[sentence_id].feedback),
            "100" if sentence_id in item.answer else "0",
        )
        for sentence_id, text in item.sentences
    )
    return Question(
        item, _prompt(item), Choice(replies), converted="a sentence of the article: a choice of these sentences"
    )


def _number(item: Numeric) -> Question:
    answers = Number(
        item.number,
        item.tolerance,
        tuple(dict.fromkeys(spelling for spelling in (item.unit, *item.units) if spelling)),
        safe_html(item.feedback),
        tuple((entry.value, entry.tolerance, safe_html(entry.feedback)) for entry in item.wrong),
        safe_html(item.otherwise.feedback),
    )
    return Question(item, _prompt(item) + unit(item), answers)


def _words(item: ShortText) -> Question:
    answers = Words(
        spellings(item.accept),
        safe_html(item.feedback),
        tuple((spellings(entry.accept), safe_html(entry.feedback)) for entry in item.wrong),
        safe_html(item.otherwise.feedback),
    )
    return Question(item, _prompt(item), answers)


def spellings(accepted: list[str]) -> tuple[str, ...]:
    """The accepted spellings, and each without accents and punctuation, which do not count in the book.

    Moodle and Canvas compare without regard to case, but to nothing else.
    """
    found: dict[str, str] = {}
    for text in [*accepted, *filter(None, map(normalized, accepted))]:
        found.setdefault(text.casefold(), text)
    return tuple(found.values())


def _assignment(item: Any) -> Question:
    answers = Pairs(tuple(item.stems), tuple(item.choices), tuple(item.key["right"]), safe_html(item.feedback))
    into = {"match": "", "classify": "sorting into groups: a group for each statement"}[item.type]
    return Question(item, _prompt(item), answers, explanation=_without_last_line(item), converted=into)


def _order(item: Order) -> Question:
    shown = item.shuffled(len(item.entries))
    answers = Pairs(
        tuple(item.entries[place].text for place in shown),
        tuple(str(place) for place in range(1, len(shown) + 1)),
        tuple(shown),
        safe_html(item.feedback),
        order=True,
    )
    return Question(
        item,
        _prompt(item) + ends(item),
        answers,
        explanation=_without_last_line(item),
        converted="putting in order: a place for each entry",
        scored="the share of right places instead of the share of pairs in the right order",
    )


def _without_last_line(item: Any) -> str:
    """The reason of every part; the last line, said when all is right, has a place of its own."""
    return listed(
        f"<i>{safe_html(line.label)}</i>: <b>{safe_html(line.answer)}</b>. {safe_html(line.feedback)}"
        for line in item.lines[:-1]
    )


def _kept(item: Any) -> Question:
    into = "nothing to mark: an unmarked essay question"
    if item.type == "draw":
        into = "a line to draw: an unmarked essay question, the data in its feedback"
    elif item.type == "predict" and item.marked:
        into = "a probability: an unmarked essay question, the outcome in its feedback"
    text = _prompt(item) + body(item) + paragraph(how(item))
    return Question(item, text, Kept(), explanation=reasons(item), converted=into)


_QUESTIONS: dict[str, Callable[[Any], Question]] = {
    "single": _choice,
    "multiple": _choice,
    "commit": _kept,
    "true-false": _true_false,
    "numeric": _number,
    "short-text": _words,
    "order": _order,
    "match": _assignment,
    "classify": _assignment,
    "evidence": _evidence,
    "estimate": _kept,
    "draw": _kept,
    "predict": _kept,
}
