"""Work for the tests of the pool; in a module of its own, since worker processes import it."""

import os
import signal
from pathlib import Path

from unionstate.errors import CourseError


def double(task):
    return {"id": task["id"], "twice": 2 * task["number"], "worker": os.getpid()}


def end_the_first_time(task):
    """A worker is killed the first time it gets one task."""
    mark = Path(task["folder"]) / "seen"
    if task["number"] == 5 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return double(task)


def end_always(task):
    if task["number"] == 5:
        os._exit(9)
    return double(task)


def hang_always(task):
    from unionstate.exercises import pool

    with pool._in_time(0.1):
        if task["number"] == 5:
            sum(range(10**15))  # no signal stops this, as it would a loop in Python
    return double(task)


def fault(task):
    raise CourseError("There is no sandbox.", remedy="Install it.")


def wait_for_the_end(task):
    """Says who works, and works until it is killed."""
    (Path(task["folder"]) / f"worker-{os.getpid()}").touch()
    signal.pause()


def grade_until_killed(folder):
    """A grader that works off endless tasks."""
    from unionstate.exercises.pool import work_off

    tasks = ({"id": str(number), "number": number, "folder": folder} for number in range(8))
    list(work_off(tasks, workers=2, chunk=1, work=wait_for_the_end))
