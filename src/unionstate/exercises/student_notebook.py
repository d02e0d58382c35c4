"""Reads the notebook that a student handed in: its code cells, and which exercise and variant it says it answers.

Nothing in it is trusted: not its size, not the types of its fields, not its metadata. Answers are found later by the
names they define, so cells may be added, deleted, copied and moved. What is no notebook is told apart by its first
bytes, so that the message says what to hand in instead.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from unionstate.errors import CourseError
from unionstate.exercises.archives import FILE_LIMIT, MB, shown
from unionstate.exercises.runs import Cell

DEPTH_LIMIT = 100  # lists in lists; outputs with figures of plotting libraries reach about 20
PART_LIMIT = 2_000_000  # strings, numbers and lists; bounds the memory of the parsed form to about 200 MB
CELL_LIMIT = 2_000  # cells
CELL_SIZE_LIMIT = 200_000  # characters of one cell
CODE_LIMIT = 2 * MB  # characters of all code

_EXERCISE = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_HAND_IN = "Open the notebook in JupyterLab, choose File, Save Notebook, and hand in the .ipynb file itself."

# what a file is that is no notebook, by its first bytes
_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a document of an older Microsoft Office"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x1f\x8b", "an archive (gzip)"),
    (b"bplist", "a web archive of Safari"),
    (b"SQLite format 3", "a database"),
)


@dataclass(frozen=True)
class StudentNotebook:
    """What is graded of a notebook.

    Attributes:
        cells: its code cells that hold anything, in order.
        token: of the variant it was made for, as its metadata says; "" if they do not.
        exercise: likewise the exercise.
        notes: what the instructor should know, in sentences.
    """

    cells: tuple[Cell, ...]
    token: str
    exercise: str
    notes: tuple[str, ...] = ()


def read_notebook(content: bytes) -> StudentNotebook:
    """Read a notebook of format 4.

    Args:
        content: the file's bytes.

    Raises:
        CourseError: if it is none or holds no code; the message is for the student as well as for the instructor.
    """
    if len(content) > FILE_LIMIT:
        raise CourseError(
            f"The notebook has {len(content) / MB:,.0f} MB, more than the {FILE_LIMIT / MB:.0f} MB that are read.",
            remedy="Clear its outputs (Edit, Clear Outputs of All Cells), save it and hand it in again.",
        )
    what = what_it_is(content)
    if what:
        raise CourseError(f"The file is {what}, not a notebook.", remedy=_HAND_IN)
    data = _parsed(content)
    cells = _cells_of(data)
    metadata = data.get("metadata") if type(data.get("metadata")) is dict else {}
    notes: list[str] = []
    code = _code_cells(cells, notes)
    language = _part(_part(metadata, "language_info"), "name") or _part(_part(metadata, "kernelspec"), "language")
    if type(language) is str and language and language.casefold() not in {"python", "python3", "ipython"}:
        notes.append(f"The notebook says that its language is {shown(language)[:40]}; it was run as Python.")
    ours = _part(metadata, "unionstate")
    token = _named(_part(ours, "variant"), _TOKEN, "variant", notes)
    exercise = _named(_part(ours, "exercise"), _EXERCISE, "exercise", notes)
    return StudentNotebook(code, token, exercise, tuple(notes))


def what_it_is(content: bytes) -> str:
    """What a file is that is no notebook, in words that fit after "The file is"; "" if it may be one."""
    start = content[:4096]
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        return "empty"
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or start[:2] in (b"{\0", b"\0{"):
        return "text in UTF-16, as some editors of Windows save it"
    if not start.strip(b"\0"):
        return "nothing but zero bytes, as after an upload that broke off"
    if start.startswith(b"PK\x03\x04") or start.startswith(b"PK\x05\x06"):
        if b"word/" in content or b"opendocument.text" in start:
            return "a document of a word processor"
        if b"xl/" in content and b"[Content_Types].xml" in content:
            return "a workbook of a spreadsheet"
        return "a zip under another name"
    for magic, what in _KINDS:
        if start.startswith(magic):
            return what
    lowered = content[: 1 << 20].lower() if text[:1] != b"{" else b""
    if len(content) < 65536 and b"colab.research.google.com" in lowered and b'"nbformat"' not in lowered:
        return "a link to Colab (there: File, Download, Download .ipynb)"
    if text[:1] == b"<":
        return "a notebook exported as HTML" if b"jupyter" in lowered or b"jp-cell" in lowered else "a web page"
    if text[:1] == b"{" or text[:1] == b"[":
        return ""
    if re.search(rb"^(---|# %%|```|#+ )", text, re.MULTILINE) and re.search(rb"jupytext|^```|^#{2,} ", lowered, re.M):
        return "Markdown or a script of jupytext"
    if re.search(rb"^(import |from \w+ import |def |# %%|# In\[|#!.*python)", text, re.MULTILINE):
        return "a Python script"
    if re.search(rb"^\w+ *= *\S", text, re.MULTILINE):
        return "a Python script or plain text"
    if b"\0" in start:
        return "in a format that is not known here"
    return "plain text"


def _parsed(content: bytes) -> dict[str, Any]:
    """The JSON, parsed only after its depth and number of parts are known to be bounded."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise CourseError(
            f"The notebook is damaged: it is not text in UTF-8 (byte {problem.start:,}).", remedy=_HAND_IN
        ) from None
    _check_shape(content)
    if re.search(r"^(<{7} |>{7} )", text, re.MULTILINE):
        raise CourseError(
            "The notebook holds the marks of a merge that was not finished (<<<<<<<).",
            remedy="Settle the merge, open the notebook in JupyterLab, save it and hand it in again.",
        )
    try:
        data = json.loads(text, parse_int=_whole)
    except json.JSONDecodeError as problem:
        raise CourseError(
            f"The notebook is damaged: it is not valid JSON at line {problem.lineno:,} of {text.count(chr(10)) + 1:,}.",
            remedy="It may be cut off, or changed in a text editor. " + _HAND_IN,
        ) from None
    except (ValueError, RecursionError, MemoryError):
        raise CourseError("The notebook is damaged: it is not valid JSON.", remedy=_HAND_IN) from None
    if type(data) is not dict:
        raise CourseError("The file holds JSON, but no notebook.", remedy=_HAND_IN)
    return data


def _check_shape(content: bytes) -> None:
    """Refuse JSON that would take far more memory than its size, or nests deeper than a parser can follow.

    Strings are cut out first, so that only brackets and commas of the structure count.
    """
    if content.count(b'"') > PART_LIMIT:
        raise CourseError(f"The notebook holds more than {PART_LIMIT // 2:,} texts.", remedy=_CLEAR)
    bare = content.replace(b"\\\\", b"").replace(b'\\"', b"")
    structure = b"".join(bare.split(b'"')[::2]).translate(None, delete=_NO_STRUCTURE)
    if len(structure) > PART_LIMIT:
        raise CourseError(f"The notebook holds more than {PART_LIMIT:,} parts.", remedy=_CLEAR)
    depth = 0
    for one in structure.replace(b",", b""):
        depth += 1 if one in b"[{" else -1
        if depth > DEPTH_LIMIT:
            raise CourseError(f"The notebook nests lists more than {DEPTH_LIMIT} deep.", remedy=_CLEAR)


_CLEAR = "Clear its outputs (Edit, Clear Outputs of All Cells), save it and hand it in again."
_NO_STRUCTURE = bytes(set(range(256)) - set(b"[]{},"))


def _whole(text: str) -> int:
    """A whole number; 0 for one without a sensible size, which nothing here asks for."""
    return int(text) if len(text) < 20 else 0


def _cells_of(data: dict[str, Any]) -> list[Any]:
    version, cells = data.get("nbformat"), data.get("cells")
    if type(version) is float and version == 4:  # as some tools write it
        version = 4
    if type(version) is int and version < 4 or (version is None and "worksheets" in data):
        raise CourseError(
            "The notebook is in an old format (before 4).",
            remedy="Open it in JupyterLab, save it again and hand in that file.",
        )
    if type(version) is int and version > 4:
        raise CourseError(f"The notebook is in a newer format ({version}) than 4, which is read.", remedy=_HAND_IN)
    if type(version) is not int or type(cells) is not list:
        raise CourseError("The file holds JSON, but no notebook.", remedy=_HAND_IN)
    if len(cells) > CELL_LIMIT:
        raise CourseError(
            f"The notebook has {len(cells):,} cells, more than the {CELL_LIMIT:,} that are read.",
            remedy="Delete those that answer nothing.",
        )
    return cells


def _code_cells(cells: list[Any], notes: list[str]) -> tuple[Cell, ...]:
    code: list[Cell] = []
    unread: list[int] = []
    long: list[int] = []
    total = 0
    for number, cell in enumerate(cells, start=1):
        if type(cell) is not dict or type(cell.get("cell_type")) is not str:
            unread.append(number)
            continue
        if cell["cell_type"] != "code":
            continue
        source = cell.get("source")
        if type(source) is list and all(type(one) is str for one in source):
            # some tools leave the ends of the lines out
            source = ("" if any("\n" in one for one in source) else "\n").join(source)
        if type(source) is not str:
            unread.append(number)
        elif len(source) > CELL_SIZE_LIMIT:
            long.append(number)
        elif source.strip():
            # half a character of UTF-16, which JSON can hold, cannot be written anywhere
            code.append(Cell(number, source.encode("utf-8", "replace").decode("utf-8")))
            total += len(source)
    if total > CODE_LIMIT:
        raise CourseError(
            f"The notebook holds {total:,} characters of code, more than the {CODE_LIMIT:,} that are read.",
            remedy="Read data from files instead of pasting them into cells.",
        )
    for numbers, what in ((unread, "not well formed"), (long, f"longer than {CELL_SIZE_LIMIT:,} characters")):
        if numbers:
            listed = ", ".join(str(one) for one in numbers[:10]) + (", …" if len(numbers) > 10 else "")
            notes.append(f"Left out, since {what}: cell {listed}.")
    if not code:
        raise CourseError(
            "The notebook holds no answers: it has no cell with code.",
            remedy=" ".join(notes) or "Hand in the notebook in which you worked.",
        )
    return tuple(code)


def _part(data: Any, key: str) -> Any:
    return data.get(key) if type(data) is dict else None


def _named(value: Any, pattern: re.Pattern[str], what: str, notes: list[str]) -> str:
    """A name from the metadata, if it is one."""
    if value is None or value == "":
        return ""
    if type(value) is str and pattern.fullmatch(value):
        return value
    notes.append(f"The notebook's metadata name no proper {what}.")
    return ""
