"""The instructor's guide: its commands are accepted, the messages it explains are said, its limits are the limits."""

from __future__ import annotations

import re
import shlex
from dataclasses import asdict

import pytest
from support import ROOT

from unionstate.cli import _parser
from unionstate.exercises import gradebook
from unionstate.exercises.runner import Limits

GUIDE = (ROOT / "chapters" / "grading.md").read_text(encoding="utf-8")
COMMANDS = [
    shlex.split(line)[1:]
    for block in re.findall(r"^```\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    for line in block.replace("\\\n", " ").splitlines()
    if line.startswith("unionstate ")
]
# strings that the formatter broke into pieces are whole again
SOURCE = re.sub(
    r"\"\s*\n\s*f?\"",
    "",
    "\n".join(
        file.read_text(encoding="utf-8")
        for file in [ROOT / "src/unionstate/errors.py", *(ROOT / "src/unionstate/exercises").rglob("*.py")]
    ),
)


def test_the_guide_shows_commands() -> None:
    assert {command[0] for command in COMMANDS} == {"assign", "grade", "regrade"}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_of_the_guide_is_accepted(command: list[str]) -> None:
    _parser().parse_args(command)


def test_each_message_in_the_table_is_one_that_the_grader_says() -> None:
    rows = GUIDE.split("| the message begins |")[1].split("\n\n")[0].splitlines()[2:]
    assert len(rows) >= 10
    for row in rows:
        message = row.split("|")[1].strip()
        pieces = [piece.strip() for piece in message.replace("a PDF", "…").split("…")]
        assert [piece for piece in pieces if piece not in SOURCE] == [], message


def test_the_limits_are_those_of_the_runner() -> None:
    limits = asdict(Limits())
    said = " ".join(GUIDE.split())
    assert f"{limits['seconds']:g} seconds in all and {limits['cell_seconds']:g} for one cell" in said
    assert (
        f"{limits['memory_mb']} MB of memory, {limits['processes']} processes and {limits['scratch_mb']} MB of" in said
    )


def test_the_guide_names_every_file_of_the_results() -> None:
    names = [gradebook.GRADES, gradebook.PROBLEMS, gradebook.MOODLE, gradebook.MOODLE_FEEDBACK, gradebook.CANVAS]
    names += [gradebook.CANVAS_FEEDBACK, "class-report.html", "class-report.csv", "feedback/", "regrade.csv"]
    assert [name for name in names if f"`{name}`" not in GUIDE] == []
