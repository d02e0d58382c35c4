"""What is kept between two runs of the grader: whole records, and one grader at a time in a folder."""

import io
import json
import subprocess
import sys
from dataclasses import replace

import pytest
from sample_marks import sample

from unionstate.errors import CourseError
from unionstate.exercises.plain import encode
from unionstate.exercises.progress import Progress
from unionstate.exercises.results_folder import MarksFile, ResultsFolder
from unionstate.exercises.runs import Call, Cell, CellOutcome, Job, Run
from unionstate.exercises.store import Record, Store, notebook_hash, run_key
from unionstate.exercises.whole_files import WholeFile

JOB = Job((Cell(1, "a = 7 # ü \ud83d"),), ("a", "b"), (Call("1a.1/0", "f", (float("inf"), "x")),))
RUN = Run("finished", "", (CellOutcome(1, "", "7"),), {"a": encode(7)}, {"1a.1/0": {"error": "no"}}, 0.5, True)
KEY = "ab" * 32
RECORD = Record(KEY, notebook_hash(b"{}"), "small", {"n": 3}, "", "environment", {"seconds": 30}, True, JOB, RUN)


def key(**changes):
    given = {
        "notebook": "n", "exercise": "e", "parameters": {"n": 3}, "job": JOB, "limits": {"seconds": 30},
        "sandbox": True, "environment": "x", **changes,
    }  # fmt: skip
    return run_key(*given.values())


def test_a_record_is_kept_as_it_was(tmp_path):
    store = Store(tmp_path)
    assert store.get(KEY) is None
    store.put(RECORD)
    store.put(RECORD)
    assert Store(tmp_path).get(KEY) == RECORD
    assert [file.name for file in tmp_path.rglob("*.*")] == [f"{KEY}.json"]


@pytest.mark.parametrize("size", [0, 1, 100, -1])
def test_half_a_record_is_none(tmp_path, size):
    store = Store(tmp_path)
    store.put(RECORD)
    file = store.path(KEY)
    file.write_bytes(file.read_bytes()[:size])
    assert store.get(KEY) is None


@pytest.mark.parametrize(
    "text",
    ["null", "[]", "{}", '{"format": 1}', "[" * 100_000, "\udcff", json.dumps(replace(RECORD, key="x").to_json())],
)
def test_another_file_is_no_record(tmp_path, text):
    store = Store(tmp_path)
    store.put(RECORD)
    store.path(KEY).write_text(text, errors="surrogateescape")
    assert store.get(KEY) is None


def test_a_full_disk_is_told_in_one_line(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CourseError, match="The result cannot be written .*What is finished is kept."):
        Store(tmp_path / "file").put(RECORD)


def test_a_key_names_all_that_a_run_depends_on():
    changes = [
        {}, {"notebook": "m"}, {"exercise": "f"}, {"parameters": {"n": 4}}, {"limits": {"seconds": 31}},
        {"sandbox": False}, {"environment": "y"}, {"job": replace(JOB, names=("a",))},
        {"job": replace(JOB, calls=(Call("1a.1/0", "f", (1,)),))},
    ]  # fmt: skip
    assert len({key(**one) for one in changes}) == len(changes)
    assert key(job=replace(JOB, names=("b", "a"))) == key()
    assert key(job=replace(JOB, cells=())) == key()  # they follow from the notebook


def test_marks_come_back_in_the_order_of_the_submissions(tmp_path):
    with ResultsFolder(tmp_path / "out", {"exercise": "small", "assignment": ""}) as results:
        with pytest.raises(CourseError, match="The grading here is not finished. Give the command"):
            list(results.marks())
        collected = MarksFile(results.path)
        names = ["Ann", 'Bob", "marks": {', "Цой\nline"]
        for order in (2, 0, 1):
            collected.add(order, "ab" * order, sample(student=f"s{order}", name=names[order]))
        collected.finish()
        collected.close()
        assert [(run, one.student, one.name) for run, one in results.marks()] == [
            ("", "s0", names[0]), ("ab", "s1", names[1]), ("abab", "s2", names[2]),
        ]  # fmt: skip
        with (results.path / "marks.jsonl").open("a") as file:
            file.write("{}\n")
        with pytest.raises(CourseError, match="marks.jsonl:4: These marks are damaged"):
            list(results.marks())
    assert not list((tmp_path / "out").glob(".marks*"))


class Full:
    """A stream on a disk without room, which says so again when it is closed."""

    def write(self, *_):
        raise OSError(28, "No space left on device")

    flush = close = write

    def tell(self):
        return 0


@pytest.mark.parametrize("stop", ["add", "finish"])
def test_a_disk_that_fills_up_under_the_marks_is_told_in_one_line(tmp_path, stop):
    collected = MarksFile(tmp_path)
    collected._stream.close()
    collected._stream = Full()
    with pytest.raises(CourseError, match=r"marks.jsonl: The file cannot be written \(No space .*Make room there"):
        collected.add(0, "", sample()) if stop == "add" else collected.finish()
    collected.close()
    with pytest.raises(CourseError, match="Make room there"), WholeFile(tmp_path / "a") as file:
        file.write(b"x")
        file._stream = Full()
        file.write(b"y")
    assert not [one for one in tmp_path.iterdir()]


HOLD = """
import sys
from pathlib import Path
from unionstate.exercises.results_folder import ResultsFolder
with ResultsFolder(Path(sys.argv[1]), {"exercise": "small", "assignment": ""}):
    print("in", flush=True)
    sys.stdin.read()
"""


def test_two_graders_do_not_share_a_folder(tmp_path):
    about = {"exercise": "small", "assignment": ""}
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdout.readline() == "in\n"
        with pytest.raises(CourseError, match=rf"Another grader \(process {other.pid}\) works in this folder"):
            ResultsFolder(tmp_path, about).__enter__()
        other.kill()
    with ResultsFolder(tmp_path, about):  # a killed one leaves nothing that would have to be removed
        pass


def test_half_files_of_a_killed_grader_are_cleared_away(tmp_path):
    about = {"exercise": "small", "assignment": ""}
    with ResultsFolder(tmp_path / "out", about):
        pass
    for folder in ("", "runs/ab", "feedback"):
        (tmp_path / "out" / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / folder / ".x.1.part").touch()
    with ResultsFolder(tmp_path / "out", about):
        assert not list((tmp_path / "out").rglob("*.part"))


def test_a_folder_that_says_nonsense_is_left_alone(tmp_path):
    (tmp_path / "results.json").write_text("[]")
    with pytest.raises(CourseError, match="does not say what the results are of"):
        ResultsFolder(tmp_path, {"exercise": "small", "assignment": ""}).__enter__()
    assert (tmp_path / "results.json").read_text() == "[]"


class Screen(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("total, said", [(4, "[####################] 4 of 4 submissions, "), (None, "4 submissions, ")])
def test_progress_is_shown_and_wiped_away(monkeypatch, total, said):
    monkeypatch.setattr("unionstate.exercises.progress._EVERY", {True: 0.0, False: 1e9})
    screen, log = Screen(), io.StringIO()
    for stream in (screen, log):
        with Progress("submissions", total, stream) as progress:
            for _ in range(4):
                progress.step()
    assert said in screen.getvalue() and screen.getvalue().endswith(" \r") and log.getvalue() == ""
