"""Hostile submissions through all of ``unionstate grade``: pages, tables and screen stay clean, others get theirs."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import zipfile
from html.parser import HTMLParser
from pathlib import Path

from archives import REFUSED, ZIPS, hostile_folder
from canaries import Canaries
from corpus import BRIEFING, EXERCISE, NEEDS_SANDBOX, as_notebook, honest_cells, read_cases, source_of
from support import ROOT, run_unionstate

pytestmark = NEEDS_SANDBOX

MARKUP = "<b data-hostile=1>x</b><script data-hostile=1>alert(1)</script><img data-hostile=1 src=x onerror=alert(1)>"
# every text of a student's that may be shown: printed, displayed, raised, given as an answer
SHOUTS = [
    f"M = {MARKUP!r} + '\\x1b[31m\\x1b]0;t\\x07 \\u202e ]]> --> {{{{ 7*7 }}}} </pre></script> &lt; \\x00 \\ud800'",
    "print(M)",
    "raise ValueError(M)",
    "type(M, (Exception,), {})",
    "raise type('E' + M.replace('\\x00', ''), (Exception,), {})(M)",
    "from IPython.display import HTML\nHTML(M)",
    "M",
    "for name in NAMES:\n    globals()[name] = M",
    "for name in NAMES[::2]:\n    globals()[name] = [M, {M: M}]",
]
NAMES = [
    '=HYPERLINK("http:x","y")', "=cmd|' C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "<b data-hostile=1>x<b>",
    "a\x1b[31mb", "\u202ecba", "'; DROP TABLE", "{{7*7}}", "%s%n", "${x}", "$(touch x)", "Ann\nBen", "a&lt;b", "--out",
    "a,b;c\"d", "x;=1+1", "x; @SUM(1)",
]  # fmt: skip
QUICK = {
    "kills-everyone", "kills-its-parent", "fork-bomb", "says-it-has-passed", "encode-patched",
    "forged-results-in-every-file", "number-that-equals-all", "exit-at-once", "reads-address-zero",
    "results-too-large", "all-files-closed", "six-gigabytes-at-once",
    "truth-for-a-number", "a-million-messages",
}  # fmt: skip
MAY_EARN = {case.name for case in read_cases() if case.may_earn}
HONEST = ["Anna Alfa", "Mona Middle", "Zoe Zulu"]


def _solution(name: str) -> bytes:
    return as_notebook([f"# {name}", *(cell for cells in honest_cells().values() for cell in cells)])


def _shouting() -> bytes:
    return as_notebook([BRIEFING.format(canary={}, names=_answer_names()), *SHOUTS])


def _answer_names() -> list[str]:
    text = "\n".join(cell for cells in honest_cells().values() for cell in cells)
    return sorted(set(re.findall(r"^(\w+) =", text, re.MULTILINE)))


class _Found(HTMLParser):
    """Looks for what must not be in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            loads = name in ("src", "action", "data") or (name == "href" and tag != "a")
            outside = re.match(r"\s*(https?:|//)", value or "") if loads else re.match(r"\s*javascript:", value or "")
            if name == "data-hostile" or name.startswith("on") or outside:
                self.bad.append(f"<{tag} {name}={value!r}>")


def _assert_clean_page(file: Path) -> None:
    text = file.read_bytes().decode("utf-8")
    found = _Found()
    found.feed(text)
    assert found.bad == [], file.name
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text), file.name


def _assert_clean_table(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.reader(opened, strict=True))
    for row in rows:
        for cell in row:
            assert not re.match(r"[=+\-@\t\r＝＋－＠]", cell) or re.fullmatch(r"-?\d+(\.\d+)?", cell), (
                f"{file.name}: {cell}"
            )
            assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", cell), f"{file.name}: {cell!r}"
            assert not re.search(r";\s*[=+\-@]", cell), f"{file.name}: {cell!r}"
    return rows


def _assert_clean(results: Path, done: subprocess.CompletedProcess[str]) -> None:
    """Every file that was written, and what was said on the screen."""
    said = done.stdout + done.stderr
    assert "Traceback" not in said, said
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", said.replace("\r", "")), ascii(said)
    for file in results.rglob("*.html"):
        _assert_clean_page(file)
    for file in results.rglob("*.csv"):
        _assert_clean_table(file)
    for file in results.rglob("*.json"):
        text = json.dumps(json.loads(file.read_bytes()))
        assert 'sandboxed": false' not in text, file.name
    for file in results.rglob("*.zip"):
        for name in zipfile.ZipFile(file).namelist():
            assert not name.startswith(("/", "..")) and "/../" not in name and "\\" not in name, name


def _earned(results: Path) -> dict[str, float]:
    """Points by the name shown, from the feedback files."""
    found = {}
    for file in (results / "feedback").glob("*.json"):
        told = json.loads(file.read_bytes())
        found[told["name"]] = told["earned"]
    return found


def _points() -> float:
    from unionstate.exercises.source import load_exercise

    return sum(check.points for question in load_exercise(EXERCISE).questions for check in question.checks)


def _assert_no_expected_value(results: Path) -> None:
    """No long expected number stands in the feedback of those who did not find it."""
    from unionstate.exercises.answer_key import answer_key
    from unionstate.exercises.source import load_exercise
    from unionstate.exercises.variants import default_variant

    exercise = load_exercise(EXERCISE)
    key = answer_key(exercise, default_variant(exercise))
    wanted = {f"{one.value:.2f}" for one in key.values() if type(one.value) is float and abs(one.value) > 100}
    assert wanted
    for file in (results / "feedback").iterdir():
        if not any(name.split()[0].casefold() in file.name.casefold() for name in HONEST):
            text = file.read_text(encoding="utf-8").replace(",", "")
            assert not [value for value in wanted if value in text], file.name


def test_a_folder_full_of_traps(tmp_path: Path):
    folder, results = tmp_path / "in", tmp_path / "results"
    folder.mkdir()
    with Canaries(tmp_path / "canary") as canaries:
        for name in HONEST:
            (folder / f"{name}.ipynb").write_bytes(_solution(name))
        for name in NAMES:
            (folder / f"{name}.ipynb").write_bytes(_shouting())
        for case in read_cases():
            if case.name in QUICK:
                sources = source_of(case, canaries.known, _answer_names())
                (folder / f"case {case.name}.ipynb").write_bytes(as_notebook(sources))
        for name in ("nothing", "no JSON", "a hundred thousand brackets", "no code cells"):
            (folder / f"{name}.ipynb").write_bytes(REFUSED[name]())
        for name in ("bomb", "traversal", "links", "encrypted", "empty"):
            (folder / f"zip {name}.zip").write_bytes(ZIPS[name](Path(canaries.known["file"])))
        hostile_folder(folder, Path(canaries.known["file"]))
        done = run_unionstate(
            ROOT, "grade", str(folder), "--exercise", EXERCISE, "--out", str(results), "--workers", "2"
        )
        assert canaries.touched() == []
        for file in results.rglob("*"):
            assert not file.is_file() or canaries.secret.encode() not in file.read_bytes(), file
    assert done.returncode == 3, done.stdout + done.stderr  # graded, with problems
    _assert_clean(results, done)
    earned, points = _earned(results), _points()
    assert {name: earned[name] for name in HONEST} == dict.fromkeys(HONEST, points)
    assert {name for name, one in earned.items() if one} - set(HONEST) <= {f"case {name}" for name in MAY_EARN}
    assert len(earned) >= len(HONEST) + len(NAMES) + len(QUICK)
    _assert_no_expected_value(results)
    shouted = [file for file in results.rglob("*.html") if "data-hostile" in file.read_text(encoding="utf-8")]
    assert len(shouted) > len(NAMES)  # it is shown, and only shown
    problems = _assert_clean_table(results / "problems.csv")
    assert len(problems) > 20
    assert {one.name for one in tmp_path.iterdir()} == {"in", "results", "canary"}


def test_a_download_of_moodle_full_of_traps(tmp_path: Path):
    results = tmp_path / "results"
    archive = tmp_path / "download.zip"
    with zipfile.ZipFile(archive, "w") as made:
        for number, name in enumerate([*HONEST, *NAMES], 1001):
            content = _solution(name) if name in HONEST else _shouting()
            made.writestr(f"{name}_{number}_assignsubmission_file/answer.ipynb", content)
        made.writestr("Tom Trap_2001_assignsubmission_file/../../../../evil.ipynb", _solution("Tom Trap"))
        made.writestr("Bea Bomb_2002_assignsubmission_file/answer.zip", ZIPS["bomb that says it is small"](tmp_path))
        made.writestr("Nick Nothing_2003_assignsubmission_file/answer.ipynb", b"")
    done = run_unionstate(ROOT, "grade", str(archive), "--exercise", EXERCISE, "--out", str(results), "--workers", "2")
    assert done.returncode == 3, done.stdout + done.stderr
    _assert_clean(results, done)
    earned, points = _earned(results), _points()
    assert {name: earned[name] for name in HONEST} == dict.fromkeys(HONEST, points)
    assert {name for name, one in earned.items() if one} == set(HONEST)
    moodle = _assert_clean_table(results / "moodle.csv")
    graded = {row[0]: row for row in moodle[1:]}
    assert {f"Participant {number}" for number in range(1001, 1001 + len(HONEST) + len(NAMES))} <= graded.keys()
    assert not list(tmp_path.parent.glob("evil*")) and not os.path.exists(tmp_path / "evil.ipynb")
