"""Kills the grader, a worker or the Dask scheduler at random moments, and compares with an undisturbed run."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import sys
from pathlib import Path
from typing import NamedTuple

import psutil
from class_maker import make_class

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests"))
from grading_run import EXERCISE, Grader, results, runs_kept  # noqa: E402
from local_dask import end_session, local_dask  # noqa: E402

STUDENTS = 120
VICTIMS = ("grader", "worker", "scheduler", "worker of Dask")


class _Moment(NamedTuple):
    """So many runs are kept, and some time more."""

    runs: int
    seconds: float


def kill_at_random(folder: Path, times: int, seed: int | None = None) -> None:
    """Kill as often as asked; end with an error if a result differs, is missing or was made twice.

    Args:
        folder: to work in.
        times: how often.
        seed: of the moments; by chance if None. It is printed.
    """
    seed = random.SystemRandom().randrange(10**6) if seed is None else seed
    chance = random.Random(seed)
    make_class(folder / "class", EXERCISE, STUDENTS)
    _finish(Grader(folder / "class", folder / "undisturbed"))
    undisturbed = results(folder / "undisturbed")
    print(f"{times} kills at random moments (seed {seed}), {STUDENTS} submissions", flush=True)
    for number in range(times):
        victim = VICTIMS[number % len(VICTIMS)]
        moment = _Moment(chance.randint(0, STUDENTS), chance.uniform(0, 0.2))
        out = folder / f"killed-{number}"
        kept = _on_dask(folder, out, victim, moment) if "ask" in victim or victim == "scheduler" else _here(
            folder, out, victim, moment
        )  # fmt: skip
        now = runs_kept(out)
        again = sum(now.get(name) != about for name, about in kept.items())
        different = [name for name, content in undisturbed.items() if results(out).get(name) != content]
        if again or different or set(results(out)) != set(undisturbed) or len(now) != STUDENTS:
            sys.exit(f"{victim} killed at {moment}: {again} run again, {len(now)} runs, differing {different}")
        print(f"  {victim} killed at {len(kept)} runs: the same results", flush=True)
        shutil.rmtree(out)


def _finish(grader: Grader) -> None:
    code, said = grader.finish()
    if code:
        sys.exit(f"the grader ended with {code}: {said[-2000:]}")


def _wait(grader: Grader, moment: _Moment) -> None:
    """Until the moment, or the end of the grader if that is earlier."""
    grader.until(moment.runs)
    with contextlib.suppress(psutil.Error):
        psutil.wait_procs(
            [psutil.Process(grader.process.pid)], timeout=moment.seconds * (1 if moment.runs else 15)
        )  # while it starts


def _here(folder: Path, out: Path, victim: str, moment: _Moment) -> dict[str, tuple[int, int]]:
    """On the local pool; what was kept when the killing was over."""
    grader = Grader(folder / "class", out)
    _wait(grader, moment)
    if victim == "grader":
        workers = grader.workers()
        grader.kill()
        psutil.wait_procs(workers, timeout=30)
        kept = runs_kept(out)
        _finish(Grader(folder / "class", out))
        return kept
    kept = runs_kept(out)
    for worker in grader.workers()[:1]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker.pid, signal.SIGKILL)
    _finish(grader)
    return kept


def _on_dask(folder: Path, out: Path, victim: str, moment: _Moment) -> dict[str, tuple[int, int]]:
    """On a scheduler of its own with two workers."""
    with local_dask(folder / "dask", workers=2) as dask:
        grader = Grader(folder / "class", out, scheduler=dask.address)
        _wait(grader, moment)
        kept = runs_kept(out)
        if victim == "scheduler":
            dask.scheduler.kill()
            code, said = grader.finish()
            if code and "Dask scheduler" not in said:
                sys.exit(f"after the scheduler was killed the grader said: {said[-2000:]}")
            kept = runs_kept(out)
            for group in dask.worker_groups:
                end_session(group)
            dask.worker_groups.clear()
            dask.start_scheduler()
            for number in range(2):
                dask.add_worker(f"later-{number}")
            grader = Grader(folder / "class", out, scheduler=dask.address)
        else:
            for worker in psutil.Process(dask.worker_groups[0].pid).children():
                with contextlib.suppress(psutil.NoSuchProcess):
                    worker.kill()
        _finish(grader)
    return kept
