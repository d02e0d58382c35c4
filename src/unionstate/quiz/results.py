"""Results files: what a learner answered to a quiz, to be handed in. No score is in them: it is computed again."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from unionstate.errors import CourseError
from unionstate.quiz.items import Item
from unionstate.quiz.records import Record

FORMAT = "unionstate-results"
VERSION = 1  # goes up when a reader of the file must change
LARGEST = 2_000_000  # bytes; a file of a hundred items has fifty thousand
LONGEST_NAME = 100
_NOT_OURS = "Hand in the file that .save() of the quiz wrote."


@dataclass(frozen=True)
class Results:
    """A results file.

    Attributes:
        chapter: whose quiz it answers.
        run: a random word for the widget that wrote it; the same in copies of one file.
        name: what the learner typed; "" for none.
        kept: what was kept of each item that was shown, by its id; None for items without an answer.
    """

    chapter: str
    run: str
    name: str
    kept: dict[str, Any]


def checked_name(name: object) -> str:
    """The name or pseudonym that a learner gives, without needless space.

    Raises:
        CourseError: if it is none.
    """
    short = " ".join(name.split()) if isinstance(name, str) else ""
    if not 1 <= len(short) <= LONGEST_NAME or any(unicodedata.category(sign) in ("Cc", "Cs") for sign in short):
        raise CourseError(
            f"A name is a text in quotes, at most {LONGEST_NAME} characters long.", remedy='For example: name="Anna"'
        )
    return short


def results_bytes(chapter: str, run: str, name: str, items: Sequence[Item], records: Mapping[str, Record]) -> bytes:
    """A results file's content: what was shown, and what was answered."""
    content: dict[str, Any] = {"format": FORMAT, "version": VERSION, "quiz": chapter, "run": run}
    if name:
        content["name"] = name
    content["saved"] = iso(datetime.now(UTC))
    content["items"] = [
        {"id": item.id, "version": item.version}
        | (
            {"answer": record.answer, "attempts": record.attempts, "at": record.at and iso(record.at)}
            if (record := records.get(item.id))
            else {"answer": None}
        )
        for item in items
    ]
    try:
        return f"{json.dumps(content, ensure_ascii=False, indent=1)}\n".encode()
    except UnicodeEncodeError:  # half of a pair of surrogates is no text; escaped, it can be written and read again
        return f"{json.dumps(content, indent=1)}\n".encode()


def iso(time: datetime) -> str:
    """A time in UTC as ISO 8601, to the second."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_new(path: Path, content: bytes) -> bool:
    """Write a file that is not there yet, as a whole or not at all; False, and nothing written, if one is there.

    Raises:
        CourseError: if the file cannot be written.
    """
    from unionstate.quiz.export.files import write_whole

    if path.exists() or path.is_symlink():
        return False
    part = path.with_name(f".{path.name}.{os.urandom(4).hex()}.new")
    write_whole(part, content)
    try:
        os.link(part, path)  # unlike a move it never replaces what came there in between
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        write_whole(path, content)
    finally:
        part.unlink(missing_ok=True)
    return True


def read_results(file: Path) -> Results:
    """Read a results file; its answers are not judged here.

    Raises:
        CourseError: with the reason and the remedy, if it is none.
    """
    content = _read_json(file)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise CourseError("This is no results file.", file=file, remedy=_NOT_OURS)
    version = content.get("version")
    if type(version) is not int or version != VERSION:
        newer = type(version) is int and version > VERSION
        raise CourseError(
            f"It is written in version {version!r:.20} of the format, and this program reads version {VERSION}.",
            file=file,
            remedy="Update the course's package." if newer else _NOT_OURS,
        )
    chapter, run, name, items = (content.get(key, "") for key in ("quiz", "run", "name", "items"))
    texts = all(isinstance(text, str) for text in (chapter, run, name))
    if not texts or not isinstance(items, list) or not chapter or not run or len(name) > LONGEST_NAME:
        raise CourseError("The results file is damaged.", file=file, remedy="Ask for it again.")
    kept: dict[str, Any] = {}
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get("id"), str) or item["id"] in kept:
            raise CourseError("The results file is damaged.", file=file, remedy="Ask for it again.")
        kept[item["id"]] = None if item.get("answer") is None else item
    return Results(chapter, run, name, kept)


def _read_json(file: Path) -> object:
    try:
        if file.is_dir():
            raise CourseError("This is a folder.", file=file, remedy=f"Name its files: {file.name or '.'}/*.json")
        if not file.exists():
            raise CourseError("There is no such file.", file=file, remedy="Check the name.")
        if not file.is_file():
            raise CourseError("This is no ordinary file.", file=file, remedy=_NOT_OURS)
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except (OSError, ValueError) as problem:
        said = getattr(problem, "strerror", None) or problem
        raise CourseError(f"The file cannot be read ({said}).", file=file, remedy="Check its rights.") from None
    if len(content) > LARGEST:
        raise CourseError(f"The file is larger than {LARGEST:,} bytes.", file=file, remedy=_NOT_OURS)
    if not content.strip():
        raise CourseError("The file is empty.", file=file, remedy="Ask for it again.")
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise CourseError("Not UTF-8 text.", file=file, remedy=_NOT_OURS) from None
    except json.JSONDecodeError as problem:
        raise CourseError(
            f"Not JSON, or cut off: {problem.msg}.", file=file, line=problem.lineno, remedy="Ask for it again."
        ) from None
    except (ValueError, RecursionError):
        raise CourseError("This is no results file.", file=file, remedy=_NOT_OURS) from None
