"""Reference solutions earn full marks and starters none, all the way: cells, sandbox, plain data, marks."""

import pytest
from sandboxes import NO_SANDBOX

from unionstate.exercises.answer_key import answer_key
from unionstate.exercises.mark import job_for, mark
from unionstate.exercises.runner import Runner
from unionstate.exercises.runs import Cell
from unionstate.exercises.source import exercise_names, load_exercise
from unionstate.exercises.student_notebook import StudentNotebook
from unionstate.exercises.variants import default_variant, draw

pytestmark = NO_SANDBOX
DRAWS = 3  # of each exercise; what needs no sandbox is tested on many more


@pytest.fixture(scope="module")
def runner():
    with Runner() as runner:
        yield runner


@pytest.mark.parametrize("name", exercise_names())
def test_solutions_earn_all_and_starters_nothing(name, runner):
    exercise = load_exercise(name)
    for variant in [default_variant(exercise), *(draw(exercise, b"secret" * 6, str(one)) for one in range(DRAWS))]:
        key = answer_key(exercise, variant)
        for use, share in (("solution", 1), ("starter", 0)):
            code = exercise.code(use, variant.parameters)
            cells = tuple(Cell(number, cell.source) for number, cell in enumerate(code, start=1))
            run = runner.run(job_for(exercise, variant, StudentNotebook(cells, "", "")))
            marks = mark(exercise, key, run, parameters=variant.parameters)
            assert (run.outcome, marks.cell_errors) == ("finished", ())
            assert marks.earned == share * marks.points, [
                one for one in marks.checks if one.earned != one.points * share
            ]
            assert all(bool(one.message) != bool(share) for one in marks.checks)
