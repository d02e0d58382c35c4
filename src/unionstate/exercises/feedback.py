"""Feedback for a student: one HTML page and one JSON file, made from `Marks` alone.

Redacted by construction: `Marks` has no field for an expected value, a reference, an expression or a hidden test. Of
checks that learners do not have in their notebook only the names they look at, the points and the message are told, not
even the student's own value, which could show what was tried on it. All text of students is hostile until `visible` has
seen it.

The JSON file (``schema`` is ``unionstate-feedback/1``; a later version gets another number):

====================  ==================================================================================================
key                   value
====================  ==================================================================================================
schema                ``"unionstate-feedback/1"``
exercise, title       the exercise's name and title
variant               the token of the variant, "" for the default one
student, name         the student's key and name
graded                false if nothing could be run; then ``message`` says why
earned, points        numbers; ``earned`` is null if nothing could be run
outcome, message      how the run ended, and plain words on it ("" if it finished)
questions             a list of ``{id, title, earned, points, checks}``
  checks              a list of ``{number, names, in_notebook, passed, answered, earned, points, message, given}``;
                      ``names`` are those it looks at, ``answered`` is false where nothing was written yet, ``message``
                      is "" if it passed, ``given`` is "" unless it did not pass and the check is in the notebook
errors                a list of ``{cell, error}``: cells that stopped with an error, counted from 1
notes                 a list of texts
sandboxed             whether the code ran in the sandbox
====================  ==================================================================================================
"""

from __future__ import annotations

import json
import re
import string
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from unionstate.exercises.marks import NOT_ANSWERED, Marks, points_of, shown_points
from unionstate.exercises.visible import NAME_LIMIT, VALUE_LIMIT, visible, with_code
from unionstate.quiz.export.files import write_whole
from unionstate.templates import template_environment

SCHEMA = "unionstate-feedback/1"
UNSANDBOXED = "This was graded without the sandbox. That has no effect on your points."
_MOST_ERRORS = 50  # cells with an error that are listed
_MOST_NOTES = 20
_MOST_NAMES = 6
_NAME_LENGTH = 60


def write_feedback(marks: Marks, folder: Path) -> tuple[Path, Path]:
    """Write ``STUDENT.html`` and ``STUDENT.json``, each as a whole or not at all.

    Args:
        marks: of one student; ``marks.student`` must be safe as a file name, which the collector sees to.
        folder: made if it is not there.

    Returns:
        The two files.

    Raises:
        CourseError: if they cannot be written.
        ValueError: if the student's key is no file name.
    """
    if not re.fullmatch(r"[^./\\\x00][^/\\\x00]*", marks.student):
        raise ValueError(f"{marks.student!r} is no file name")
    page, data = folder / f"{marks.student}.html", folder / f"{marks.student}.json"
    content = _content(marks)
    write_whole(page, _template().render(**content).encode())
    write_whole(data, _json(content))
    return page, data


def feedback_json(marks: Marks) -> bytes:
    """The JSON file; the same marks give the same bytes."""
    return _json(_content(marks))


def feedback_html(marks: Marks) -> bytes:
    """The page: one file that needs no other, no script and no network."""
    return _template().render(**_content(marks)).encode()


def feedback_comment(marks: Marks) -> str:
    """A line for the comment field of a learning platform; no text of the student is in it."""
    if not marks.graded:
        return "Nothing could be graded. See the feedback file for the reason."
    questions = [
        f"{question}: {shown_points(earned)} of {shown_points(points)}"
        for question, checks in marks.by_question().items()
        for earned, points in [points_of(checks)]
    ]
    return f"{shown_points(marks.earned)} of {_points(marks.points)}. {'; '.join(questions)}."


def feedback_notebook(marks: Marks) -> bytes:
    """The same as a notebook of one text, for Canvas, which shows it under the name of the notebook handed in."""
    content = _content(marks)
    lines = [f"# Feedback: {_inert(content['title'])}", f"For {_inert(content['name'])}"]
    if marks.graded:
        lines.append(f"**{shown_points(marks.earned)} of {_points(marks.points)}**")
    else:
        lines.append("**Nothing could be graded**")
    if content["message"]:
        lines.append(_inert(content["message"]))
    lines += [f"- {_inert(note)}" for note in content["notes"]]
    if marks.graded:
        lines += [f"- Cell {one['cell']} stopped with an error: {_inert(one['error'])}" for one in content["errors"]]
        for question in content["questions"]:
            title = f"{question['id']}. {question['title']}" if question["title"] else question["id"]
            lines.append(f"## {_inert(title)}")
            lines.append(f"{shown_points(question['earned'])} of {_points(question['points'])}")
            lines += [f"- {_inert(_in_words(check))}" for check in question["checks"]]
    notebook = {
        "cells": [{"cell_type": "markdown", "id": "feedback", "metadata": {}, "source": "\n\n".join(lines)}],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return _json(notebook)


def _json(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False) + "\n").encode()


def _in_words(check: dict[str, Any]) -> str:
    missed = "Not passed" if check["answered"] else "Not answered"
    verdict = "Passed" if check["passed"] else "Passed in part" if check["earned"] else missed
    named = f"{', '.join(check['names'])}: {verdict.lower()}" if check["names"] else verdict
    words = f"{named} ({shown_points(check['earned'])} of {_points(check['points'])})"
    if check["message"]:
        words += f": {check['message']}"
    return f"{words} Your value: {check['given']}" if check["given"] else words


def _inert(text: str) -> str:
    """A text that Markdown, mathematics and HTML take for nothing but text."""
    return "".join(f"&#{ord(sign)};" if sign in string.punctuation else sign for sign in text)


def _content(marks: Marks) -> dict[str, Any]:
    notes = [visible(note) for note in marks.notes[:_MOST_NOTES]]
    if marks.graded and not marks.sandboxed:
        notes.append(UNSANDBOXED)
    return {
        "schema": SCHEMA,
        "exercise": visible(marks.exercise, NAME_LIMIT),
        "title": visible(marks.exercise_title or marks.exercise, NAME_LIMIT),
        "variant": visible(marks.token, NAME_LIMIT),
        "student": visible(marks.student, NAME_LIMIT),
        "name": visible(marks.name or marks.student, NAME_LIMIT),
        "graded": marks.graded,
        "earned": marks.earned if marks.graded else None,
        "points": marks.points,
        "outcome": visible(marks.outcome, NAME_LIMIT),
        "message": visible(marks.message),
        "questions": [_question(marks, question) for question in marks.by_question()],
        "errors": [{"cell": one.number, "error": visible(one.error)} for one in marks.cell_errors[:_MOST_ERRORS]],
        "notes": notes,
        "sandboxed": marks.sandboxed,
    }


def _question(marks: Marks, question: str) -> dict[str, Any]:
    checks = marks.by_question()[question]
    earned, points = points_of(checks)
    return {
        "id": visible(question, NAME_LIMIT),
        "title": visible(marks.titles.get(question, ""), NAME_LIMIT),
        "earned": earned,
        "points": points,
        "checks": [
            {
                "number": number,
                "names": [visible(name, _NAME_LENGTH) for name in one.names[:_MOST_NAMES]],
                "in_notebook": one.public,
                "passed": one.passed,
                "answered": one.answered,
                "earned": one.earned,
                "points": one.points,
                "message": "" if one.passed else visible(_without_verdict(one.message)),
                "given": visible(one.shown or one.given, VALUE_LIMIT) if one.public and not one.passed else "",
            }
            for number, one in enumerate(checks, 1)
        ],
    }


def _without_verdict(message: str) -> str:
    """A message without the words that stand above it anyway."""
    rest = message.removeprefix(NOT_ANSWERED)
    return rest if rest == message else rest[:1].upper() + rest[1:]


def _points(points: float) -> str:
    return f"{shown_points(points)} {'point' if points == 1 else 'points'}"


@cache
def _template() -> jinja2.Template:
    environment = template_environment(Path(__file__).parent / "templates")
    environment.filters |= {"number": shown_points, "points": _points, "with_code": with_code}
    return environment.get_template("feedback.html.jinja")
