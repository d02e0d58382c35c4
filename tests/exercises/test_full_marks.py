"""Reference solutions earn full marks and starters none, all the way: notebook, sandbox, plain data, marks."""

import pytest
from sandboxes import NO_SANDBOX

from unionstate.exercises.answer_key import answer_key
from unionstate.exercises.mark import job_for, mark
from unionstate.exercises.runner import Runner
from unionstate.exercises.source import exercise_names, load_exercise
from unionstate.exercises.student_notebook import read_notebook
from unionstate.exercises.variants import default_variant, draw
from unionstate.notebooks import convert

pytestmark = NO_SANDBOX
DRAWS = 4  # of each exercise; what needs no sandbox is tested on many more


@pytest.fixture(scope="module")
def runner():
    with Runner() as runner:
        yield runner


@pytest.mark.parametrize("name", exercise_names())
def test_solutions_earn_all_and_starters_nothing(name, runner):
    exercise = load_exercise(name)
    for variant in [default_variant(exercise), *(draw(exercise, b"secret" * 6, str(one)) for one in range(DRAWS))]:
        key = answer_key(exercise, variant)
        for is_solution in (True, False):
            text = convert(exercise.file, solution=is_solution, variant=variant, assigned=True)
            notebook = read_notebook(text.encode())
            assert (notebook.exercise, notebook.token) == (name, variant.token)
            run = runner.run(job_for(exercise, variant, notebook))
            marks = mark(exercise, key, run, parameters=variant.parameters)
            assert (run.outcome, marks.cell_errors) == ("finished", ())
            assert marks.earned == is_solution * marks.points
            unlike = [
                one for one in marks.checks if bool(one.earned) != is_solution or bool(one.message) == is_solution
            ]
            assert unlike == []
