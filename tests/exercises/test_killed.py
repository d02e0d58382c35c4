"""Nothing is lost: whatever is killed at whatever moment, the next run gives what an undisturbed one gives."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

import psutil
from grading_run import Grader, results, runs_kept

STUDENTS = 24  # in class_of_24


def test_grader_and_workers_killed(class_of_24: Path, undisturbed: dict[str, bytes], tmp_path: Path) -> None:
    out, kept = tmp_path / "results", {}
    for moment in (1, STUDENTS):
        grader = Grader(class_of_24, out)
        if moment > 1 and grader.until(STUDENTS // 3):
            for worker in grader.workers()[:1]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker.pid, signal.SIGKILL)  # the grader goes on
        grader.until(moment)
        workers = grader.workers()
        grader.kill()
        assert not psutil.wait_procs(workers, timeout=20)[1]  # workers end with their grader
        now = runs_kept(out)
        assert {name: now.get(name) for name in kept} == kept  # nothing that was done is done again
        kept = now
    assert len(kept) == STUDENTS
    code, said = Grader(class_of_24, out).finish()
    assert code == 0, said
    assert runs_kept(out) == kept
    now = results(out)
    assert set(now) == set(undisturbed)
    assert [name for name in now if now[name] != undisturbed[name]] == []
    assert not [file for file in out.rglob("*") if file.name.endswith(".part")]
