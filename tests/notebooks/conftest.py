"""Binder without Docker: a fresh environment from binder/, and the notebooks that its postBuild makes."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from support import ROOT, copy_course

_SECONDS_TO_INSTALL = 600


class LearnerEnvironment(NamedTuple):
    """The image's folder (a checkout), its programs, and the variables to run them with."""

    image: Path
    programs: Path
    variables: dict[str, str]

    def run(self, *command: str, cwd: Path | None = None, timeout: int = 300) -> subprocess.CompletedProcess[str]:
        """Run one of the environment's programs."""
        return subprocess.run(
            [str(self.programs / command[0]), *command[1:]],
            cwd=cwd or self.image, env=self.variables, capture_output=True, text=True, timeout=timeout, check=False,
        )  # fmt: skip


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Wait until no other process is in here; a lock left behind by a process that died is taken over."""
    until = time.monotonic() + _SECONDS_TO_INSTALL
    while True:
        try:
            lock.touch(exist_ok=False)
            break
        except FileExistsError:
            if time.monotonic() > until:
                lock.unlink(missing_ok=True)
            time.sleep(0.5)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def learner() -> LearnerEnvironment:
    """What Binder makes: requirements.txt installed into a fresh environment, then postBuild.

    The environment is kept in _build under a fingerprint of its lock file, so that it is fresh in every clone and after
    every change of the lock, and not on every run.
    """
    lock = ROOT / "requirements" / "learner.txt"
    mark = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()[:12]
    home = ROOT / "_build" / "learner-environment"
    home.mkdir(parents=True, exist_ok=True)
    # where tests run at a time, each process has an image of its own, and one makes the environment for all
    image = copy_course(home / f"image{os.environ.get('PYTEST_XDIST_WORKER', '')}")
    environment = home / mark
    programs = environment / ("Scripts" if os.name == "nt" else "bin")
    variables = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV", "JUPYTER"))},
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    with _alone(home / "lock"):
        if not (environment / "complete").exists():
            shutil.rmtree(environment, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
            installed = subprocess.run(
                [str(programs / "python"), "-m", "pip", "install", "--quiet", "-r", "binder/requirements.txt"],
                cwd=image, env=variables, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert installed.returncode == 0, installed.stderr
            (environment / "complete").touch()
    made = subprocess.run(
        ["bash", "binder/postBuild"], cwd=image, env=variables, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr
    return LearnerEnvironment(image, programs, variables)
