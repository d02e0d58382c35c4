"""The folder that holds the results of an assignment: whose it is, who works in it, what each submission earned."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from unionstate.errors import CourseError, cannot_write
from unionstate.exercises.marks import Marks
from unionstate.exercises.store import Store
from unionstate.exercises.whole_files import WholeFile
from unionstate.quiz.export.files import write_whole

ABOUT = "results.json"
MARKS = "marks.jsonl"
FEEDBACK = "feedback"
RUNS = "runs"
_LOCK = ".lock"
_FORMAT = 1
_BETWEEN = ', "marks": '


class ResultsFolder:
    """A results folder that nobody else works in. Use it as a context manager.

    Args:
        path: the folder; made if it is not there.
        about: what the results are of: ``exercise``, ``assignment`` (a fingerprint) and what a later regrade needs.
            None to open a folder of earlier results.

    Raises:
        CourseError: if the folder holds something else, results of another assignment, or none; if another grader
            works in it; or if it cannot be written.
    """

    def __init__(self, path: Path, about: dict[str, Any] | None = None) -> None:
        self.path = path
        self.about = about or {}
        self.store = Store(path / RUNS)
        self._is_new = about is not None
        self._open = contextlib.ExitStack()

    def __enter__(self) -> ResultsFolder:
        if not self._is_new and not (self.path / ABOUT).is_file():
            raise CourseError("There are no results here.", file=self.path, remedy="Name the folder that grade wrote.")
        try:
            found = {one.name for one in self.path.iterdir()} if self.path.exists() else set()
            if found - {_LOCK} and ABOUT not in found:
                raise CourseError(
                    "This folder holds something else than results.", file=self.path, remedy="Name a new one: --out."
                )
            self.path.mkdir(parents=True, exist_ok=True)
            self._open.enter_context(_locked(self.path / _LOCK))
        except OSError as problem:
            raise cannot_write(problem, self.path, "The folder cannot be used") from None
        try:
            for pattern in (".*.part", "*/.*.part", f"{RUNS}/*/.*.part"):
                for left in self.path.glob(pattern):
                    left.unlink(missing_ok=True)  # half a file of a grader that was killed
            kept = self._kept()
            if self._is_new:
                for what in ("exercise", "assignment"):
                    if kept and kept.get(what) != self.about.get(what):
                        raise CourseError(
                            f"The results here are of another {what}"
                            + (f", {kept.get(what)}." if what == "exercise" else "."),
                            file=self.path,
                            remedy="Name another folder: --out.",
                        )
                write_whole(self.path / ABOUT, _json({"format": _FORMAT, **self.about}))
            else:
                self.about = kept
        except BaseException:
            self._open.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def _kept(self) -> dict[str, Any]:
        file = self.path / ABOUT
        if not file.is_file():
            return {}
        try:
            kept = json.loads(file.read_bytes())
            if type(kept) is dict and kept.get("format") == _FORMAT:
                return kept
        except (OSError, ValueError, RecursionError):
            pass
        raise CourseError(
            "This file does not say what the results are of.", file=file, remedy="Grade again into a new folder."
        )

    def marks(self) -> Iterator[tuple[str, Marks]]:
        """The key of the run and the marks of each submission, read as they are asked for.

        Raises:
            CourseError: if they are damaged or not there.
        """
        file = self.path / MARKS
        try:
            with file.open(encoding="utf-8") as lines:
                for number, line in enumerate(lines, start=1):
                    try:
                        head, _, text = line.rstrip("\n").removesuffix("}").partition(_BETWEEN)
                        yield json.loads(head + "}")["run"], Marks.from_json(text)
                    except (ValueError, KeyError, TypeError):
                        raise CourseError(
                            "These marks are damaged.",
                            file=file,
                            line=number,
                            remedy="Give the command that graded again: what has run is not run again.",
                        ) from None
        except FileNotFoundError:
            raise CourseError(
                "The grading here is not finished.",
                file=self.path,
                remedy="Give the command that graded again: it goes on where it was stopped.",
            ) from None


class MarksFile:
    """Collects marks in any order and writes them, in the order of the submissions, as one whole file.

    Args:
        folder: of the results.
    """

    def __init__(self, folder: Path) -> None:
        self._target = folder / MARKS
        self._part = folder / f".{MARKS}.{os.getpid()}.collected.part"
        self._stream: BinaryIO = self._part.open("w+b")
        self._places: dict[int, int] = {}  # order of the submission -> place in the file

    def add(self, order: int, run: str, marks: Marks) -> None:
        """Keep the marks of a submission, instead of those kept before; ``run`` is the key of its run, or ""."""
        self._places[order] = self._stream.tell()
        try:
            self._stream.write(f'{{"run": "{run}"{_BETWEEN}{marks.to_json()}}}\n'.encode())
        except OSError as problem:
            raise cannot_write(problem, self._target) from None

    def finish(self) -> None:
        """Write the file.

        Raises:
            CourseError: if it cannot be written.
        """
        with WholeFile(self._target) as target:
            with target.faults():
                self._stream.flush()
            for _, place in sorted(self._places.items()):
                self._stream.seek(place)
                target.write(self._stream.readline())
            target.finish()

    def close(self) -> None:
        """Throw away what was collected."""
        with contextlib.suppress(OSError):  # what did not fit on the disk before does not fit now
            self._stream.close()
        self._part.unlink(missing_ok=True)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock of the system on a file: it ends with this process, however that ends, so none is ever stale."""
    with path.open("a+b") as stream:
        try:
            _lock(stream)
        except OSError:
            stream.seek(0)
            who = stream.read(20).decode("ascii", "replace").strip()
            raise CourseError(
                f"Another grader{f' (process {who})' if who.isdigit() else ''} works in this folder.",
                file=path.parent,
                remedy="Wait until it is done.",
            ) from None
        stream.truncate(0)
        stream.write(str(os.getpid()).encode())
        stream.flush()
        yield
        stream.truncate(0)


def _lock(stream: BinaryIO) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        stream.seek(1 << 30)  # a byte that nobody reads: what is locked there cannot be read by others
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _json(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")
