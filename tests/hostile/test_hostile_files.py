"""Hostile files and archives: each costs only itself, touches nothing outside, and is reported with its reason."""

from __future__ import annotations

import os
import re
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from archives import EITHER, MB, REFUSED, ZIPS, hostile_folder
from corpus import as_notebook

from unionstate.errors import CourseError

HONEST = {f"{name}.ipynb": as_notebook([f"answer = '{name}'"]) for name in ("Anna Alfa", "Zoe Zulu")}
SECONDS, MEMORY_MB = 15.0, 400  # memory is traced meanwhile, which makes Python four times as slow
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


class _Measured:
    """Time and peak memory of what runs inside."""

    def __enter__(self) -> _Measured:
        tracemalloc.start()
        self._started = time.monotonic()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        took, peak = time.monotonic() - self._started, tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        if kind is None or kind is CourseError:
            assert took < SECONDS, f"{took:.1f} s"
            assert peak < MEMORY_MB * MB, f"{peak // MB} MB"


def _assert_plain_error(error: CourseError) -> None:
    assert str(error) and len(str(error)) < 2000
    assert not re.search(r"Traceback|Error\b.*line \d+, in|\x1b|\x00", str(error)), error


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_notebook_is_refused_with_the_reason(name: str):
    from unionstate.exercises.student_notebook import read_notebook

    content = REFUSED[name]()
    with pytest.raises(CourseError) as raised, _Measured():
        read_notebook(content)
    _assert_plain_error(raised.value)


@pytest.mark.parametrize("name", EITHER)
def test_an_odd_notebook_is_read_or_refused(name: str):
    from unionstate.exercises.student_notebook import read_notebook

    content = EITHER[name]()
    try:
        with _Measured():
            read = read_notebook(content)
    except CourseError as error:
        _assert_plain_error(error)
        return
    assert all(type(cell.number) is int and type(cell.source) is str for cell in read.cells)
    assert type(read.token) is str and len(read.token) < 200
    assert type(read.exercise) is str and len(read.exercise) < 200


def _assert_safe(submissions: list[Any], canary: Path) -> None:
    keys = [one.student for one in submissions]
    assert len({key.casefold() for key in keys}) == len(keys)
    for key in keys:
        assert re.fullmatch(r"\w(?:[\w .()@+-]*[\w)])?", key) and len(key.encode()) <= 200, key
        assert not _DEVICES.fullmatch(key), key
    for one in submissions:
        assert (one.content is None) == bool(one.problem), one.problem
        assert canary.read_bytes() not in (one.content or b"")
        assert len(one.content or b"") < 120 * MB
        assert "\x1b" not in one.problem + "".join(one.notes)


def _assert_honest_ones_are_there(submissions: list[Any]) -> None:
    contents = [one.content for one in submissions]
    for content in HONEST.values():
        assert contents.count(content) == 1


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    file = tmp_path / "host" / "canary.txt"
    file.parent.mkdir()
    file.write_text("the-instructors-own-file " * 10)
    return file


def _assert_untouched(canary: Path) -> None:
    assert [one.name for one in canary.parent.iterdir()] == ["canary.txt"]
    assert canary.read_text() == "the-instructors-own-file " * 10
    assert {one.name for one in canary.parent.parent.iterdir()} <= {"host", "in"}


@pytest.mark.parametrize("name", ZIPS)
def test_a_hostile_zip_in_a_folder_costs_only_itself(name: str, tmp_path: Path, canary: Path):
    from unionstate.exercises.submissions import find_submissions

    folder = tmp_path / "in"
    folder.mkdir()
    for file, content in HONEST.items():
        (folder / file).write_bytes(content)
    (folder / "Mallory Mike.zip").write_bytes(ZIPS[name](canary))
    with _Measured():
        submissions = list(find_submissions(folder))
    _assert_honest_ones_are_there(submissions)
    _assert_safe(submissions, canary)
    assert len(submissions) == 3
    _assert_untouched(canary)


@pytest.mark.parametrize("name", ZIPS)
def test_a_hostile_zip_from_a_platform_is_read_or_refused(name: str, tmp_path: Path, canary: Path):
    from unionstate.exercises.submissions import find_submissions

    (tmp_path / "in").mkdir()
    archive = tmp_path / "in" / "download.zip"
    archive.write_bytes(ZIPS[name](canary))
    submissions = []
    try:
        with _Measured():
            submissions = list(find_submissions(archive))
    except CourseError as error:
        _assert_plain_error(error)
    _assert_safe(submissions, canary)
    _assert_untouched(canary)


@pytest.mark.skipif(os.name != "posix", reason="pipes, sockets and odd names in folders need a POSIX system")
def test_a_hostile_folder_costs_only_itself(tmp_path: Path, canary: Path):
    from unionstate.exercises.submissions import find_submissions

    folder = tmp_path / "in"
    folder.mkdir()
    for file, content in HONEST.items():
        (folder / file).write_bytes(content)
    hostile_folder(folder, canary)
    with _Measured():
        submissions = list(find_submissions(folder))
    _assert_honest_ones_are_there(submissions)
    _assert_safe(submissions, canary)
    problems = {one.name: one.problem for one in submissions if one.problem}
    for name in ("link", "absolute", "loop", "nowhere", "zeros", "waits", "listens", "large", "terabyte"):
        assert problems.get(name), f"{name}: {problems}"
    _assert_untouched(canary)


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices need a POSIX system")
def test_a_path_that_is_a_trap_is_refused(tmp_path: Path):
    from unionstate.exercises.submissions import find_submissions

    os.mkfifo(tmp_path / "pipe.zip")
    (tmp_path / "loop.zip").symlink_to("loop.zip")
    for path in (tmp_path / "pipe.zip", tmp_path / "loop.zip", tmp_path / "none.zip", Path("/dev/zero")):
        with pytest.raises(CourseError) as raised, _Measured():
            list(find_submissions(path))
        _assert_plain_error(raised.value)
