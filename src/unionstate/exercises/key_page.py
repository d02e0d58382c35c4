"""The instructor's key as a page: questions, reference solution, right answers, and the variant of every student."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markdown_it import MarkdownIt
from markupsafe import Markup

from unionstate.exercises.answer_key import Expected, answer_key
from unionstate.exercises.assignment import Assignment
from unionstate.exercises.checks import Check
from unionstate.exercises.source import Exercise
from unionstate.exercises.variants import Variant, default_variant, space
from unionstate.notebooks import convert
from unionstate.templates import template_environment

_MOST_PARTS = {"long": 40, "short": 4}  # of a list or a series that are written out


@dataclass(frozen=True)
class _CheckRow:
    """A check and what it expects, in words."""

    id: str
    check: Check
    expected: str
    wrong: list[tuple[str, str]]


@dataclass(frozen=True)
class _Block:
    """A piece of the exercise: prose, code, or the checks of a question."""

    kind: str
    html: Markup = Markup("")
    code: str = ""
    question: str = ""
    rows: tuple[_CheckRow, ...] = ()


@dataclass(frozen=True)
class _StudentRow:
    """A student's variant and the right answers of it."""

    id: str
    name: str
    token: str
    parameters: list[str]
    answers: list[str]


def key_page(exercise: Exercise, assignment: Assignment) -> str:
    """The page as HTML; it needs no other file.

    With a roster, the text stands with the book's own numbers, and a table gives those of each student.

    Raises:
        CourseError: if a variant has no good answer.
    """
    shown = assignment.variant or default_variant(exercise)
    checks = exercise.checks
    return _template().render(
        title=exercise.title,
        exercise=exercise.name,
        cohort=assignment.cohort,
        token=shown.token,
        space=space(exercise),
        parameters={name: shown_value(value) for name, value in shown.parameters.items()},
        blocks=_blocks(exercise, shown),
        points=sum(check.points for check in checks.values()),
        hidden=sum(check.points for check in checks.values() if not check.public),
        asked=[id_ for id_, check in checks.items() if check.kind != "figure"],
        students=[_student(exercise, id_, assignment) for id_ in assignment.students],
    )


def shown_value(value: Any, most: str = "long") -> str:
    """A right answer as a reader likes it: numbers to six digits, long lists cut."""
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, dict):
        if set(value) == {"index", "values"}:
            pairs = zip(value["index"], value["values"], strict=True)
            return _cut([f"{shown_value(label)}: {shown_value(one)}" for label, one in pairs], most, "; ")
        if set(value) == {"columns", "rows"}:
            rows = [" | ".join(map(shown_value, row)) for row in value["rows"]]
            return _cut([" | ".join(map(shown_value, value["columns"])), *rows], most, "; ")
        return _cut([f"{name}: {shown_value(one)}" for name, one in value.items()], most, ", ")
    if isinstance(value, list):
        return f"[{_cut([shown_value(one) for one in value], most, ', ')}]"
    return str(value)


def _cut(parts: list[str], most: str, between: str) -> str:
    limit = _MOST_PARTS[most]
    more = f"{between}… ({len(parts)} in all)" if len(parts) > limit else ""
    return between.join(parts[:limit]) + more


def _blocks(exercise: Exercise, variant: Variant) -> list[_Block]:
    key = answer_key(exercise, variant)
    notebook = json.loads(convert(exercise.file, solution=True, variant=variant, assigned=True) or "")
    calls = {f'check("{question.id}")': question for question in exercise.questions}
    blocks = []
    for cell in notebook["cells"][1:]:  # the first says what a student does with the notebook
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            blocks.append(_Block("text", html=_as_html(source)))
        elif question := calls.get(source.strip().replace("'", '"')):
            rows = [_row(id_, check, key[id_]) for id_, check in question.numbered()]
            blocks.append(_Block("checks", question=f"{question.id}. {question.title}", rows=tuple(rows)))
        else:
            blocks.append(_Block("code", code=source))
    return blocks


def _row(id_: str, check: Check, expected: Expected) -> _CheckRow:
    wrong = [(shown_value(value, "short"), message) for value, message in expected.wrong]
    return _CheckRow(id_, check, shown_value(expected.value), wrong)


def _student(exercise: Exercise, id_: str, assignment: Assignment) -> _StudentRow:
    variant = assignment.variant_for(id_)
    key = answer_key(exercise, variant)
    return _StudentRow(
        id_,
        assignment.students[id_]["name"],
        variant.token,
        [shown_value(value) for value in variant.parameters.values()],
        [shown_value(one.value, "short") for name, one in key.items() if exercise.checks[name].kind != "figure"],
    )


def _as_html(markdown: str) -> Markup:
    """The course's own Markdown as HTML, its headings one level lower."""
    parser = _parser()
    tokens = parser.parse(markdown)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1:]) + 1, 6)}"
    return Markup(parser.renderer.render(tokens, parser.options, {}))


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable("table")


@cache
def _template() -> jinja2.Template:
    environment = template_environment(Path(__file__).parent / "templates")
    number: Callable[[float], str] = lambda value: f"{value:g}"  # noqa: E731
    environment.filters["number"] = number
    return environment.get_template("key.html.jinja")
