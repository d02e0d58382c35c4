"""Does a piece of work in a process of its own, which is ended when its time is up, whatever it hangs in."""

from __future__ import annotations

import contextlib
import math
import os
import select
import signal
import sys
import time
import warnings
from collections.abc import Callable

POSSIBLE = sys.platform == "linux"  # elsewhere a copy of a process that has loaded its libraries may not run


class TimeUp(Exception):
    """The work took too long, and its process was ended."""


def apart(work: Callable[[], bytes], seconds: float) -> bytes:
    """What the work gives, done in a copy of this process.

    Raises:
        TimeUp: if it takes longer than ``seconds``.
        RuntimeError: if it raises, or its process ends without a result.
    """
    ours, theirs = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads: the copy does without them
        pid = os.fork()
    if pid == 0:
        _do(work, ours, theirs, seconds)
    os.close(theirs)
    try:
        content = _read(ours, time.monotonic() + seconds)
    finally:
        os.close(ours)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    if content[:1] != b"+":
        raise RuntimeError(content[1:].decode("utf-8", "replace") or "its process ended")
    return content[1:]


def _do(work: Callable[[], bytes], ours: int, theirs: int, seconds: float) -> None:
    """In the copy; never returns."""
    try:
        os.close(ours)
        import resource

        most = math.ceil(seconds) + 1  # should nobody be left to end it
        resource.setrlimit(resource.RLIMIT_CPU, (most, most))
        try:
            content = b"+" + work()
        except BaseException as problem:
            content = f"-{type(problem).__name__}: {problem}".encode("utf-8", "replace")[:1000]
        with open(theirs, "wb") as stream:
            stream.write(content)
    finally:
        os._exit(0)


def _read(pipe: int, end: float) -> bytes:
    content = bytearray()
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    while True:
        left = end - time.monotonic()
        if left <= 0:
            raise TimeUp
        if poll.poll(left * 1000):
            part = os.read(pipe, 1 << 20)
            if not part:
                return bytes(content)
            content += part
