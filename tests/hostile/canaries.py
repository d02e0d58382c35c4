"""What a hostile notebook would touch if it got out: files, listeners, a process. It says what was touched."""

from __future__ import annotations

import contextlib
import os
import secrets
import select
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from unionstate.paths import chapters_path, exercises_path

VSOCK_LOCAL = 1  # the address of this machine itself, if it has the loopback of this family


class Canaries:
    """Use as a context manager; ``known`` is what the attacker is told.

    Attributes:
        secret: stands in the file, the environment and the memory of the process, and must be read by nobody.
        known: addresses, paths and numbers.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.secret = "canary-" + secrets.token_hex(16)
        self._open = contextlib.ExitStack()
        self._listeners: dict[str, socket.socket] = {}

    def __enter__(self) -> Canaries:
        self.folder.mkdir()
        file = self.folder / "canary.txt"
        file.write_text(self.secret)
        os.environ["UNIONSTATE_CANARY"] = self.secret
        self._open.callback(os.environ.pop, "UNIONSTATE_CANARY", None)
        abstract = f"unionstate-{secrets.token_hex(8)}"
        port = self._listen("TCP", socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))[1]
        udp_port = self._listen("UDP", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))[1]
        self._listen("a path", socket.AF_UNIX, socket.SOCK_STREAM, str(self.folder / "socket"))
        self._listen("an abstract name", socket.AF_UNIX, socket.SOCK_STREAM, f"\0{abstract}")
        vsock_port = 0
        with contextlib.suppress(OSError, AttributeError):  # few machines have this family of sockets
            vsock_port = self._listen("VSOCK", socket.AF_VSOCK, socket.SOCK_STREAM, (VSOCK_LOCAL, 47_113))[1]
        self.process = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
        self._open.callback(self.process.wait)
        self._open.callback(self.process.stdin.close)
        self.known: dict[str, Any] = {
            "file": str(file), "folder": str(self.folder), "port": port, "udp_port": udp_port, "abstract": abstract,
            "socket": str(self.folder / "socket"), "vsock_port": vsock_port, "addresses": _addresses(),
            "pid": self.process.pid, "tester": os.getpid(), "exercise": "the-implied-gas-subsidy",
        }  # fmt: skip
        self._before = self._look()
        self._clock = time.time() - time.monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def _listen(self, name: str, family: int, kind: int, address: Any) -> Any:
        listener = self._open.enter_context(socket.socket(family, kind))
        listener.bind(address)
        if kind == socket.SOCK_STREAM:
            listener.listen()
        self._listeners[name] = listener
        return listener.getsockname()

    def _look(self) -> dict[str, Any]:
        """The state of the host, as far as a submission may want to change it."""
        seen: dict[str, Any] = {"name of the machine": socket.gethostname(), "working folder": os.getcwd()}
        for path in (self.folder, chapters_path() / "data", exercises_path()):
            for one in sorted(path.rglob("*")):
                told = one.lstat()
                seen[str(one)] = (told.st_mode, told.st_size, told.st_mtime_ns)
        for path in (Path("/"), Path("/etc"), Path(sys.prefix), Path(__file__).parent, Path.home()):
            names = {one.name for one in path.iterdir()}
            seen[str(path)] = {one for one in names if "canary" in one or "owned" in one or one.startswith("fill-")}
        with contextlib.suppress(OSError):
            state = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[0]
            seen["canary process"] = (
                "alive" if state in "SRD" else state,
                os.getpriority(os.PRIO_PROCESS, self.process.pid),
            )
        return seen

    def touched(self) -> list[str]:
        """What is not as it was, in words; an empty list if all is well."""
        now = self._look()
        found = [
            f"{name}: {old} before, {now.get(name)} after" for name, old in self._before.items() if now.get(name) != old
        ]
        found += [f"{name} is new" for name in now.keys() - self._before.keys()]
        heard = select.select(list(self._listeners.values()), [], [], 0)[0]
        found += [f"somebody called at {name}" for name, listener in self._listeners.items() if listener in heard]
        if self.process.poll() is not None:
            found.append("the canary process has ended")
        if abs(time.time() - time.monotonic() - self._clock) > 3:
            found.append("the clock was set")
        return found


def _addresses() -> list[str]:
    """The machine's own addresses besides loopback; nothing is sent to learn them."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, contextlib.suppress(OSError):
        one.connect(("192.0.2.1", 9))
        return [one.getsockname()[0]]
    return []
