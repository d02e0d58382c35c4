"""The learner notebooks: nothing of MyST left in them, and they run with the learner's environment alone."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import nbformat
import pytest
import yaml
from support import ROOT

from unionstate.notebooks import ARCHIVE, notebook_name, write_notebooks
from unionstate.settings import read_settings

SOURCES = [
    source
    for source in [*sorted(ROOT.glob("chapters/*.md")), *sorted(ROOT.glob("exercises/*/exercise.md"))]
    if re.search(r"^(chapter|exercise):", source.read_text(), flags=re.MULTILINE)
]
NAMES = [notebook_name(source) for source in SOURCES]
LEFTOVERS = {
    "role": r"\{[a-zA-Z][\w:.-]*\}`",
    "directive": r"^\s*(`{3,}|:{3,}|~{3,})\s*\{",
    "colon fence": r"^:{3,}",
    "target": r"^\([\w-]+\)=\s*$",
    "option": r"^:[\w-]+:",
    "comment": r"^% ",
    "block break": r"^\+\+\+",
    "substitution": r"\{\{.*?\}\}",
    "attribute": r"(?<=\S)\{[.#][\w -]+\}",
    "link to a source": r"\]\([^)]*\.md[)#]",
    "front matter": r"\A---\n",
}


@pytest.fixture(scope="module")
def folder(learner) -> Path:
    return learner.image / "notebooks"


def leftovers(text: str) -> list[str]:
    """What of MyST is left in a Markdown cell, outside its code."""
    prose = re.sub(r"^(`{3,})(?!\{)[\w]*\n.*?^\1", "", text, flags=re.DOTALL | re.MULTILINE)
    prose = re.sub(r"(?<![`}])(`+)(?!`).+?(?<!`)\1(?!`)", "", prose)
    return [name for name, pattern in LEFTOVERS.items() if re.search(pattern, prose, flags=re.MULTILINE)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("see {para}`3`", "role"),
        ("```{quiz} x\n```", "directive"),
        (":::{note}\n:::", "directive"),
        ("(here)=\n## H", "target"),
        ("{{ x }}", "substitution"),
        ("[a](b.md)", "link to a source"),
    ],
)
def test_the_lint_finds_leftovers(text: str, kind: str) -> None:
    assert kind in leftovers(text)


def test_the_lint_leaves_ordinary_markdown_alone() -> None:
    assert leftovers("A `{para}` in code, [a](b.ipynb), $x_{1}$ and\n\n```python\nx = {1: 2}\n```\n") == []


def test_every_chapter_and_exercise_has_its_notebook(folder: Path) -> None:
    assert len(NAMES) >= 4
    assert sorted(file.name for file in folder.glob("*.ipynb")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_raw_is_left(folder: Path, name: str) -> None:
    notebook = nbformat.read(folder / name, as_version=4)
    nbformat.validate(notebook)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert len(cells) > 3
    assert {cell[:60]: found for cell in cells if (found := leftovers(cell))} == {}
    assert not any("solution" in cell.metadata.get("tags", []) for cell in notebook.cells)


@pytest.mark.parametrize("name", NAMES)
def test_links_inside_a_notebook_lead_somewhere(folder: Path, name: str) -> None:
    notebook = nbformat.read(folder / name, as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    headings = {one.strip().replace(" ", "-") for one in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)}
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in headings, target
        elif not target.startswith(("http://", "https://")):
            assert (folder / target).is_file(), target
    assert read_settings().published or "](#" in text or "exercise" in text[:300]


@pytest.fixture(scope="module")
def executed(learner, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Where the notebooks are after they were run, each by a kernel of its own, and what was said; none after a fault.

    One program runs them all, since starting it takes longer than most of them.
    """
    out = tmp_path_factory.mktemp("executed")
    done = learner.run("jupyter", "execute", f"--output={out}/{{notebook_name}}", *NAMES, cwd=folder, timeout=900)
    return out, done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_top_to_bottom_from_its_own_folder(executed: tuple[Path, str], name: str) -> None:
    out, said = executed
    assert (out / name).is_file(), said
    notebook = json.loads((out / name).read_text())
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert code and all(cell["execution_count"] for cell in code)
    outputs = [output for cell in code for output in cell["outputs"]]
    assert not any(output["output_type"] == "error" for output in outputs)
    if (ROOT / "chapters/quizzes" / f"{Path(name).stem}.yml").exists():
        widgets = [one for one in outputs if "application/vnd.jupyter.widget-view+json" in one.get("data", {})]
        assert len(widgets) >= 6


def test_the_same_sources_give_the_same_files(tmp_path: Path) -> None:
    write_notebooks(tmp_path / "one", archive=True)
    write_notebooks(tmp_path / "two", archive=True)
    for file in sorted((tmp_path / "one").rglob("*")):
        if file.is_file():
            assert file.read_bytes() == (tmp_path / "two" / file.relative_to(tmp_path / "one")).read_bytes()


def test_the_archive_runs_away_from_the_course(learner, tmp_path: Path) -> None:
    write_notebooks(tmp_path / "made", archive=True)
    with zipfile.ZipFile(tmp_path / "made" / ARCHIVE) as archive:
        assert not [name for name in archive.namelist() if name.endswith("exercise.md")], "it holds the solutions"
        for name in archive.namelist():
            if name.endswith("checks.yml"):
                checks = [
                    one for question in yaml.safe_load(archive.read(name))["questions"] for one in question["checks"]
                ]
                assert checks and not [one for one in checks if {"public", "reference", "points"} & set(one)], name
        archive.extractall(tmp_path)
    home = tmp_path / "pendulum"
    # the environment has the course installed; the archive's own copy must win, as it must where there is no other
    done = learner.run("python", "-c", "import unionstate; print(unionstate.__file__)", cwd=home)
    assert done.stdout.strip().startswith(str(home))
    done = learner.run("jupyter", "execute", "an-article-to-take-apart.ipynb", cwd=home)
    assert done.returncode == 0, done.stderr
    assert "requirements.txt" in (home / "README.md").read_text()
    assert "--hash=sha256:" in (home / "requirements.txt").read_text()
