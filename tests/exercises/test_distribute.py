"""Grading on a Dask scheduler: the same results, only on workers like us, and nothing lost when one is killed."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from grading_run import Grader, results, runs_kept
from local_dask import LocalDask, end_session, local_dask
from support import ROOT

from unionstate.errors import CourseError
from unionstate.exercises import distribute
from unionstate.exercises.distribute import Cluster, connected
from unionstate.exercises.environment_hash import environment_hash
from unionstate.exercises.grade import grade

STUDENTS = 24  # in class_of_24


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalDask]:
    with local_dask(tmp_path_factory.mktemp("dask"), workers=2) as running:
        yield running


def test_same_results_as_here(
    dask: LocalDask, class_of_24: Path, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    with connected(dask.address, workers=2, connect=60) as cluster:
        assert cluster.workers == 2
        done = grade(class_of_24, out=tmp_path / "r", exercise="the-implied-gas-subsidy", workers=2, executor=cluster)
        assert (done.ran, done.kept, done.problems) == (STUDENTS, 0, [])
        assert results(tmp_path / "r") == undisturbed
        # a worker that joins later is asked with each piece of work
        cluster._wanted = "0" * 64
        with pytest.raises(
            CourseError, match=r"worker-\d joined later and grades in another environment: .* there, 0000"
        ):
            cluster.submit(os.getpid).result(60)
        cluster._wanted = environment_hash()
        with pytest.raises(ZeroDivisionError):
            cluster.submit(divmod, 1, 0).result(60)
    assert results(tmp_path / "r") == undisturbed


def test_worker_and_scheduler_killed(class_of_24: Path, undisturbed: dict[str, bytes], tmp_path: Path) -> None:
    with local_dask(tmp_path / "dask", workers=2) as dask:
        out = tmp_path / "results"
        grader = Grader(class_of_24, out, scheduler=dask.address)
        assert grader.until(1), grader.finish()
        nanny = psutil.Process(dask.worker_groups[0].pid)
        for worker in nanny.children():
            worker.send_signal(signal.SIGKILL)
        assert grader.until(STUDENTS // 2), grader.finish()
        dask.scheduler.kill()
        code, said = grader.finish()
        kept = runs_kept(out)
        if code == 0:
            assert len(kept) == STUDENTS
        else:
            assert "scheduler at tcp://127.0.0.1" in said and "is lost" in said and "same command again" in said
            assert "Traceback" not in said, said
        for group in dask.worker_groups:
            end_session(group)
        dask.worker_groups.clear()
        dask.start_scheduler()
        dask.add_worker("after")
        code, said = Grader(class_of_24, out, scheduler=dask.address, workers=1).finish()
        assert code == 0, said
        now = runs_kept(out)
        assert {name: now[name] for name in kept} == kept and len(now) == STUDENTS
        assert results(out) == undisturbed


def test_worker_of_another_commit(dask: LocalDask, tmp_path: Path) -> None:
    for folder in ("src", "exercises", "chapters/data"):
        shutil.copytree(ROOT / folder, tmp_path / "other" / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "other" / "seeds").mkdir()
    (tmp_path / "other" / "_config.yml").touch()
    (tmp_path / "other" / "exercises" / "the-implied-gas-subsidy" / "checks.yml").write_text("mended")
    other = LocalDask(tmp_path / "dask")
    try:
        with (
            pytest.raises(CourseError, match=r"has 0 workers; 1 wanted. Start workers so: dask worker"),
            connected(other.address, connect=0.2),
        ):
            pass
        other.add_worker("old", source=tmp_path / "other" / "src")
        here = environment_hash()[:16]
        with (
            pytest.raises(
                CourseError,
                match=rf"worker old \(tcp.*another environment: \w{{16}} there, {here} here. Give every machine",
            ),
            connected(other.address, connect=60),
        ):
            pass
    finally:
        other.close()


def test_no_scheduler() -> None:
    with (
        pytest.raises(CourseError, match=r"No Dask scheduler answers at tcp://127.0.0.1:1 .*dask scheduler --host"),
        connected("tcp://127.0.0.1:1", connect=0.5),
    ):
        pass
    with (
        pytest.raises(CourseError, match=r"No Dask scheduler answers at nonsense"),
        connected("nonsense://x", connect=0.5),
    ):
        pass
    with (
        pytest.raises(CourseError, match="'localhost' is no address of a scheduler. Write it so: tcp://"),
        connected("localhost"),
    ):
        pass


def test_without_dask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CourseError, match="needs Dask.*requirements/cluster.txt"), connected("tcp://127.0.0.1:8786"):
        pass


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["w", "HASH", 4, ""], r"worker w \(tcp://a\) has 4 threads.*--nthreads 1"),
        (["w", "HASH", 1, "bubblewrap is missing. Install it."], "cannot run code in a sandbox. bubblewrap is missing"),
        (ModuleNotFoundError("No module named 'unionstate'"), "lacks the course's package.*cluster.txt"),
        (Exception("ModuleNotFoundError(\"No module named 'unionstate'\")"), "lacks the course's package"),
        (OSError("gone"), "cannot be asked .OSError: gone"),
    ],
)
def test_refused_workers(said: object, expected: str) -> None:
    cluster = Cluster(None, "tcp://s", sandbox=True, alone=1)
    if isinstance(said, list):
        said[1] = environment_hash()
    fault = cluster._fault("tcp://a", said)
    assert fault is not None
    with pytest.raises(CourseError, match=expected):
        raise fault


def test_all_workers_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distribute, "_LOOK", 0.1)
    with (
        local_dask(tmp_path / "dask", workers=1) as dask,
        connected(dask.address, sandbox=False, connect=60, alone=0.3) as cluster,
    ):
        end_session(dask.worker_groups[0])
        with pytest.raises(CourseError, match="has had no worker for .* Start workers so: .* same command again"):
            cluster.submit(os.getpid).result(60)
