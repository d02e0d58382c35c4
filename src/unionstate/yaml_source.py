"""Reads YAML that authors write: its content, the line of every key, and faults told by file, line and remedy."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

from unionstate.errors import CourseError, CourseErrors

try:
    from yaml.cyaml import CParser
except ImportError:  # PyYAML was built without libyaml

    class CParser:  # type: ignore[no-redef]
        """Reads nothing; the parser in Python does it all."""

        def __init__(self, _text: str) -> None:
            raise yaml.YAMLError


_Path = tuple[str | int, ...]
Lines = dict[_Path, int]
_TAG = "tag:yaml.org,2002:"
_TEXT_TAG = f"{_TAG}str"
_SCALAR_TAGS = {_TAG + name for name in ("str", "int", "float", "bool", "null", "timestamp", "binary")}
_REMEDIES = {
    "missing": "Add the key '{key}'.",
    "bool_type": "Write true or false, without quotes.",
    "string_type": "Put the text in quotes.",
    "float_type": "Write a number in digits, without quotes.",
    "int_type": "Write a whole number in digits, without quotes.",
    "tuple_type": "Write a list, for example [0, 100].",
    "dict_type": "Write 'key: value' lines, indented.",
    "model_type": "Write 'key: value' lines, indented.",
    "list_type": "Write a list: one line with '- ' for each entry.",
    "too_short": "Add entries to '{key}'.",
    "too_long": "Take entries from '{key}'.",
    "string_too_short": "Write a text for '{key}'.",
    "literal_error": "Use one of these words.",
    "string_unicode": "Write the character itself in place of its number.",
    "int_parsing_size": "Write a smaller number.",
    "less_than_equal": "Write a smaller number.",
    "greater_than_equal": "Write a larger number.",
    "greater_than": "Write a larger number.",
    "finite_number": "Write a number of usual size.",
    "invalid-json-value": "Put a date or a time in quotes.",
}


def read_yaml(file: Path, *, what: str, first: str) -> tuple[Any, Lines]:
    """Read a file whose top level is a mapping.

    Args:
        file: the file.
        what: the word for such a file in messages, for example ``quiz``.
        first: the key that such a file starts with.

    Returns:
        Its content, and the line of every key and entry by its path, for example ``("items", 0, "id")``.

    Raises:
        CourseErrors: with file, line and remedy of each fault found.
    """
    empty = (f"The file has no {first}.", f"Start it with '{first}:'.")
    return parse_yaml(_read_text(file, what), file, empty=empty)


def parse_yaml(text: str, file: Path, *, empty: tuple[str, str]) -> tuple[Any, Lines]:
    """As ``read_yaml``, of a text that was read already.

    Args:
        text: the text.
        file: where it is from.
        empty: what is wrong if it has no keys, and a remedy.
    """
    node = _compose(text, file, empty)
    if _holds_aliases(node):
        raise CourseErrors(_aliases(text, file))
    lines, errors = _index(node, file)
    if errors:
        raise CourseErrors(errors)
    return SafeConstructor().construct_document(node), lines


def _read_text(file: Path, what: str) -> str:
    try:
        raw = file.read_bytes()
    except OSError as problem:
        remedy = f"Name a {what} file that you may read."
        raise CourseErrors(
            [CourseError(f"The {what} cannot be read ({problem.strerror}).", file=file, remedy=remedy)]
        ) from None
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


class _QuickLoader(Composer, CParser, Resolver):
    """Reads with libyaml, eight times as fast; the tree is put together in Python, where deep nesting ends cleanly."""

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        Composer.__init__(self)
        Resolver.__init__(self)


def _compose_quickly(text: str) -> yaml.Node | None:
    """The tree; None for what needs the parser in Python, which is stricter with tabs and says what is wrong."""
    if "\t" in text:
        return None
    try:
        return _QuickLoader(text).get_single_node()
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def _compose(text: str, file: Path, empty: tuple[str, str]) -> yaml.Node:
    try:
        node = _compose_quickly(text) or yaml.compose(text, Loader=yaml.SafeLoader)
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
    except (yaml.YAMLError, ValueError, OverflowError) as problem:
        # yaml's ReaderError: a character that YAML does not allow, at a position in the text; the others: the number
        # of a character, such as "\\U00110000", that there is not
        number = re.search(r"\\U(?!000|0010)[0-9A-Fa-f]{8}", text)
        position = getattr(problem, "position", number.start() if number else 0)
        line = text.count("\n", 0, position) + 1
        raise CourseErrors(
            [CourseError("Not YAML: a character that no text may hold.", file=file, line=line, remedy="Delete it.")]
        ) from None
    if not isinstance(node, yaml.MappingNode):
        line = node.start_mark.line + 1 if node else 1
        raise CourseErrors([CourseError(empty[0], file=file, line=line, remedy=empty[1])])
    return node


def _holds_aliases(root: yaml.Node) -> bool:
    """Whether a part of the tree stands in two places."""
    seen: set[int] = set()
    todo = [root]
    while todo:
        node = todo.pop()
        if id(node) in seen:
            return True
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            todo += node.value
        elif isinstance(node, yaml.MappingNode):
            todo += [one for pair in node.value for one in pair]
    return False


def _aliases(text: str, file: Path) -> list[CourseError]:
    return [
        CourseError(
            "An alias (*name) repeats a part of the file.",
            file=file,
            line=event.start_mark.line + 1,
            remedy="Write the part out: aliases are not used in the course's files.",
        )
        for event in yaml.parse(text, Loader=yaml.SafeLoader)
        if isinstance(event, yaml.AliasEvent)
    ]


def _index(root: yaml.Node, file: Path) -> tuple[Lines, list[CourseError]]:
    """The line of every key and entry by its path, and the faults that only the YAML tree shows."""
    lines: Lines = {}
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
                if not isinstance(key, yaml.ScalarNode) or key.tag != _TEXT_TAG:
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
    if node.tag == _TEXT_TAG:
        return isinstance(node, yaml.ScalarNode)
    if not isinstance(node, yaml.ScalarNode):
        return node.tag == _TAG + ("seq" if isinstance(node, yaml.SequenceNode) else "map")
    if node.tag not in _SCALAR_TAGS:
        return False
    try:
        SafeConstructor().construct_object(node)
    except (yaml.YAMLError, ArithmeticError, AttributeError, LookupError, ValueError):
        # where a tag says what the value is, as in "!!int x", the library takes its word for it
        return False
    return True


def explain(
    problem: ValidationError,
    lines: Lines,
    file: Path,
    model: type[BaseModel],
    tagged: Mapping[str, type[BaseModel]] | None = None,
    forms: Mapping[str, str] | None = None,
) -> list[CourseError]:
    """Pydantic's findings as messages for authors.

    Args:
        problem: what pydantic found.
        lines: as ``read_yaml`` gives them.
        file: the file.
        model: the model of the whole file.
        tagged: the models that the key ``type`` of an entry chooses among, by its value.
        forms: what a text under a key must look like, where the model asks for a form; under "" that of all other keys.
    """
    tagged, forms = tagged or {}, forms or {}
    errors = []
    for finding in problem.errors():
        # pydantic puts the name of the chosen item type into the location; the file has no such level
        path: _Path = tuple(part for place, part in enumerate(finding["loc"]) if not (place == 2 and part in tagged))
        # of an entry of a list, the key of the list
        key = next((part for part in reversed(path) if isinstance(part, str)), next(iter(model.model_fields)))
        kind = finding["type"]
        at = path
        while at and at not in lines:
            at = at[:-1]
        line = lines.get(at, 1)
        what = finding["msg"].removeprefix("Value error, ")
        remedy = _REMEDIES.get(kind, "").format(key=key)
        if kind == "extra_forbidden":
            what = f"Unknown key '{key}'"
            known = _known_keys(finding["loc"], model, tagged)
            near = difflib.get_close_matches(key, known, n=1)
            remedy = f"Did you mean '{near[0]}'?" if near else f"Known keys here: {', '.join(known)}."
        elif kind == "missing":
            what = f"The key '{key}' is missing"
        elif kind in {"model_type", "model_attributes_type"}:
            what, remedy = "Only a value stands here", "Write keys with values, one a line, as in CONTRIBUTING.md."
        elif kind == "union_tag_not_found":
            what, remedy = "The key 'type' is missing", f"Add 'type:' with one of: {', '.join(tagged)}."
        elif kind == "union_tag_invalid":
            tag = str(finding.get("ctx", {}).get("tag", ""))
            near = difflib.get_close_matches(tag, tagged, n=1)
            line = lines.get((*path, "type"), line)
            what = f"There is no item type '{tag}'"
            remedy = f"Did you mean '{near[0]}'?" if near else f"Use one of: {', '.join(tagged)}."
        elif kind == "string_pattern_mismatch":
            what = f"'{key}' is {finding['input']!r}"
            remedy = forms.get(key, forms.get("", ""))
        elif kind != "value_error":
            what = f"'{key}': {what[0].lower()}{what[1:]}"
        elif not remedy and "correct: true" in what:
            remedy = "Mark the right option with 'correct: true'."
        elif "say the same" in what:
            remedy = "Change one of them, or take it out."
        remedy = remedy or "CONTRIBUTING.md tells what belongs here."
        errors.append(CourseError(f"{what}.", file=file, line=line, remedy=remedy))
    return sorted(errors, key=lambda error: error.line or 0)


def _known_keys(location: _Path, model: Any, tagged: Mapping[str, type[BaseModel]]) -> list[str]:
    """The keys allowed where an unknown one was found; the location as pydantic gives it, the item's type included."""
    for place, part in enumerate(location[:-1]):
        if place == 2 and part in tagged:
            model = tagged[str(part)]
        elif isinstance(model, type) and issubclass(model, BaseModel):
            field = model.model_fields.get(str(part))
            model = field.annotation if field else None
        elif get_origin(model) is list:
            model = get_args(model)[0]
        elif get_origin(model) is dict:
            model = get_args(model)[1]
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []
