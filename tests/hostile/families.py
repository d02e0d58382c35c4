"""The processes that descend from this one, and the memory they have together (Linux)."""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import threading
import time
from pathlib import Path

_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Make this process the parent of every descendant that loses its own, so that none gets out of sight."""
    ctypes.CDLL(None).prctl(_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants() -> set[int]:
    """The process ids of all descendants, as the host counts them."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(stat.parent.name))
    found: set[int] = set()
    waiting = [os.getpid()]
    while waiting:
        new = children.get(waiting.pop(), [])
        found.update(new)
        waiting.extend(new)
    return found


def wait_for_the_end_of(pids: set[int], seconds: float) -> set[int]:
    """Wait until these processes have ended; those that have not after so many seconds are returned."""
    end = time.monotonic() + seconds
    left = set()
    for pid in pids:
        try:
            handle = os.pidfd_open(pid)
        except OSError:
            continue
        try:
            if not select.select([handle], [], [], max(0.0, end - time.monotonic()))[0]:
                left.add(pid)
        finally:
            os.close(handle)
    return left


class MemoryWatch:
    """Measures in a thread of its own the memory of all descendants, every 50 ms; ``peak`` is in megabytes."""

    def __init__(self) -> None:
        self.peak = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> MemoryWatch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            self.peak = max(self.peak, sum(_own_share(pid) for pid in descendants()))


def _own_share(pid: int) -> float:
    """A process's memory in megabytes, pages shared by n processes counted as 1/n."""
    with contextlib.suppress(OSError, IndexError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0
