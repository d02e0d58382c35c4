"""Reads quiz files: YAML to items, with file, line and remedy for everything that is wrong."""

from __future__ import annotations

import difflib
import re
from functools import cache
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ValidationError

from unionstate.article import the_article
from unionstate.errors import CourseError, CourseErrors
from unionstate.paths import chapters_path, data_path, quiz_path
from unionstate.quiz.items import RECALLED, Item, Quiz, is_reference_to_article
from unionstate.yaml_source import Lines, explain, read_yaml

_ITEM_TYPES: dict[str, type[BaseModel]] = {
    get_args(model.model_fields["type"].annotation)[0]: model for model in get_args(get_args(Item)[0])
}
_NAME = "Use lower-case letters, digits and hyphens."
_FORMS = {
    "id": _NAME,
    "misconception": _NAME,
    "": "Use a paragraph (3), a sentence (3.2), a claim (C01) or a key of references.bib.",
}


def load_quiz(file: Path) -> Quiz:
    """Read one quiz file.

    Raises:
        CourseErrors: with file, line and remedy of each fault found.
    """
    content, lines = read_yaml(file, what="quiz", first="items")
    try:
        quiz = Quiz.model_validate(content)
    except ValidationError as problem:
        raise CourseErrors(explain(problem, lines, file, Quiz, _ITEM_TYPES, _FORMS)) from None
    errors = (
        _duplicate_ids(quiz, lines, file) + _unknown_sources(quiz, lines, file) + _unknown_numbers(quiz, lines, file)
    )
    if errors:
        raise CourseErrors(errors)
    return quiz


def load_chapter_quiz(chapter: str) -> Quiz:
    """The quiz of a chapter, by the chapter's name, for example ``when-was-this-written``.

    Raises:
        CourseError: if there is no such quiz, with the nearest name, or if its file is faulty.
    """
    file = quiz_path(chapter)
    if not file.is_file():
        names = sorted(path.stem for path in file.parent.glob("*.yml"))
        near = difflib.get_close_matches(chapter, names, n=1) or names
        raise CourseError(
            f"There is no quiz called {chapter!r}.", file=file, remedy=f"Did you mean {' or '.join(near)}?"
        )
    return _load_cached(file, file.stat().st_mtime_ns)


def load_all() -> dict[str, Quiz]:
    """All quizzes of the book by chapter name.

    Raises:
        CourseErrors: if a file is faulty or two files use the same item id.
    """
    quizzes: dict[str, Quiz] = {}
    homes: dict[str, Path] = {}
    errors: list[CourseError] = []
    for file in sorted((chapters_path() / "quizzes").glob("*.yml")):
        try:
            quizzes[file.stem] = quiz = load_chapter_quiz(file.stem)
        except CourseErrors as problem:
            errors += problem.errors
            continue
        for item in quiz.items:
            if item.id in homes:
                errors.append(
                    CourseError(
                        f"The item id {item.id!r} is used in {homes[item.id].name} too.",
                        file=file,
                        line=_line_of_id(file, item.id),
                        remedy="Ids are unique in the whole book: choose another.",
                    )
                )
            homes[item.id] = file
    if errors:
        raise CourseErrors(errors)
    return quizzes


def find_recalled(item_id: str) -> tuple[str, Item]:
    """The item that a page shows the answer to again, and the chapter whose quiz it is in.

    Raises:
        CourseError: if there is no such item, with the nearest name, or if its answers are not recalled.
    """
    quizzes = load_all()
    for name, quiz in quizzes.items():
        for item in quiz.items:
            if item.id != item_id:
                continue
            if not isinstance(item, RECALLED):
                raise CourseError(
                    f"The item {item_id!r} is of the type {item.type}.",
                    remedy="Only answers to commit, estimate and predict items are shown again.",
                )
            return name, item
    near = difflib.get_close_matches(item_id, [item.id for quiz in quizzes.values() for item in quiz.items], n=1)
    raise CourseError(f"There is no item {item_id!r} in any quiz.", remedy=f"Did you mean {near[0]!r}?" if near else "")


@cache
def _load_cached(file: Path, _changed: int) -> Quiz:
    return load_quiz(file)


def _duplicate_ids(quiz: Quiz, lines: Lines, file: Path) -> list[CourseError]:
    errors, first = [], {}
    for place, item in enumerate(quiz.items):
        line = lines.get(("items", place, "id"), 1)
        if item.id in first:
            errors.append(
                CourseError(
                    f"The item id {item.id!r} is already used in line {first[item.id]}.",
                    file=file,
                    line=line,
                    remedy="Ids are unique in the whole book: choose another.",
                )
            )
        first.setdefault(item.id, line)
    return errors


def _unknown_sources(quiz: Quiz, lines: Lines, file: Path) -> list[CourseError]:
    """Sources that lead nowhere: no such paragraph, sentence, claim or bibliography entry."""
    errors = []
    for place, item in enumerate(quiz.items):
        for number, reference in enumerate(item.source):
            if reference not in _known_references():
                near = difflib.get_close_matches(reference, _known_references(), n=1)
                errors.append(
                    CourseError(
                        f"The source {reference!r} of item {item.id!r} leads nowhere.",
                        file=file,
                        line=lines.get(("items", place, "source", number), lines.get(("items", place, "source"), 1)),
                        remedy=f"Did you mean {near[0]!r}?"
                        if near and not is_reference_to_article(reference)
                        else "Use a paragraph (3), a sentence (3.2), a claim (C01) or a key of references.bib.",
                    )
                )
    return errors


def _unknown_numbers(quiz: Quiz, lines: Lines, file: Path) -> list[CourseError]:
    """Values and series that are computed from the tables and are not there, or do not fit the item."""
    errors = []
    for place, item in enumerate(quiz.items):
        name = next((name for name in ("value_of", "series_of") if getattr(item, name, None)), None)
        if name is None:
            continue
        try:
            _ = item.key
        except (KeyError, ValueError) as problem:
            said = str(problem.args[0]).strip()
            errors.append(
                CourseError(
                    f"Item {item.id!r}: {said}{'' if said.endswith(('.', '?')) else '.'}",
                    file=file,
                    line=lines.get(("items", place, name), lines.get(("items", place), 1)),
                    remedy="Values and series are registered in src/unionstate/values/.",
                )
            )
    return errors


@cache
def _known_references() -> frozenset[str]:
    article = the_article()
    bibliography, claims = (
        file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
        for file in (chapters_path() / "references.bib", data_path("article_claims.csv"))
    )
    return frozenset(
        ["0"]
        + [str(paragraph.number) for paragraph in article.paragraphs]
        + [sentence.id for sentence in article.sentences]
        + re.findall(r"^(C\d+),", claims, flags=re.MULTILINE)
        + re.findall(r"^@\w+\{\s*([^,\s]+)", bibliography, flags=re.MULTILINE)
    )


def _line_of_id(file: Path, item_id: str) -> int | None:
    for number, line in enumerate(file.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if re.fullmatch(rf"\s*-?\s*id:\s*['\"]?{re.escape(item_id)}['\"]?\s*(#.*)?", line):
            return number
    return None
