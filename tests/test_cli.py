"""The command line: what it prints, and one readable line a fault."""

import shutil
import socket
import subprocess
import sys

import pytest

from unionstate.cli import main
from unionstate.errors import CourseError
from unionstate.paths import data_path, quiz_path


@pytest.fixture(autouse=True)
def something_changed(monkeypatch):
    """Else `unionstate book` ends before it does anything."""
    monkeypatch.setattr("unionstate.book.inputs.is_built", lambda root: False)


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["quiz"]])
def test_a_wrong_command_ends_with_its_usage(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2 and "usage: unionstate" in capsys.readouterr().err


def test_a_fault_is_told_by_the_exit_code_however_it_is_called():
    command = [sys.executable, "-m", "unionstate.cli", "serve", "--port=abc"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)


def test_all_quizzes_of_the_book_are_checked(capsys):
    assert main(["quiz", "check"]) == 0
    assert "no fault found." in capsys.readouterr().out


def test_quiz_files_are_checked_and_every_fault_is_told(tmp_path, capsys):
    good, bad, gone = tmp_path / "good.yml", tmp_path / "bad.yml", tmp_path / "gone.yml"
    shutil.copy(quiz_path("when-was-this-written"), good)
    bad.write_text("items:\n\t- id: a\n")
    assert main(["quiz", "check", str(bad), str(good), str(gone)]) == 1
    said = capsys.readouterr()
    assert said.out.startswith(f"{good}: ") and said.out.endswith("items, no fault found.\n")
    assert [line.split(": ")[0] for line in said.err.splitlines()] == [f"{bad}:2", str(gone)]


def test_the_notebooks_are_written_where_asked(tmp_path, capsys):
    assert main(["notebooks", "--out", str(tmp_path / "here")]) == 0
    written = sorted((tmp_path / "here").glob("*.ipynb"))
    assert capsys.readouterr().out == f"{len(written)} notebooks and their tables written to {tmp_path / 'here'}/\n"
    assert written and list((tmp_path / "here" / "data").glob("*.csv"))


def test_the_table_of_sentences_is_written_as_it_stands_in_the_book(tmp_path, monkeypatch, capsys):
    table = tmp_path / "article_sentences.csv"
    monkeypatch.setattr("unionstate.paths.data_path", lambda name: tmp_path / name)
    assert main(["article"]) == 0
    assert capsys.readouterr().out == f"{table} written.\n"
    assert table.read_bytes() == data_path("article_sentences.csv").read_bytes()


def test_the_book_ends_with_the_address_to_open(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("unionstate.paths.course_root", lambda: tmp_path)  # where nobody else builds meanwhile
    monkeypatch.setattr("unionstate.book.build.build_book", lambda: tmp_path / "index.html")
    assert main(["book"]) == 0
    assert capsys.readouterr().out == f"The book is built. Open file://{tmp_path}/index.html\n"


@pytest.mark.parametrize("problem, code, line", [
    (CourseError("It is wrong.", remedy="Mend it."), 1, "It is wrong. Mend it.\n"),
    (KeyboardInterrupt(), 130, "Stopped.\n"),
])  # fmt: skip
def test_what_stops_a_command_is_one_line_on_the_error_stream(monkeypatch, capsys, problem, code, line):
    def stop():
        raise problem

    monkeypatch.setattr("unionstate.book.build.build_book", stop)
    assert main(["book"]) == code
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", line)


@pytest.fixture
def built(tmp_path, monkeypatch):
    monkeypatch.setattr("unionstate.paths.course_root", lambda: tmp_path)
    front = tmp_path / "_build" / "html" / "index.html"
    front.parent.mkdir(parents=True)
    front.write_text("A book")
    return front


def test_serving_needs_a_built_book(built, capsys):
    built.unlink()
    assert main(["serve"]) == 1
    assert capsys.readouterr().err == "There is no built book yet. Run: make book\n"


def test_a_port_in_use_is_one_readable_line(built, capsys):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"Port {port} is in use.") and said.count("\n") == 1


@pytest.mark.parametrize("port", ["99999", "abc", "", "-1", "80 00", "8000.0", "٨٠٠٠", "9" * 5000])
@pytest.mark.parametrize("command", [["serve"], ["quiz", "preview", "quiz.yml"]])
def test_what_is_no_port_is_one_readable_line(built, capsys, command, port):
    assert main([*command, f"--port={port}"]) == 1
    assert capsys.readouterr().err == f"{port!r:.40} is no port. Use a number from 1024 to 65535.\n"
