"""What several tests of grading share: a small class and the results of an undisturbed run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from grading_run import EXERCISE, Grader, results, runs_kept
from support import ROOT

sys.path.append(str(ROOT / "tools"))
from class_maker import make_class

STUDENTS = 24


@pytest.fixture(scope="session")
def class_of_24(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Submissions of 24 students."""
    folder = tmp_path_factory.mktemp("class") / "submissions"
    make_class(folder, EXERCISE, STUDENTS)
    return folder


@pytest.fixture(scope="session")
def undisturbed(class_of_24: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Their results, when nothing is killed."""
    out = tmp_path_factory.mktemp("undisturbed") / "results"
    code, said = Grader(class_of_24, out).finish()
    assert code == 0, said
    assert len(runs_kept(out)) == STUDENTS
    return results(out)
