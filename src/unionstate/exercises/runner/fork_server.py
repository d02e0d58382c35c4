"""The program inside the sandbox: loads Python's packages once, then forks a shut-in child for each submission.

It knows no expected value and no student's name. It reads jobs from its input and writes, for each, how the child
ended and the bytes the child wrote; it does not look into those bytes.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from unionstate.exercises.runner import child, kernel, protocol
from unionstate.exercises.runner.limits import Limits
from unionstate.exercises.runner.preload import preload
from unionstate.exercises.runs import Job

TICK = 0.02  # seconds between two looks at a submission's memory
FEW = 3  # processes and threads of a submission that take turns with those of others
BEHIND = 10  # niceness of more: 32 of them then weigh as much as these few, and end fast enough when they are killed


def main() -> None:
    """Serve until the input ends. ``sys.argv[1]`` is the configuration as JSON (see ``sandbox.server_settings``)."""
    settings = json.loads(sys.argv[1])
    jobs, replies = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)
    if settings["drop_to"]:
        os.setgroups([])
        os.setresgid(*[settings["drop_to"]] * 3)
        os.setresuid(*[settings["drop_to"]] * 3)
        kernel.allow_own_files()
    if not hasattr(os, "fork") or settings["mode"] == "once":
        _serve_once(settings, jobs, replies)
        return
    nested, refused = False, ""
    if settings["mode"] == "sandbox" and settings["nest"]:
        nested, refused = _own_namespaces()
    server = Server(settings, nested)
    protocol.write_all(replies, protocol.pack({"ready": True, "nested": nested, "refused": refused}))
    while _wait_for_a_job(jobs):
        server.run(jobs, replies)


def _wait_for_a_job(jobs: int) -> bool:
    """Wait for the beginning of a job, without reading it; False at the end of the input."""
    poll = select.poll()
    poll.register(jobs, select.POLLIN)
    return any(event & select.POLLIN for _, event in poll.poll())


def _own_namespaces() -> tuple[bool, str]:
    """Move into a user and a process namespace of the server's own, so that it may make one for each child.

    Returns:
        Whether that worked, and why not. The old process stays behind and passes the end of the new one on.
    """
    user, group = os.getuid(), os.getgid()
    probe = os.fork()
    if probe == 0:  # tried in a child: half of it cannot be undone
        try:
            kernel.unshare(kernel.NEW_USER | kernel.NEW_PIDS)
            kernel.map_user(child.USER, user, group)
            kernel.unshare(kernel.NEW_USER | kernel.NEW_MOUNTS | kernel.NEW_NETWORK | kernel.NEW_IPC)
            kernel.map_user(child.USER, child.USER, child.USER)
            kernel.mount_scratch("/proc", "size=4k", kernel.READ_ONLY)
            os._exit(0)
        except OSError as problem:
            os._exit(problem.errno or 255)
    code = os.waitstatus_to_exitcode(os.waitpid(probe, 0)[1])
    if code != 0:
        return False, os.strerror(code)
    kernel.unshare(kernel.NEW_USER | kernel.NEW_PIDS)
    kernel.map_user(child.USER, user, group)
    inner = os.fork()
    if inner:
        _, status = os.waitpid(inner, 0)
        os._exit(max(0, os.waitstatus_to_exitcode(status)))
    kernel.die_with_parent()
    return True, ""


class Server:
    """Forks a child for each job and watches it.

    Args:
        settings: the configuration.
        nested: whether each child gets namespaces of its own.
    """

    def __init__(self, settings: dict[str, Any], nested: bool) -> None:
        self.settings, self.nested = settings, nested
        self.limits = Limits(**settings["limits"])
        self.sandboxed = settings["mode"] == "sandbox"
        self.transform = preload()
        if settings["scratch"]:  # matplotlib's list of fonts, read by now
            for name in os.listdir(settings["scratch"]):
                os.unlink(os.path.join(settings["scratch"], name))
        self.pids = os.open("/proc/self/ns/pid", os.O_RDONLY) if nested else -1
        if not self.sandboxed and sys.platform == "linux":
            kernel.adopt_orphans()
        kernel.system_call_filter(signals=not nested)
        gc.collect()
        gc.freeze()  # nothing loaded so far is ever looked at again: its pages stay shared
        self.page = os.sysconf("SC_PAGE_SIZE")
        self.space = child.address_space()
        self.base = _anonymous_pages("self")
        self.old = set(_processes())

    def run(self, jobs: int, replies: int) -> None:
        """Run the job that waits in ``jobs`` in a child; reply with how it ended and the bytes it wrote.

        Neither the job nor what the child writes comes into the memory of this process: the next child is a copy of
        it, and could read there what the student before it answered. The child reads its job itself, and the kernel
        moves what it writes into a file in memory and on to the runner.
        """
        ours, theirs = os.pipe()
        kept = os.memfd_create("written")
        scratch = self.settings["scratch"] or tempfile.mkdtemp(prefix="unionstate-")
        started = time.monotonic()
        if self.nested:
            kernel.unshare(kernel.NEW_PIDS)
        pid = os.fork()
        if pid == 0:
            self._child(jobs, theirs, scratch)
        os.close(theirs)
        if self.nested:
            kernel.enter(self.pids, kernel.NEW_PIDS)
        try:
            outcome = self._watch(pid, ours, jobs, kept, started)
            status = self._end(pid)
            header = {"outcome": outcome, "seconds": round(time.monotonic() - started, 4), **status}
            protocol.write_all(replies, protocol.pack(header))
            protocol.send_file(replies, kept)
        finally:
            os.close(ours)
            os.close(kept)
            if not self.settings["scratch"]:
                _remove(scratch)

    def _child(self, jobs: int, pipe: int, scratch: str) -> None:
        """In the child; never returns."""
        code = 70
        try:
            job = protocol.read_bytes(jobs, protocol.JOB_BYTES)
            os.setsid()
            child.close_all_but(pipe)
            if self.nested:
                child.enter_namespaces(scratch, self.limits)
            os.chdir(scratch)
            if not os.path.lexists("data"):
                os.symlink(self.settings["data"], "data")
            if not self.settings["scratch"]:
                for name in ("HOME", "TMPDIR", "MPLCONFIGDIR"):
                    os.environ[name] = scratch
            tempfile.tempdir = None
            if self.sandboxed:
                kernel.drop_capabilities()
            child.set_limits(self.limits, self.space, own_user=self.sandboxed)
            if sys.platform == "linux":  # without a process namespace, signals would reach other programs
                kernel.refuse_system_calls(signals=not self.nested)
            sys.path.insert(0, "")
            data = json.loads(job)
            request = Job.from_json(data)
            gc.enable()
            protocol.write_all(
                pipe, protocol.pack({"started": data["number"]})
            )  # from here on the bytes are the student's
            child.run_job(request, self.limits, lambda data: protocol.write_all(pipe, data), self.transform)
            code = 0
        except BaseException as problem:
            code = 71
            with contextlib.suppress(BaseException):
                protocol.write_all(pipe, protocol.pack({"failed": f"{type(problem).__name__}: {problem}"[:300]}))
        finally:
            os._exit(code)

    def _watch(self, pid: int, pipe: int, jobs: int, kept: int, started: float) -> str:
        """Wait until the child ends or goes over a limit; the outcome, "" if it ended itself.

        What it writes is moved to the file ``kept``.
        """
        limit = (self.limits.result_kb + 4 * self.limits.output_kb) * 1024 + 65536
        size = 0
        os.set_blocking(pipe, False)
        handle = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else -1
        poll = select.poll()
        poll.register(pipe, select.POLLIN)
        poll.register(jobs, 0)  # hang-up alone: the runner is gone
        if handle >= 0:
            poll.register(handle, select.POLLIN)
        look = started + TICK
        try:
            while True:
                now = time.monotonic()
                if now - started > self.limits.seconds:
                    return "time"
                if now >= look:
                    if over := self._over(pid):
                        return over
                    look = time.monotonic() + TICK
                events = dict(poll.poll(max(0.0, look - now) * 1000))
                if jobs in events:
                    return "stopped"
                ended = handle in events or (handle < 0 and _has_ended(pid))
                open_end = True
                while pipe in events or ended:
                    try:
                        moved = os.splice(pipe, kept, 1 << 18)
                    except BlockingIOError:
                        break
                    if not moved:
                        open_end = False
                        break
                    size += moved
                    if size > limit:
                        return "result too large"
                    if not ended:
                        break
                if ended:
                    return ""
                if not open_end:
                    poll.unregister(pipe)  # closed before its end: only the end counts now
        finally:
            if handle >= 0:
                os.close(handle)

    def _over(self, pid: int) -> str:
        """Which limit of memory or processes the submission is over; "" if none."""
        processes = [one for one in _processes() if one not in self.old]
        if not self.sandboxed:
            processes = _family(pid, processes)
        self._give_way(processes)
        room = self.limits.memory_mb * (1 << 20) // self.page
        most = sum(max(0, _anonymous_pages(str(one)) - self.base) for one in processes)
        if most > room or (len(processes) > 1 and self._exact(processes) > room):
            return "memory"
        if self.nested:  # the kernel counts them
            return ""
        return "processes" if sum(_threads(one) for one in processes) >= self.limits.processes else ""

    def _give_way(self, processes: list[int]) -> None:
        """Let all others go before a submission of many processes or threads, or theirs would be slower by as many."""
        tasks = [f"/proc/{one}/task/{task}" for one in processes for task in _names_in(f"/proc/{one}/task")]
        if len(tasks) <= FEW:
            return
        for task in tasks:
            with contextlib.suppress(OSError, ValueError, IndexError):  # it has ended
                with open(f"{task}/status", "rb") as file:
                    line = next((line for line in file if line.startswith(b"NSpid:")), b"")
                # its numbers from the outer namespace of processes, which /proc shows, to its own
                number = int(line.split()[1 + self.nested])
                if os.getpriority(os.PRIO_PROCESS, number) < BEHIND:
                    os.setpriority(os.PRIO_PROCESS, number, BEHIND)

    def _exact(self, processes: list[int]) -> int:
        """Pages of their own of several processes, pages shared between them counted once."""
        total = 0
        for one in processes:
            try:
                with open(f"/proc/{one}/smaps_rollup", "rb") as file:
                    parts = {line.split()[0]: int(line.split()[1]) for line in file if line.endswith(b"kB\n")}
                total += (
                    sum(parts.get(one, 0) for one in (b"Pss_Anon:", b"Pss_Shmem:", b"SwapPss:")) * 1024 // self.page
                )
            except (OSError, ValueError):
                total += _anonymous_pages(str(one))
        return total - self.base

    def _end(self, pid: int) -> dict[str, Any]:
        """Kill the child with all it started, and wait for that."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        if not self.sandboxed:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
        _, status, usage = os.wait4(pid, 0)
        if not self.sandboxed:
            self._end_orphans()
        return {"code": os.waitstatus_to_exitcode(status), "cpu": round(usage.ru_utime + usage.ru_stime, 4)}

    def _end_orphans(self) -> None:
        """Without a process namespace: what the child left behind is now the server's own child."""
        while True:
            try:
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            except ChildProcessError:  # the usual case: nothing is left
                return
            for one in _family(os.getpid(), _processes()):
                if one != os.getpid():
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.kill(one, signal.SIGKILL)
            time.sleep(0.001)


def _processes() -> list[int]:
    return [int(name) for name in _names_in("/proc") if name.isdigit()]


def _names_in(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _anonymous_pages(pid: str) -> int:
    """Pages of memory of a process that belong to no file; shared memory and what is swapped out included."""
    try:
        with open(f"/proc/{pid}/status", "rb") as file:
            text = file.read()
    except OSError:
        return 0
    total = 0
    for line in text.splitlines():
        if line.startswith((b"RssAnon:", b"RssShmem:", b"VmSwap:")):
            total += int(line.split()[1])
    return total * 1024 // os.sysconf("SC_PAGE_SIZE")


def _threads(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return int(file.read().rpartition(b")")[2].split()[17])
    except (OSError, ValueError, IndexError):
        return 0


def _family(pid: int, processes: list[int]) -> list[int]:
    """A process and its descendants."""
    parents = {}
    for one in processes:
        try:
            with open(f"/proc/{one}/stat", "rb") as file:
                parents[one] = int(file.read().rpartition(b")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
    family = {pid}
    while grown := {one for one, parent in parents.items() if parent in family} - family:
        family |= grown
    return [one for one in family if one in parents]


def _has_ended(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _remove(folder: str) -> None:
    def unlocked(action: Any, path: str, _: Any) -> None:
        with contextlib.suppress(OSError):
            os.chmod(Path(path).parent, 0o700)
            os.chmod(path, 0o700)
            action(path)

    shutil.rmtree(folder, onerror=unlocked)


def _serve_once(settings: dict[str, Any], jobs: int, replies: int) -> None:
    """Where a process cannot be forked: be the child, for one job."""
    limits = Limits(**settings["limits"])
    transform = preload()
    protocol.write_all(replies, protocol.pack({"ready": True, "nested": False, "refused": ""}))
    try:
        data = json.loads(protocol.read_bytes(jobs, protocol.JOB_BYTES))
    except protocol.Broken:
        return
    started = time.monotonic()
    parts: list[bytes] = []
    scratch = tempfile.mkdtemp(prefix="unionstate-")
    os.chdir(scratch)
    try:
        os.symlink(settings["data"], "data")
    except OSError:  # Windows, for ordinary users
        shutil.copytree(settings["data"], "data")
    with contextlib.suppress(ImportError):
        child.set_limits(limits, child.address_space(), own_user=False)
    sys.path.insert(0, "")
    parts.append(protocol.pack({"started": data["number"]}))
    child.run_job(Job.from_json(data), limits, parts.append, transform)
    header = {"outcome": "", "seconds": round(time.monotonic() - started, 4), "code": 0, "cpu": time.process_time()}
    protocol.write_all(replies, protocol.pack(header) + protocol.pack_bytes(b"".join(parts)))
    os.chdir(tempfile.gettempdir())
    _remove(scratch)
