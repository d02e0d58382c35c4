"""10,000 damaged quiz files: each loads and renders, or gives clean errors with file, line and remedy."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from small_quiz import EVERY_TYPE_FILE

from unionstate.errors import CourseErrors
from unionstate.quiz.advice import advise
from unionstate.quiz.items import Quiz
from unionstate.quiz.load import load_quiz
from unionstate.quiz.render import render_items

FILES_PER_TYPE = 770  # of thirteen types: 10,010
_HEAD, *_ITEMS = EVERY_TYPE_FILE.read_text(encoding="utf-8").split("  - id: ")
SOURCES = [f"items:\n  - id: {item}" for item in _ITEMS]
_SCALARS = [
    "~", "true", "no", "0", "-1", "7", "1e999", ".nan", ".inf", "-.inf", "9" * 400, "9" * 5000, "0x1F", "1_000",
    "12:30:45", "2016-02-29", "2016-13-45", "''", '""', "' '", "'", '"', "[]", "{}", "[1, 2]", "{a: b}",
    "[[[]]]", "*a", "&a b", "!!python/none", "!!binary aGk=", "!tag x", "| \n x", "> x", "@x", "`x`", "%x",
    "? x", "- x", ": x", "x: y: z", "# x", "\t", "\x00", "\ufeff", "\u202e", "\u2028", "\ud7ff", "😀",
    "<script>alert(1)</script>", "x" * 3000, "value_of", "gas.price", "3.2", "9.9", "C01", "single", "order",
    "draw", "t-single", "LO11", "!!int", "!!bool x", "!!map x", "!!seq {a: b}", '"\\UFFFFFFFF"',
]  # fmt: skip
_KEYS = sorted({line.split(":")[0].strip(" -{") for line in "\n".join(SOURCES).splitlines() if ":" in line})


def damaged(source: str, dice: random.Random) -> bytes:
    """The file after one to four accidents."""
    text = source
    for _ in range(dice.randint(1, 4)):
        lines = text.split("\n")
        place = dice.randrange(len(lines))
        line = lines[place]
        accident = dice.randrange(11)
        if accident == 0:
            del lines[place]
        elif accident == 1:
            lines.insert(place, line)
        elif accident == 2:
            lines[place] = " " * dice.randint(0, 9) + line.lstrip()
        elif accident == 3 and ":" in line:
            lines[place] = f"{line.split(':')[0]}: {dice.choice(_SCALARS)}"
        elif accident == 4 and ":" in line:
            lines[place] = line.replace(line.split(":")[0].strip(" -{"), dice.choice(_KEYS), 1)
        elif accident == 5:
            other = dice.randrange(len(lines))
            lines[place], lines[other] = lines[other], line
        elif accident == 6 and line:
            at = dice.randrange(len(line))
            lines[place] = line[:at] + dice.choice(_SCALARS) + line[at:]
        elif accident == 7 and line:
            at = dice.randrange(len(line))
            lines[place] = line[:at] + line[at + dice.randint(1, 5) :]
        elif accident == 8:
            lines = lines[: place + 1]
        elif accident == 9:
            lines.insert(place, f"    {dice.choice(_KEYS)}: {dice.choice(_SCALARS)}")
        elif "," in line:
            parts = line.split(",")
            parts[dice.randrange(len(parts))] = f" {dice.choice(_KEYS)}: {dice.choice(_SCALARS)}"
            lines[place] = ",".join(parts)
        text = "\n".join(lines)
    raw = text.encode("utf-8", "surrogatepass")
    if dice.random() < 0.1 and raw:
        at = dice.randrange(len(raw))
        raw = raw[:at] + bytes([dice.randrange(256)]) + raw[at + 1 :]
    return raw


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.split("type: ")[1].split("\n")[0])
def test_a_damaged_file_gives_clean_errors_only(source: str, tmp_path: Path) -> None:
    dice = random.Random(source)
    file = tmp_path / "quiz.yml"
    seen: Counter[str] = Counter()
    for _ in range(FILES_PER_TYPE):
        raw = damaged(source, dice)
        file.write_bytes(raw)
        try:
            quiz = load_quiz(file)
        except CourseErrors as problem:
            seen["refused"] += 1
            lines = raw.decode("utf-8", "replace").count("\n") + raw.count(b"\r") + raw.count("\u2028".encode()) + 2
            for fault in problem.errors:
                assert fault.file == file and fault.message and fault.line and 1 <= fault.line <= lines, raw
                assert "pydantic" not in str(fault) and "Traceback" not in str(fault)
        else:
            seen["loaded"] += 1
            assert isinstance(quiz, Quiz)
            assert render_items(quiz.items, label="Quiz", page=True)
            advise(quiz)
    # the accidents are neither all harmless nor all fatal
    assert seen["refused"] > FILES_PER_TYPE / 2 and seen["loaded"] > FILES_PER_TYPE / 50, seen
