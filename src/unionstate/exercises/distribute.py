"""Grading on several machines: hands work to the workers of a Dask scheduler, and only to those that grade as we do."""

from __future__ import annotations

import contextlib
import logging
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any, NamedTuple

from unionstate.errors import CourseError
from unionstate.exercises.environment_hash import environment_hash

_INSTALL = "On every machine: pip install --require-hashes -r requirements/cluster.txt && pip install --no-deps -e ."
_AGAIN = "What is finished is kept: give the same command again."
_START = "Start workers so: dask worker ADDRESS --nworkers auto --nthreads 1."
_EXAMPLE = "tcp://127.0.0.1:8786"
CONNECT = 20.0  # seconds to wait for the scheduler, and for its workers
ALONE = 30.0  # seconds without any worker after which the work is given up
_LOOK = 2.0  # seconds between two looks at the list of workers


class _Worker(NamedTuple):
    """What a worker says of itself."""

    name: str
    environment: str
    threads: int
    no_sandbox: str  # the reason, or ""


class WrongWorker(Exception):
    """Raised on a worker that does not grade as the client does; the message says so."""


@contextlib.contextmanager
def connected(
    address: str, *, sandbox: bool = True, workers: int = 1, connect: float = CONNECT, alone: float = ALONE
) -> Iterator[Cluster]:
    """Use the workers of a Dask scheduler.

    Whoever can reach a scheduler can run code on its workers: keep it inside a network that you trust, or use TLS.

    Args:
        address: for example ``tcp://127.0.0.1:8786``.
        sandbox: whether every worker must be able to make a sandbox.
        workers: how many workers to wait for. More may join later, and any may leave.
        connect: seconds to wait for the scheduler, and for these workers.
        alone: seconds without any worker after which the work is given up.

    Raises:
        CourseError: if Dask is not installed, the scheduler does not answer, it has too few workers, or one of them
            has another environment, several threads or no sandbox.
    """
    try:
        import distributed
    except ImportError:
        raise CourseError("Grading on several machines needs Dask, which is not here.", remedy=_INSTALL) from None
    if not re.fullmatch(r"[a-z]+://\S+", address):
        raise CourseError(f"{address!r} is no address of a scheduler.", remedy=f"Write it so: {_EXAMPLE}.")
    with _quiet():
        try:
            client = distributed.Client(address, timeout=connect, set_as_default=False)
        except (OSError, ValueError, TypeError) as problem:
            raise CourseError(
                f"No Dask scheduler answers at {address} ({type(problem).__name__}).",
                remedy=f"Start one with: dask scheduler --host 127.0.0.1 --port 8786, and name it: {_EXAMPLE}.",
            ) from None
        try:
            cluster = Cluster(client, address, sandbox=sandbox, alone=alone)
            try:
                cluster.inspect(workers, connect)
                yield cluster
            finally:
                cluster.close()
        finally:
            with contextlib.suppress(Exception):  # a scheduler that is gone cannot say goodbye
                client.close(timeout=2)


class Cluster:
    """Submits to the workers of a scheduler as ``concurrent.futures`` does. Made by ``connected``.

    A worker that is killed costs nothing: the scheduler gives its work to another one.

    Attributes:
        workers: how many there were at the start.
    """

    def __init__(self, client: Any, address: str, *, sandbox: bool, alone: float) -> None:
        self.workers = 0
        self._client, self._address, self._sandbox, self._alone = client, address, sandbox, alone
        self._running: dict[Future[Any], Any] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._wanted = environment_hash()
        self._watch = threading.Thread(target=self._look_after, daemon=True)

    def inspect(self, workers: int, seconds: float) -> None:
        """See that there are workers and that each grades as this process does.

        Args:
            workers: how many to wait for.
            seconds: to wait for them.

        Raises:
            CourseError: if not.
        """
        try:
            self._client.wait_for_workers(workers, timeout=seconds)
            found = self._client.run(_describe, self._sandbox, on_error="return")
        except TimeoutError:
            found = len(self._client.nthreads())
            raise CourseError(
                f"The scheduler at {self._address} has {found} workers; {workers} wanted.", remedy=_START
            ) from None
        except OSError as problem:
            raise self._lost(problem) from None
        for place, said in sorted(found.items()):
            if fault := self._fault(place, said):
                raise fault
        self.workers = len(found)
        self._watch.start()

    def _fault(self, place: str, said: Any) -> CourseError | None:
        if isinstance(said, BaseException) and "ModuleNotFoundError" in f"{type(said)} {said}":
            return CourseError(f"The worker {place} lacks the course's package ({said}).", remedy=_INSTALL)
        if isinstance(said, BaseException):
            return CourseError(f"The worker {place} cannot be asked ({type(said).__name__}: {said}).", remedy=_START)
        worker = _Worker(*said)
        label = f"The worker {worker.name} ({place})" if worker.name != place else f"The worker {place}"
        if worker.environment != self._wanted:
            return CourseError(
                f"{label} grades in another environment: {worker.environment[:16]} there, {self._wanted[:16]} here.",
                remedy="Give every machine the same commit of the course, the same Python and the packages of "
                "requirements/cluster.txt, then restart its workers.",
            )
        if worker.threads != 1:
            return CourseError(f"{label} has {worker.threads} threads; a submission needs a process.", remedy=_START)
        if worker.no_sandbox:
            return CourseError(f"{label} cannot run code in a sandbox. {worker.no_sandbox}")
        return None

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Call a function of this package on a worker.

        The future raises ``CourseError`` if the scheduler is lost, no worker is left or a new one does not grade as
        this process does; else what the function raised, or an error of Dask if it ended its worker again and again.
        """
        result: Future[Any] = Future()
        try:
            there = self._client.submit(_work, self._wanted, function, arguments, pure=False)
        except Exception as problem:  # a client that lost its scheduler raises various ones
            result.set_exception(self._lost(problem))
            return result
        with self._lock:
            self._running[result] = there
        there.add_done_callback(lambda done: self._take(result, done))
        return result

    def _take(self, result: Future[Any], there: Any) -> None:
        """Hand over what came back."""
        with self._lock:
            if self._running.pop(result, None) is None:
                return  # given up before
        try:
            if there.status == "cancelled":
                raise self._lost(None)
            value = there.result()
        except WrongWorker as problem:
            result.set_exception(CourseError(str(problem), remedy=f"Stop that worker or mend it. {_AGAIN}"))
        except Exception as problem:
            lost = type(problem).__name__ in ("CancelledError", "FutureCancelledError", "CommClosedError")
            result.set_exception(self._lost(problem) if lost else problem)
        else:
            result.set_result(value)

    def _lost(self, problem: Exception | None) -> CourseError:
        if isinstance(problem, CourseError):
            return problem
        return CourseError(f"The Dask scheduler at {self._address} is lost.", remedy=f"Start it again. {_AGAIN}")

    def _look_after(self) -> None:
        """Without workers a scheduler waits for ever: give the work up after a while."""
        without = 0.0
        while not self._closed.wait(_LOOK):
            try:
                workers = self._client.nthreads()
            except Exception:  # of a lost scheduler the futures know
                return
            without = 0.0 if workers else without + _LOOK
            if without >= self._alone:
                self._give_up(CourseError(
                    f"The scheduler at {self._address} has had no worker for {without:.0f} seconds.",
                    remedy=f"{_START} {_AGAIN}",
                ))  # fmt: skip
                without = 0.0

    def _give_up(self, reason: Exception | None) -> None:
        with self._lock:
            running, self._running = self._running, {}
        with contextlib.suppress(Exception):
            self._client.cancel(list(running.values()), force=True)
        for result in running:
            if reason is None:
                result.cancel()
            else:
                result.set_exception(reason)

    def close(self) -> None:
        """Give up what is still under way."""
        self._closed.set()
        self._give_up(None)


def _describe(sandbox: bool, dask_worker: Any) -> tuple[Any, ...]:
    """Run on a worker: what it is. Dask gives the worker."""
    from unionstate.exercises.runner import Runner

    reason = ""
    if sandbox:
        try:
            with Runner():
                pass
        except CourseError as problem:
            reason = str(problem)
    return tuple(_Worker(str(dask_worker.name), environment_hash(), dask_worker.state.nthreads, reason))


def _work(wanted: str, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """Run on a worker: the work itself, unless this worker has come later and is another than wanted."""
    from unionstate.exercises import pool

    if environment_hash() != wanted:
        from distributed import get_worker

        raise WrongWorker(
            f"The worker {get_worker().name} joined later and grades in another environment: "
            f"{environment_hash()[:16]} there, {wanted[:16]} here."
        )
    pool._Here.is_worker = True  # a run that hangs beyond all limits ends this worker; it has one thread
    return function(*arguments)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Dask's own log lines off: whatever matters becomes an error with a remedy."""
    names = [name for name in logging.root.manager.loggerDict if name.split(".")[0] in ("distributed", "tornado")]
    logs = [log for log in map(logging.getLogger, names) if not log.disabled]  # each may have a handler of its own
    for log in logs:
        log.disabled = True
    try:
        yield
    finally:
        for log in logs:
            log.disabled = False
