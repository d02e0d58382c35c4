"""One build of a folder at a time: two that write the same pages and caches would tear each other's."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_SECONDS_BETWEEN = 0.2


@contextmanager
def one_build(root: Path) -> Iterator[None]:
    """Wait until no other process builds this folder's book.

    The system holds the lock, not the file: it is free again however the process that has it ends.
    """
    build = root / "_build"
    build.mkdir(exist_ok=True)
    with (build / "building").open("a+") as file:
        if not _taken(file):
            print("Another build of this book is running: waiting for it.", flush=True)
            while not _taken(file):
                time.sleep(_SECONDS_BETWEEN)
        yield  # closing the file frees the lock


def _taken(file: IO[str]) -> bool:
    """Whether this process has the lock now."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
