"""Runs the grader in a process of its own, to be killed, and says what its results folder holds."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

import unionstate

EXERCISE = "the-implied-gas-subsidy"


class Grader:
    """A running ``unionstate grade``.

    Args:
        submissions, out: its folders.
        exercise: the exercise's name.
        workers: of the local pool, or of the scheduler.
        scheduler: the address of a Dask scheduler, or "".
        source: the folder to import the course's package from instead of this one.
    """

    def __init__(
        self,
        submissions: Path,
        out: Path,
        *,
        exercise: str = EXERCISE,
        workers: int = 2,
        scheduler: str = "",
        source: Path | None = None,
    ) -> None:
        self.out = out
        environment = {**os.environ, "PYTHONPATH": str(source or Path(unionstate.__file__).resolve().parent.parent)}
        command = [sys.executable, "-m", "unionstate.cli", "grade", submissions, "--exercise", exercise, "--out", out]
        command += ["--workers", str(workers), *(["--scheduler", scheduler] if scheduler else [])]
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True,
        )  # fmt: skip

    def until(self, runs: int, seconds: float = 120) -> bool:
        """Wait until that many runs are kept; False if the grader ended before."""
        end = time.monotonic() + seconds
        while self.process.poll() is None:
            if len(runs_kept(self.out)) >= runs:
                return True
            if time.monotonic() > end:
                raise TimeoutError(f"{len(runs_kept(self.out))} of {runs} runs after {seconds} seconds")
            time.sleep(0.01)
        return False

    def workers(self) -> list[psutil.Process]:
        """Its worker processes: the children of the process that forks them."""
        try:
            servers = [one for one in psutil.Process(self.process.pid).children() if _forks(one)]
            return [worker for server in servers for worker in server.children() if _forks(worker)]
        except psutil.NoSuchProcess:
            return []

    def kill(self) -> None:
        """SIGKILL, for the grader alone."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def finish(self, seconds: float = 300) -> tuple[int, str]:
        """Its exit code and what it said."""
        said, _ = self.process.communicate(timeout=seconds)
        return self.process.returncode, said


def _forks(process: psutil.Process) -> bool:
    """Whether it is the server that forks workers, or one of them: both have its command line."""
    return any("forkserver" in part for part in process.cmdline())


def runs_kept(out: Path) -> dict[str, tuple[int, int]]:
    """The kept runs by name, each with what changes if it is written again: the file's number and its time."""
    found = {}
    for file in (out / "runs").glob("*/*.json"):
        about = file.stat()
        found[file.name] = (about.st_ino, about.st_mtime_ns)
    return found


def results(out: Path) -> dict[str, bytes]:
    """What students and instructors get: every file of the results folder but the runs and the lock."""
    files = [file for file in out.rglob("*") if file.is_file() and "runs" not in file.relative_to(out).parts]
    seconds = {"marks.jsonl", "class-report.html", "class-report.csv"}  # they hold how long each run took
    return {
        str(file.relative_to(out)): file.read_bytes()
        for file in files
        if not file.name.startswith(".") and file.name not in seconds
    }
