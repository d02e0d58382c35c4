"""What a forked child does: shut itself in, run the cells of one submission, write what came out into a pipe."""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import errno
import inspect
import io
import os
import random
import signal
import sys
import types
import warnings
from collections.abc import Callable, Collection, Iterator
from typing import Any

from unionstate.exercises.plain import encode
from unionstate.exercises.runner import kernel, protocol
from unionstate.exercises.runner.ipython_cells import ENDED, NotInGrading, compile_cell, install, short_text, to_python
from unionstate.exercises.runner.limits import Limits
from unionstate.exercises.runs import TOO_LONG, Call, Cell, Job

USER = 1000  # inside every namespace; a number that files in memory can belong to
ERROR_LENGTH = 500
ERROR_SECONDS = 0.2  # for an error to say what it is
OPEN_FILES = 64  # of a process; what is in pipes and sockets is nobody's memory, and this bounds it
NO_POOLS = (
    "multiprocessing does not work when the notebook is graded. Write an ordinary loop in place of the Pool, the Queue "
    "or the ProcessPoolExecutor."
)
_SEMAPHORES = os.path.join("multiprocessing", "synchronize.py")
NO_NETWORK = "There is no network when the notebook is graded: read the tables in the folder data."


class CellTimeout(BaseException):
    """Raised in a cell when its time is over; no ``except Exception`` of the student's catches it."""


class _Kept(io.RawIOBase):
    """Keeps what is printed up to a size, and drops the rest."""

    def __init__(self, limit: int) -> None:
        self.left, self.parts, self.cut = limit, [], False

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        data = bytes(data)
        if len(data) > self.left:
            self.cut = True
        self.parts.append(data[: self.left])
        self.left -= len(self.parts[-1])
        return len(data)

    def take(self) -> str:
        """The text since the last time."""
        text = b"".join(self.parts).decode("utf-8", "replace")
        if self.cut:
            text += "\n[more was printed; it is left out]"
        self.parts, self.cut = [], False
        return text


def enter_namespaces(scratch: str, limits: Limits) -> None:
    """Leave the fork server's user, mount, network, IPC and host name namespaces; hide /proc; mount an own scratch.

    Raises:
        OSError: if the kernel refuses.
    """
    kernel.unshare(kernel.NEW_USER | kernel.NEW_MOUNTS | kernel.NEW_NETWORK | kernel.NEW_IPC | kernel.NEW_HOSTNAME)
    kernel.map_user(USER, USER, USER)
    with contextlib.suppress(OSError):  # be the first to go when the machine has no memory left
        descriptor = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
        try:
            os.write(descriptor, b"1000")
        finally:
            os.close(descriptor)
    kernel.mount_scratch(scratch, f"size={limits.scratch_mb}m,nr_inodes=4096,mode=700")
    kernel.mount_scratch("/proc", "size=4k,nr_inodes=1,mode=555", kernel.READ_ONLY)


def set_limits(limits: Limits, used: int, *, own_user: bool) -> None:
    """Set the kernel's limits for this process and all it starts.

    Args:
        limits: the limits.
        used: bytes of address space that Python and its packages take already; 0 to leave memory without a limit.
        own_user: whether processes are counted for this submission alone (in a user namespace of its own).
    """
    import resource

    megabyte = 1 << 20
    wanted = {
        "RLIMIT_CORE": 1,  # no file is that small, and of all sizes this alone keeps a crash from a program for crashes
        "RLIMIT_CPU": limits.cpu_seconds,
        "RLIMIT_FSIZE": limits.scratch_mb * megabyte,
        "RLIMIT_NOFILE": OPEN_FILES,
        "RLIMIT_AS": used + limits.memory_mb * megabyte if used else None,
        "RLIMIT_NPROC": limits.processes if own_user else None,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_SIGPENDING": 256,  # counted for the whole machine's user as well
        "RLIMIT_MEMLOCK": 0,
    }
    for name, value in wanted.items():
        number = getattr(resource, name, None)
        if number is not None and value is not None:
            _, most = resource.getrlimit(number)
            if most != resource.RLIM_INFINITY:
                value = min(value, most)
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(number, (value, value))


def address_space() -> int:
    """Bytes of address space in use; 0 if the system does not say."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def close_all_but(kept: int) -> None:
    """Close every open file but one, and point input, output and errors at nothing."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.closerange(3, kept)
    os.closerange(kept + 1, max(kept, nothing) + 1024)


def run_job(job: Job, limits: Limits, write: Callable[[bytes], None], transform: Callable[[str], str]) -> None:
    """Run a job's cells and calls, and write its messages.

    Args:
        job: what to run.
        limits: the limits that are kept here: time of a cell, output, result.
        write: takes a packed message.
        transform: from IPython's syntax to Python's.
    """
    prepare_python()
    student = _Student(limits, transform)
    room = limits.result_kb * 1024
    for cell in job.cells:
        error = student.run_cell(cell)
        write(protocol.pack({"cell": {"number": cell.number, "error": error, "output": student.output()}}))
    outcome = "processes" if student.refused else "finished"

    def send(message: dict[str, Any], left: int) -> int:
        packed = protocol.pack(message)
        if len(packed) > left:
            return -1
        write(packed)
        return left - len(packed)

    answers: list[Callable[[], dict[str, Any]]] = [
        *(lambda one=name: student.value_of(one) for name in job.names),
        *(lambda one=call: student.call(one) for call in job.calls),
    ]
    for answer in answers:
        message = answer()
        if message and (room := send(message, room)) < 0:
            outcome = "result too large"
            break
    write(protocol.pack({"end": outcome}))


class _Student:
    """The student's names and what runs over them."""

    def __init__(self, limits: Limits, transform: Callable[[str], str]) -> None:
        self.limits, self.transform = limits, transform
        self.kept = _Kept(limits.output_kb * 1024)
        self.screen = io.TextIOWrapper(io.BufferedWriter(self.kept), "utf-8", "replace", write_through=True)
        sys.stdout = sys.stderr = self.screen
        module = types.ModuleType("__main__")
        sys.modules["__main__"] = module
        self.names = module.__dict__
        self.names["__builtins__"] = builtins
        install(self.names, self._run_text)
        self.file = ""
        self.refused = False  # whether the system refused a cell another process or thread

    def output(self) -> str:
        with contextlib.suppress(Exception):
            self.screen.flush()
        return self.kept.take()

    def run_cell(self, cell: Cell) -> str:
        """Run a cell; its error, "" if there is none."""
        self.file = f"<cell {cell.number}>"
        return self._guarded(lambda: self._show(self._run_text(cell.source)))[1]

    def value_of(self, name: str) -> dict[str, Any] | None:
        if name not in self.names:
            return None
        value, error = self._guarded(lambda: encode(self.names[name]))
        return {"name": name, "value": {"opaque": "a value that could not be read"} if error else value}

    def call(self, call: Call) -> dict[str, Any]:
        def result() -> Any:
            if call.function not in self.names:
                raise NameError(f"{call.function} is not defined")
            return encode(self.names[call.function](*call.arguments))

        value, error = self._guarded(result)
        return {"call": call.id, "value": {"error": error} if error else value}

    def _guarded(self, action: Callable[[], Any]) -> tuple[Any, str]:
        """The action's result, and its error text."""
        try:
            with self._timed(self.limits.cell_seconds):
                return action(), ""
        except CellTimeout:
            return None, f"{TOO_LONG} {self.limits.cell_seconds:g} seconds and was stopped."
        except BaseException as problem:
            try:
                if type(problem) is MemoryError and not problem.args:
                    problem.args = (f"more than {self.limits.memory_mb} MB",)
                if (type(problem) is BlockingIOError and problem.errno == errno.EAGAIN) or (
                    type(problem) is RuntimeError and str(problem) == "can't start new thread"
                ):
                    self.refused = True
                with self._timed(ERROR_SECONDS):
                    return None, error_text(problem)
            except BaseException:  # the error's own text failed, or its time ran out
                return None, "An error that cannot be shown."

    @contextlib.contextmanager
    def _timed(self, seconds: float) -> Iterator[None]:
        if not hasattr(signal, "setitimer"):
            yield
            return

        def over(*_: Any) -> None:
            raise CellTimeout

        signal.signal(signal.SIGALRM, over)
        # again and again: the first may fall into an `except:` of the student's
        signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _show(self, value: Any) -> None:
        """What a notebook shows under a cell: the value of its last expression."""
        if value is not None:
            self.names["_"] = value
            self.screen.write(short_text(value) + "\n")

    def _run_text(self, source: str) -> Any:
        """Run a text; the value of its last expression."""
        try:
            statements, last = compile_cell(source, self.file)
        except SyntaxError:  # what Python takes, IPython leaves as it is
            statements, last = compile_cell(to_python(source, self.transform), self.file)
        self._execute(statements)
        return None if last is None else self._execute(last)

    def _execute(self, code: types.CodeType) -> Any:
        if code.co_flags & inspect.CO_COROUTINE:
            return asyncio.run(eval(code, self.names))
        return eval(code, self.names)


def error_text(problem: BaseException) -> str:
    """An error in one line, with the line of the cell it arose in; in plain words where grading is what stopped it."""
    line, files = None, set()
    if isinstance(problem, SyntaxError):
        line = problem.lineno
    else:
        trace = problem.__traceback__
        while trace is not None:
            file = trace.tb_frame.f_code.co_filename
            files.add(file)
            if file.startswith("<cell "):
                line = trace.tb_lineno
            trace = trace.tb_next
    text = _in_words(problem, files)
    if len(text) > ERROR_LENGTH:
        text = text[:ERROR_LENGTH] + "…"
    return f"{text} (line {line})" if line else text


def _in_words(problem: BaseException, files: Collection[str]) -> str:
    """What an error says; ``files``: those that the code came through."""
    if isinstance(problem, SystemExit):
        return ENDED
    if isinstance(problem, OSError) and any(file.endswith(_SEMAPHORES) for file in files):
        return NO_POOLS
    message = " ".join(str(problem.msg if isinstance(problem, SyntaxError) else problem).split())
    text = f"{type(problem).__name__}: {message}" if message else type(problem).__name__
    if type(problem) is NotInGrading:
        text = message
    if "name resolution" in message:
        text = f"{text}. {NO_NETWORK}"
    return text.encode("utf-8", "replace").decode("utf-8")


def prepare_python() -> None:
    """The same start for every submission: random numbers, and no warnings among the output."""
    random.seed(0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)
    warnings.simplefilter("ignore")
