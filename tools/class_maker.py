"""Makes submissions for the benchmark of grading: honest students of a real exercise, no two notebooks alike."""

from __future__ import annotations

import json
import random
from pathlib import Path

from unionstate.exercises.source import Exercise, assigned_names, load_exercise

FIGURE = (
    "import matplotlib.pyplot as plt\n\nfigure, axes = plt.subplots()\naxes.plot([2004, 2005, 2006], [{0}, 12, 9])\n"
    'axes.set(title="Seen by {0}", xlabel="year", ylabel="bcm")\nplt.show()'
)
_RIGHT, _WRONG, _EMPTY = 0.7, 0.2, 0.1  # of the answers


def make_class(folder: Path, exercise: str, students: int, *, seed: int = 1, figure: bool = False) -> None:
    """Write ``folder/student-00001.ipynb`` and so on.

    Args:
        folder: made here.
        exercise: the exercise's name; the book's own variant.
        students: how many.
        seed: of who answers what.
        figure: whether each draws a figure in a cell more.
    """
    course, chance = load_exercise(exercise), random.Random(seed)
    folder.mkdir(parents=True)
    for number in range(1, students + 1):
        cells = [*_answers(course, chance), f"# notes of student {number}\nseen = {number}"]
        if figure:
            cells.append(FIGURE.format(number))
        (folder / f"student-{number:05}.ipynb").write_text(wrap(exercise, cells), encoding="utf-8")


def _answers(course: Exercise, chance: random.Random) -> list[str]:
    cells, starter = [], ""
    for cell in course.cells:
        if cell.use == "starter":
            starter = cell.source
        elif cell.use == "solution":
            kind = chance.choices("rwe", [_RIGHT, _WRONG, _EMPTY])[0]
            name = chance.choice(sorted(assigned_names(cell.source)))
            cells.append({"r": cell.source, "w": f"{cell.source}\n{name} = 7", "e": starter}[kind])
        elif cell.use in ("given", "parameters", "check"):
            cells.append(cell.source)
    return cells


def wrap(exercise: str, cells: list[str]) -> str:
    """Code cells as a notebook of an exercise's default variant."""
    code = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    content = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "unionstate": {"exercise": exercise, "variant": ""},
        },
        "cells": [{**code, "id": f"cell-{place}", "source": source} for place, source in enumerate(cells)],
    }
    return json.dumps(content)
