"""The name of an environment: the same for the same course wherever it lies, another one after any change."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from unionstate.errors import CourseError
from unionstate.exercises import environment_hash as module
from unionstate.paths import course_root

_SHOW = "from unionstate.exercises.environment_hash import *; print(environment_hash(), run_environment_hash())"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A small copy of the checkout: all that is hashed, and what tells a course from another folder."""
    copy = tmp_path / "elsewhere" / "course"
    root = course_root()
    for folder in ("src", "exercises", "chapters/data"):
        shutil.copytree(root / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "seeds").mkdir()
    (copy / "_config.yml").touch()
    return copy


def _hashes(course: Path) -> list[str]:
    command = [sys.executable, "-c", _SHOW]
    done = subprocess.run(command, env={"PYTHONPATH": str(course / "src")}, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_same_course_elsewhere(course: Path) -> None:
    here = [module.environment_hash(), module.run_environment_hash()]
    assert _hashes(course) == here
    # what is no part of the course changes nothing
    (course / "exercises" / ".ipynb_checkpoints").mkdir()
    (course / "exercises" / ".ipynb_checkpoints" / "x.ipynb").touch()
    (course / "src" / "unionstate" / "cli.py~").write_text("an editor's backup")
    assert _hashes(course) == here


def test_checks_change_the_marks_and_code_changes_the_runs(course: Path) -> None:
    whole, runs = _hashes(course)
    next(course.glob("exercises/*/checks.yml")).write_text("mended")
    second_whole, second_runs = _hashes(course)
    assert second_runs == runs and second_whole != whole
    next(course.glob("chapters/data/*.csv")).write_text("a,b\n")
    assert _hashes(course)[1] != runs


def test_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    used = module.packages_used()
    assert {"pandas", "matplotlib", "numpy", "jupytext"} <= set(used) and "pytest" not in used
    here = module.run_environment_hash()  # kept from its first call on, so before pandas is another
    monkeypatch.setattr(module, "packages_used", lambda: {**used, "pandas": "0.0"})
    assert module.run_environment_hash.__wrapped__() != here


def test_package_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise module.importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(module, "_distribution", missing)
    with pytest.raises(CourseError, match="pip install -e"):
        module.packages_used()
