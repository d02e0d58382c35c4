"""A Dask scheduler and workers on this machine, as processes of their own that listen on the loopback address alone."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from distributed import Client

import unionstate

_HERE = ["--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0"]


class LocalDask:
    """A scheduler and its workers. Use ``local_dask``.

    Attributes:
        address: of the scheduler.
        scheduler: its process.
        worker_groups: processes that keep one worker each, and start it again if it ends.
    """

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        self.worker_groups: list[subprocess.Popen[bytes]] = []
        folder.mkdir(parents=True, exist_ok=True)
        self.start_scheduler(port)

    def start_scheduler(self, port: int = 0) -> None:
        """Start it, and wait until it says where it is."""
        self.scheduler = self._start("scheduler", *_HERE, "--port", str(port), stderr=subprocess.PIPE)
        for line in self.scheduler.stderr or ():
            found = re.search(rb"Scheduler at:\s+(tcp://[\d.:]+)", line)
            if found:
                self.address = found[1].decode()
                return
        raise RuntimeError("the scheduler did not start")

    @property
    def port(self) -> int:
        """Of the scheduler."""
        return int(self.address.rpartition(":")[2])

    def add_worker(self, name: str, *, threads: int = 1, source: Path | None = None) -> None:
        """Start a worker; ``source``: the folder to import the course's package from instead of this one."""
        self.worker_groups.append(self._start(
            "worker", self.address, *_HERE, "--nworkers", "1", "--nthreads", str(threads), "--name", name,
            "--local-directory", str(self.folder / name), "--death-timeout", "60",
            source=source,
        ))  # fmt: skip

    def _start(
        self, *arguments: str, source: Path | None = None, stderr: int = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "MALLOC_TRIM_THRESHOLD_": "65536"}
        environment["PYTHONPATH"] = str(source or Path(unionstate.__file__).resolve().parent.parent)
        command = [sys.executable, "-m", "dask", *arguments]
        return subprocess.Popen(
            command, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=stderr, start_new_session=True,
        )  # fmt: skip

    def close(self) -> None:
        """End everything that was started here."""
        for process in (*self.worker_groups, self.scheduler):
            end_session(process)
        if self.scheduler.stderr:
            self.scheduler.stderr.close()


def end_session(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that leads a session of its own, with all of its children."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def local_dask(folder: Path, *, workers: int) -> Iterator[LocalDask]:
    """A scheduler with some workers of one thread each; ended afterwards."""
    dask = LocalDask(folder)
    try:
        for number in range(workers):
            dask.add_worker(f"worker-{number}")
        with Client(dask.address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=120)
        yield dask
    finally:
        dask.close()
