"""Moodle XML; see docs.moodle.org, "Moodle XML format", and for the parts it leaves out what Moodle reads.

What the page does not say: the text of a short or a numerical answer is plain, and ``*`` in it stands for anything
unless a backslash is before it; the text of a matching choice is shown as HTML without tags and has room for 255
characters; the name of a unit has room for 50.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

from unionstate.quiz.export.numbers import decimal_text, letter
from unionstate.quiz.export.outcome import Outcome
from unionstate.quiz.export.questions import Choice, Kept, Number, Pairs, Question, Words, question_of
from unionstate.quiz.export.texts import COURSE, hints, menu_html, safe_html
from unionstate.quiz.export.wording import lettered
from unionstate.quiz.items import Item

ANYTHING = "*"
_CHOICE_ROOM, _UNIT_ROOM = 255, 50


def write_moodle_xml(chapter: str, items: list[Item], outcome: Outcome) -> dict[str, bytes]:
    """One category with the items of a chapter."""
    root = ET.Element("quiz")
    category = ET.SubElement(root, "question", type="category")
    _text(ET.SubElement(category, "category"), f"$course$/top/{COURSE}/{chapter}")
    for item in items:
        question = question_of(item)
        if question.converted:
            outcome.convert(item, "; ".join(filter(None, (question.converted, question.scored))))
        _WRITERS[type(question.answers)](root, question, question.answers, outcome)
    ET.indent(root, " ")
    return {".moodle.xml": ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"}


def _choice(root: ET.Element, question: Question, answers: Choice, outcome: Outcome) -> None:
    node = _question(root, question, "multichoice")
    ET.SubElement(node, "single").text = "false" if answers.several else "true"
    ET.SubElement(node, "shuffleanswers").text = "false"  # the book keeps the author's order
    ET.SubElement(node, "answernumbering").text = "abc"
    for reply in answers.replies:
        answer = ET.SubElement(node, "answer", fraction=reply.share, format="html")
        _text(answer, reply.text)
        _html(answer, "feedback", reply.feedback)
    _hints(node, question.item)


def _number(root: ET.Element, question: Question, answers: Number, outcome: Outcome) -> None:
    node = _question(root, question, "numerical")
    _plain_answer(node, "100", decimal_text(answers.value), answers.feedback, answers.tolerance)
    for value, tolerance, feedback in answers.wrong:
        _plain_answer(node, "0", decimal_text(value), feedback, tolerance)
    _plain_answer(node, "0", ANYTHING, answers.otherwise, 0)
    names = [name for name in answers.units if len(name) <= _UNIT_ROOM]
    if len(names) < len(answers.units):
        outcome.move(question.item, "units longer than Moodle has room for stand in the question alone, or nowhere")
    if names:
        units = ET.SubElement(node, "units")
        for name in names:
            one = ET.SubElement(units, "unit")
            ET.SubElement(one, "multiplier").text = "1"
            ET.SubElement(one, "unit_name").text = name
    ET.SubElement(node, "unitgradingtype").text = "0"  # a number without its unit is right too
    ET.SubElement(node, "showunits").text = "0" if names else "3"  # 0: written behind the number, 3: there are none
    _hints(node, question.item)


def _words(root: ET.Element, question: Question, answers: Words, outcome: Outcome) -> None:
    node = _question(root, question, "shortanswer")
    ET.SubElement(node, "usecase").text = "0"
    for spelling in answers.accept:
        _plain_answer(node, "100", pattern(spelling), answers.feedback)
    for accepted, feedback in answers.wrong:
        for spelling in accepted:
            _plain_answer(node, "0", pattern(spelling), feedback)
    _plain_answer(node, "0", ANYTHING, answers.otherwise)
    _hints(node, question.item)


def pattern(spelling: str) -> str:
    """A spelling as Moodle compares it: its own asterisks stand for themselves."""
    return spelling.replace("*", r"\*")


def _pairs(root: ET.Element, question: Question, answers: Pairs, outcome: Outcome) -> None:
    choices, list_of_choices = menu(question, answers, outcome)
    node = _question(root, question, "matching", list_of_choices)
    ET.SubElement(node, "shuffleanswers").text = "false"
    for stem, place in zip(answers.stems, answers.right, strict=True):
        one = ET.SubElement(node, "subquestion", format="html")
        _text(one, safe_html(stem))
        _text(ET.SubElement(one, "answer"), choices[place])
    for place in unused(answers):  # a choice without a stem is a wrong one that is offered too
        one = ET.SubElement(node, "subquestion", format="html")
        _text(one, "")
        _text(ET.SubElement(one, "answer"), choices[place])
    _html(node, "correctfeedback", answers.feedback)
    _hints(node, question.item)


def menu(question: Question, answers: Pairs, outcome: Outcome) -> tuple[list[str], str]:
    """The choices of a matching question, and HTML to put below the question.

    Choices too long for Moodle become letters, and stand below the question.
    """
    if question.explanation:
        outcome.move(
            question.item, "the reason of each pair into the general feedback: matching questions have none for a pair"
        )
    choices = [menu_html(choice) for choice in answers.choices]
    if max(map(len, choices)) <= _CHOICE_ROOM and len(set(choices)) == len(choices):
        return choices, ""
    outcome.convert(question.item, "choices that no menu holds: letters, with the choices below the question")
    return [letter(place) for place in range(len(choices))], lettered([safe_html(choice) for choice in answers.choices])


def unused(answers: Pairs) -> list[int]:
    """The places of the choices that are right for no stem."""
    return [place for place in range(len(answers.choices)) if place not in answers.right]


def _kept(root: ET.Element, question: Question, answers: Kept, outcome: Outcome) -> None:
    if question.item.hints:
        outcome.move(question.item, "hints into the general feedback: essay questions have none")
    node = _question(root, question, "essay")
    ET.SubElement(node, "responseformat").text = "editor"
    ET.SubElement(node, "responserequired").text = "0"
    ET.SubElement(node, "responsefieldlines").text = "5"
    ET.SubElement(node, "attachments").text = "0"


_WRITERS: dict[type, Any] = {Choice: _choice, Number: _number, Words: _words, Pairs: _pairs, Kept: _kept}


def _question(root: ET.Element, question: Question, kind: str, below: str = "") -> ET.Element:
    """What questions of every kind have."""
    item, unmarked = question.item, kind == "essay"
    node = ET.SubElement(root, "question", type=kind)
    _text(ET.SubElement(node, "name"), item.id)
    _html(node, "questiontext", question.text + below)
    _html(node, "generalfeedback", (hints(item) if unmarked else "") + question.explanation + question.sources)
    ET.SubElement(node, "defaultgrade").text = "0" if unmarked else "1"
    ET.SubElement(node, "idnumber").text = item.id
    tags = ET.SubElement(node, "tags")
    for tag in (item.objective, f"difficulty-{item.difficulty}", item.part):
        _text(ET.SubElement(tags, "tag"), tag)
    return node


def _plain_answer(node: ET.Element, share: str, text: str, feedback: str, tolerance: float | None = None) -> None:
    answer = ET.SubElement(node, "answer", fraction=share, format="plain_text")
    _text(answer, text)
    _html(answer, "feedback", feedback)
    if tolerance is not None:
        ET.SubElement(answer, "tolerance").text = decimal_text(tolerance)


def _hints(node: ET.Element, item: Item) -> None:
    for hint in item.hints:
        _html(node, "hint", safe_html(hint))


def _html(parent: ET.Element, name: str, html: str) -> None:
    _text(ET.SubElement(parent, name, format="html"), html)


def _text(parent: ET.Element, text: str) -> None:
    ET.SubElement(parent, "text").text = text
