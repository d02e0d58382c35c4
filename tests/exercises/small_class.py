"""A small exercise, notebooks that answer it, and an executor that works at once, for the tests of grading."""

import json
from concurrent.futures import Future
from pathlib import Path

EXERCISE = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {name: python3, display_name: Python 3, language: python}
exercise:
  chapter: when-was-this-written
  objectives: [LO1]
  minutes: 10
  parameters:
    n: {from: 2, to: 9}
---

# Small

Multiply.

```{code-cell} python
:tags: [parameters]
n = 3
```

```{code-cell} python
:tags: [starter]
answer = ...
half = ...

def times(x):
    ...
```

```{code-cell} python
:tags: [solution, remove-cell]
answer = 10 * n
half = n / 2

def times(x):
    return n * x
```
"""
CHECKS = """exercise: small
questions:
  - id: 9a
    title: Ten times
    checks:
      - {expression: float(answer), kind: number, expected: 30, message: Multiply by ten., points: 2}
      - {expression: float(half), kind: number, public: false, message: Divide by two.}
  - id: 9b
    title: A function
    checks:
      - {expression: times, kind: function, inputs: [[2], [5]], expected: [6, 15], message: "Return n times x."}
"""
RIGHT = "answer = 10 * n\nhalf = n / 2\ndef times(x):\n    return n * x"


def write_exercise(folder: Path, checks: str = CHECKS) -> None:
    (folder / "small").mkdir(parents=True, exist_ok=True)
    (folder / "small" / "exercise.md").write_text(EXERCISE)
    (folder / "small" / "checks.yml").write_text(checks)


def notebook(*cells: str, n: int = 3, token: str = "", exercise: str = "small") -> str:
    sources = [f"n = {n}", *cells]
    return json.dumps(
        {
            "nbformat": 4, "nbformat_minor": 5, "metadata": {"unionstate": {"exercise": exercise, "variant": token}},
            "cells": [
                {"cell_type": "code", "source": one, "metadata": {}, "outputs": [], "execution_count": None}
                for one in sources
            ],
        }
    )  # fmt: skip


class AtOnce:
    """An executor that works in this process at once; ``stop_after`` messages the grader is gone."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.left = stop_after
        self.tasks = 0

    def submit(self, function, /, *arguments):
        future = Future()
        if arguments:
            if self.left == 0:
                raise KeyboardInterrupt
            self.left = None if self.left is None else self.left - 1
            self.tasks += len(arguments[0])
        try:
            future.set_result(function(*arguments))
        except Exception as problem:
            future.set_exception(problem)
        return future
