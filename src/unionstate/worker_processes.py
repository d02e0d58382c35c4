"""How worker processes are started: from a server that has loaded their packages once, where the system has it."""

from __future__ import annotations

import multiprocessing
from multiprocessing.context import BaseContext

_PACKAGES = ["unionstate.exercises.mark", "unionstate.exercises.answer_key", "unionstate.exercises.runner"]


def worker_context() -> BaseContext:
    """The way to start workers: never a copy of this process, whose threads and locks would come along."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PACKAGES)
    return context


def load_early() -> None:
    """Have the packages of workers loaded while this process loads its own."""
    if worker_context().get_start_method() == "forkserver":
        from multiprocessing import forkserver

        forkserver.ensure_running()
