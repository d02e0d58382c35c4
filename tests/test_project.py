"""The repository as a newcomer and an author meet it: set-up, locks, chapter anatomy, tidy sources."""

from __future__ import annotations

import os
import re
import socket
import statistics
import subprocess
import sys
import tomllib
from pathlib import Path

import browser
import pytest
from support import ROOT, run_unionstate

from unionstate.frontmatter import Chapter, read_contract
from unionstate.quiz.load import load_chapter_quiz

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
CHAPTERS = [file for file in sorted((ROOT / "chapters").glob("*.md")) if isinstance(read_contract(file), Chapter)]
PINNED = re.compile(r"^([a-z0-9][a-z0-9.-]*)==(\S+)", re.MULTILINE)


def pins(lock: Path) -> set[tuple[str, str]]:
    return set(PINNED.findall(lock.read_text()))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_pins_everything_with_hashes_and_names_no_address(lock: Path) -> None:
    text = lock.read_text()
    entries = [entry for entry in re.split(r"\n(?=\S)", text.strip()) if entry]
    assert len(entries) > 40
    assert all("==" in entry.split()[0] and "--hash=sha256:" in entry for entry in entries)
    assert "://" not in text and "--index" not in text and "--find" not in text


def test_the_locks_agree_with_each_other_and_with_the_extras() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    everything = pins(ROOT / "requirements" / "test.txt")
    for use in ("learner", "author", "instructor", "cluster"):
        locked = pins(ROOT / "requirements" / f"{use}.txt")
        assert locked <= everything
        names = {re.split(r"[<>=\[]", one)[0] for one in extras[use] if not one.startswith("unionstate")}
        assert names and names <= {name for name, _ in locked}
    assert "jupyter-book==1.0.4.post1" in extras["author"]
    assert ("jupyter-book", "1.0.4.post1") in pins(ROOT / "requirements" / "author.txt")


def test_a_learner_needs_neither_the_book_builder_nor_the_test_tools() -> None:
    learner = {name for name, _ in pins(ROOT / "requirements" / "learner.txt")}
    assert "jupyterlab" in learner
    assert not learner & {"jupyter-book", "sphinx", "furo", "pytest", "playwright"}


def make(*arguments: str, python: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *arguments, f"PYTHON={python}", "VENV=/nonexistent/environment"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def pretend(folder: Path, prologue: str) -> str:
    """A Python that behaves like another one: runs a prologue before the script it is given."""
    script = folder / "python"
    code = f"{prologue}; import runpy, sys; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{code}" "$@"\n')
    script.chmod(0o755)
    return str(script)


def test_a_missing_python_is_one_clear_line() -> None:
    done = make("book", python="no-such-python")
    assert done.returncode != 0
    assert done.stderr.splitlines()[0].startswith("No Python found as 'no-such-python'")


def test_an_old_python_is_one_clear_line(tmp_path: Path) -> None:
    done = make("book", python=pretend(tmp_path, "import sys; sys.version_info = (3, 9, 2, 'final', 0)"))
    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == "Python 3.9 is too old, 3.11 or newer is needed: make PYTHON=python3.12"
    assert "Traceback" not in done.stderr


def test_a_python_without_venv_is_one_clear_line(tmp_path: Path) -> None:
    done = make("book", python=pretend(tmp_path, "import sys; sys.modules['ensurepip'] = None"))
    assert done.returncode != 0
    assert done.stderr.splitlines()[0].startswith("This Python has no venv: install it")
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_one_clear_line(site: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run_unionstate(ROOT, "serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert re.fullmatch(r"Port \d+ is in use\. Choose another: make serve PORT=8001\n", done.stderr)


def test_without_a_browser_the_tests_stop_with_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "find_browser", lambda: "")
    monkeypatch.setattr(browser, "install_browser", lambda: "")
    with pytest.raises(SystemExit, match="^The tests need a browser: install Chromium, Chrome or Edge"):
        browser.main()


def test_a_stub_that_does_not_start_is_no_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some distributions put a script for another package manager where the browser should be."""
    for name, body in (("chromium", "exit 1"), ("google-chrome", "echo Chrome 1")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.delenv("UNIONSTATE_BROWSER", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
    assert browser.find_browser() == str(tmp_path / "google-chrome")


def test_sources_are_linted() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "src", "tests", "tools"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_prose_is_spelled() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("codespell")), "chapters", "exercises", "src", "tools", "index.md",
         "README.md", "CONTRIBUTING.md", "seeds/provenance.md", "--skip=*.csv,*.bib,*.pyc"],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert done.stdout.splitlines() == []
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("file", CHAPTERS, ids=lambda file: file.stem)
def test_a_chapter_has_the_anatomy_of_all_chapters(file: Path) -> None:
    text = file.read_text()
    headings = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    assert re.search(r"^# .+\n\n\*[A-Z][^*\n]+\?\*\n\n```", text, flags=re.MULTILINE), "no question under the title"
    assert headings[:2] == ["The line in the article", "Before you read"]
    assert headings[-5:] == [
        "What we cannot know from this", "Your turn", "Check yourself", "In one minute", "Sources",
    ]  # fmt: skip
    assert 4 <= len(headings) - 7 <= 6
    items = load_chapter_quiz(file.stem).items
    assert len([item for item in items if item.part == "closing"]) >= 8
    assert len([item for item in items if item.part == "section"]) >= 4
    assert {"single", "multiple"} <= {item.type for item in items if item.part == "closing"}
    for item in items:
        assert item.part == "closing" or re.search(rf"^```\{{quiz\}}.*\b{item.id}\b", text, flags=re.MULTILINE), item.id
    assert "```{quote-article}" in text.split("## Before you read")[0]
    assert f"/exercises/{read_contract(file).exercise}/exercise" in text


@pytest.mark.parametrize("file", CHAPTERS, ids=lambda file: file.stem)
def test_a_chapter_reads_in_twenty_to_thirty_minutes(file: Path) -> None:
    text = re.sub(r"\A---\n.*?\n---\n|^(`{3,})\{.*?^\1", "", file.read_text(), flags=re.DOTALL | re.MULTILINE)
    assert 1800 <= len(text.split()) <= 2600


def test_code_cells_are_short() -> None:
    sizes = []
    for file in CHAPTERS:
        cells = re.findall(r"^```\{code-cell\} python\n(:tags:[^\n]*\n)?(.*?)^```", file.read_text(), flags=re.S | re.M)
        for tags, code in cells:
            if "remove-cell" not in tags:
                sizes.append(len([line for line in code.splitlines() if line.strip()]))
    assert statistics.median(sizes) <= 3
    assert statistics.quantiles(sizes, n=10)[-1] <= 8
    assert max(sizes) <= 20


def test_every_exercise_has_its_checks_and_its_chapter_points_to_it() -> None:
    exercises = {file.parent.name for file in ROOT.glob("exercises/*/exercise.md")}
    assert exercises == {file.parent.name for file in ROOT.glob("exercises/*/checks.yml")}
    assert {read_contract(file).exercise for file in CHAPTERS} == exercises


def test_binder_installs_the_learners_lock_and_makes_the_notebooks() -> None:
    assert (ROOT / "binder/requirements.txt").read_text().strip() == "-r ../requirements/learner.txt"
    assert os.access(ROOT / "binder/postBuild", os.X_OK)
    assert "unionstate notebooks" in (ROOT / "binder/postBuild").read_text()
    version = (ROOT / "binder/runtime.txt").read_text().strip().removeprefix("python-")
    assert tuple(map(int, version.split("."))) >= (3, 11)
