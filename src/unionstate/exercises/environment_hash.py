"""One short name for everything that grading depends on: Python, its packages, this package, the tables, the exercises.

Two machines with the same name give the same marks for the same submission.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from unionstate.errors import CourseError
from unionstate.paths import chapters_path, course_root, exercises_path

_EXTRAS = ("", "notebooks")  # of this package: to run code, and to read exercises and submissions
_BUILT = ("__pycache__", "_course")  # in the package's folder: made by Python; the course's files, in a wheel


@cache
def environment_hash() -> str:
    """SHA-256 of all that marks depend on; the same wherever the course and its packages are the same.

    Raises:
        CourseError: if this package is not installed.
    """
    return _digest(run_environment_hash(), _files(exercises_path()))


@cache
def run_environment_hash() -> str:
    """SHA-256 of all that a run of a student's code depends on: what ``environment_hash`` covers without the exercises.

    A check that was mended changes the marks and not the runs.

    Raises:
        CourseError: if this package is not installed.
    """
    system = (platform.python_implementation(), platform.python_version(), sys.platform, platform.machine())
    packages = (f"{name}=={version}" for name, version in sorted(packages_used().items()))
    package = Path(__file__).resolve().parent.parent
    return _digest(*system, *packages, _files(package, _BUILT), _files(chapters_path() / "data"))


def packages_used() -> dict[str, str]:
    """The installed distributions that grading needs, each with its version: what this package requires, and so on.

    Raises:
        CourseError: if this package is not installed.
    """
    found: dict[str, str] = {}
    waiting, seen = [("unionstate", extra) for extra in _EXTRAS], set()
    while waiting:
        wanted = waiting.pop()
        if wanted in seen:
            continue
        seen.add(wanted)
        name, extra = wanted
        try:
            version, requires = _distribution(name)
        except importlib.metadata.PackageNotFoundError:
            if name == "unionstate":
                raise CourseError(
                    "The package unionstate is not installed, so nobody knows what it runs with.",
                    file=course_root(),
                    remedy="Install it from the checkout: pip install -e .",
                ) from None
            continue  # of another system, or left out
        if name != "unionstate":
            found[name] = version
        for line in requires:
            requirement = _requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                plain = _plain(requirement.name)
                waiting += [(plain, one) for one in ("", *requirement.extras)]
    return found


@cache
def _distribution(name: str) -> tuple[str, tuple[str, ...]]:
    """The version of a distribution and what it requires.

    Its metadata is a mail message with the whole of its description as text: reading the head alone takes a fifth of
    the time.
    """
    found = importlib.metadata.distribution(name)
    head = (found.read_text("METADATA") or found.read_text("PKG-INFO") or "").partition("\n\n")[0].splitlines()
    version = next((line[9:] for line in head if line.startswith("Version: ")), "")
    return version, tuple(line[15:] for line in head if line.startswith("Requires-Dist: "))


@cache
def _requirement(line: str) -> Any:
    from packaging.requirements import Requirement  # matplotlib brings it

    return Requirement(line)


def _plain(name: str) -> str:
    """A distribution's name as indexes write it: ``Jupyter_Client`` and ``jupyter-client`` are one."""
    return "-".join(part for part in name.lower().replace("_", "-").replace(".", "-").split("-") if part)


def _files(folder: Path, left_out: tuple[str, ...] = _BUILT[:1]) -> str:
    """A hash of the names and contents of the files below a folder, hidden ones and backups left out."""
    digest = hashlib.sha256()
    for name, path in sorted(_found(str(folder), "", left_out)):
        with open(path, "rb") as stream:
            content = stream.read()
        digest.update(f"{name}\0{len(content)}\0".encode("utf-8", "surrogateescape") + content)
    return digest.hexdigest()


def _found(folder: str, prefix: str, left_out: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name.endswith(("~", ".pyc")) or entry.name in left_out:
                continue
            if entry.is_dir():
                yield from _found(entry.path, f"{prefix}{entry.name}/", left_out)
            else:
                yield f"{prefix}{entry.name}", entry.path


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
