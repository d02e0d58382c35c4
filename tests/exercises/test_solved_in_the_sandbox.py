"""The way of a submission, for every exercise: run in the sandbox, marked outside. Solutions get all, starters none."""

import pytest

from unionstate.exercises.answer_key import answer_key
from unionstate.exercises.mark import job_for, mark
from unionstate.exercises.runner import Limits, Runner
from unionstate.exercises.source import exercise_names, load_exercise
from unionstate.exercises.student_notebook import read_notebook
from unionstate.exercises.variants import draw
from unionstate.notebooks import convert

VARIANTS = 5


@pytest.fixture(scope="module")
def runner():
    with Runner(Limits()) as started:
        yield started


@pytest.mark.parametrize("name", exercise_names())
def test_a_solution_gets_all_points_and_a_starter_none(name, runner):
    exercise = load_exercise(name)
    for number in range(VARIANTS):
        variant = draw(exercise, b"a secret for this test", f"student-{number}")
        key = answer_key(exercise, variant)
        for solution in (True, False):
            text = convert(exercise.file, solution=solution, variant=variant, assigned=True)
            notebook = read_notebook(text.encode())
            assert (notebook.exercise, notebook.token) == (name, variant.token)
            run = runner.run(job_for(exercise, variant, notebook))
            marks = mark(exercise, key, run, parameters=variant.parameters, token=variant.token)
            told = [(one.id, one.message, one.given) for one in marks.checks if bool(one.earned) != solution]
            assert (run.outcome, [cell.error for cell in run.cells if cell.error], told) == ("finished", [], [])
