"""Moodle XML: choices with feedback, hints and shares; see docs.moodle.org, "Moodle XML format"."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from unionstate.quiz.export.outcome import Outcome
from unionstate.quiz.export.shares import shares
from unionstate.quiz.export.texts import COURSE, hints, question_with_options, reasons, safe_html, sources
from unionstate.quiz.items import Commit, Item, Multiple


def write_moodle_xml(chapter: str, items: list[Item], outcome: Outcome) -> dict[str, bytes]:
    """One category with the items of a chapter."""
    root = ET.Element("quiz")
    category = ET.SubElement(root, "question", type="category")
    _text(ET.SubElement(category, "category"), f"$course$/top/{COURSE}/{chapter}")
    for item in items:
        if isinstance(item, Commit):
            _essay(root, item)
            outcome.convert(item, "nothing to mark: an essay question worth 0 points")
            if item.hints:
                outcome.move(item, "hints into the general feedback: essay questions have none")
        else:
            _choice(root, item)
    ET.indent(root, " ")
    return {".moodle.xml": ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"}


def _choice(root: ET.Element, item: Item) -> None:
    question = _question(root, item, "multichoice", f"<p>{safe_html(item.prompt)}</p>", _sources(item), grade="1")
    ET.SubElement(question, "single").text = "false" if isinstance(item, Multiple) else "true"
    ET.SubElement(question, "shuffleanswers").text = "false"  # the book keeps the author's order
    ET.SubElement(question, "answernumbering").text = "abc"
    for option, share in zip(item.options, shares(item), strict=True):
        answer = ET.SubElement(question, "answer", fraction=share, format="html")
        _text(answer, safe_html(option.text))
        _text(ET.SubElement(answer, "feedback", format="html"), safe_html(option.feedback))
    for hint in item.hints:
        _text(ET.SubElement(question, "hint", format="html"), safe_html(hint))


def _essay(root: ET.Element, item: Commit) -> None:
    feedback = hints(item) + reasons(item) + _sources(item)
    question = _question(root, item, "essay", question_with_options(item), feedback, grade="0")
    ET.SubElement(question, "responseformat").text = "editor"
    ET.SubElement(question, "responserequired").text = "0"
    ET.SubElement(question, "responsefieldlines").text = "5"
    ET.SubElement(question, "attachments").text = "0"


def _question(root: ET.Element, item: Item, kind: str, text: str, feedback: str, *, grade: str) -> ET.Element:
    """What questions of every type have."""
    question = ET.SubElement(root, "question", type=kind)
    _text(ET.SubElement(question, "name"), item.id)
    _text(ET.SubElement(question, "questiontext", format="html"), text)
    _text(ET.SubElement(question, "generalfeedback", format="html"), feedback)
    ET.SubElement(question, "defaultgrade").text = grade
    ET.SubElement(question, "idnumber").text = item.id
    tags = ET.SubElement(question, "tags")
    for tag in (item.objective, f"difficulty-{item.difficulty}", item.part):
        _text(ET.SubElement(tags, "tag"), tag)
    return question


def _sources(item: Item) -> str:
    return f"<p>{safe_html(sources(item))}</p>"


def _text(parent: ET.Element, text: str) -> None:
    ET.SubElement(parent, "text").text = text
