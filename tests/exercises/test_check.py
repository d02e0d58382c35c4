"""check(): right answers pass, starters do not, and whatever a learner writes gets an answer."""

import ast
import json
import shutil

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from unionstate.errors import CourseError
from unionstate.exercises import check
from unionstate.exercises.check import CheckReport, run_checks
from unionstate.exercises.checks import Check, Question, load_all_checks, load_checks
from unionstate.exercises.evaluate import names_used
from unionstate.notebooks import convert
from unionstate.paths import data_path, exercises_path

EXERCISES = sorted(exercises_path().glob("*/exercise.md"))
QUESTIONS = load_all_checks()
FRAME = pd.DataFrame({"a": [1, 1, 2], "b": ["x", "y", "z"]})


class Stubborn:
    """A value that refuses everything."""

    def __int__(self):
        raise RuntimeError("no")

    __str__ = __float__ = __iter__ = __len__ = __getitem__ = __int__


ENDLESS = []
ENDLESS.append(ENDLESS)


def run(source: str, names: dict) -> object:
    """Execute a cell among names; its last expression's value, as a notebook shows it."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None


def reports(source, folder, monkeypatch, *, solution: bool) -> dict[str, CheckReport]:
    """What the checks of an exercise's notebook say when it runs from top to bottom beside its tables."""
    shutil.copytree(data_path(""), folder / "data")
    monkeypatch.chdir(folder)
    names = {"__name__": "__main__"}
    plt.close("all")  # as at the start of a notebook: pandas draws into the figure that is open
    cells = json.loads(convert(source, solution=solution))["cells"]
    shown = [run("".join(cell["source"]), names) for cell in cells if cell["cell_type"] == "code"]
    return {report.question: report for report in shown if isinstance(report, CheckReport)}


@pytest.mark.parametrize("source", EXERCISES, ids=lambda source: source.parent.name)
def test_the_reference_solutions_pass_every_check(source, tmp_path, monkeypatch):
    found = reports(source, tmp_path, monkeypatch, solution=True)
    assert list(found) == [question.id for question in load_checks(source.with_name("checks.yml")).questions]
    assert [report.messages for report in found.values()] == [()] * len(found)
    assert all(report.passed == report.total > 0 for report in found.values())


@pytest.mark.parametrize("source", EXERCISES, ids=lambda source: source.parent.name)
def test_the_starters_run_and_pass_no_check(source, tmp_path, monkeypatch):
    found = reports(source, tmp_path, monkeypatch, solution=False)
    assert list(found) == [question.id for question in load_checks(source.with_name("checks.yml")).questions]
    assert {report.question for report in found.values() if report.passed} == set()
    assert all(len(report.messages) == report.total for report in found.values())


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda question: question.id)
def test_a_foreseen_wrong_answer_gets_its_own_message(question):
    for one in [one for one in question.checks if one.public and one.kind not in {"function", "figure"}]:
        bare = Question(id="1a", title="x", checks=[one.model_copy(update={"expression": "answer"})])
        assert run_checks(bare, {"answer": one.expected}).messages == ()
        for wrong in [wrong for wrong in one.wrong if wrong.value is not None]:
            assert run_checks(bare, {"answer": wrong.value}).messages == (wrong.message,)


def question_for(expression: str, kind: str, expected: object) -> Question:
    return Question(
        id="1a", title="x", checks=[Check(expression=expression, kind=kind, expected=expected, message="Look again.")]
    )


@pytest.mark.parametrize(
    "names, said",
    [
        ({}, "`answer` is not defined yet: run the cell that defines it."),
        ({"answer": ...}, "`answer` is still `...`: replace the three dots"),
        ({"answer": pd.NaT}, "`int(answer)` cannot be computed (TypeError"),
        ({"answer": "many"}, "`answer` is a text, and a number is asked for. Look again."),
        ({"answer": 700}, "This is 100 times too large: look at the unit. Look again."),
        ({"answer": Stubborn()}, "`int(answer)` cannot be computed (RuntimeError: no). Look again."),
        ({"answer": 8}, "Look again."),
    ],
)
def test_what_is_missing_is_told_apart_from_what_is_wrong(names, said):
    (message,) = run_checks(question_for("int(answer)", "number", 7), names).messages
    assert message.startswith(said)


def test_a_long_expression_is_told_by_the_names_in_it():
    asked = question_for("sum(answer['a']) + sum(answer['b']) + sum(answer['c']) + sum(answer['d'])", "number", 7)
    (message,) = run_checks(asked, {"answer": {"a": [1]}}).messages
    assert message == "`answer` cannot be computed (KeyError: 'b'). Look again."


@pytest.mark.parametrize(
    "value, kind, expected",
    [
        (np.int64(7), "number", 7), (np.float32(0.5), "number", 0.5),
        (pd.Timestamp("2016-02-29"), "text", "2016-02-29"),
        (pd.Series([1, 2]), "list", [1, 2]), (np.array(["a", "b"]), "list", ["a", "b"]), (pd.Index([1]), "list", [1]),
        ((1, 2.0), "list", [1, 2]), ({"a", "b"}, "set", ["b", "a"]), (np.str_("a"), "text", "a"),
        (pd.Timestamp("2016-02-29"), "text", "2016-02-29 00:00:00"),
    ],
)  # fmt: skip
def test_values_of_numpy_and_pandas_count_as_plain_ones(value, kind, expected):
    assert run_checks(question_for("answer", kind, expected), {"answer": value}).passed == 1


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda question: question.id)
@pytest.mark.parametrize(
    "value",
    [None, "", "many", float("nan"), float("inf"), 10**400, 1j, pd.NA, pd.NaT, [], {}, [[1]] * 7, [None] * 7, ENDLESS,
     len, FRAME, FRAME["b"], FRAME.groupby("a"), FRAME.groupby("a")["b"], np.array(3), np.eye(7), Stubborn()],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_an_odd_answer_gets_messages_and_no_traceback(question, value):
    names = {name for one in question.checks for name in names_used(one.expression)}
    report = run_checks(question, dict.fromkeys(names, value))
    shown = [one for one in question.checks if one.public]
    assert report.passed == 0 and len(report.messages) == report.total == len(shown)
    assert all(report.messages)


def test_a_list_of_groups_where_sums_belong_is_a_wrong_answer():
    question = question_for("list(answer)", "list", [2, 1])
    assert run_checks(question, {"answer": FRAME.groupby("a")["b"]}).messages == ("Look again.",)


def test_the_names_are_the_callers_unless_given():
    names = {"check": check, "longest": "6.1"}
    inside = eval("check('1a')", names)
    assert inside == check("1a", names) and inside.passed == 1
    assert check("1a").passed == 0


def test_a_report_counts_and_lists_what_to_look_at():
    report = CheckReport("1a", 1, 3, ("Look here.", "Look there."))
    assert repr(report) == "1a: 1 of the 3 checks shown here pass.\n  - Look here.\n  - Look there."
    assert repr(CheckReport("1a", 1, 1, ())) == "1a: the check shown here passes."
    assert repr(CheckReport("1a", 0, 1, ("Look.",))) == "1a: the check shown here does not pass yet.\n  - Look."


@pytest.mark.parametrize("question, said", [("1A", "Did you mean '1a'?"), ("", "There are: 1a, 1b"), ("zz", "1a, 1b")])
def test_an_unknown_question_leads_to_those_there_are(question, said):
    with pytest.raises(CourseError, match=f"There is no question '{question}'") as caught:
        check(question)
    assert said in str(caught.value)
