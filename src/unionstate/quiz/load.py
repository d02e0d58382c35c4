"""Reads quiz files: YAML to items, with file, line and remedy for everything that is wrong."""

from __future__ import annotations

import difflib
import re
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from unionstate.article import the_article
from unionstate.errors import CourseError, CourseErrors
from unionstate.paths import chapters_path, data_path, quiz_path
from unionstate.quiz.items import RECALLED, Item, Quiz, is_reference_to_article

_Path = tuple[str | int, ...]
_ITEM_TYPES: dict[str, type[BaseModel]] = {
    get_args(model.model_fields["type"].annotation)[0]: model for model in get_args(get_args(Item)[0])
}
_TEXT_TAG = "tag:yaml.org,2002:str"
_REMEDIES = {
    "missing": "Add the key '{key}'.",
    "bool_type": "Write true or false, without quotes.",
    "string_type": "Put the text in quotes.",
    "float_type": "Write a number, without quotes.",
    "int_type": "Write a whole number, without quotes.",
    "tuple_type": "Write a list, for example [0, 100].",
    "dict_type": "Write 'key: value' lines, indented.",
    "model_type": "Write 'key: value' lines, indented.",
    "list_type": "Write a list: one line with '- ' for each entry.",
    "too_short": "Add entries to '{key}'.",
    "too_long": "Take entries from '{key}'.",
    "string_too_short": "Write a text for '{key}'.",
}


def load_quiz(file: Path) -> Quiz:
    """Read one quiz file.

    Raises:
        CourseErrors: with file, line and remedy of each fault found.
    """
    text = _read_text(file)
    node = _compose(text, file)
    if errors := _aliases(text, file):
        raise CourseErrors(errors)
    lines, errors = _index(node, file)
    if errors:
        raise CourseErrors(errors)
    try:
        quiz = Quiz.model_validate(yaml.SafeLoader("").construct_document(node))
    except ValidationError as problem:
        raise CourseErrors(_translate(problem, lines, file)) from None
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


def _read_text(file: Path) -> str:
    try:
        raw = file.read_bytes()
    except OSError as problem:
        raise CourseErrors([CourseError(f"The quiz cannot be read ({problem.strerror}).", file=file)]) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise CourseErrors(
            [
                CourseError(
                    f"Not UTF-8 text: the byte 0x{raw[problem.start]:02x} is no part of a character.",
                    file=file,
                    line=raw.count(b"\n", 0, problem.start) + 1,
                    remedy="Save the file as UTF-8.",
                )
            ]
        ) from None


def _compose(text: str, file: Path) -> yaml.Node:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        line = mark.line + 1 if mark else 1
        source = text.splitlines()[line - 1] if line <= len(text.splitlines()) else ""
        tab = "\t" in source
        said = "There is a tab here; YAML indents with spaces only" if tab else f"Not YAML: {problem.problem}"
        remedy = (
            "Replace the tab by spaces."
            if tab
            else "Check the indentation, and put a text that contains ': ' or '#' or starts with a quote in quotes."
        )
        raise CourseErrors([CourseError(f"{said}.", file=file, line=line, remedy=remedy)]) from None
    except RecursionError:
        raise CourseErrors(
            [CourseError("Brackets stand in brackets too deeply.", file=file, line=1, remedy="Take some out.")]
        ) from None
    except (yaml.YAMLError, ValueError) as problem:
        # yaml's ReaderError: a character that YAML does not allow, at a position in the text
        position = getattr(problem, "position", 0) or 0
        line = text.count("\n", 0, position) + 1
        raise CourseErrors(
            [CourseError("Not YAML: a character that no text may hold.", file=file, line=line, remedy="Delete it.")]
        ) from None
    if not isinstance(node, yaml.MappingNode):
        line = node.start_mark.line + 1 if node else 1
        raise CourseErrors(
            [CourseError("The file has no items.", file=file, line=line, remedy="Start it with 'items:'.")]
        )
    return node


def _aliases(text: str, file: Path) -> list[CourseError]:
    return [
        CourseError(
            "An alias (*name) repeats a part of the file.",
            file=file,
            line=event.start_mark.line + 1,
            remedy="Write the part out: aliases are not used in quiz files.",
        )
        for event in yaml.parse(text, Loader=yaml.SafeLoader)
        if isinstance(event, yaml.AliasEvent)
    ]


def _index(root: yaml.Node, file: Path) -> tuple[dict[_Path, int], list[CourseError]]:
    """The line of every key and entry by its path, and the faults that only the YAML tree shows."""
    lines: dict[_Path, int] = {}
    errors: list[CourseError] = []
    todo: list[tuple[_Path, yaml.Node]] = [((), root)]
    while todo:
        path, node = todo.pop()
        lines.setdefault(path, node.start_mark.line + 1)
        if not _is_plain(node):
            errors.append(
                CourseError(
                    "This value cannot be read.",
                    file=file,
                    line=node.start_mark.line + 1,
                    remedy="Put the text in quotes.",
                )
            )
        elif isinstance(node, yaml.SequenceNode):
            todo += [((*path, place), child) for place, child in enumerate(node.value)]
        elif isinstance(node, yaml.MappingNode):
            keys: set[str] = set()
            for key, child in node.value:
                name, line = str(key.value), key.start_mark.line + 1
                if key.tag != _TEXT_TAG:
                    errors.append(
                        CourseError(
                            "A key is no plain word.",
                            file=file,
                            line=line,
                            remedy="Write 'key: value', the key in letters or in quotes.",
                        )
                    )
                elif name in keys:
                    errors.append(
                        CourseError(
                            f"The key '{name}' stands twice in one place.", file=file, line=line, remedy="Keep one."
                        )
                    )
                keys.add(name)
                lines[(*path, name)] = line
                todo.append(((*path, name), child))
    return lines, sorted(errors, key=lambda error: error.line or 0)


def _is_plain(node: yaml.Node) -> bool:
    """Whether a value is a list, a mapping, or what YAML can read: no day 2016-13-45, no tag of a program."""
    if not isinstance(node, yaml.ScalarNode):
        return node.tag in {"tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"}
    try:
        yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError):
        return False
    return True


def _translate(problem: ValidationError, lines: dict[_Path, int], file: Path) -> list[CourseError]:
    """Pydantic's findings as messages for authors."""
    errors = []
    for finding in problem.errors():
        # pydantic puts the name of the chosen item type into the location; the file has no such level
        path: _Path = tuple(
            part for place, part in enumerate(finding["loc"]) if not (place == 2 and part in _ITEM_TYPES)
        )
        key = str(path[-1]) if path else "items"
        kind = finding["type"]
        at = path
        while at and at not in lines:
            at = at[:-1]
        line = lines.get(at, 1)
        what = finding["msg"].removeprefix("Value error, ")
        remedy = _REMEDIES.get(kind, "").format(key=key)
        if kind == "extra_forbidden":
            what = f"Unknown key '{key}'"
            near = difflib.get_close_matches(key, _known_keys(finding["loc"]), n=1)
            remedy = (
                f"Did you mean '{near[0]}'?" if near else f"Known keys here: {', '.join(_known_keys(finding['loc']))}."
            )
        elif kind == "missing":
            what = f"The key '{key}' is missing"
        elif kind in {"model_type", "model_attributes_type"}:
            what, remedy = "Only a value stands here", "Write keys with values, one a line, as in CONTRIBUTING.md."
        elif kind == "union_tag_not_found":
            what, remedy = "The key 'type' is missing", f"Add 'type:' with one of: {', '.join(_ITEM_TYPES)}."
        elif kind == "union_tag_invalid":
            tag = str(finding.get("ctx", {}).get("tag", ""))
            near = difflib.get_close_matches(tag, _ITEM_TYPES, n=1)
            line = lines.get((*path, "type"), line)
            what = f"There is no item type '{tag}'"
            remedy = f"Did you mean '{near[0]}'?" if near else f"Use one of: {', '.join(_ITEM_TYPES)}."
        elif kind == "string_pattern_mismatch":
            what = f"'{key}' is {finding['input']!r}"
            remedy = (
                "Use lower-case letters, digits and hyphens."
                if key in {"id", "misconception"}
                else ("Use a paragraph (3), a sentence (3.2), a claim (C01) or a key of references.bib.")
            )
        elif kind != "value_error":
            what = f"'{key}': {what[0].lower()}{what[1:]}"
        elif not remedy and "correct: true" in what:
            remedy = "Mark the right option with 'correct: true'."
        elif "say the same" in what:
            remedy = "Change one of them, or take it out."
        errors.append(CourseError(f"{what}.", file=file, line=line, remedy=remedy))
    return sorted(errors, key=lambda error: error.line or 0)


def _known_keys(location: _Path) -> list[str]:
    """The keys allowed where an unknown one was found; the location as pydantic gives it, the item's type included."""
    model: Any = Quiz
    for place, part in enumerate(location[:-1]):
        if place == 2 and part in _ITEM_TYPES:
            model = _ITEM_TYPES[str(part)]
        elif isinstance(model, type) and issubclass(model, BaseModel):
            field = model.model_fields.get(str(part))
            model = field.annotation if field else None
        elif get_origin(model) is list:
            model = get_args(model)[0]
        elif get_origin(model) is dict:
            model = get_args(model)[1]
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []


def _duplicate_ids(quiz: Quiz, lines: dict[_Path, int], file: Path) -> list[CourseError]:
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


def _unknown_sources(quiz: Quiz, lines: dict[_Path, int], file: Path) -> list[CourseError]:
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


def _unknown_numbers(quiz: Quiz, lines: dict[_Path, int], file: Path) -> list[CourseError]:
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
