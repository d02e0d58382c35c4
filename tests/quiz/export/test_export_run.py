"""The command: progress and summary, clear errors, whole files, nothing lost silently."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from samples import MORE, PLAIN, every_type_of, quiz_of

from unionstate.cli import main
from unionstate.errors import CourseError
from unionstate.quiz.export import FORMATS, export_quizzes
from unionstate.quiz.export import run as run_module
from unionstate.quiz.export import worksheet as worksheet_module
from unionstate.quiz.export.files import write_whole
from unionstate.quiz.export.run import Format, export_quiz
from unionstate.quiz.items import Multiple, Quiz, Single
from unionstate.quiz.load import load_all

CHAPTER = "when-was-this-written"


@pytest.mark.parametrize("name", FORMATS)
def test_all_chapters_are_written_with_progress_and_a_summary(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(worksheet_module, "find_browser", lambda: None)
    assert main(["quiz", "export", name, "--out", str(tmp_path / "new" / "folder")]) == 0
    said = capsys.readouterr().out.splitlines()
    quizzes = load_all()
    total = sum(len(quiz.items) for quiz in quizzes.values())
    for number, (chapter, quiz) in enumerate(quizzes.items(), start=1):
        progress = f"[{number}/{len(quizzes)}] {chapter}: {len(quiz.items)} items written to {chapter}."
        assert any(line.startswith(progress) for line in said)
    assert any(line.startswith(f"{name}: {total} items of {len(quizzes)} chapters in ") for line in said)
    files = sorted((tmp_path / "new" / "folder").iterdir())
    assert len(files) == len(quizzes) and all(file.stat().st_size > 5_000 for file in files)
    if name in {"worksheet", "key"}:
        assert said.count(f"  {worksheet_module.NO_BROWSER}") == len(quizzes)
    kept = [item.id for quiz in quizzes.values() for item in quiz.items if item.type in {"commit", "estimate"}]
    if name in {"moodle-xml", "gift", "qti", "anki"}:
        converted = [line for line in said if line.startswith("  converted: ")]
        assert all(any(item in line and "nothing to mark" in line for line in converted) for item in kept)


def test_the_command_says_all_formats(capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit):
        main(["quiz", "export", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert ", ".join(list(FORMATS)[:-1]) + f" or {list(FORMATS)[-1]}" in said


def test_only_the_chapters_asked_for_are_written_and_each_once(tmp_path: Path) -> None:
    export_quizzes("json", [CHAPTER, CHAPTER], tmp_path, say=lambda _line: None)
    assert [file.name for file in tmp_path.iterdir()] == [f"{CHAPTER}.json"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["moodlexml"], "There is no export format 'moodlexml'. Did you mean 'moodle-xml'?"),
        (["spreadsheet-of-doom"], "There is no export format 'spreadsheet-of-doom'. Use one of: moodle-xml, gift,"),
        (["gift", "when-was-this-writen"], "There is no quiz called 'when-was-this-writen'. Did you mean"),
        (["gift", CHAPTER, "nothing-like-it"], "There is no quiz called 'nothing-like-it'."),
    ],
)
def test_a_wrong_name_is_one_line_and_nothing_is_written(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert main(["quiz", "export", *arguments, "--out", str(tmp_path / "out")]) == 1
    errors = capsys.readouterr().err
    assert said in errors and len(errors.splitlines()) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("name", "package"), [("anki", "genanki"), ("qti", "text2qti.quiz")])
def test_a_missing_package_is_one_line(
    name: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    assert main(["quiz", "export", name, CHAPTER, "--out", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert said == (
        f"This export needs the package {package.split('.')[0]}, which is not installed. "
        "Run: pip install 'unionstate[instructor]'\n"
    )


def test_another_text2qti_that_loses_texts_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import text2qti.qti

    monkeypatch.setattr(text2qti.qti, "assessment", lambda **_arguments: "<questestinterop/>")
    with pytest.raises(CourseError, match="loses texts"):
        export_quiz(FORMATS["qti"], "a-chapter", PLAIN)


def test_the_exports_leave_the_packages_unloaded_until_they_are_needed() -> None:
    code = "import sys, unionstate.quiz.export; print([n for n in ('genanki', 'text2qti') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "quiz.xml"
    write_whole(file, b"old")

    def fail(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(CourseError, match="cannot be written .No space left on device"):
        write_whole(file, b"new")
    assert file.read_bytes() == b"old" and list(tmp_path.iterdir()) == [file]


def test_a_folder_that_is_a_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "taken").write_text("")
    assert main(["quiz", "export", "json", CHAPTER, "--out", str(tmp_path / "taken")]) == 1
    assert "The file cannot be written" in capsys.readouterr().err


def test_replaced_characters_and_moved_hints_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "load_all", lambda: {"a-chapter": quiz_of("bell \x07 and \x00")})
    said: list[str] = []
    (outcome,) = export_quizzes("gift", [], tmp_path, say=said.append)
    places = 3 + 3 + 3 * 3  # three prompts, three hints; one option and two feedbacks in each item
    assert outcome.replaced == 2 * places
    assert f"  replaced by U+FFFD: {2 * places} control characters" in said
    assert any(line.startswith("  moved: s0, m0, c0 (hints into the general feedback") for line in said)
    assert f"converted 1, with moved parts 3, left out 0, characters replaced {2 * places}." in said[-2]
    assert "\ufffd" in (tmp_path / "a-chapter.gift.txt").read_text(encoding="utf-8")


CONVERTED = {
    "moodle-xml": {"commit", "true-false", "order", "classify", "evidence", "estimate", "draw", "predict"},
    "gift": {"commit", "true-false", "order", "classify", "evidence", "estimate", "draw", "predict"},
    "qti": {"commit", "true-false", "order", "match", "classify", "evidence", "estimate", "draw", "predict"},
    "anki": {"commit", "estimate", "draw"},
    "json": set(), "worksheet": set(), "key": set(),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_every_type_is_written_and_every_conversion_told(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worksheet_module, "find_browser", lambda: None)
    quiz = Quiz(items=[*PLAIN.items, *MORE.items[:10]])
    monkeypatch.setattr(run_module, "load_all", lambda: {"a-chapter": quiz})
    said: list[str] = []
    (outcome,) = export_quizzes(name, [], tmp_path, say=said.append)
    assert outcome.written == len(quiz.items) == 13 and not outcome.left_out
    types = {item.id: item.type for item in quiz.items}
    assert {types[one] for ids in outcome.converted.values() for one in ids} == CONVERTED[name]
    assert f"converted {len(CONVERTED[name])}," in "".join(said)
    for what, ids in outcome.converted.items():
        assert f"  converted: {', '.join(ids)} ({what})" in said
    if name in {"moodle-xml", "gift"}:
        assert any("50 % for the right verdict with another reason" in what for what in outcome.converted)


def test_units_and_choices_too_long_for_moodle_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "load_all", lambda: {"a-chapter": every_type_of("long" * 70)})
    (outcome,) = export_quizzes("moodle-xml", [], tmp_path, say=lambda _line: None)
    assert outcome.moved["units longer than Moodle has room for stand in the question alone, or nowhere"] == [
        "numeric0"
    ]
    lettered = next(ids for what, ids in outcome.converted.items() if what.startswith("choices that no menu holds"))
    assert lettered == ["match0", "classify0"]


def test_items_of_a_type_without_a_form_are_listed_as_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = Format(FORMATS["gift"].write, holds=(Single, Multiple))
    monkeypatch.setitem(FORMATS, "narrow", narrow)
    only_commit = Quiz(items=[PLAIN.items[2]])
    monkeypatch.setattr(run_module, "load_all", lambda: {"a-chapter": PLAIN, "b-chapter": only_commit})
    said: list[str] = []
    first, second = export_quizzes("narrow", [], tmp_path, say=said.append)
    assert (first.written, second.written) == (2, 0)
    assert "  left out: c0 (this format has no form for the type commit)" in said
    assert "[2/2] b-chapter: nothing written" in said
    assert said[-1].endswith("left out 2, characters replaced 0.")
    assert [file.name for file in tmp_path.iterdir()] == ["a-chapter.gift.txt"]
