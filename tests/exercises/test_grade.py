"""Grading: every submission is graded once and by its own variant, whatever is broken or stopped on the way."""

import csv
import json
import shutil

import pytest
from sandboxes import NO_SANDBOX
from small_class import CHECKS, RIGHT, AtOnce, notebook, write_exercise

from unionstate.cli import main
from unionstate.errors import CourseError
from unionstate.exercises.assignment import Assignment
from unionstate.exercises.grade import Summary, grade
from unionstate.exercises.pool import _close_runners
from unionstate.exercises.regrade import regrade
from unionstate.exercises.runner import Limits
from unionstate.exercises.variants import Variant

pytestmark = NO_SANDBOX
LIMITS = Limits(seconds=2, cell_seconds=0.3)


@pytest.fixture(scope="module", autouse=True)
def one_runner():
    yield
    _close_runners()


@pytest.fixture(autouse=True)
def small(tmp_path, monkeypatch, request):
    write_exercise(tmp_path / "exercises")
    if "with_report" not in request.fixturenames:  # it draws two figures each time
        monkeypatch.setattr("unionstate.exercises.grade.write_class_report", lambda marks, folder, missing: ())
    monkeypatch.setattr("unionstate.exercises.source.exercises_path", lambda: tmp_path / "exercises")


@pytest.fixture
def with_report():
    """The class report is written too."""


@pytest.fixture
def handed_in(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "ann.ipynb").write_text(notebook(RIGHT))
    (folder / "bob.ipynb").write_text(notebook("answer = 7", "def times(x):\n    return x"))
    (folder / "cid.ipynb").write_text(notebook("answer = 1 / 0", "half = 1.5"))
    (folder / "copy.ipynb").write_text(notebook(RIGHT))
    (folder / "dud.ipynb").write_text("{")
    return folder


def graded(folder, out, executor=None, **options):
    options = {"exercise": "small", **options}
    return grade(folder, out=out, workers=2, executor=executor or AtOnce(), limits=LIMITS, **options)


def grades(out):
    with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def earned(out):
    return {student: row["earned"] for student, row in grades(out).items()}


def files(out):
    """All results that people read, by name."""
    return {
        str(file.relative_to(out)): file.read_bytes()
        for file in sorted(out.rglob("*"))
        if file.suffix in (".csv", ".html", ".json") and "runs" not in file.parts
    }


def test_a_class_is_graded(handed_in, tmp_path, with_report):
    (handed_in / "eve.ipynb").write_text(notebook("while True: pass", RIGHT, exercise=""))
    (handed_in / "fay.ipynb").write_text(notebook(RIGHT, "import os; os._exit(0)"))
    executor = AtOnce()
    done = graded(handed_in, tmp_path / "out", executor)
    assert earned(tmp_path / "out") == {
        "ann": "4",
        "bob": "0",
        "cid": "1",
        "copy": "4",
        "dud": "",
        "eve": "4",
        "fay": "0",
    }
    # the copy ran once; the loop without end costs its cell alone
    assert (done.submissions, done.ran, done.kept, executor.tasks) == (7, 5, 1, 5)
    assert [one.partition(":")[0] for one in done.problems] == ["dud", "fay"]
    feedback = json.loads((tmp_path / "out" / "feedback" / "bob.json").read_text())
    checks = [check for question in feedback["questions"] for check in question["checks"]]
    assert [check["message"] for check in checks] == [
        "Multiply by ten.",
        "No cell gives `half` a value, or the cell that does stops with an error.",
        "`times(2)` gave 2. Return n times x.",
    ]
    assert checks[0]["given"] == "7" and "expected" not in json.dumps(feedback) and "30" not in json.dumps(checks)
    assert {one.name for one in (tmp_path / "out" / "feedback").iterdir()} == {
        f"{name}.{form}" for name in ("ann", "bob", "cid", "copy", "dud", "eve", "fay") for form in ("html", "json")
    }


def test_stopped_at_any_point_the_next_run_does_the_rest(handed_in, tmp_path, monkeypatch):
    graded(handed_in, tmp_path / "whole")
    ran = []
    for stop in (1, 3, 4):
        with monkeypatch.context() as patch:
            seen = iter(range(stop))

            def step(*_, seen=seen):
                if next(seen, None) is None:
                    raise KeyboardInterrupt

            patch.setattr("unionstate.exercises.grade.write_feedback", step)
            with pytest.raises(KeyboardInterrupt):
                graded(handed_in, tmp_path / "out")
        assert not (tmp_path / "out" / "grades.csv").exists()
        ran.append(len(list((tmp_path / "out" / "runs").glob("*/*.json"))))
    assert ran == sorted(ran) and ran[0] > 0
    assert graded(handed_in, tmp_path / "out").ran == 3 - ran[-1]
    assert files(tmp_path / "out") == files(tmp_path / "whole")


def test_what_did_not_end_is_run_again_when_asked(handed_in, tmp_path):
    (handed_in / "eva.ipynb").write_text(notebook("import os\nos._exit(0)"))
    (handed_in / "fay.ipynb").write_text(notebook("while True: pass"))
    assert graded(handed_in, tmp_path / "out").ran == 5
    before = files(tmp_path / "out")
    assert graded(handed_in, tmp_path / "out").ran == 0
    assert graded(handed_in, tmp_path / "out", retry=True).ran == 2
    assert files(tmp_path / "out") == before


def test_a_damaged_result_is_made_again(handed_in, tmp_path):
    graded(handed_in, tmp_path / "out")
    before = files(tmp_path / "out")
    runs = sorted((tmp_path / "out" / "runs").glob("*/*.json"))
    runs[0].write_bytes(runs[0].read_bytes()[:100])
    runs[1].write_bytes(b"")
    assert graded(handed_in, tmp_path / "out").ran == 2
    assert files(tmp_path / "out") == before


def test_feedback_of_who_is_gone_goes(handed_in, tmp_path):
    graded(handed_in, tmp_path / "out")
    (handed_in / "bob.ipynb").unlink()
    graded(handed_in, tmp_path / "out")
    assert not list((tmp_path / "out" / "feedback").glob("bob*")) and "bob" not in grades(tmp_path / "out")


def assigned(tmp_path, students):
    file = tmp_path / "assignment.json"
    entries = {
        student: {"token": token, "parameters": {"n": n}, "name": name, "email": ""}
        for student, (token, n, name) in students.items()
    }
    Assignment("small", b"s" * 32, students=entries).save(file)
    return file


def test_everybody_is_graded_by_their_own_variant(tmp_path):
    file = assigned(
        tmp_path, {"ann": ("aaaaaaaa", 4, "Ann Lee"), "bob": ("bbbbbbbb", 5, "Bob"), "cid": ("cccccccc", 6, "")}
    )
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "ann.ipynb").write_text(notebook(RIGHT, n=4, token="aaaaaaaa"))
    (folder / "bob (1).ipynb").write_text(notebook(RIGHT, n=4, token="aaaaaaaa"))  # Ann's notebook, loaded twice
    (folder / "homework.ipynb").write_text(notebook("n = 1", RIGHT.replace("n", "6"), n=6, token="cccccccc"))
    (folder / "stranger.ipynb").write_text(notebook(RIGHT, token="dddddddd"))
    (folder / "other.ipynb").write_text(notebook(RIGHT, exercise="other", token="eeeeeeee"))
    done = graded(folder, tmp_path / "out", exercise="", assignment=file.parent)
    rows = {student.casefold(): row for student, row in grades(tmp_path / "out").items()}
    assert rows["ann"]["earned"] == "4" and rows["ann"]["name"] == "Ann Lee"
    (bob,) = (row for row in rows.values() if row["id"] == "bob")
    assert bob["earned"] == "0" and "variant of another student" in bob["notes"] and bob["name"] == "Bob"
    assert "stranger" in rows and rows["stranger"]["earned"] == "" and "not in the roster" in rows["stranger"]["notes"]
    assert "of another exercise, other" in rows["other"]["notes"]
    assert len(done.problems) == 2 and done.missing == 0
    assert [one for one in done.remarks if "alone tells whose" in one and one.endswith(": homework.")]


def test_a_copy_under_a_name_that_nobody_knows_earns_nothing(tmp_path):
    file = assigned(tmp_path, {"ann": ("aaaaaaaa", 4, "Ann Lee"), "bob": ("bbbbbbbb", 5, "Bob")})
    folder = tmp_path / "in"
    folder.mkdir()
    own, copy = notebook(RIGHT, n=4, token="aaaaaaaa"), notebook("x = 1", RIGHT, n=4, token="aaaaaaaa")
    for name, text in {"a stranger": copy, "ann": own, "mine": own, "bob": own, "bob (1)": own}.items():
        (folder / f"{name}.ipynb").write_text(text)
    done = graded(folder, tmp_path / "out", exercise="", assignment=file)
    rows = {row["name"]: row for row in grades(tmp_path / "out").values()}
    assert rows["Ann Lee"]["earned"] == "4" and rows["Ann Lee"]["notes"] == ""
    for name in ("a stranger", "mine"):
        assert rows[name]["earned"] == "" == rows[name]["id"] and "who has handed in too" in rows[name]["notes"]
    assert [row["notes"] for row in grades(tmp_path / "out").values() if row["id"] == "bob"] == [
        "The notebook carries the variant of another student; it is graded against the student's own.; "
        "One of several submissions for this student."
    ] * 2
    assert len(done.problems) == 2 and done.missing == 0
    assert regrade(tmp_path / "out", executor=AtOnce()).changed == 0


def test_a_parameter_that_a_student_changes_changes_nothing(tmp_path):
    variant = Variant({"n": 4}, "aaaaaaaa")
    Assignment("small", b"s" * 32, "spring", variant).save(tmp_path / "assignment.json")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "ann.ipynb").write_text(notebook(RIGHT, n=3, token="aaaaaaaa"))
    (folder / "bob.ipynb").write_text(notebook(RIGHT, n=4, token="bbbbbbbb"))
    graded(folder, tmp_path / "out", exercise="", assignment=tmp_path / "assignment.json")
    rows = grades(tmp_path / "out")
    assert (rows["ann"]["earned"], rows["bob"]["earned"]) == ("0", "4")
    assert "another class or assignment" in rows["bob"]["notes"]


def test_an_assigned_notebook_is_not_graded_as_the_books(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "ann.ipynb").write_text(notebook(RIGHT, token="aaaaaaaa"))
    (folder / "bob.ipynb").write_text(notebook(RIGHT, exercise="other"))
    done = graded(folder, tmp_path / "out")
    assert "grade it with --assignment" in done.problems[0] and "of another exercise, other" in done.problems[1]


def test_the_wrong_folder_and_the_wrong_submissions_are_told_in_one_line(tmp_path):
    (tmp_path / "none").mkdir()
    with pytest.raises(CourseError, match="none: There are no submissions here. Give the folder or the zip"):
        graded(tmp_path / "none", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    (tmp_path / "made" / "students").mkdir(parents=True)
    (tmp_path / "made" / "assignment.json").touch()
    for folder in (tmp_path / "made", tmp_path / "made" / "students"):
        with pytest.raises(CourseError, match="This folder holds what was handed out."):
            graded(folder, tmp_path / "out")
    (tmp_path / "in").mkdir()
    for name in ("ann", "bob"):
        (tmp_path / "in" / f"{name}.ipynb").write_text(notebook(RIGHT, exercise="other"))
    (tmp_path / "in" / "dud.ipynb").write_text("{")
    (remark,) = graded(tmp_path / "in", tmp_path / "out").remarks
    assert remark.startswith("Nothing was graded; 2 of 3 for one reason: The notebook is of another exercise, other.")


def test_regrade_runs_nothing_where_it_can(handed_in, tmp_path):
    graded(handed_in, tmp_path / "out")
    # corrected: another value, another order of the calls, a new check on a name that is kept
    checks = CHECKS.replace("inputs: [[2], [5]], expected: [6, 15]", "inputs: [[5], [2]], expected: [15, 6]")
    added = "- {expression: float(answer > 1), kind: number, expected: 1, message: No.}"
    checks = checks.replace("- {expression: times", f"{added}\n      - {{expression: times")
    write_exercise(tmp_path / "exercises", checks)
    done = regrade(tmp_path / "out", workers=1, executor=AtOnce())
    assert (done.kept, done.again, done.changed) == (4, 0, 4)
    assert earned(tmp_path / "out") == {"ann": "5", "bob": "1", "cid": "1", "copy": "5", "dud": ""}
    with (tmp_path / "out" / "regrade.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert (rows["bob"]["before"], rows["bob"]["after"], rows["bob"]["questions"]) == ("0", "1", "9b: 0 of 1 → 1 of 2")


def test_regrade_runs_what_lacks_a_call(handed_in, tmp_path):
    graded(handed_in, tmp_path / "out")
    write_exercise(
        tmp_path / "exercises", CHECKS.replace("[[2], [5]], expected: [6, 15]", "[[2], [9]], expected: [6, 27]")
    )
    done = regrade(tmp_path / "out", workers=1, executor=AtOnce())
    assert (done.kept, done.again, done.changed) == (1, 3, 0)
    assert regrade(tmp_path / "out", workers=1, executor=AtOnce()).again == 0
    assert graded(handed_in, tmp_path / "out").ran == 0


def test_results_belong_to_one_assignment(handed_in, tmp_path):
    graded(handed_in, tmp_path / "out")
    Assignment("small", b"s" * 32, "spring", Variant({"n": 4}, "aaaaaaaa")).save(tmp_path / "assignment.json")
    with pytest.raises(CourseError, match="The results here are of another assignment."):
        graded(handed_in, tmp_path / "out", exercise="", assignment=tmp_path / "assignment.json")
    with pytest.raises(CourseError, match="The results are of another assignment."):
        regrade(tmp_path / "out", assignment=tmp_path / "assignment.json")
    with pytest.raises(CourseError, match="holds something else than results"):
        graded(handed_in, tmp_path / "exercises")
    with pytest.raises(CourseError, match="lies among the submissions"):
        graded(handed_in, handed_in / "out")
    with pytest.raises(CourseError, match="There are no results here"):
        regrade(tmp_path / "exercises")


def test_the_command_grades_in_processes_of_its_own(tmp_path, capsys):
    """The book's own exercise: worker processes do not see what the other tests patch."""
    folder = tmp_path / "in"
    folder.mkdir()
    name = "the-implied-gas-subsidy"
    (folder / "ann.ipynb").write_text(notebook("import pandas as pd", "top_year = 1", exercise=name))
    (folder / "dud.ipynb").write_text("")
    options = ["grade", str(folder), "--exercise", name, "--out", str(tmp_path / "out"), "--workers", "2"]
    shutil.rmtree(tmp_path / "exercises")
    with pytest.MonkeyPatch.context() as patch:
        from unionstate.paths import exercises_path

        patch.setattr("unionstate.exercises.source.exercises_path", exercises_path)
        assert main(options) == 3
        said = capsys.readouterr()
        assert said.out.startswith("2 submissions: 1 run now, 0 had run") and "dud: " in said.err
        (folder / "dud.ipynb").unlink()
        assert main(options) == 0
        assert capsys.readouterr().out.startswith("1 submission: 0 run now, 1 had run")
        assert main(["regrade", str(tmp_path / "out"), "--workers", "1"]) == 0
        assert "1 marked again without running them, 0 run again; points changed for nobody." in capsys.readouterr().out
        assert main([*options[:-1], "none"]) == 1
        assert main(["grade", str(folder), "--out", str(tmp_path / "out")]) == 1


def test_without_a_sandbox_everybody_is_told(handed_in, tmp_path, with_report):
    for name in ("bob", "cid", "copy", "dud"):
        (handed_in / f"{name}.ipynb").unlink()
    graded(handed_in, tmp_path / "out", sandbox=False)
    assert "without the sandbox" in (tmp_path / "out" / "feedback" / "ann.html").read_text()
    assert "without the sandbox" in (tmp_path / "out" / "class-report.html").read_text()


def test_the_command_warns_loudly_and_lists_what_to_look_at(tmp_path, monkeypatch, capsys):
    asked = []

    def graded_elsewhere(options, **where):
        asked.append(where)
        problems = [f"s{number}: No notebook." for number in range(25)]
        return Summary(tmp_path, submissions=25, problems=problems, remarks=["Two are alike."], missing=3)

    monkeypatch.setattr("unionstate.grading_commands._graded", graded_elsewhere)
    assert main(["grade", "x.zip", "--exercise", "small", "--unsandboxed", "--workers", "3"]) == 3
    said = capsys.readouterr()
    assert "WARNING: grading without a sandbox. The code of every submission runs with your rights" in said.err
    assert "Problems with 25, listed in problems.csv:\n  s0: No notebook." in said.err and "and 5 more" in said.err
    assert "3 of the roster handed in nothing." in said.out and "Look at this: Two are alike." in said.out
    assert asked == [{"workers": 3}]
    assert main(["grade", "x.zip", "--workers", "0"]) == 1
    assert "'0' is no number of processes." in capsys.readouterr().err
