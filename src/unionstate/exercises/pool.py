"""Works off submissions in several processes: bounded in memory, undisturbed by a worker that is killed."""

from __future__ import annotations

import atexit
import contextlib
import faulthandler
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ProcessPoolExecutor, wait
from itertools import islice
from multiprocessing import connection
from typing import Any, Protocol

from unionstate.errors import CourseError
from unionstate.worker_processes import worker_context

Task = dict[str, Any]
Result = dict[str, Any]
CHUNK = 8  # submissions in one message to a worker: few, because all of them are done again if it is killed
_WINDOW = 3  # messages under way for each worker; what is read ahead is bounded by this
_TRIES = 3  # times that a submission may end its worker before it is given up
_GRACE = 60.0  # seconds beyond the limit of a run after which a worker that hangs is ended
_MARKING = 30.0  # seconds of marking after which it is; honest answers take milliseconds
_LARGE = 15.0  # seconds for marking large answers: some can be made that numpy or pandas look up for minutes
_TOO_LARGE = "The answers are far larger than they should be, and could not be compared in time."
_REMEDY = "Give the same command again: what is finished is kept."


class Executor(Protocol):
    """What work is handed to: ``concurrent.futures`` or anything that submits as it does."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Future[Any]: ...


def work_off(
    tasks: Iterable[Task],
    *,
    workers: int,
    executor: Executor | None = None,
    chunk: int = CHUNK,
    work: Callable[[Task], Result] | None = None,
) -> Iterator[Result]:
    """Hand tasks to workers and give back their results as they come, in any order.

    Tasks are taken from the iterable only as fast as they are worked off, so that memory stays flat. A worker that is
    killed costs nothing: what it had is done again, one task at a time, until the one that ends its worker each time
    is known; its result is then ``{"id": …, "fault": reason}``.

    Args:
        tasks: each with an ``id`` of its own; plain data.
        workers: how many processes to use, or how many the executor has.
        executor: where to work; by default processes on this machine.
        chunk: tasks in one message.
        work: what to do with a task; by default ``grade_one``.

    Raises:
        CourseError: raised by the work itself, or if no worker can be kept alive.
    """
    many = _Many(work or grade_one)
    pool = _Given(executor) if executor is not None else _Processes(workers)
    waiting, running = iter(tasks), {}
    alone: deque[tuple[Task, int]] = deque()  # tasks whose worker ended, and how often
    try:
        while True:
            lost: list[tuple[Task, int]] = []
            while not alone and not lost and len(running) < workers * _WINDOW:
                batch = list(islice(waiting, chunk))
                if not batch:
                    break
                _start(pool, many, [(task, 0) for task in batch], running, lost)
            if alone and not running:
                _start(pool, many, [alone.popleft()], running, lost)
            if not running and not lost:
                pool.close()
                return
            done = wait(running, return_when=FIRST_COMPLETED).done if running else ()
            for future in done:
                batch = running.pop(future)
                try:
                    yield from future.result()
                except CourseError:
                    raise
                except Exception as problem:  # the worker is gone, or its message was lost
                    lost += batch
                    if isinstance(problem, BrokenExecutor):
                        for other, others in running.items():
                            if other.done() and not other.exception():
                                yield from other.result()
                            else:
                                lost += others
                        running.clear()
                        break
            if lost:
                pool.mend()
                # with others beside it in the pool, nobody knows which one it was
                guilty = len(lost) == 1
                for task, tries in lost:
                    if guilty and tries + 1 >= _TRIES:
                        yield {"id": task["id"], "fault": f"It ended the grader's worker {_TRIES} times."}
                    else:
                        alone.append((task, tries + guilty))
    except BaseException:  # also if nobody wants the rest
        pool.end()
        raise


def _start(
    pool: _Processes | _Given,
    many: _Many,
    batch: list[tuple[Task, int]],
    running: dict[Future[Any], list[tuple[Task, int]]],
    lost: list[tuple[Task, int]],
) -> None:
    try:
        running[pool.submit(many, [task for task, _ in batch])] = batch
    except BrokenExecutor:  # it broke between two messages
        lost += batch
        for others in running.values():
            lost += others
        running.clear()


class _Many:
    """Several tasks in one message; an object of a module, so that it can be sent."""

    def __init__(self, work: Callable[[Task], Result]) -> None:
        self.work = work

    def __call__(self, tasks: list[Task]) -> list[Result]:
        return [self.work(task) for task in tasks]


class _Processes:
    """Processes of this machine, started anew when one of them was killed."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._open()

    def _open(self) -> None:
        self._before = {process.pid for process in multiprocessing.active_children()}
        self._executor = ProcessPoolExecutor(self.workers, mp_context=worker_context(), initializer=_begin)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        return self._executor.submit(function, *arguments)

    def mend(self) -> None:
        """Start new processes, and see that they live.

        Raises:
            CourseError: if they end at once.
        """
        for _ in range(_TRIES):
            self.end()
            self._open()
            with contextlib.suppress(BrokenExecutor):
                self._executor.submit(os.getpid).result()
                return
        raise CourseError("The grader's workers end as soon as they start.", remedy=_REMEDY)

    def close(self) -> None:
        """Let the processes end in order; they have nothing to do any more."""
        self._executor.shutdown(wait=True)

    def end(self) -> None:
        """End the processes now: whatever they still do is done again next time."""
        mine = [process for process in multiprocessing.active_children() if process.pid not in self._before]
        self._executor.shutdown(wait=False, cancel_futures=True)
        for process in mine:
            process.terminate()
        for process in mine:
            connection.wait([process.sentinel])  # no join: the executor's own thread joins them


class _Given:
    """An executor of someone else, who also closes it."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        return self._executor.submit(function, *arguments)

    def mend(self) -> None:
        """See that it still takes work.

        Raises:
            CourseError: if not.
        """
        for _ in range(_TRIES):
            with contextlib.suppress(BrokenExecutor, OSError):
                self._executor.submit(os.getpid).result()
                return
        raise CourseError("The workers cannot be reached any more.", remedy=_REMEDY)

    def close(self) -> None: ...

    def end(self) -> None: ...


def _begin() -> None:
    """Prepare a worker: Ctrl-C is for the grader alone, and a worker ends with its grader, however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _Here.is_worker = True


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)


class _Here:
    """What a worker process keeps between tasks."""

    is_worker = False
    runners: dict[tuple[Any, ...], Any] = {}  # by thread, because a runner does one job at a time


def grade_one(task: Task) -> Result:
    """Run one submission, unless its run is given, and mark it. What it costs does not depend on other submissions.

    Args:
        task: ``id``; ``exercise``, ``parameters`` and ``token`` of the variant; ``run``, or else ``job``, ``limits``
            and ``sandbox``; ``about``, the other fields of the marks.

    Returns:
        ``id``, ``marks`` and, if the submission was run here, ``run``; or ``id`` and ``fault``, a reason.

    Raises:
        CourseError: if the exercise is faulty or nothing can be run on this machine.
    """
    from unionstate.exercises import apart
    from unionstate.exercises.answer_key import answer_key
    from unionstate.exercises.mark import has_large_answers, mark
    from unionstate.exercises.runs import Job, Run
    from unionstate.exercises.source import load_exercise
    from unionstate.exercises.variants import Variant

    exercise = load_exercise(task["exercise"])
    key = answer_key(exercise, Variant(task["parameters"], task["token"]))
    kept = task.get("run")
    runner = None if kept else _runner(task)
    try:
        if runner is None:
            run = Run.from_json(kept)
        else:
            with _in_time(task["limits"]["seconds"] + _GRACE):
                run = runner.run(Job.from_json(task["job"]))

        def marks() -> str:
            return mark(exercise, key, run, parameters=task["parameters"], **task["about"]).to_json()

        if apart.POSSIBLE and has_large_answers(exercise, run):
            marked = apart.apart(lambda: marks().encode(), _LARGE).decode()
        else:
            with _in_time(_MARKING):
                marked = marks()
        return {"id": task["id"], "marks": marked, **({"run": run.to_json()} if runner else {})}
    except apart.TimeUp:
        return {"id": task["id"], "fault": _TOO_LARGE}
    except Exception as problem:  # a fault of the grader costs this submission only, and is told
        said = problem if isinstance(problem, CourseError) else f"{type(problem).__name__}: {problem}"
        return {"id": task["id"], "fault": f"The grader failed on it ({said})."[:300]}


def _runner(task: Task) -> Any:
    from unionstate.exercises.runner import Limits, Runner

    which = (threading.get_ident(), tuple(sorted(task["limits"].items())), task["sandbox"])
    if which not in _Here.runners:
        if not _Here.runners:
            atexit.register(_close_runners)
        _Here.runners[which] = Runner(Limits(**task["limits"]), sandbox=task["sandbox"])
    return _Here.runners[which]


def _close_runners() -> None:
    for runner in _Here.runners.values():
        runner.close()
    _Here.runners.clear()


@contextlib.contextmanager
def _in_time(seconds: float) -> Iterator[None]:
    """End this worker if it takes longer, whatever it hangs in; the pool then finds out why."""
    if not _Here.is_worker:
        yield
        return
    with open(os.devnull, "w") as nowhere:
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
