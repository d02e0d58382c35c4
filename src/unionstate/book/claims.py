"""The claims rule: a sentence that states a number, a date or a named act says where it has it from."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from unionstate.book.prose import Prose, Sentence
from unionstate.errors import CourseError

_MONTHS = "January|February|March|April|June|July|August|September|October|November|December"
_ACTS = (
    "Treaty|Treaties|Agreement|Decision|Regulation|Decree|Edict|Resolution|Constitution|Declaration|Memorandum|"
    "Protocol|Statute|Charter|Convention|Act|Law|Directive|Order|Accord|Concept|Doctrine|Pact|Code"
)
_ACTS_IN_SMALL = (
    "treaty|treaties|agreement|decision|regulation|decree|edict|resolution|constitution|declaration|memorandum|"
    "protocol|statute|charter|convention|accord|pact"
)
_NUMBER = re.compile(
    r"\d|\b(?:thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|"
    r"eighty|ninety|hundreds?|thousands?|millions?|billions?|trillions?|dozens?|per cent|percent|"
    r"(?:a|one|two|three|four) (?:third|quarter|fifth|sixth|tenth)s?(?= of))\b",
    re.IGNORECASE,
)
_DATE = re.compile(rf"\b(?:{_MONTHS})\b|\b(?:in|of|by|since|until|till|from|to|last|early|late|mid|during) May\b")
_NO_NAME = "The|A|An|This|That|These|Those|Each|Every|Any|No|One|Some|Such|Its|Their|His|Her|Our|What|Which|Both"
_ACT = re.compile(
    rf"(?<!^)\b(?:{_ACTS})s?\b|^(?:{_ACTS})s? (?:on|of|No|no|concerning|between)\b|"
    rf"\b(?!(?:{_NO_NAME})\b)[A-Z][\w’-]+ (?:{_ACTS_IN_SMALL})s?\b"
)
# Digits that name something and state nothing: C15, LO3, EU-27; chapter 7, exercises 3 and 4, question 2b; a quoted ¶3.
_NAMES = re.compile(
    r"\b[A-Z][A-Za-z]*-?\d{1,3}[a-z]?\b|"
    r"\b(?i:chapters?|exercises?|questions?|hints?|steps?|rows?|columns?)\s+\d+[a-z]?"
    r"(?:(?:,|\s+(?:and|or|to))\s+\d+[a-z]?)*\b|"
    r"\ban? \d\b(?=[.,;:!?)]|$)|¶\d(?:\.\d)?|\bNord Stream \d\b|\b(?:a|per) (?:hundred|thousand|100|1,000)\b"
)
_TASK = re.compile(r"\b(?:\d+ to )?(?:\d+|twenty|thirty|forty|fifty|sixty) minutes\b|\b(?:\d+|\w+ hundred) words\b")
# "(first row of the table)": the place on the page where the number stands with its source.
_POINTER = re.compile(r"\([^()]*\b(?:rows?|columns?|table|figure|panel)\b[^()]*\)", re.IGNORECASE)
# A made-up case states nothing about the world, if it is announced as one.
_MADE_UP = re.compile(r"^(?:Suppose|Imagine|Assume|Pretend|Let us (?:suppose|imagine|assume|say|pretend))\b")
_ROLES = {"value", "footcite", "para", "sentence", "quote-article"}
REMEDY = (
    "Put into the same sentence a {value}, a {footcite}, a {para} or {sentence}, or the name of the table "
    "(`name.csv`) that holds it."
)


def unsupported(page: Prose, tables: Callable[[str], bool]) -> list[Sentence]:
    """The sentences of a page that break the claims rule.

    The rule. A sentence with a number, a date or a named act (a treaty, decision, decree, resolution, constitution, …
    that has a name) holds in itself or in its footnote one of these: a computed value (``{value}``), a citation
    (``{footcite}``), a place in the article (``{para}``, ``{sentence}``, or the ``{quote-article}`` that the sentence
    leads in to with a colon), the name of a table in code marks (`` `gas_prices.csv` ``), or, in brackets, the row,
    column, table or figure of the page where the number stands.

    * A note after the full stop belongs to the sentence before it.
    * A row of a table is one sentence; what its header cites counts for every row. So is an entry of a list cut into
      its sentences, like a paragraph.
    * Not numbers: counting words up to twelve, ordinals in words, chapters, exercises and questions by number, names
      such as C15, LO3, EU-27 or Nord Stream 2, round words and units (a hundred, per 1,000 cubic metres), code,
      formulas, a step of a scale (a 3), and under "Your turn" how long the work takes and becomes.
    * Not sentences: headings, code, and what a quiz or a figure says (quiz items name their source, figures their
      table).
    * Not claims: sentences that open with Suppose, Imagine, Assume or Pretend, which announce a made-up case.

    Args:
        page: the page.
        tables: whether a file name is that of a table of the course.
    """
    wrong: list[Sentence] = []
    head = False
    for sentence in page.sentences:
        if sentence.block == "head":
            head = _is_supported(sentence, page, tables)
        elif sentence.block != "heading" and states_something(sentence):
            by_head = sentence.block == "row" and head
            if not by_head and not _is_supported(sentence, page, tables):
                wrong.append(sentence)
    return wrong


def states_something(sentence: Sentence) -> bool:
    """Whether a sentence has a number, a date or a named act of which the rule asks where it comes from."""
    if _MADE_UP.match(sentence.text):
        return False
    text = _NAMES.sub("", sentence.text)
    if sentence.section == "Your turn":
        text = _TASK.sub("", text)
    return bool(_NUMBER.search(text) or _DATE.search(text) or _ACT.search(text))


def _is_supported(sentence: Sentence, page: Prose, tables: Callable[[str], bool]) -> bool:
    held = list(sentence.mentions)
    for one in sentence.mentions:
        if one.kind == "footnote":
            held += page.notes.get(one.target, ())
    for one in held:
        if one.kind == "code" and tables(one.target.rsplit("/", 1)[-1]):
            return True
        if one.kind == "quote-article" and not sentence.text.endswith(":"):
            continue
        if one.kind in _ROLES:
            return True
    return bool(_POINTER.search(sentence.text))


def as_errors(page: Prose, sentences: list[Sentence]) -> list[CourseError]:
    """The broken sentences as messages with file, line and remedy."""
    return [
        CourseError(
            f"No source in this sentence: “{_shortened(one.shown)}”.", file=page.file, line=one.line, remedy=REMEDY
        )
        for one in sentences
    ]


def is_table_beside(file: Path) -> Callable[[str], bool]:
    """A test of names against the tables in the folder ``data`` beside a page."""
    return lambda name: name.endswith(".csv") and (file.parent / "data" / name).is_file()


def _shortened(text: str, most: int = 160) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
