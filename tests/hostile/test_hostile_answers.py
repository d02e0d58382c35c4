"""Forged answers earn nothing in any exercise, whatever the kinds of its checks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from corpus import BRIEFING, NEEDS_SANDBOX, as_notebook

from unionstate.exercises.source import exercise_names

pytestmark = NEEDS_SANDBOX

FORGERIES = {
    "an object that is anything": """
class Anything:
    def __getattribute__(self, name):
        return (lambda *_, **__: self) if name != "__class__" else float
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __eq__
    def __hash__(self): return 1
    def __float__(self): return 0.0
    def __len__(self): return 1
    def __iter__(self): return iter([self])
    def __getitem__(self, key): return self
    def __call__(self, *_, **__): return self
    __sub__ = __rsub__ = __abs__ = __round__ = __getitem__
value = Anything()
""",
    "a number that equals all": """
class Yes(float):
    __eq__ = __le__ = __ge__ = lambda *_: True
    __hash__ = float.__hash__
    __sub__ = __rsub__ = __abs__ = __round__ = lambda self, *_: self
value = Yes(0)
""",
    "a table that equals all": """
import pandas as pd
class Frame(pd.DataFrame):
    equals = __eq__ = lambda *_: True
    loc = iloc = property(lambda self: self)
    def __getitem__(self, key): return self
    def __getattr__(self, name): return self
value = Frame({"x": [1.0]})
""",
    "a drawing that equals all": """
import matplotlib.pyplot as plt
class Title(str):
    __eq__ = __contains__ = lambda *_: True
    __hash__ = str.__hash__
    strip = lower = casefold = lambda self: self
figure, value = plt.subplots()
value.set_title(Title("x"))
value.set_xlabel(Title("x"))
type(value).get_title = lambda self: Title("x")
""",
    "a function that equals all": """
class Yes(float):
    __eq__ = lambda *_: True
    __hash__ = float.__hash__
value = lambda *_, **__: Yes(0)
""",
    "not a number": "value = float('nan')",
    "a mark of the encoding": "value = {'opaque': 'float'}",
}


@pytest.fixture(scope="module")
def runner() -> Iterator[Any]:
    from unionstate.exercises.runner import Limits, Runner

    with Runner(Limits(seconds=5, cell_seconds=2)) as made:
        yield made


@pytest.mark.parametrize("name", exercise_names())
def test_forged_answers_earn_nothing(name: str, runner: Any):
    from unionstate.exercises.answer_key import answer_key
    from unionstate.exercises.mark import job_for, mark
    from unionstate.exercises.source import load_exercise
    from unionstate.exercises.student_notebook import read_notebook
    from unionstate.exercises.variants import default_variant

    exercise = load_exercise(name)
    variant = default_variant(exercise)
    key = answer_key(exercise, variant)
    names = job_for(exercise, variant, read_notebook(as_notebook(["1"]))).names
    for forgery, source in FORGERIES.items():
        cells = [BRIEFING.format(canary={}, names=names), source, "for name in NAMES:\n    globals()[name] = value"]
        run = runner.run(job_for(exercise, variant, read_notebook(as_notebook(cells, exercise=name))))
        assert [cell.error for cell in run.cells] == ["", "", ""], forgery
        marks = mark(exercise, key, run, parameters=variant.parameters)
        assert [check.id for check in marks.checks if check.earned] == [], forgery
