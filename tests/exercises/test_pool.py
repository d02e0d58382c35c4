"""The pool: every task is worked off once, whoever is killed, and memory does not grow with their number."""

import multiprocessing
import os
import signal
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pool_work
import pytest

from unionstate.errors import CourseError
from unionstate.exercises.pool import work_off


def tasks(count, folder=""):
    return [{"id": f"t{number}", "number": number, "folder": str(folder)} for number in range(count)]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")  # Linux tells a process that nobody has asked after yet
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def wait_until(true, seconds=20.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def test_all_tasks_are_worked_off_by_several_processes():
    found = list(work_off(tasks(30), workers=2, chunk=3, work=pool_work.double))
    assert sorted((one["id"], one["twice"]) for one in found) == sorted((f"t{n}", 2 * n) for n in range(30))
    assert os.getpid() not in {one["worker"] for one in found}
    assert multiprocessing.active_children() == []


def test_what_a_killed_worker_had_is_done_again(tmp_path):
    found = list(work_off(tasks(12, tmp_path), workers=2, chunk=2, work=pool_work.end_the_first_time))
    assert sorted(one["twice"] for one in found) == [2 * number for number in range(12)]


@pytest.mark.parametrize("work", [pool_work.end_always, pool_work.hang_always])
def test_a_task_that_always_ends_its_worker_costs_only_itself(work):
    found = list(work_off(tasks(9), workers=2, chunk=4, work=work))
    faults = [one for one in found if "fault" in one]
    assert [one["id"] for one in faults] == ["t5"] and "ended the grader's worker 3 times" in faults[0]["fault"]
    assert sorted(one["twice"] for one in found if "twice" in one) == [2 * n for n in range(9) if n != 5]


def test_a_fault_of_the_course_stops_everything():
    with ThreadPoolExecutor(1) as executor, pytest.raises(CourseError, match="There is no sandbox. Install it."):
        list(work_off(tasks(3), workers=1, executor=executor, work=pool_work.fault))


class Counting:
    """An executor that works at once and counts."""

    def __init__(self):
        self.messages, self.fails = 0, set()

    def submit(self, function, /, *arguments):
        self.messages += 1
        future = Future()
        if self.messages in self.fails:
            future.set_exception(OSError("the worker is gone"))
        else:
            future.set_result(function(*arguments))
        return future


def test_any_executor_will_do_and_tasks_are_taken_as_they_are_worked_off():
    taken = []

    def counted():
        for task in tasks(100):
            taken.append(task)
            yield task

    executor = Counting()
    done = 0
    for _ in work_off(counted(), workers=2, executor=executor, chunk=5, work=pool_work.double):
        done += 1
        assert len(taken) - done < 2 * 3 * 5 + 5
    assert done == 100 and executor.messages == 20


def test_a_lost_message_is_sent_again_task_by_task():
    executor = Counting()
    executor.fails = {2}
    found = list(work_off(tasks(8), workers=1, executor=executor, chunk=4, work=pool_work.double))
    assert sorted(one["id"] for one in found) == sorted(one["id"] for one in tasks(8))


def test_an_executor_that_is_gone_ends_in_one_clear_line():
    executor = Counting()
    executor.fails = set(range(2, 100))
    with pytest.raises(CourseError, match="The workers cannot be reached any more. Give the same command again"):
        list(work_off(tasks(8), workers=1, executor=executor, chunk=2, work=pool_work.double))


def test_leaving_early_ends_the_workers():
    results = work_off(tasks(100), workers=2, chunk=1, work=pool_work.double)
    worker = next(results)["worker"]
    results.close()
    assert not alive(worker)
    wait_until(lambda: not multiprocessing.active_children())


def test_workers_end_with_a_grader_that_is_killed(tmp_path):
    grader = multiprocessing.get_context("spawn").Process(target=pool_work.grade_until_killed, args=(str(tmp_path),))
    grader.start()
    wait_until(lambda: len(list(tmp_path.glob("worker-*"))) == 2)
    os.kill(grader.pid, signal.SIGKILL)
    grader.join()
    workers = [int(one.name.removeprefix("worker-")) for one in tmp_path.glob("worker-*")]
    wait_until(lambda: not any(map(alive, workers)))
