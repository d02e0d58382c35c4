"""IPython's syntax in a graded notebook: ignored, run plainly, or refused with what to do instead."""

import builtins
import sys

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from unionstate.exercises.runner import child
from unionstate.exercises.runner.limits import Limits
from unionstate.exercises.runs import Cell


@pytest.fixture
def student(monkeypatch):
    """The student's names, in this process; what they replace is put back."""
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, getattr(sys, name))
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    for name in ("input", "exit", "quit"):
        monkeypatch.setattr(builtins, name, getattr(builtins, name))
    for name in ("display", "get_ipython"):
        monkeypatch.setattr(builtins, name, None, raising=False)
    return child._Student(Limits(), TransformerManager().transform_cell)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("%matplotlib inline\n1 + 1", "2\n"),
        ("%load_ext autoreload\n%autoreload 2", ""),
        ("%config InlineBackend.figure_format = 'svg'", ""),
        ("%precision 3", ""),
        ("%time 3", "3\n"),
        ("%%time\nx = 3\nx", "3\n"),
        ("%timeit -n 1 2", ""),
        ("x = 3\nx?", ""),
        ("?print", ""),
        ("%%html\n<b>bold</b>", ""),
        ("display(1, 'a')", "1\n'a'\n"),
        ("1;", ""),
        ("None", ""),
        ("3\n_", "3\n"),
        ("# nothing", ""),
        ("", ""),
        (">>> 4", "4\n"),
        ("!pip install -q 'pandas>=2' seaborn\n5", "5\n"),
        ("%pip install pandas\n!python -m pip install x\n%conda install -y pandas\n6", "6\n"),
    ],
)
def test_what_works(student, capsys, source, shown):
    student.run_cell(Cell(1, "3"))
    student.output(), capsys.readouterr()
    error = student.run_cell(Cell(2, source))
    # pytest puts its own screen in the place of the student's
    assert (error, student.output() + capsys.readouterr().out) == ("", shown)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("!ls", "Shell commands do not run when the notebook is graded"),
        ("x = !ls", "Shell commands do not run"),
        ("%%bash\nls", "(It says %%bash.)"),
        ("%pip uninstall pandas", "(It says %pip.)"),
        ("!pip install pandas; ls", "Shell commands do not run"),
        ("%%sh\nls", "Shell commands do not run"),
        ("%run other.py", "Copy the code in"),
        ("%%writefile x.py\n1", "%%writefile does not work when the notebook is graded"),
        ("%cd /", "%cd does not work"),
        ("input('?')", "Write the value into the cell"),
        ("get_ipython().events", "get_ipython().events does not work"),
        *((one, "end only the cell that they stand in") for one in ("exit()", "quit()", "import sys; sys.exit('x')")),
    ],
)
def test_what_is_refused_says_what_to_do(student, source, said):
    error = student.run_cell(Cell(1, source))
    assert said in error and error.endswith("(line 1)") and "NotInGrading" not in error


def test_the_line_of_an_error_is_that_of_the_cell(student):
    student.run_cell(Cell(1, "def f():\n    return 1 / 0"))
    assert student.run_cell(Cell(2, "%matplotlib inline\n\nf()")) == "ZeroDivisionError: division by zero (line 2)"
    assert student.run_cell(Cell(3, "x = 1\nx +")).endswith("(line 2)")
    assert student.run_cell(Cell(4, "eval('1 +')")) == "SyntaxError: invalid syntax (line 1)"


def test_errors_with_a_text_of_their_own_are_one_line_and_short(student):
    source = "class E(Exception):\n    def __str__(self): return {}\nraise E"
    assert student.run_cell(Cell(1, source.format("'a\\nb'"))) == "E: a b (line 3)"
    assert len(student.run_cell(Cell(1, source.format("'x' * 10**6")))) < 600
    assert student.run_cell(Cell(1, source.format("1 / 0"))) == "An error that cannot be shown."
    assert student.run_cell(Cell(1, source.format("[1 for _ in iter(int, 1)]"))) == "An error that cannot be shown."
    assert student.run_cell(Cell(1, "raise ValueError('\\ud800')")) == "ValueError: ? (line 1)"


def test_a_value_whose_text_fails_is_shown_by_its_type(student):
    student.run_cell(Cell(1, "class E:\n    def __repr__(self): return 1 / 0\nE()"))
    assert student.output() == "<E: ZeroDivisionError>\n"
