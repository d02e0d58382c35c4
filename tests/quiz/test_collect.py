"""Results files of a class become one table; what cannot be used is listed with its reason."""

import csv
import json
import os
import shutil
from pathlib import Path

import pytest
from answering import right_answer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kept import BY_ID, kept, wrong_answer
from small_quiz import EVERY_TYPE, EVERY_TYPE_FILE

from unionstate.cli import main
from unionstate.quiz.collect import COLUMNS, collect_results
from unionstate.quiz.show import QuizWidget

QUIZ = "every-type"


@pytest.fixture(autouse=True)
def course_with_every_type(tmp_path, monkeypatch):
    """A course that has the quiz, and a folder of its own for the results."""
    quizzes = tmp_path / "chapters" / "quizzes"
    quizzes.mkdir(parents=True)
    shutil.copy(EVERY_TYPE_FILE, quizzes / f"{QUIZ}.yml")
    monkeypatch.setattr("unionstate.quiz.collect.chapters_path", lambda: tmp_path / "chapters")
    monkeypatch.setattr("unionstate.quiz.load.quiz_path", lambda chapter: quizzes / f"{chapter}.yml")
    folder = tmp_path / "results"
    folder.mkdir()
    monkeypatch.chdir(folder)


def hand_in(file: str, answers: dict, name: str | None = None, chapter: str = QUIZ) -> Path:
    """What a learner does: answer, and save."""
    widget = QuizWidget(EVERY_TYPE.items, chapter=chapter)
    widget.records = {item_id: kept(BY_ID[item_id], answer) for item_id, answer in answers.items()}
    return widget.save(file, name)


def table(file: str = "class.csv") -> list[dict[str, str]]:
    with open(file, encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_class_becomes_a_row_for_each_person_and_item_and_a_summary(capsys):
    item = BY_ID["t-single"]
    hand_in("one.json", {item.id: right_answer(item), "t-numeric": "99"}, "Анна")
    hand_in("two.json", {item.id: wrong_answer(item), "t-numeric": "99,0 usd"})
    hand_in("three.json", {item.id: [2]}, "Boris")
    hand_in("four.json", {item.id: [2]}, "Vera")
    assert main(["quiz", "collect", "one.json", "two.json", "three.json", "four.json"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.startswith(
        "every-type\n  t-single: 4 of 4 answered, mean score 0.25; most often wrong (2): Gamma\n"
        "  t-multiple: 0 of 4 answered\n"
    )
    assert said.out.endswith(
        "Files: 4 collected, 0 left out; answers left out: 0. class.csv: 52 rows; class-summary.csv: 13 rows.\n"
    )
    rows = table()
    assert list(rows[0]) == list(COLUMNS)
    assert rows[0] == {
        "person": "Анна", "file": "one.json", "quiz": QUIZ, "item": "t-single", "type": "single", "objective": "LO1",
        "difficulty": "1", "answer": "Beta", "score": "1", "misconceptions": "", "attempts": "1",
        "answered_at": "2026-09-21T14:13:20Z",
    }  # fmt: skip
    assert [row["person"] for row in rows[::13]] == ["Анна", "two", "Boris", "Vera"]
    assert rows[1]["answer"] == rows[1]["score"] == rows[1]["attempts"] == ""
    assert rows[13]["misconceptions"] == "alpha-slip"
    by_item = {row["item"]: row for row in table("class-summary.csv")}
    assert by_item["t-single"] == {
        "quiz": QUIZ, "item": "t-single", "type": "single", "prompt": "Which one?", "shown": "4", "answered": "4",
        "mean_score": "0.25", "commonest_wrong_answer": "Gamma", "given_by": "2", "misconceptions": "gamma-slip",
    }  # fmt: skip
    # two ways to type one number are one answer
    assert (by_item["t-numeric"]["commonest_wrong_answer"], by_item["t-numeric"]["given_by"]) == ("99", "2")


@pytest.mark.parametrize("item", EVERY_TYPE.items, ids=lambda item: item.type)
def test_scores_are_computed_from_the_answers_and_never_taken_from_a_file(item):
    path = hand_in("one.json", {item.id: right_answer(item)})
    content = json.loads(path.read_bytes())
    content["score"] = 99
    for entry in content["items"]:
        entry["score"] = entry["judgement"] = 99
        if entry["id"] == item.id and item.marked:
            entry["answer"] = wrong_answer(item)
    path.write_text(json.dumps(content))
    assert collect_results(["one.json"], Path("class.csv"))
    (row,) = [row for row in table() if row["item"] == item.id]
    assert row["answer"] and (float(row["score"]) < 1 if item.marked else row["score"] == "")


def good() -> dict:
    return json.loads(hand_in("good.json", {"t-single": [0]}).read_bytes())


NESTED = b'{"a":' * 100_000
BROKEN = {
    "empty": (b"", "The file is empty."),
    "foreign": (b'{"cells": []}', "no results file"),
    "list": (b"[]", "no results file"),
    "text": (b"Dear teacher,\nhere are my answers", "broken.json:1: Not JSON, or cut off"),
    "nested": (NESTED, "no results file"),
    "long number": (b"9" * 100_000, "no results file"),
    "latin-1": ('{"name": "José"}'.encode("latin-1"), "Not UTF-8 text."),
    "utf-16": ('{"format": "unionstate-results"}'.encode("utf-16"), "Not UTF-8 text."),
    "huge": (b" " * 2_000_001, "larger than 2,000,000 bytes"),
    "NULs": (b"\0" * 100, "Not JSON"),
}


@pytest.mark.parametrize("content, said", BROKEN.values(), ids=BROKEN)
def test_a_file_that_cannot_be_read_is_listed_and_not_fatal(capsys, content, said):
    good()
    Path("broken.json").write_bytes(content)
    assert main(["quiz", "collect", "broken.json", "good.json"]) == 3
    told = capsys.readouterr()
    (line,) = told.err.splitlines()
    assert line.startswith("Left out: broken.json") and said in line
    assert "Files: 1 collected, 1 left out" in told.out and len(table()) == 13


@pytest.mark.parametrize(
    "change, said",
    [
        ({"version": 2}, "Update the course's package."),
        ({"version": "1"}, "in version '1' of the format"),
        ({"quiz": "../../../etc/passwd"}, "which is not in this course"),
        ({"quiz": "other"}, "which is not in this course"),
        *(({key: value}, "damaged") for key in ("quiz", "run") for value in ("", None, 7)),
        ({"items": {}}, "damaged"),
        ({"items": [7]}, "damaged"),
        ({"items": [{"id": "t-single"}, {"id": "t-single"}]}, "damaged"),
        ({"name": "x" * 101}, "damaged"),
        ({"name": ["Anna"]}, "damaged"),
    ],
)
def test_a_file_of_another_kind_or_damaged_is_listed(capsys, change, said):
    Path("bad.json").write_text(json.dumps({**good(), **change}))
    assert main(["quiz", "collect", "bad.json", "good.json"]) == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("Left out: bad.json: ") and said in line


def test_a_file_cut_off_anywhere_is_listed(capsys):
    whole = hand_in("good.json", {"t-single": [0]}).read_bytes().rstrip()
    for length in range(0, len(whole), 97):
        Path(f"cut-{length:05}.json").write_bytes(whole[:length])
    assert main(["quiz", "collect", "*.json"]) == 3
    assert len(capsys.readouterr().err.splitlines()) == len(range(0, len(whole), 97))
    assert {row["file"] for row in table()} == {"good.json"}


def test_answers_that_fit_no_more_are_listed_and_the_others_taken(capsys):
    content = good()
    content["items"][0]["version"] = "00000000"
    content["items"][1] |= {"answer": [99], "attempts": 1}
    content["items"].append({"id": "gone", "version": "00000000", "answer": [0], "attempts": 1})
    content["items"][4] |= {"answer": "1234.5", "attempts": 1}
    Path("good.json").write_text(json.dumps(content))
    assert main(["quiz", "collect", "good.json"]) == 3
    told = capsys.readouterr()
    assert [line.split(": ")[2:4] for line in told.err.splitlines()] == [
        ["The answer to 't-single'", "the item's wording or key has changed since. Collect with the course as it was "
         "when the quiz was given; the other answers are taken."],
        ["The answer to 't-multiple'", "it does not fit the item. Collect with the course as it was when the quiz was "
         "given; the other answers are taken."],
        ["The answer to 'gone'", "there is no such item any more. Collect with the course as it was when the quiz was "
         "given; the other answers are taken."],
    ]  # fmt: skip
    assert "answers left out: 3" in told.out
    assert [row["item"] for row in table() if row["answer"]] == ["t-numeric"]


def test_patterns_are_expanded_where_the_shell_does_not(capsys):
    for number in range(3):
        hand_in(f"[{number}].json", {"t-single": [0]})
    assert main(["quiz", "collect", "*.json", "[1].json", "none*.json", "gone.json", "."]) == 3
    told = capsys.readouterr().err.splitlines()
    assert "[1].json: The file is named twice." in told[-1] or any("named twice" in line for line in told)
    assert any(line == "Left out: none*.json: No file fits this pattern. Check the folder." for line in told)
    assert any(line.startswith("Left out: gone.json: There is no such file.") for line in told)
    assert any("This is a folder." in line for line in told)
    assert {row["person"] for row in table()} == {"[0]", "[1]", "[2]"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_what_is_no_ordinary_file_is_listed(capsys):
    good()
    os.mkfifo("pipe.json")
    Path("loop.json").symlink_to("loop.json")
    assert main(["quiz", "collect", "good.json", "pipe.json", "loop.json"]) == 3
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_copies_are_taken_once_and_two_files_of_one_person_are_both_kept_and_said(capsys):
    hand_in("a.json", {"t-single": [0]}, "Anna")
    shutil.copy("a.json", "copy.json")
    hand_in("b.json", {"t-single": [1]}, "ANNA")
    borrowed = json.loads(Path("a.json").read_bytes()) | {"name": "Boris"}
    Path("boris.json").write_text(json.dumps(borrowed))
    assert main(["quiz", "collect", "a.json", "b.json", "boris.json", "copy.json"]) == 3
    told = capsys.readouterr()
    assert told.err == "Left out: copy.json: The same as a.json. It is taken once.\n"
    assert "Of the same person, for every-type: a.json, b.json. All are kept.\n" in told.out
    assert "From one run of the quiz, perhaps copies: a.json, boris.json. All are kept.\n" in told.out
    assert [row["person"] for row in table()[::13]] == ["Anna", "ANNA", "Boris"]


@pytest.mark.parametrize(
    "start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r\n=1", " =1", "＝1", "=cmd|' /C calc'!A0"]
)
def test_no_cell_starts_as_a_formula(start):
    path = hand_in("one.json", {"t-short-text": f"{start} Putin"})
    content = json.loads(path.read_bytes())
    Path(f"={len(start)}.json").write_text(json.dumps({**content, "name": start}))
    assert collect_results(["one.json", f"={len(start)}.json"], Path("class.csv"))
    for file in ("class.csv", "class-summary.csv"):
        assert not [cell for row in table(file) for cell in row.values() if cell[:1] in tuple("=+-@＝＋－＠\t\r\n")]
    told = {row["person"]: row["answer"] for row in table() if row["item"] == "t-short-text"}
    assert told == dict.fromkeys(("one", "'" + start.strip()), "'" + " ".join(f"{start} Putin".split()))


def test_what_no_text_may_hold_is_replaced():
    path = hand_in("one.json", {"t-short-text": "a\x00b\x1b[31m\ud800"})
    content = json.loads(path.read_bytes())
    path.write_text(json.dumps({**content, "name": "x\x1b]0;y\x07\udfff"}))
    assert collect_results(["one.json"], Path("class.csv"))
    row = next(row for row in table() if row["item"] == "t-short-text")
    assert (row["person"], row["answer"]) == ("x ]0;y \ufffd", "a b [31m\ufffd")


def test_a_table_is_made_anew_and_a_file_of_ones_own_is_not_replaced(capsys):
    good()
    for _ in range(2):
        assert main(["quiz", "collect", "good.json"]) == 0
    capsys.readouterr()
    Path("mine-summary.csv").write_text("my notes")
    for out in ("good.json", "mine.csv", ".", ""):
        assert main(["quiz", "collect", "good.json", "--out", out]) == 1
        assert len(capsys.readouterr().err.splitlines()) == 1
    assert Path("mine-summary.csv").read_text() == "my notes" and not Path("mine.csv").exists()
    assert sorted(path.name for path in Path().iterdir()) == [
        "class-summary.csv", "class.csv", "good.json", "mine-summary.csv",
    ]  # fmt: skip


def test_without_a_usable_file_the_old_table_stays(capsys):
    good()
    assert main(["quiz", "collect", "good.json"]) == 0
    before = Path("class.csv").read_bytes()
    assert main(["quiz", "collect", "gone.json"]) == 1
    assert capsys.readouterr().err.endswith(
        "No results file could be used; no table is written. See the reasons above.\n"
    )
    assert Path("class.csv").read_bytes() == before


def test_a_faulty_quiz_of_the_course_is_told_once(tmp_path, capsys):
    good()
    (tmp_path / "chapters" / "quizzes" / f"{QUIZ}.yml").write_text("items: []\n")
    assert main(["quiz", "collect", "good.json", "good.json"]) == 1
    assert f"{QUIZ}.yml:1: " in capsys.readouterr().err


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
def test_any_mutated_file_is_taken_or_listed(data):
    for old in Path().iterdir():
        old.unlink()
    whole = hand_in("good.json", {item.id: right_answer(item) for item in EVERY_TYPE.items}, "Anna").read_bytes()
    content = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        length = data.draw(st.integers(0, 30))
        content[place : place + length] = data.draw(
            st.binary(max_size=8)
            | st.sampled_from([b'"', b"[", b"]", b"null", b"1e999", b"-1", b"NaN", b"{}", b"\\ud800"])
        )
    Path("odd.json").write_bytes(content)
    told: list[str] = []
    whole_class = collect_results(["good.json", "odd.json"], Path("class.csv"), told.append, told.append)
    assert whole_class == (not [line for line in told if line.startswith("Left out")])
    assert len([row for row in table() if row["file"] == "good.json"]) == 13
