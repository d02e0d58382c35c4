"""The hostile notebooks: read from ``cases/*.yml``, built as a student would hand them in."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from unionstate.notebooks import convert
from unionstate.paths import exercises_path

EXERCISE = "the-implied-gas-subsidy"
NEEDS_SANDBOX = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("bwrap"),
    reason="students' code is run in a sandbox: Linux with bubblewrap",
)
CASES = Path(__file__).parent / "cases"
# Runs before every hostile cell: what the attacker knows, and how it says that it got through.
BRIEFING = """\
import ctypes, mmap, os, signal, socket, sys, threading, time
CANARY = {canary!r}
NAMES = {names!r}
libc = ctypes.CDLL(None, use_errno=True)
def escaped(what):
    print("ESCAPED:", what, flush=True)
"""


@dataclass(frozen=True)
class Case:
    """A hostile notebook.

    Attributes:
        name: unique.
        tries: what it is after.
        cells: source text, or the ids of questions that are honestly answered at that place.
        outcomes: how the run may end.
        may_earn: questions that it may get points for, since it answers them; nobody is owed them.
        must_earn: questions that it must get all points for.
        at_once: the first cell runs together with the briefing, before anything has been sent back.
        watch_memory: measure the memory that all its processes have together.
    """

    name: str
    tries: str
    cells: tuple[str | tuple[str, ...], ...]
    outcomes: frozenset[str]
    may_earn: frozenset[str] = frozenset()
    must_earn: frozenset[str] = frozenset()
    at_once: bool = False
    watch_memory: bool = False


@dataclass(frozen=True)
class Pair:
    """Two notebooks, one run after the other: ``leave`` hands something over, ``find`` prints FOUND if it got it."""

    name: str
    tries: str
    leave: str
    find: str


def read_cases() -> Iterator[Case]:
    """All hostile notebooks, by file and in the order of each."""
    for file in sorted(CASES.glob("*.yml")):
        if file.name != "pairs.yml":
            for entry in yaml.safe_load(file.read_text(encoding="utf-8")):
                yield from _cases(entry)


def read_pairs() -> list[Pair]:
    """All pairs."""
    return [Pair(**one) for one in yaml.safe_load((CASES / "pairs.yml").read_text(encoding="utf-8"))]


def _cases(entry: dict[str, Any]) -> Iterator[Case]:
    """The case of an entry, or one for each text of ``each``, which its first cell knows as EACH."""
    for number, text in enumerate(entry.pop("each", [None]), 1):
        if text is None:
            yield _case(dict(entry))
        else:
            first, *rest = entry["cells"]
            cells = [f"EACH = {text}\n{first}", *rest]
            yield _case({**entry, "name": f"{entry['name']}-{number}", "cells": cells})


def _case(entry: dict[str, Any]) -> Case:
    cells = [one if isinstance(one, str) else tuple(one["honest"]) for one in entry.pop("cells")]
    cells = _MADE[entry.pop("make")]() + cells if "make" in entry else cells * entry.pop("repeat", 1)
    must = frozenset(entry.pop("must_earn", ()))
    return Case(
        cells=tuple(cells),
        outcomes=frozenset(entry.pop("outcome")),
        may_earn=must | frozenset(entry.pop("may_earn", ())),
        must_earn=must,
        **entry,
    )


def _parser_breakers() -> list[str]:
    deep = "\n".join(" " * depth + "if 1:" for depth in range(150))
    return [
        "(" * 100_000,
        "[" * 5_000 + "]" * 5_000,
        "-" * 500_000 + "1",
        "x = " + "9" * 100_000,
        "x = " + "+".join(["1"] * 100_000),
        "x = " + ".a" * 100_000,
        "lambda: " * 20_000 + "1",
        f"{deep}\n{' ' * 150}pass",
        "f'" + "{" * 200 + "1" + "}" * 200 + "'",
        "x = '''" + "a\n" * 100_000,
        "@" + "a(" * 3_000 + ")" * 3_000 + "\ndef f(): pass",
    ]


def _huge_cells() -> list[str]:
    return ["text = '" + "a" * 5_000_000 + "'", "\n".join(f"v{number} = {number}" for number in range(60_000))]


_MADE = {"parser": _parser_breakers, "huge": _huge_cells}


@cache
def honest_cells() -> dict[str, tuple[str, ...]]:
    """The cells of the exercise's solution by question; the first question has the imports as well."""
    notebook = json.loads(convert(exercises_path() / EXERCISE / "exercise.md", solution=True))
    cells: dict[str, tuple[str, ...]] = {}
    waiting: list[str] = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            source = "".join(cell["source"])
            asked = re.fullmatch(r'check\("(\w+)"\)', source.strip())
            if asked:
                cells[asked[1]], waiting = tuple(waiting), []
            else:
                waiting.append(source)
    return cells


def source_of(case: Case, canary: dict[str, Any], names: Iterable[str]) -> list[str]:
    """The cells of a case as text, with the briefing first."""
    briefing = BRIEFING.format(canary=canary, names=sorted(names))
    cells = [briefing]
    for one in case.cells:
        if case.at_once and len(cells) == 1:
            cells = [briefing + str(one)]
            continue
        cells.extend([one] if isinstance(one, str) else [cell for question in one for cell in honest_cells()[question]])
    return cells


def as_notebook(sources: Iterable[str], *, token: str = "", exercise: str = EXERCISE) -> bytes:
    """A notebook file with these code cells."""
    cells = [
        {"cell_type": "code", "id": f"c{number}", "metadata": {}, "execution_count": None, "outputs": [], "source": one}
        for number, one in enumerate(sources)
    ]
    metadata = {"unionstate": {"exercise": exercise, "variant": token}, "language_info": {"name": "python"}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}).encode()
