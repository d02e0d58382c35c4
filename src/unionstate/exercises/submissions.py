"""Finds the submissions in a folder or zip: plain ones, and the downloads of Moodle and Canvas.

A submission that cannot be read is one with a ``problem``; it never costs another. What is looked for at the top, for
each student: ``NAME.ipynb``, ``NAME.zip``, a folder ``NAME`` with a notebook or a zip at any depth inside, or what the
platforms make (``lms_names``). One folder around all of it, as unpacking leaves it, is looked through.

Of several notebooks the one counts whose metadata name the exercise. If that does not decide, nothing is guessed: the
submission is a problem, and the instructor leaves one notebook in place. One exception: of files of one name that
Canvas numbered, the last counts.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from unionstate.errors import CourseError
from unionstate.exercises.archives import (
    ENTRY_LIMIT,
    FILE_LIMIT,
    MB,
    STUDENT_DIRECTORY_LIMIT,
    Entry,
    FolderTree,
    Unreadable,
    ZipTree,
    is_junk,
    shown,
)
from unionstate.exercises.lms_names import Owner, Source, canvas_owners, moodle_owner, plain_owner
from unionstate.exercises.student_notebook import read_notebook, what_it_is

ZIP_LIMIT = 40 * MB  # bytes of a zip that a student made
STUDENT_LIMIT = 60 * MB  # bytes that are read of one student's files in all
NOTEBOOK_LIMIT = 12  # notebooks of one student that are looked into
_SNIFF_LIMIT = 3  # files with other endings that are looked into
_WRAPPERS = 6  # folders around everything that are looked through

_NOTEBOOK = ".ipynb"
_UNNAMED = re.compile(r"\.ipynb\b|\.(json|txt)$|^[^.]*$", re.IGNORECASE)  # endings a notebook gets by mistake
# what instructors keep beside submissions
_NOT_HANDED_IN = re.compile(
    r"readme(\.\w+)?|(assignment|checks)\.json|.*\.(csv|tsv|ya?ml|xlsx?|ods|log)", re.IGNORECASE | re.DOTALL
)
_DATA = re.compile(r".*\.(csv|tsv|json)", re.IGNORECASE | re.DOTALL)
_HAND_IN = "Please hand in the .ipynb file itself."


@dataclass(frozen=True)
class Submission:
    """What one student (or group) handed in.

    Attributes:
        student: a key, safe as a file name, unique here and the same in every run.
        name: for people.
        source: whose conventions the file names follow.
        lms: what the platform's import form needs; see ``lms_names.Owner``.
        file: the notebook's place in the folder or zip; "" if there is none.
        content: the notebook's bytes, not yet checked; None if there is a problem.
        problem: "" or why nothing can be graded.
        notes: what the instructor should know, in sentences.
    """

    student: str
    name: str
    source: Source
    lms: dict[str, str] = field(default_factory=dict)
    file: str = ""
    content: bytes | None = None
    problem: str = ""
    notes: tuple[str, ...] = ()


@dataclass
class _Group:
    """A student's entries at the top: name, whether a folder, and what the name says."""

    owner: Owner
    tops: list[tuple[str, bool, Owner]]


@dataclass(frozen=True)
class _Notebook:
    file: str
    content: bytes
    name: str  # without folders, as the student gave it
    number: int  # Canvas's number of the file, or 0


@dataclass
class _Found:
    """What was found for a student so far."""

    notebooks: list[_Notebook] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)  # clauses: "hw.ipynb: it is a link"
    others: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    hint: str = ""  # what the likeliest other file is
    left: int = field(default_factory=lambda: STUDENT_LIMIT)

    def read(self, tree: FolderTree | ZipTree, entry: Entry, limit: int) -> bytes:
        if limit >= entry.size > self.left:
            raise Unreadable(f"with it, more than {STUDENT_LIMIT // MB} MB would have to be read")
        content = tree.read(entry, min(limit, self.left))
        self.left -= len(content)
        return content


def find_submissions(path: Path, *, exercise: str = "") -> Iterator[Submission]:
    """All submissions, sorted by key; one is in memory at a time.

    Args:
        path: a folder, a zip, or one notebook.
        exercise: which notebook counts if a student handed in several; by default one of any exercise of the course.

    Raises:
        CourseError: at once, if the path does not exist, cannot be read, or is a file of another kind.
    """
    if _is_notebook(path):
        return _single(path)
    tree, groups = _planned(path)
    return _stream(tree, groups, exercise)


def count_submissions(path: Path) -> int:
    """How many submissions ``find_submissions`` will find; no file is read.

    Raises:
        CourseError: as ``find_submissions``.
    """
    if _is_notebook(path):
        return 1
    tree, groups = _planned(path)
    tree.close()
    return len(groups)


def _is_notebook(path: Path) -> bool:
    return path.suffix.casefold() == _NOTEBOOK and path.is_file()


def _single(path: Path) -> Iterator[Submission]:
    try:
        tree = FolderTree(path.resolve().parent)
    except OSError as problem:
        raise _cannot_read(path, problem) from None
    owner = plain_owner(path.name, False)
    return _stream(tree, [_Group(owner, [(path.resolve().name, False, owner)])], "")


def _planned(path: Path) -> tuple[FolderTree | ZipTree, list[_Group]]:
    """The opened folder or zip, and whose entries are in it, sorted by key."""
    tree: FolderTree | ZipTree | None = None
    try:
        if path.is_dir():
            tree = FolderTree(path)
        elif path.is_file():
            tree = ZipTree(path)
        else:
            there = path.exists()
            raise CourseError(
                "This is neither a folder nor a file." if there else "There is no such file or folder.",
                file=path,
                remedy="Give the folder or the zip with the submissions.",
            )
        tree = _unwrapped(tree)
        return tree, _groups(tree)
    except Unreadable as problem:
        raise CourseError(
            f"The submissions cannot be read: {problem}.",
            file=path,
            remedy="Give a folder or a zip, as Moodle and Canvas make it; unpack an archive of another kind first.",
        ) from None
    except (OSError, ValueError) as problem:
        if tree is not None:
            tree.close()
        raise _cannot_read(path, problem) from None


def _cannot_read(path: Path, problem: Exception) -> CourseError:
    reason = getattr(problem, "strerror", None) or str(problem)
    return CourseError(f"The submissions cannot be read: {reason}.", file=path, remedy="Check the file's permissions.")


def _unwrapped(tree: FolderTree | ZipTree) -> FolderTree | ZipTree:
    """The place where the submissions lie: inside the folders that surround all of them."""
    tops = [(name, folder) for name, folder in tree.names() if not is_junk((name,))]
    if len(tops) == 1 and tops[0][1] and not moodle_owner(tops[0][0]):
        for _ in range(_around(tree.files(tops[0][0]))):
            (name,) = (name for name, _ in tree.names() if not is_junk((name,)))
            tree = tree.inside(name)
    return tree


def _around(entries: Iterator[Entry]) -> int:
    """How many folders surround all submissions, in a folder with these entries.

    One notebook in a folder is a student's folder; several, or several folders with notebooks, are several students'.
    """
    paths: list[tuple[str, ...]] = []
    for entry in islice(entries, ENTRY_LIMIT):
        if is_junk(entry.parts):
            continue
        for depth in range(1, min(_WRAPPERS + 1, len(entry.parts))):
            if moodle_owner(entry.parts[depth]):
                return depth
        if not entry.folder and entry.parts[-1].casefold().endswith((_NOTEBOOK, ".zip")):
            paths.append(entry.parts)
    for depth in range(1, _WRAPPERS + 1):
        if len({path[depth] for path in paths if len(path) > depth}) > 1:
            return depth
    return 0


def _groups(tree: FolderTree | ZipTree) -> list[_Group]:
    tops = [(name, folder) for name, folder in tree.names() if not is_junk((name,))]
    files = [name for name, folder in tops if not folder]
    # a single file named like Canvas's, such as "report_2016_2_final.ipynb", makes no Canvas download
    canvas = canvas_owners(files)
    if len(canvas) * 2 < len(files):
        canvas = {}
    groups: dict[tuple[str, str], _Group] = {}
    for name, folder in tops:
        owner = moodle_owner(name) or (canvas.get(name) if not folder else None)
        if owner is None:
            if not folder and _NOT_HANDED_IN.fullmatch(name):
                continue
            if folder and _is_data(tree, name):
                continue
            owner = plain_owner(name, folder)
        groups.setdefault((owner.source, owner.key), _Group(owner, [])).tops.append((name, folder, owner))
    return [groups[key] for key in sorted(groups, key=lambda one: (one[1], one[0]))]


def _is_data(tree: FolderTree | ZipTree, name: str) -> bool:
    """Whether a folder is the exercise's data, handed out with it, and no student's."""
    if name != "data":
        return False
    files = [entry for entry in tree.files(name) if not entry.folder]
    return bool(files) and all(_DATA.fullmatch(entry.parts[-1]) for entry in files)


def _stream(tree: FolderTree | ZipTree, groups: list[_Group], exercise: str) -> Iterator[Submission]:
    used: set[str] = set()
    try:
        for group in groups:
            key, number = group.owner.key, 2
            while key in used:  # the same key from two platforms' names in one folder
                key, number = f"{group.owner.key}-{number}", number + 1
            used.add(key)
            yield _submission(tree, group, key, exercise)
    finally:
        tree.close()


def _submission(tree: FolderTree | ZipTree, group: _Group, key: str, exercise: str) -> Submission:
    owner, found = group.owner, _Found()
    if any(one.late for _, _, one in group.tops):
        found.notes.append("Handed in late, says Canvas.")
    if owner.source == "canvas" and not owner.lms:
        found.notes.append("Two names in Canvas's download have the same number; nobody is given its grade.")
    try:
        _collect(tree, group, found)
        chosen, problem = _choose(found, exercise)
    except Unreadable as reason:
        chosen, problem = None, f"{_sentence(str(reason))}"
    if found.notebooks:
        found.notes.extend(f"Not read: {fault}." for fault in found.faults[:5])
    return Submission(
        student=key,
        name=owner.name,
        source=owner.source,
        lms=dict(owner.lms) | ({"file": str(chosen.number)} if chosen and chosen.number else {}),
        file=chosen.file if chosen else "",
        content=chosen.content if chosen else None,
        problem=problem,
        notes=tuple(found.notes),
    )


def _collect(tree: FolderTree | ZipTree, group: _Group, found: _Found) -> None:
    """Read a student's notebooks; if there are none, those in the zips; if none again, look at other files."""
    notebooks: list[tuple[Entry, Owner]] = []
    zips: list[tuple[Entry, Owner]] = []
    others: list[tuple[Entry, Owner]] = []
    count = 0
    for name, _, owner in group.tops:
        for entry in tree.files(name):
            if is_junk(entry.parts):
                continue
            count += 1
            if count > ENTRY_LIMIT:
                raise Unreadable(f"more than {ENTRY_LIMIT:,} files were handed in")
            if entry.fault:
                found.faults.append(f"{entry.shown}: {entry.fault}")
            elif not entry.folder:
                last = entry.parts[-1].casefold()
                kind = notebooks if last.endswith(_NOTEBOOK) else zips if last.endswith(".zip") else others
                kind.append((entry, owner))
    if len(notebooks) > NOTEBOOK_LIMIT:
        raise Unreadable(f"{len(notebooks)} notebooks were handed in; leave one in place")
    for entry, owner in notebooks:
        _take(tree, entry, owner, found)
    if not found.notebooks:
        for entry, owner in zips[:NOTEBOOK_LIMIT]:
            _look_into(tree, entry, owner, found)
    elif zips:
        found.notes.append("Besides the notebook a zip was handed in; it was not opened.")
    if not found.notebooks:
        _sniff(tree, others, found)


def _take(tree: FolderTree | ZipTree, entry: Entry, owner: Owner, found: _Found, inside: str = "") -> None:
    file = f"{inside}/{entry.shown}" if inside else entry.shown
    try:
        content = found.read(tree, entry, FILE_LIMIT)
    except Unreadable as reason:
        found.faults.append(f"{file}: {reason}")
        return
    given = entry.parts[-1] if inside or not owner.file else owner.file
    found.notebooks.append(_Notebook(file, content, given, 0 if inside else int(owner.number or 0)))


def _look_into(tree: FolderTree | ZipTree, entry: Entry, owner: Owner, found: _Found) -> None:
    """The notebooks in a zip that the student made; zips inside it stay closed."""
    try:
        inner = ZipTree(
            found.read(tree, entry, ZIP_LIMIT), directory_limit=STUDENT_DIRECTORY_LIMIT, entry_limit=ENTRY_LIMIT
        )
    except Unreadable as reason:
        found.faults.append(f"{entry.shown}: {reason}")
        return
    try:
        if owner.source == "folder" and any(moodle_owner(name) for name, _ in inner.names()):
            found.faults.append(f"{entry.shown}: it is a download of all submissions; grade it by itself")
            return
        notebooks = []
        for one in inner.everything():
            last = one.parts[-1].casefold()
            if is_junk(one.parts) or one.folder:
                continue
            if one.fault:
                found.faults.append(f"{entry.shown}/{one.shown}: {one.fault}")
            elif last.endswith(_NOTEBOOK):
                notebooks.append(one)
            elif last.endswith(".zip"):
                found.faults.append(f"{entry.shown}/{one.shown}: it is a zip inside a zip, which is not opened")
            else:
                found.others.append(f"{entry.shown}/{one.shown}")
        if len(notebooks) > NOTEBOOK_LIMIT:
            raise Unreadable(f"the zip holds {len(notebooks)} notebooks; leave one in place")
        if not inner.names():
            found.others.append(f"{entry.shown} (empty)")
        for one in notebooks:
            _take(inner, one, owner, found, inside=entry.shown)
    finally:
        inner.close()


def _sniff(tree: FolderTree | ZipTree, others: list[tuple[Entry, Owner]], found: _Found) -> None:
    """A notebook under another ending, and what the other files are."""
    found.others.extend(shown(owner.file or entry.parts[-1]) for entry, owner in others)
    # what was typed into the platform says little if there are files too
    others = sorted(others, key=lambda one: (one[1].typed, not _UNNAMED.search(one[0].parts[-1]), one[0].parts))
    for entry, owner in others[:_SNIFF_LIMIT]:
        try:
            content = found.read(tree, entry, FILE_LIMIT)
        except Unreadable as reason:
            found.faults.append(f"{entry.shown}: {reason}")
            continue
        what = what_it_is(content)
        if not what and b'"cells"' in content and b'"nbformat"' in content:
            found.notebooks.append(_Notebook(entry.shown, content, entry.parts[-1], int(owner.number or 0)))
            found.notes.append(f"The notebook was handed in under the name {shown(owner.file or entry.parts[-1])}.")
        elif owner.typed and "Colab" not in what:
            found.hint = found.hint or f"text was typed into {owner.source.capitalize()} instead"
        elif what:
            found.hint = found.hint or f"{shown(owner.file or entry.parts[-1])} is {what}"


def _choose(found: _Found, exercise: str) -> tuple[_Notebook | None, str]:
    """The notebook that counts, or the problem."""
    distinct: dict[bytes, _Notebook] = {}
    for one in found.notebooks:
        distinct.setdefault(hashlib.sha256(one.content).digest(), one)
    notebooks = list(distinct.values())
    if len(notebooks) < len(found.notebooks):
        found.notes.append("The same notebook was handed in more than once.")
    if not notebooks:
        return None, _nothing(found)
    if len(notebooks) == 1:
        return notebooks[0], ""
    by_exercise: list[_Notebook] = []
    readable: list[_Notebook] = []
    for one in notebooks:
        try:
            says = read_notebook(one.content).exercise
        except CourseError:
            continue
        readable.append(one)
        if says and (not exercise or says == exercise):
            by_exercise.append(one)
    left = by_exercise or readable or notebooks
    reason = "its metadata name the exercise" if by_exercise else "the others cannot be read"
    if len(left) > 1 and len({_unnumbered(one.name) for one in left}) == 1 and all(one.number for one in left):
        left, reason = [max(left, key=lambda one: one.number)], "Canvas numbered it last"
    if len(left) > 1:
        listed = ", ".join(one.file for one in left[:5])
        return None, f"There are {len(left)} different notebooks ({listed}). Leave the one that counts in place."
    found.notes.append(f"Of {len(notebooks)} notebooks {left[0].file} was graded, since {reason}.")
    return left[0], ""


def _unnumbered(name: str) -> str:
    """A file's name without the number that Canvas adds when it is handed in again."""
    return re.sub(r"-\d{1,3}(?=\.[^.]*$)", "", name).casefold()


def _nothing(found: _Found) -> str:
    """Why there is no notebook."""
    if found.faults:
        more = f" (and {len(found.faults) - 1} more)" if len(found.faults) > 1 else ""
        return f"No notebook can be read: {found.faults[0]}{more}."
    if found.hint:
        return f"There is no notebook: {found.hint}. {_HAND_IN}"
    if found.others:
        listed = ", ".join(found.others[:3]) + (", …" if len(found.others) > 3 else "")
        return f"There is no notebook, only: {listed}. {_HAND_IN}"
    return "The folder is empty."


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
