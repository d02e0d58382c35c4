"""One small assignment and ten submissions of it, for ours, for otter-grader and for nbgrader; and the two peers' runs.

The peers get their best settings: otter-grader one process a submission without PDF (its batch mode wants Docker),
nbgrader one process for all submissions.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from unionstate.paths import data_path

ROOT = Path(__file__).resolve().parent.parent
NAME = "price-gap"
TABLE = "gas_prices.csv"
SETUP = f'import pandas as pd\n\ngas = pd.read_csv("data/{TABLE}", index_col="year")'
PROMPTS = {
    "1a": "The gap to the European price, times the volume, for all years as `subsidy`; its largest year as `top`.",
    "1b": "A function `ratio(paid, europe)`: the price paid in per cent of the European one.",
}
STARTERS = {"1a": "subsidy = ...\ntop = ...", "1b": "def ratio(paid, europe):\n    ..."}
SOLUTIONS = {
    "1a": 'subsidy = (gas["europe_usd_per_1000m3"] - gas["price_usd_per_1000m3"]) * gas["volume_bcm"]\n'
    "top = subsidy.idxmax()",
    "1b": "def ratio(paid, europe):\n    return 100 * paid / europe",
}
_RIGHT, _CALL = SOLUTIONS["1a"], SOLUTIONS["1b"]
# the answers of ten students to 1a and 1b
ANSWERS: dict[str, tuple[str, str]] = {
    "right-1": (_RIGHT, _CALL),
    "right-2": (
        'subsidy = gas["volume_bcm"] * gas["europe_usd_per_1000m3"].sub(gas["price_usd_per_1000m3"])\n'
        "top = subsidy.dropna().sort_values().index[-1]",
        "def ratio(paid, europe):\n    share = paid / europe\n    return share * 100",
    ),
    "right-3": (
        'gap = gas.eval("europe_usd_per_1000m3 - price_usd_per_1000m3")\nsubsidy = gap * gas.volume_bcm\n'
        "top = int(subsidy.idxmax())",
        "ratio = lambda paid, europe: paid / europe * 100",
    ),
    "right-4": (_RIGHT + "\nprint(subsidy.describe())", "from math import fsum\n\n" + _CALL),
    "wrong-1": (_RIGHT.replace('gas["europe_usd_per_1000m3"] - ', ""), _CALL),
    "wrong-2": (_RIGHT.replace("idxmax", "idxmin"), _CALL.replace("100 * ", "")),
    "crash": (_RIGHT + '\nraise ValueError("stop")', _CALL.replace("paid / europe", "paid / 0")),
    "constant": ("subsidy = 2\ntop = 2011", "def ratio(paid, europe):\n    return 33"),
    "snooper": (
        _RIGHT + "\nimport glob\nfound = [open(one).read() for one in glob.glob('**/*', recursive=True) if '.' in one]",
        _CALL,
    ),
    "caller": (
        _RIGHT + "\nimport socket\ntry:\n    socket.create_connection(('127.0.0.1', 9), timeout=1)\n"
        "except OSError as problem:\n    print(problem)",
        _CALL,
    ),
}
RIGHT = [who for who in ANSWERS if who.startswith(("right", "snooper", "caller"))]  # who earns full marks
PUBLIC = {"1a": "assert len(subsidy) == len(gas)", "1b": "assert abs(ratio(50, 200) - 25) < 0.01"}


def _asserts() -> dict[str, list[str]]:
    """The hidden tests of the peers; the values are those of the reference solution."""
    names: dict[str, Any] = {}
    before = Path.cwd()
    os.chdir(data_path(TABLE).parent.parent)
    try:
        exec("\n".join([SETUP, *SOLUTIONS.values()]), names)
    finally:
        os.chdir(before)
    return {
        "1a": [
            f"assert abs(float(subsidy.loc[2006]) - {float(names['subsidy'].loc[2006])}) < 0.5",
            f"assert int(top) == {int(names['top'])}",
        ],
        "1b": ["assert abs(ratio(46.68, 230) - 20.2957) < 0.01", "assert abs(ratio(10, 40) - 25) < 0.01"],
    }


def rows() -> int:
    """Of the table."""
    with data_path(TABLE).open(newline="", encoding="utf-8") as stream:
        return len(list(csv.DictReader(stream)))


def put_table(folder: Path) -> None:
    """Copy the table into ``folder/data``."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    shutil.copy(data_path(TABLE), folder / "data")


def environment(peer: str) -> Path:
    """The programs of a throw-away virtual environment with a peer, from its locked requirements."""
    folder, lock = ROOT / "_build" / "bench" / peer, ROOT / "requirements" / f"bench-{peer}.txt"
    stamp, wanted = folder / "installed", hashlib.sha256(lock.read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text() != wanted:
        print(f"installing {peer} into {folder.relative_to(ROOT)} ...", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run([*pip, "--require-hashes", "--requirement", lock], folder)
        stamp.write_text(wanted)
    return folder / "bin"


def _run(command: Iterable[Any], folder: Path) -> str:
    """Run a command in an environment of its own; what it said, or an end with the last of what it said."""
    command = [str(one) for one in command]
    home = folder / ".home"
    home.mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTHON", "VIRTUAL"))}
    path = os.pathsep.join([str(Path(command[0]).parent), kept.get("PATH", "")])
    made = {**kept, "PATH": path, "JUPYTER_CONFIG_DIR": str(home), "IPYTHONDIR": str(home), "MPLBACKEND": "agg"}
    done = subprocess.run(
        command, cwd=folder, env=made, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, timeout=600,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"{' '.join(command[:3])} failed:\n{done.stdout[-3000:]}")
    return done.stdout


def _write(notebook: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    notebook.metadata.setdefault("kernelspec", {"name": "python3", "display_name": "Python 3", "language": "python"})
    notebook.metadata.setdefault("language_info", {"name": "python"})
    nbformat.write(notebook, path)


def answered(student_version: Path, answers: tuple[str, str], path: Path) -> None:
    """A student's notebook: the student's version with the starters replaced."""
    notebook = nbformat.read(student_version, 4)
    places = {"subsidy = ": answers[0], "def ratio": answers[1]}
    replaced = 0
    for cell in notebook.cells:
        for start, answer in places.items():
            if cell.cell_type == "code" and cell.source.strip().startswith(start):
                cell.source, replaced = answer, replaced + 1
    if replaced != 2:
        sys.exit(f"{student_version} has {replaced} places for answers")
    _write(notebook, path)


class Otter:
    """otter-grader: ``otter assign``, then ``otter run`` once for each submission."""

    name = "otter-grader 7.0.0"

    def __init__(self, folder: Path) -> None:
        self.folder, self.bin = folder, environment("otter")
        folder.mkdir(parents=True)

    def prepare(self) -> None:
        """Make the assignment and the ten submissions."""
        settings = f"# ASSIGNMENT CONFIG\nname: {NAME}\nfiles: [data]\nexport_cell: false\ncheck_all_cell: false"
        cells = [new_raw_cell(settings), new_code_cell(SETUP)]
        asserts = _asserts()
        for question, prompt in PROMPTS.items():
            solution = (
                f'""" # BEGIN PROMPT\n{STARTERS[question]}\n"""; # END PROMPT\n'
                f"# BEGIN SOLUTION NO PROMPT\n{SOLUTIONS[question]}\n# END SOLUTION"
            )
            cells += [
                new_raw_cell(f"# BEGIN QUESTION\nname: q{question}\npoints: 2"), new_markdown_cell(prompt),
                new_raw_cell("# BEGIN SOLUTION"), new_code_cell(solution), new_raw_cell("# END SOLUTION"),
                new_raw_cell("# BEGIN TESTS"), new_code_cell(PUBLIC[question]),
                *(new_code_cell(f"# HIDDEN\n{one}") for one in asserts[question]),
                new_raw_cell("# END TESTS"), new_raw_cell("# END QUESTION"),
            ]  # fmt: skip
        put_table(self.folder)
        _write(new_notebook(cells=cells), self.folder / f"{NAME}.ipynb")
        _run([self.bin / "otter", "assign", "--no-pdfs", f"{NAME}.ipynb", "made"], self.folder)
        (self.grader,) = (self.folder / "made" / "autograder").glob("*.zip")
        for who, answers in ANSWERS.items():
            path = self.folder / "submissions" / who / f"{NAME}.ipynb"
            answered(self.folder / "made" / "student" / f"{NAME}.ipynb", answers, path)
            put_table(path.parent)

    def grade(self, students: list[str], *, workers: int = 1) -> tuple[float, dict[str, float]]:
        """Seconds for all, and the scores of each."""
        start = time.perf_counter()
        with ThreadPoolExecutor(workers) as threads:
            scores = dict(zip(students, threads.map(self._one, students), strict=True))
        return time.perf_counter() - start, scores

    def _one(self, who: str) -> float:
        folder = self.folder / "submissions" / who
        _run([self.bin / "otter", "run", "--no-logo", "-a", self.grader, f"{NAME}.ipynb", "-o", "."], folder)
        results = json.loads((folder / "results.json").read_text())
        return float(sum(one.get("score", 0) for one in results["tests"]))


class Nbgrader:
    """nbgrader: ``generate_assignment``, then one ``autograde`` for all submissions."""

    name = "nbgrader 0.9.6"

    def __init__(self, folder: Path) -> None:
        self.folder, self.bin = folder, environment("nbgrader")
        folder.mkdir(parents=True)

    def prepare(self) -> None:
        """Make the assignment and the ten submissions."""
        (self.folder / "nbgrader_config.py").write_text(
            "c = get_config()\nc.CourseDirectory.course_id = 'bench'\nc.ExecutePreprocessor.timeout = 60\n"
        )
        cells = [new_code_cell(SETUP)]
        asserts = _asserts()
        for question, prompt in PROMPTS.items():
            solution = f"### BEGIN SOLUTION\n{SOLUTIONS[question]}\n### END SOLUTION"
            hidden = "\n".join(["### BEGIN HIDDEN TESTS", *asserts[question], "### END HIDDEN TESTS"])
            cells += [
                new_markdown_cell(prompt),
                new_code_cell(solution, metadata=_nbgrader(f"answer-{question}")),
                new_code_cell(f"{PUBLIC[question]}\n{hidden}", metadata=_nbgrader(f"test-{question}", points=2)),
            ]
        source = self.folder / "source" / NAME
        _write(new_notebook(cells=cells), source / f"{NAME}.ipynb")
        put_table(source)
        _run([self.bin / "nbgrader", "generate_assignment", NAME, "--force"], self.folder)
        released = self.folder / "release" / NAME / f"{NAME}.ipynb"
        notebook = nbformat.read(released, 4)
        for cell in notebook.cells:
            question = cell.metadata.get("nbgrader", {}).get("grade_id", "").removeprefix("answer-")
            cell.source = STARTERS.get(question, cell.source)
        nbformat.write(notebook, released)
        for who, answers in ANSWERS.items():
            path = self.folder / "submitted" / who / NAME / f"{NAME}.ipynb"
            answered(released, answers, path)
            put_table(path.parent)

    def grade(self, students: list[str]) -> tuple[float, dict[str, float]]:
        """Seconds for all, and the scores of each."""
        shutil.rmtree(self.folder / "autograded", ignore_errors=True)
        one = [f"--student={students[0]}"] if len(students) == 1 else []
        start = time.perf_counter()
        _run([self.bin / "nbgrader", "autograde", NAME, "--force", *one], self.folder)
        seconds = time.perf_counter() - start
        _run([self.bin / "nbgrader", "export"], self.folder)
        with (self.folder / "grades.csv").open(newline="") as stream:
            return seconds, {row["student_id"]: float(row["score"]) for row in csv.DictReader(stream)}


def _nbgrader(grade_id: str, *, points: int = 0) -> dict[str, Any]:
    """The metadata of a cell of tests, or of one for an answer."""
    test = {"points": points} if points else {}
    kind = {"grade": bool(points), "locked": bool(points), "solution": not points, "task": False}
    return {"nbgrader": {"grade_id": grade_id, "schema_version": 3, **kind, **test}}
