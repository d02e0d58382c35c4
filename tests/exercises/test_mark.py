"""Marks: right answers earn, whatever else comes back does not and is told why, and nothing stops the marking."""

import dataclasses
import time
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from unionstate.exercises import mark as marking
from unionstate.exercises.answer_key import Expected, answer_key, run_code
from unionstate.exercises.check import run_checks
from unionstate.exercises.checks import Check, Question, WrongAnswer
from unionstate.exercises.mark import job_for, mark, nothing_to_mark, short
from unionstate.exercises.marks import Marks
from unionstate.exercises.plain import encode
from unionstate.exercises.runs import Cell, CellOutcome, Run
from unionstate.exercises.source import Exercise, SourceCell, exercise_names, load_exercise
from unionstate.exercises.variants import default_variant


def check_of(expression="float(answer)", kind="number", expected=7.0, **more) -> Check:
    return Check(expression=expression, kind=kind, expected=expected, message="Look again.", **more)


def exercise_of(*checks: Check) -> Exercise:
    question = Question.model_construct(id="1a", title="x", checks=list(checks))
    cells = (
        SourceCell("given", "data = 1", 1),
        SourceCell("starter", "table = data\nanswer = ...\nextra = ...", 2),
        SourceCell("solution", "table = data\nhelp_me = 2\nanswer = extra = 7", 3),
    )
    return Exercise("an-exercise", Path("exercise.md"), "An exercise", None, {}, (question,), cells, "")


def run_of(names=(), calls=(), **more) -> Run:
    made = {name: encode(value) for name, value in dict(names).items()}
    return Run("finished", "", (), made, dict(calls), 0.1, True, **more)


def marked(check, names, calls=(), expected=None):
    exercise = exercise_of(check)
    key = {"1a.1": expected or Expected(check.expected, tuple((one.value, one.message) for one in check.wrong))}
    (one,) = mark(exercise, key, run_of(names, calls)).checks
    return one


def test_a_job_asks_for_what_checks_use_and_answers_hold_and_calls_each_input():
    exercise = exercise_of(check_of(), check_of("f", "function", [1, 4], inputs=[[1], [2]]))
    cells = (Cell(2, "answer = 7"),)
    job = job_for(exercise, SimpleNamespace(parameters={"year": 2006}), SimpleNamespace(cells=cells))
    assert job.cells == cells and job.names == ("answer", "extra", "f", "help_me")
    assert [(call.id, call.function, call.arguments) for call in job.calls] == [
        ("1a.2/0", "f", (1,)), ("1a.2/1", "f", (2,)),
    ]  # fmt: skip


def test_points_are_earned_by_check_and_summed():
    exercise = exercise_of(check_of(points=2), check_of("float(other)", points=3, public=False), check_of(points=0.5))
    key = {f"1a.{number}": Expected(7.0) for number in (1, 2, 3)}
    run = Run(
        "finished", "", (CellOutcome(3, "NameError: x", ""),), {"answer": encode(7), "other": encode(8)}, {}, 0.1, True
    )
    marks = mark(exercise, key, run, student="ann", name="Ann", token="t1", notes=("late",))
    assert (marks.earned, marks.points) == (2.5, 5.5)
    assert [(one.id, one.earned, one.public, one.message) for one in marks.checks] == [
        ("1a.1", 2, True, ""), ("1a.2", 0, False, "Look again."), ("1a.3", 0.5, True, ""),
    ]  # fmt: skip
    assert (marks.student, marks.name, marks.token, marks.notes) == ("ann", "Ann", "t1", ("late",))
    assert [(one.number, one.error) for one in marks.cell_errors] == [(3, "NameError: x")]
    assert Marks.from_json(marks.to_json()) == marks


@pytest.mark.parametrize(
    "names, said, given",
    [
        ({}, "Not answered: no cell gives `answer` a value", ""),
        ({"answer": ...}, "Not answered: `answer` is still `...`", ""),
        ({"answer": len}, "`answer` is a function that was not called: write () behind it. Look again.", ""),
        ({"answer": type}, "a number was expected. Look again.", ""),
        ({"answer": "many"}, "`answer` is a text, and a number is asked for. Look again.", "answer = 'many'"),
        ({"answer": [1]}, "`answer` holds 1 value, and a number is asked for. Look again.", "answer = [1]"),
        ({"answer": pd.NaT}, "could not be worked out from your answer (TypeError", "answer = NaT"),
        ({"answer": None}, "`answer` is None: nothing was put into it", "answer = None"),
        ({"answer": -7}, "The size is right, the sign is not. Look again.", "-7"),
        ({"answer": 700.0}, "This is 100 times too large: look at the unit. Look again.", "700"),
        ({"answer": 8}, "Look again.", "8"),
        ({"answer": float("nan")}, "Look again.", "nan"),
        ({"answer": 0.07}, "This is a fraction.", "0.07"),
    ],
)  # fmt: skip
def test_what_is_missing_wrong_or_foreseen_is_told_apart(names, said, given):
    one = marked(check_of(wrong=[WrongAnswer(value=0.07, message="This is a fraction.")]), names)
    assert said in one.message and one.earned == 0 and one.given == given


def test_a_name_of_the_student_replaces_no_builtin():
    run = run_of({"answer": 8, "float": 7.0, "pd": 7.0, "__builtins__": 7})
    (one,) = mark(exercise_of(check_of()), {"1a.1": Expected(7.0)}, run).checks
    assert one.earned == 0 and one.message == "Look again."


class Equal(float):
    """Equal to everything."""

    __eq__ = __le__ = __ge__ = lambda self, other: True
    __hash__ = float.__hash__
    __sub__ = __rsub__ = lambda self, other: 0.0


class Text(str):
    __eq__ = lambda self, other: True  # noqa: E731
    __hash__ = str.__hash__


class Column(pd.Series):
    def __getitem__(self, key):
        return 7.0


@pytest.mark.parametrize("value", [Equal(1), Text("no"), Column([1]), [Equal(1)], pd.Series([Equal(1)], dtype=object)])
@pytest.mark.parametrize(
    "expression, kind",
    [("float(answer)", "number"), ("answer", "number"), ("answer[0]", "number"), ("str(answer)", "text"),
     ("list(answer)", "list")],
)  # fmt: skip
def test_a_forged_value_earns_nothing(value, expression, kind):
    expected = {"number": 7.0, "text": "7", "list": [7.0]}[kind]
    one = marked(check_of(expression, kind, expected), {"answer": value})
    assert one.earned == 0 and one.message


def test_every_input_of_a_function_must_be_right():
    check = check_of("f", "function", [1, 4], inputs=[[1], [2]], points=2)
    key, names = Expected([1, 4], (([1, 1], "You forgot to square."),)), {"f": len}
    assert marked(check, names, {"1a.1/0": 1, "1a.1/1": 4}, key).earned == 2
    for calls, said in (
        ({"1a.1/0": 1, "1a.1/1": 5}, "`f(2)` gave 5. Look again."),
        ({"1a.1/0": 1}, "`f(2)` gave no result (it was not called). Look again."),
        (
            {"1a.1/0": {"error": "ZeroDivisionError: division by zero"}, "1a.1/1": 4},
            "`f(1)` gave no result (ZeroDivision",
        ),
        ({"1a.1/0": 1, "1a.1/1": None}, "`f(2)` gave nothing: does it end with `return`? Look again."),
    ):
        one = marked(check, names, calls, key)
        assert one.earned == 0 and said in one.message
    foreseen = marked(check, names, {"1a.1/0": 1, "1a.1/1": 1}, key)
    assert (foreseen.message, foreseen.given, foreseen.foreseen) == ("You forgot to square.", "1; 1", True)
    hidden = check.model_copy(update={"public": False})
    one = marked(hidden, names, {"1a.1/0": 1, "1a.1/1": 5}, key)
    assert one.message == "Look again." and "f(" not in one.given
    one = marked(hidden, names, {"1a.1/0": 1, "1a.1/1": {"error": "KeyError: 2"}}, key)
    assert one.message == "For some inputs your function stops with an error. Look again."
    assert "a function was expected" in marked(check, {"f": 4}, (), key).message


@pytest.mark.parametrize(
    "expression, kind, answer, given, shown",
    [
        ("float(answer)", "number", 8, "8", ""),
        ("[int(one) for one in answer]", "list", (8,), "[8]", ""),
        ("str(answer).strip().lower()", "text", "B ", "'b'", ""),
        ("float(answer['b'])", "number", {"b": 8}, "8", "answer['b'] = 8"),
        ("len(answer)", "number", "ab", "2", "len(answer) = 2"),
        ("sorted(round(float(x)) for x in answer)[1]", "number", [3.5, 1.25], "4", "answer = [3.5, 1.25]"),
        ("[int((answer == one).sum()) for one in (0, 1)]", "list", pd.Series([0, 5]), "[1, 0]",
         "answer = 2 values: [0, 5]"),
    ],
)  # fmt: skip
def test_what_is_shown_of_an_answer_is_what_the_student_wrote(expression, kind, answer, given, shown):
    check = check_of(expression, kind, {"number": 7, "text": "7"}.get(kind, [7]))
    one = marked(check, {"answer": answer})
    assert (one.given, one.shown) == (given, shown)
    assert marked(check.model_copy(update={"public": False}), {"answer": answer}).shown == ""


def test_what_was_never_written_is_told_as_that_and_earns_nothing():
    dots = {"error": "TypeError: '<' not supported between instances of 'ellipsis' and 'ellipsis' (line 3)"}
    for public, first in ((True, encode(...)), (False, encode(...)), (True, dots), (False, dots)):
        check = check_of("f", "function", [1, 4], inputs=[[1], [2]], public=public)
        one = marked(check, {"f": len}, {"1a.1/0": first, "1a.1/1": 4}, Expected([1, 4]))
        assert one.message == "Not answered: there is still `...` in `f`, where your own code belongs."
        assert (one.earned, one.given, one.answered) == (0, "", False)
    table = pd.DataFrame({"a": [1, 2], "b": [..., ...]})
    for expression, kind, value in (("sum(parts)", "number", [1, ...]), ("parts['b'].astype(bool)", "series", table)):
        check = check_of(expression, kind, {"number": 7, "series": {"index": [0, 1], "values": [True, False]}}[kind])
        one = marked(check, {"parts": value})
        assert "still `...` in `parts`" in one.message and not one.answered
        (message,) = run_checks(Question(id="1a", title="x", checks=[check]), {"parts": value}).messages
        assert message.startswith("`parts` is not finished yet: there is still `...` in it.")
    assert marked(check_of(), {"answer": 8}).answered
    run = dataclasses.replace(run_of({}), cells=(CellOutcome(3, dots["error"], ""),))
    (cell,) = mark(exercise_of(check_of()), {"1a.1": Expected(7.0)}, run).cell_errors
    assert cell.error.endswith("is still ...: answer that question first.")


@pytest.mark.parametrize("name", exercise_names())
def test_answers_with_nothing_in_them_earn_nothing(name):
    exercise = load_exercise(name)
    variant = default_variant(exercise)
    solved = run_code(exercise, variant.parameters, "solution")
    long = {one: solved[one] for one in exercise.names_checked if isinstance(solved.get(one), pd.DataFrame | pd.Series)}
    for empty in (lambda value: value[:0], lambda value: value[:1].map(lambda _: None)):
        run = run_of({one: empty(value) for one, value in long.items()})
        marks = mark(exercise, answer_key(exercise, variant), run, parameters=variant.parameters)
        assert [(one.id, one.given) for one in marks.checks if one.earned] == []


def test_what_cannot_be_decoded_costs_its_check_only():
    exercise = exercise_of(check_of(), check_of("float(other)"))
    run = Run("finished", "", (), {"answer": {"": 1, "kind": "forged"}, "other": encode(7)}, {}, 0.1, True)
    marks = mark(exercise, {"1a.1": Expected(7.0), "1a.2": Expected(7.0)}, run)
    assert [one.earned for one in marks.checks] == [0, 1]


def test_a_slow_expression_stops_after_its_time():
    exercise = exercise_of(check_of("float(len([x for x in range(answer)]))"), check_of())
    start = time.monotonic()
    marks = mark(exercise, {"1a.1": Expected(7.0), "1a.2": Expected(7.0)}, run_of({"answer": 10**9}), seconds=0.2)
    assert time.monotonic() - start < 2
    assert "too long" in marks.checks[0].message and marks.earned == 0


def test_a_problem_earns_nothing_and_names_its_reason():
    marks = nothing_to_mark(exercise_of(check_of()), "No notebook.", student="a")
    assert (marks.earned, marks.points, marks.graded, marks.message) == (0, 1, False, "No notebook.")


@pytest.mark.parametrize("value", [-(10**4000), "x" * 10**6, [[[[[[[[1]]]]]]]], {"a": {1, 2}}, object(), "a\nb\x1b[1m"])
def test_a_value_is_shown_in_one_short_line(value):
    shown = short(value)
    assert 0 < len(shown) <= marking.GIVEN_LENGTH and shown.isprintable()
