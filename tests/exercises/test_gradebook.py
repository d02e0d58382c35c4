"""The gradebook: every student once, no formula, and what Moodle and Canvas read where they read it."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_marks import HOSTILE, a_class, check, not_graded, sample

from unionstate.errors import CourseError
from unionstate.exercises.gradebook import write_gradebook
from unionstate.exercises.marks import Marks

GOLDEN = Path(__file__).parent / "golden"


def rows_of(file: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline="")))


def from_moodle(number: str, **more: object) -> Marks:
    return sample(student=f"m-{number}", source="moodle", lms={"participant": number}, **more)


def from_canvas(user: str, attachment: str, **more: object) -> Marks:
    return sample(student=f"c-{user}", source="canvas", lms={"user": user, "file": attachment}, **more)


def everyone() -> list[Marks]:
    return [
        not_graded(file="bob.pdf"),
        sample(),
        sample(student="eve", name="=HYPERLINK(1)", outcome="time", message="It took too long.", notes=()),
        sample(student="half", checks=(check("4a.1", earned=1 / 3), check("4b.1", points=2)), sandboxed=False),
    ]


def test_grades_read_as_they_were_read_once(tmp_path: Path) -> None:
    book = write_gradebook(everyone(), tmp_path, roster={"zoe": {"token": "t1", "name": "Zoë"}, "eve": {"token": "t2"}})
    assert (book.rows, book.missing) == (5, 1)
    assert [file.name for file in book.files] == ["grades.csv", "problems.csv"]
    for file in book.files:
        golden = GOLDEN / file.name
        if not golden.exists():
            golden.write_bytes(file.read_bytes())
            pytest.fail(f"{golden.name} was missing and is written: read it and run the test again")
        assert file.read_bytes() == golden.read_bytes()


def test_a_student_of_the_roster_is_known_by_id(tmp_path: Path) -> None:
    roster = {"s1": {"name": "Ada"}, "s2": {"name": "Bob"}, "eve": {}}
    marks = [
        sample(roster_id="s1"),
        sample(student="eve"),
        sample(student="nobody"),
        sample(student="x", roster_id="s1"),
    ]
    assert write_gradebook(marks, tmp_path, roster=roster).missing == 1
    assert [row[:3] for row in rows_of(tmp_path / "grades.csv")] == [
        ["student", "id", "name"],
        ["ada-lovelace", "s1", "Ада Лавлейс"],
        ["eve", "", "Ада Лавлейс"],
        ["nobody", "", "Ада Лавлейс"],
        ["x", "s1", "Ада Лавлейс"],
        ["", "s2", "Bob"],
    ]


def test_an_empty_run_writes_an_empty_table_and_takes_old_forms_away(tmp_path: Path) -> None:
    write_gradebook([from_moodle("7"), from_canvas("1", "2"), not_graded()], tmp_path)
    assert len(list(tmp_path.iterdir())) == 6
    assert write_gradebook([], tmp_path).files == (tmp_path / "grades.csv",)
    assert [file.name for file in tmp_path.iterdir()] == ["grades.csv"]
    assert rows_of(tmp_path / "grades.csv") == [["student", "name", "earned", "points", "outcome", "notes"]]


def test_moodle_finds_its_columns(tmp_path: Path) -> None:
    marks = [
        from_moodle("1042"),
        sample(),
        sample(**{**not_graded().__dict__, "source": "moodle", "lms": {"participant": "7"}}),
    ]
    book = write_gradebook(marks, tmp_path)
    assert "canvas.csv" not in {file.name for file in book.files}
    content = (tmp_path / "moodle.csv").read_bytes()
    assert content.startswith(b"Identifier,")  # a byte order mark would hide the first column
    head, first, second = rows_of(tmp_path / "moodle.csv")
    assert {"Identifier", "Grade", "Last modified (grade)", "Feedback comments"} <= set(head)
    row = dict(zip(head, first, strict=True))
    assert row["Identifier"] == "Participant 1042"
    assert (row["Grade"], row["Maximum grade"]) == ("2.5", "7")
    assert row["Feedback comments"] == "2.5 of 7 points. 4a: 1 of 4; 4b: 1.5 of 3."
    assert dict(zip(head, second, strict=True))["Grade"] == ""


def test_moodle_finds_whose_feedback_a_file_is(tmp_path: Path) -> None:
    names = ["Ада_Лавлейс", "_", "../..", "a_7_b", HOSTILE, "."]
    write_gradebook([from_moodle(str(100 + place), name=name) for place, name in enumerate(names)], tmp_path)
    with zipfile.ZipFile(tmp_path / "moodle-feedback.zip") as archive:
        assert archive.testzip() is None
        for place, entry in enumerate(archive.namelist()):
            folder, file = entry.split("/")
            person, participant, kind, plugin = folder.split("_")  # as Moodle takes it apart
            assert (participant, kind, plugin, file) == (str(100 + place), "assignsubmission", "file", "feedback.html")
            assert person and person[0] not in ".~"
            assert archive.read(entry).startswith(b"<!DOCTYPE html>")


def test_canvas_finds_student_assignment_and_points(tmp_path: Path) -> None:
    marks = [from_canvas("77", "991"), from_canvas("78", "992", name="Points Possible"), not_graded("n")]
    write_gradebook(marks, tmp_path, canvas_assignment="Gas (4711)")
    head, points, *rows = rows_of(tmp_path / "canvas.csv")
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Gas (4711)"]
    assert points == ["    Points Possible", "", "", "", "", "7"]
    assert rows == [["Ада Лавлейс", "77", "", "", "", "2.5"], ["78", "78", "", "", "", "2.5"]]
    assert not (tmp_path / "canvas.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_canvas_finds_whose_feedback_a_file_is(tmp_path: Path) -> None:
    names = ["Ада Лавлейс", "12_13_14", "anon", "LATE", "7", "", HOSTILE]
    write_gradebook([from_canvas(str(70 + n), str(990 + n), name=name) for n, name in enumerate(names)], tmp_path)
    with zipfile.ZipFile(tmp_path / "canvas-feedback.zip") as archive:
        assert len(archive.namelist()) == len(names)
        for place, entry in enumerate(archive.namelist()):
            parts = [part for part in entry.split("_") if part != "LATE"]  # as Canvas takes it apart
            numbers = [part for part in parts if part.isdigit() and part.isascii()]
            assert numbers[:2] == [str(70 + place), str(990 + place)] and parts[0] != "anon"
            assert not parts[-1].startswith("link")
            nbformat.validate(nbformat.reads(archive.read(entry).decode(), as_version=4))


def test_canvas_finds_whose_feedback_an_anonymous_file_is(tmp_path: Path) -> None:
    marks = sample(source="canvas", lms={"anonymous": "aB3x9", "file": "991"})
    book = write_gradebook([marks], tmp_path)
    assert [file.name for file in book.files] == ["grades.csv", "canvas-feedback.zip"]
    with zipfile.ZipFile(tmp_path / "canvas-feedback.zip") as archive:
        assert archive.namelist() == ["anon_aB3x9_991_feedback.ipynb"]


def test_numbers_of_a_platform_are_digits_or_nothing(tmp_path: Path) -> None:
    for number in ("", "7/../8", "٣", "=1", "1" * 30, "7\n"):
        assert len(write_gradebook([from_moodle(number), from_canvas(number, number)], tmp_path).files) == 1


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=30)
    | st.sampled_from(["=1+1", "+1", "@x", "\t=1", "x;=1", 'x; "@y', "-2", '","=1', "\r\n=1", HOSTILE])
)
def test_no_cell_is_a_formula_and_no_text_breaks_a_row(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("books")
    marks = [
        sample(**{**one.__dict__, "name": text, "notes": (text,), "message": text, "outcome": "time", "file": text})
        for one in (from_moodle("7"), from_canvas("8", "9"))
    ]
    for file in write_gradebook(marks, folder).files:
        if file.suffix == ".csv":
            rows = rows_of(file)
            assert len(rows) == 3 + (file.name == "canvas.csv") - (file.name in ("moodle.csv", "canvas.csv"))
            assert {len(row) for row in rows} == {len(rows[0])}
            assert not [cell for row in rows for cell in row if cell.strip()[:1] in tuple("=+-@＝＋－＠\t\r")]
            assert not re.search(r";[\s\"]*[=+@＝＋－＠-]", file.read_text(encoding="utf-8"))


def test_a_failure_leaves_the_files_as_they_were(tmp_path: Path) -> None:
    marks = [*everyone(), from_moodle("7"), from_canvas("1", "2")]
    write_gradebook(marks, tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}

    def broken() -> Iterator[Marks]:
        yield from marks
        raise CourseError("These marks cannot be read.")

    with pytest.raises(CourseError, match="cannot be read"):
        write_gradebook(broken(), tmp_path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "results").write_text("a file is in the way")
    with pytest.raises(CourseError, match="cannot be written"):
        write_gradebook(everyone(), tmp_path / "results")


def test_the_same_marks_give_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write_gradebook(a_class(20), tmp_path / folder)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()
