"""Nothing is lost: whatever is killed at whatever moment, the next run gives what an undisturbed one gives."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

import psutil
from grading_run import Grader, results, runs_kept

STUDENTS = 24  # in class_of_24


def _assert_same(out: Path, undisturbed: dict[str, bytes]) -> None:
    now = results(out)
    assert set(now) == set(undisturbed)
    assert [name for name in now if now[name] != undisturbed[name]] == []
    assert len(runs_kept(out)) == STUDENTS
    assert not [file for file in out.rglob("*") if file.name.endswith((".part", ".collecting"))]


def test_grader_killed_thrice(class_of_24: Path, undisturbed: dict[str, bytes], tmp_path: Path) -> None:
    out, kept = tmp_path / "results", {}
    for moment in (1, STUDENTS // 2, STUDENTS):
        grader = Grader(class_of_24, out)
        workers = []
        if grader.until(moment):
            workers = grader.workers()
            grader.kill()
        gone, alive = psutil.wait_procs(workers, timeout=20)
        assert not alive  # workers end with their grader
        now = runs_kept(out)
        assert {name: now.get(name) for name in kept} == kept  # nothing that was done is done again
        kept = now
    code, said = Grader(class_of_24, out).finish()
    assert code == 0, said
    assert {name: about for name, about in runs_kept(out).items() if name in kept} == kept
    _assert_same(out, undisturbed)


def test_worker_killed(class_of_24: Path, undisturbed: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "results"
    grader = Grader(class_of_24, out)
    assert grader.until(3)
    for worker in grader.workers()[:1]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker.pid, signal.SIGKILL)
    code, said = grader.finish()
    assert code == 0, said
    _assert_same(out, undisturbed)
