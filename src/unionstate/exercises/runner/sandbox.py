"""Whether a sandbox can be had here, and the command line of bubblewrap that makes it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import unionstate
from unionstate.errors import CourseError
from unionstate.exercises.runner.limits import Limits
from unionstate.paths import course_root

COURSE = Path("/course")  # where the course lies in the sandbox
PACKAGES = Path("/packages")  # and Python's installed packages
SCRATCH = "/scratch"  # the only folder that can be written to
NOBODY = 65534
SYSTEM = ("/lib", "/lib64", "/lib32", "/usr/lib64", "/usr/lib", "/usr/local/lib", "/nix/store")
UNSANDBOXED = "Or grade without a sandbox, if you trust the students: --unsandboxed."
_INSTALL = "Install it: apt install bubblewrap (Debian, Ubuntu), dnf install bubblewrap (Fedora)."
KERNEL = Path("/proc/sys")
_KERNEL_SETTINGS = (
    ("kernel/unprivileged_userns_clone", "0", "1"),
    ("user/max_user_namespaces", "0", "10000"),
    ("kernel/apparmor_restrict_unprivileged_userns", "1", "0"),
)


def find_bubblewrap() -> str:
    """The path of the program ``bwrap``.

    Raises:
        CourseError: what is missing, and how to get it.
    """
    if sys.platform != "linux":
        raise CourseError(
            "The sandbox for students' code needs Linux (namespaces and bubblewrap).",
            remedy=f"Grade on a Linux machine or in a Linux virtual machine. {UNSANDBOXED}",
        )
    program = shutil.which("bwrap")
    if program is None:
        raise CourseError("The sandbox for students' code needs bubblewrap.", remedy=f"{_INSTALL} {UNSANDBOXED}")
    return program


def refusal(said: str) -> CourseError:
    """Why the sandbox did not start, from what bubblewrap and Python wrote to their errors."""
    lines = [line for line in said.strip().splitlines() if line.strip()]
    last = lines[-1].strip()[:300].rstrip(".") if lines else "it ended without a word"
    settings = []
    for name, bad, good in _KERNEL_SETTINGS:
        try:
            if (KERNEL / name).read_text().strip() == bad:
                settings.append(f"sysctl -w {name.replace('/', '.')}={good}")
        except OSError:
            continue
    if settings:
        remedy = f"This kernel refuses user namespaces. Allow them: {'; '.join(settings)}."
    elif "bwrap:" in said:
        remedy = (
            "In a container, start it so that user namespaces are allowed (Docker: --security-opt seccomp=unconfined "
            "--security-opt apparmor=unconfined), or grade on the machine itself."
        )
    else:
        remedy = "Check that every user may read the Python installation and its packages."
    return CourseError(f"The sandbox for students' code does not start: {last}.", remedy=f"{remedy} {UNSANDBOXED}")


@cache
def limits_scratch(program: str) -> bool:
    """Whether this bubblewrap (0.7 and newer) can limit the size of a folder in memory."""
    try:
        said = subprocess.run([program, "--help"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.SubprocessError):  # a program that does not run: starting the sandbox says so
        return False
    return b"--size" in said.stdout + said.stderr


def library_folders() -> list[Path]:
    """The folders of installed packages on Python's path."""
    folders = []
    for entry in sys.path:
        path = Path(entry)
        if path.name in ("site-packages", "dist-packages") and path.is_dir() and path not in folders:
            folders.append(path)
    return folders


def interpreter() -> Path:
    """The interpreter itself, behind a virtual environment, which may hold a link to it or a copy."""
    return Path(os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable))


def python_command(paths: list[str], settings: str) -> list[str]:
    """The command that starts the fork server: Python without site, with only these folders on its path."""
    start = f"import sys; sys.path += {paths!r}; from unionstate.exercises.runner.fork_server import main; main()"
    return [str(interpreter()), "-S", "-s", "-P", "-B", "-c", start, settings]


def environment(home: str) -> dict[str, str]:
    """The whole environment of the fork server and of students' code: nothing of the instructor's is passed on."""
    one = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
    made = {
        "HOME": home,
        "TMPDIR": home,
        "MPLCONFIGDIR": home,
        "MPLBACKEND": "agg",
        "MPL_IGNORE_SYSTEM_FONTS": "1",  # matplotlib looks at each font of the system when it starts, and has its own
        "USER": "student",
        "LOGNAME": "student",
        "PATH": "/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "UNIONSTATE_GRADING": "1",
        "MALLOC_ARENA_MAX": "1",  # or each thread would take address space by the 64 MB
        **dict.fromkeys(one, "1"),
    }
    for name in ("LD_LIBRARY_PATH", "SYSTEMROOT"):  # where some systems find Python's own libraries
        if name in os.environ:
            made[name] = os.environ[name]
    return made


def server_settings(limits: Limits, mode: str, scratch: str, data: str, drop_to: int) -> dict[str, Any]:
    """The configuration of the fork server.

    Args:
        limits: of each submission.
        mode: ``sandbox``, ``plain`` (forked, without a sandbox) or ``once`` (one job, in the process itself).
        scratch: the folder that children may write to; "" for a temporary folder each.
        data: the course's tables.
        drop_to: the user and group to become before any student's code runs; 0 to stay.
    """
    return {
        "limits": limits.to_json(),
        "mode": mode,
        "scratch": scratch,
        "data": data,
        "drop_to": drop_to,
        "nest": True,
    }


def _shared_libraries() -> list[Path]:
    """The folders of LD_LIBRARY_PATH that hold libraries."""
    folders = [Path(one) for one in os.environ.get("LD_LIBRARY_PATH", "").split(":")]
    return [one for one in folders if one.is_absolute() and next(one.glob("*.so*"), None) is not None]


def _empty(folder: Path) -> list[str]:
    """Hide a folder behind an empty one that nobody writes to: one student could leave things there for the next."""
    return ["--tmpfs", str(folder), "--remount-ro", str(folder)]


def bubblewrap_command(program: str, settings: str, limits: Limits) -> list[str]:
    """bubblewrap's command line: what of this machine is visible, and the fork server as the program to run.

    As real root it makes the mounts with root's rights and no user namespace, because the interpreter may lie where
    only root can go; the fork server then becomes ``nobody``. As an ordinary user it makes a user namespace.
    """
    root = os.geteuid() == 0
    command = [program, "--die-with-parent", "--new-session", "--unshare-pid", "--unshare-net", "--unshare-ipc"]
    command += ["--unshare-uts", "--unshare-cgroup-try", "--hostname", "grader", "--cap-drop", "ALL"]
    if root:
        command += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-user", "--uid", "1000", "--gid", "1000"]
    made: set[Path] = set()

    def bind(source: Path, target: Path, kind: str = "--ro-bind") -> None:
        for folder in reversed(target.parents):  # bubblewrap would make them for their owner alone
            if folder not in made and folder != Path("/"):
                made.add(folder)
                command.extend(["--dir", str(folder)])
        command.extend([kind, str(source), str(target)])

    for name in SYSTEM:
        path = Path(name)
        if path.is_symlink():
            command += ["--symlink", os.readlink(path), name]
        elif path.is_dir():
            bind(path, path)
    for name in ("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/alternatives", "/usr/share/zoneinfo"):
        if Path(name).exists():
            bind(Path(name), Path(name))
    prefix = Path(sys.base_prefix)
    trees = [Path(name) for name in SYSTEM]
    for path in (prefix / "lib", prefix / "lib64", interpreter(), *_shared_libraries()):
        if path.exists() and not any(path.is_relative_to(tree) for tree in trees):
            bind(path, path)
            trees.append(path)
    libraries = {folder: PACKAGES / str(place) for place, folder in enumerate(library_folders())}
    for folder, place in libraries.items():
        bind(folder, place)
    # an installed package carries the exercises: an empty folder hides it wherever it can be seen
    installed = [place / "unionstate" for folder, place in libraries.items() if (folder / "unionstate").is_dir()]
    installed += [found for tree in trees if tree.is_dir() for found in tree.glob("python3*/*-packages/unionstate")]
    installed += [course_root()] if any(course_root().is_relative_to(tree) for tree in trees) else []
    for folder in installed:
        command += _empty(folder)
    package = Path(unionstate.__file__).resolve().parent
    inside = COURSE / "src" / "unionstate"
    bind(package, inside)
    if (package / "_course").is_dir():
        command += _empty(inside / "_course")
    for name in ("_config.yml", "seeds", "chapters/data"):
        bind(course_root() / name, COURSE / name)
    command += ["--proc", "/proc"]
    # no /dev/zero: mapped, it is memory that several processes share and that none of them has to its account
    for name in ("null", "full", "random", "urandom"):
        bind(Path("/dev", name), Path("/dev", name), "--dev-bind")
    if limits_scratch(program):
        command += ["--size", str(limits.scratch_mb << 20)]
    command += ["--perms", "0777", "--tmpfs", SCRATCH, "--chdir", "/"]
    if Path("/tmp") not in made:  # there if the interpreter lies under it
        command += ["--symlink", SCRATCH, "/tmp"]
    command += ["--remount-ro", "/"]
    paths = [str(COURSE / "src"), *(str(one) for one in libraries.values())]
    return [*command, "--", *python_command(paths, settings)]
