"""Binder without Docker: a fresh environment from binder/, and the notebooks that its postBuild makes."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from support import ROOT, copy_course


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


@pytest.fixture(scope="session")
def learner() -> LearnerEnvironment:
    """What Binder makes: requirements.txt installed into a fresh environment, then postBuild.

    The environment is kept in _build under a fingerprint of its lock file, so that it is fresh in every clone and after
    every change of the lock, and not on every run. There is one environment and one image, so the tests of this folder
    run in one process where several run at a time (tests/conftest.py).
    """
    lock = ROOT / "requirements" / "learner.txt"
    mark = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()[:12]
    home = ROOT / "_build" / "learner-environment"
    home.mkdir(parents=True, exist_ok=True)
    image = copy_course(home / "image")
    environment = home / mark
    programs = environment / ("Scripts" if os.name == "nt" else "bin")
    variables = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV", "JUPYTER"))},
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    if not (environment / "complete").exists():
        shutil.rmtree(environment, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        installed = subprocess.run(
            # what is not imported need not be compiled
            [str(programs / "pip"), "install", "--quiet", "--no-compile", "-r", "binder/requirements.txt"],
            cwd=image, env=variables, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert installed.returncode == 0, installed.stderr
        (environment / "complete").touch()
    made = subprocess.run(
        ["bash", "binder/postBuild"], cwd=image, env=variables, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr
    return LearnerEnvironment(image, programs, variables)
