"""Runs students' code: ``Runner`` keeps a fork server in a sandbox and gives it one submission at a time."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

import unionstate
from unionstate.errors import CourseError
from unionstate.exercises.plain import Malformed
from unionstate.exercises.runner import protocol, sandbox
from unionstate.exercises.runner.limits import Limits
from unionstate.exercises.runs import OUTCOMES, CellOutcome, Job, Run
from unionstate.paths import chapters_path

__all__ = ["Limits", "Runner"]

START_SECONDS = 60  # to load Python's packages, on a slow disk
GRACE_SECONDS = 5  # that the fork server has to report the end of a submission that took too long


class Runner:
    """Runs jobs one after another, each in a process of its own. A context manager; not for several threads.

    Make it in a thread that lives as long as the runner: the sandbox ends with the thread that started it.

    Args:
        limits: of each submission.
        sandbox: False to run without one; every ``Run`` then says so.

    Raises:
        CourseError: if a sandbox is wanted and cannot be had: what is missing, and what to do.
    """

    def __init__(self, limits: Limits = Limits(), *, sandbox: bool = True) -> None:  # noqa: B008
        self.limits, self.sandboxed = limits, sandbox
        self._server: _Server | None = None
        self._fresh = False
        self._number = 0  # of the last job
        self._server = self._start()

    def __enter__(self) -> Runner:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the fork server and all it holds."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def run(self, job: Job) -> Run:
        """Run a job; whatever the student's code does comes back as a ``Run``.

        Raises:
            CourseError: if the fork server has died and cannot be started again, or cannot start this job.
        """
        self._number += 1
        request = protocol.pack({**job.to_json(), "number": self._number})
        if len(request) > protocol.JOB_BYTES:
            message = f"The notebook's code is larger than {protocol.JOB_BYTES >> 20} MB: it was not run."
            return Run("stopped", message, (), sandboxed=self.sandboxed)
        # honest code sends one for each; a million small ones would take seconds to read
        most = 4 * (len(job.cells) + len(job.names) + len(job.calls)) + 16
        header: dict[str, Any] = {"outcome": "stopped", "seconds": 0.0}
        messages: list[dict[str, Any]] = []
        for attempt in range(2):  # no child can end its server, but the system can: then once more
            if self._server is None or not self._server.alive():
                self.close()
                self._server = self._start()
            try:
                header, written = self._server.ask(request, self.limits)
            except protocol.Broken:
                late = self._server.late
                self.close()
                if late:
                    header = {"outcome": "time", "seconds": self.limits.seconds}
                    break
                continue
            messages = protocol.untrusted_messages(written, most)
            if messages and messages[0] == {"started": self._number}:  # the first is not the student's yet
                break
            # a child that was killed before it read its job leaves that to the next one, whose answers are another's
            self.close()
            if attempt or (messages and "failed" in messages[0]):
                reason = str(messages[0].get("failed", "another job came back")) if messages else "it was killed"
                raise CourseError(
                    f"A submission could not be started: {reason}.", remedy="Report this with the system's name."
                )
        if self._fresh:
            self.close()
        return _read(job, header, messages[1:], self.limits, self.sandboxed)

    def _start(self) -> _Server:
        server = _Server(self.limits, self.sandboxed)
        self._fresh = server.only_once
        return server


class _Server:
    """A running fork server: its process and the two pipes."""

    def __init__(self, limits: Limits, sandboxed: bool) -> None:
        self.home, self.late = "", False
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        if sandboxed:
            program = sandbox.find_bubblewrap()
            data = str(sandbox.COURSE / "chapters" / "data")
            drop_to = sandbox.NOBODY if root else 0
            settings = sandbox.server_settings(limits, "sandbox", sandbox.SCRATCH, data, drop_to)
            command = sandbox.bubblewrap_command(program, json.dumps(settings), limits)
            environment = sandbox.environment(sandbox.SCRATCH)
        else:
            # Linux forks safely; on macOS a process that has loaded its libraries does not
            mode = "plain" if sys.platform == "linux" else "once"
            settings = sandbox.server_settings(limits, mode, "", str(chapters_path() / "data"), 0)
            paths = [str(Path(unionstate.__file__).resolve().parent.parent)]
            paths += [str(one) for one in sandbox.library_folders()]
            command = sandbox.python_command(paths, json.dumps(settings))
            self.home = tempfile.mkdtemp(prefix="unionstate-")
            environment = sandbox.environment(self.home)
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115
        try:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self.errors,
                env=environment,
                cwd="/" if os.name == "posix" else None,
                start_new_session=True,
                bufsize=0,
            )
        except OSError as problem:
            self._forget()
            raise CourseError(
                f"The program {command[0]} cannot be run ({problem.strerror}).",
                remedy=f"Install it again. {sandbox.UNSANDBOXED}" if sandboxed else "Install it again.",
            ) from None
        try:
            with self._deadline(START_SECONDS):
                greeting = protocol.read(self.process.stdout.fileno(), 65536)
        except protocol.Broken:
            said = self._said()
            self.close()
            if sandboxed:
                raise sandbox.refusal(said) from None
            reason = (said.strip().splitlines() or ["no reason given"])[-1]
            raise CourseError(
                f"Python does not start for the students' code: {reason}",
                remedy="Check that the course is installed with its packages: pip install -e .",
            ) from None
        self.only_once = settings["mode"] == "once" or (sandboxed and not greeting["nested"])
        if sandboxed and self.only_once and not sandbox.limits_scratch(program):
            self.close()
            raise CourseError(
                f"This system lets no process in the sandbox have namespaces of its own ({greeting['refused']}), and "
                "this bubblewrap cannot limit files without them.",
                remedy=f"Install bubblewrap 0.7 or newer. {sandbox.UNSANDBOXED}",
            )

    def alive(self) -> bool:
        """Whether its process still runs."""
        return self.process.poll() is None

    def ask(self, request: bytes, limits: Limits) -> tuple[dict[str, Any], bytes]:
        """Have a job run.

        Raises:
            Broken: if the server died or does not answer in time.
        """
        with self._deadline(limits.seconds + GRACE_SECONDS):
            protocol.write_all(self.process.stdin.fileno(), request)
            header = _checked(protocol.read(self.process.stdout.fileno(), 65536))
            most = (limits.result_kb + 8 * limits.output_kb) * 1024 + (1 << 20)
            return header, protocol.read_bytes(self.process.stdout.fileno(), most)

    @contextlib.contextmanager
    def _deadline(self, seconds: float) -> Any:
        """Kill the server if the block takes longer."""

        def over() -> None:
            self.late = True
            self.process.kill()

        timer = threading.Timer(seconds, over)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _said(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        self.errors.seek(0)
        return self.errors.read(20_000).decode("utf-8", "replace")

    def close(self) -> None:
        """End the process; in the sandbox everything in it ends too."""
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()
        with contextlib.suppress(OSError):
            self.process.kill()
        self.process.wait()
        self._forget()

    def _forget(self) -> None:
        self.errors.close()
        if self.home:
            import shutil

            shutil.rmtree(self.home, ignore_errors=True)


def _checked(header: Any) -> dict[str, Any]:
    """The server's account of how a child ended; Broken if it is none."""
    kinds = {"outcome": (str,), "seconds": (int, float), "code": (int,), "cpu": (int, float)}
    if type(header) is not dict or not all(type(header.get(key)) in kind for key, kind in kinds.items()):
        raise protocol.Broken("no account of a job")
    if header["outcome"] not in ("", *OUTCOMES) or not 0 <= header["seconds"] < 1e6:
        raise protocol.Broken("no outcome")
    return header


def _read(job: Job, header: dict[str, Any], messages: list[dict[str, Any]], limits: Limits, sandboxed: bool) -> Run:
    """A run from how the child ended and the messages it wrote once it had started. They may say anything."""
    cells: dict[int, CellOutcome] = {}
    names: dict[str, Any] = {}
    calls: dict[str, Any] = {}
    wanted, ids, numbers = set(job.names), {one.id for one in job.calls}, {one.number for one in job.cells}
    outcome, end = header["outcome"], ""
    for message in messages:
        if type(message.get("end")) is str:
            end = message["end"]
            break
        if type(message.get("name")) is str and message["name"] in wanted and "value" in message:
            names[message["name"]] = message["value"]
        elif type(message.get("call")) is str and message["call"] in ids and "value" in message:
            calls[message["call"]] = message["value"]
        else:
            try:
                cell = CellOutcome.from_json(message.get("cell"))
            except Malformed:
                break
            if cell.number not in numbers or len(cell.error) > 1000 or len(cell.output) > 2048 * limits.output_kb:
                break
            cells[cell.number] = cell
    if not outcome:
        if end:
            outcome = end if end in ("finished", "processes", "result too large") else "stopped"
        else:
            killed = header.get("code") in (-9, -24) and header.get("cpu", 0) >= limits.cpu_seconds - 0.5
            outcome = "time" if killed else "stopped"
    return Run(
        outcome,
        "" if outcome == "finished" else _message(outcome, limits),
        tuple(cells[number] for number in sorted(cells)),
        names,
        calls,
        float(header["seconds"]),
        sandboxed,
    )


def _message(outcome: str, limits: Limits) -> str:
    return {
        "time": f"Your code took longer than {limits.seconds:g} seconds and was stopped. Look for a loop without end.",
        "memory": f"Your code needed more than {limits.memory_mb} MB of memory and was stopped.",
        "processes": f"Your code started {limits.processes} processes or threads, and was stopped.",
        "result too large": f"Your answers together are larger than {limits.result_kb} KB. "
        "Keep only what the questions ask for under their names.",
        "stopped": "Your code ended Python before the last cell. Look for os._exit, os.kill, or a crash.",
    }[outcome]
