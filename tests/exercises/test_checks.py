"""checks.yml: what a right answer looks like, and what a faulty file leads to."""

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unionstate.errors import CourseError
from unionstate.exercises.checks import Check, ExerciseChecks, Question, WrongAnswer, load_all_checks, load_checks
from unionstate.paths import exercises_path

GOOD = """\
exercise: small
questions:
  - id: 9a
    title: One number
    checks:
      - expression: int(answer)
        kind: number
        expected: 7
        message: Count again.
        wrong:
          - value: 6
            message: One is missing.
"""


@pytest.fixture(scope="module")
def checks_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exercises") / "small"
    folder.mkdir()
    return folder / "checks.yml"


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("exercise: small", "exercise: other", ":1: 'exercise' is 'other', the folder is 'small'. Give both the same"),
        (
            "message: Count again.",
            "mesage: Count again.",
            "checks.yml:9: Unknown key 'mesage'. Did you mean 'message'?",
        ),
        ("id: 9a", "id: nine", "checks.yml:3: 'id' is 'nine'. Use the number of the chapter and a letter: 4a."),
        ("expected: 7", "expected: seven", "checks.yml:6: 'seven' is no number: write a number."),
        ("value: 6", "value: 7", "the wrong answer 7 is the expected one"),
        ("int(answer)", "int(answer", "is no Python"),
        ("expected: 7", "expected: 2016-13-45", "checks.yml:8: This value cannot be read"),
        ("    title", "\ttitle", "checks.yml:4: There is a tab here"),
        (
            "    title: One number",
            "    title: One number\n    title: Two",
            "checks.yml:5: The key 'title' stands twice",
        ),
        ("kind: number", "kind: numbr", "checks.yml:7: 'kind': input should be"),
        ("        expected: 7\n", "", "checks.yml:6: a public check needs 'expected'"),
        ("expected: 7", "expected: 7\n        public: false", "the question 9a has no public check"),
        ("expected: 7", "expected: 7\n        points: 0", "checks.yml:9: 'points': input should be greater than 0."),
        ("expected: 7", "expected: 7\n        inputs: [[1]]", "a check of a function, and no other, needs 'inputs'"),
        ("kind: number", "kind: function", "a check of a function, and no other, needs 'inputs'"),
        ("kind: number\n        expected: 7", "kind: figure\n        expected: {titel: true}", "did you mean title"),
        ("kind: number\n        expected: 7", "kind: figure\n        expected: {axes: two}", "'two' does not fit"),
        ("kind: number\n        expected: 7", "kind: figure\n        public: false", "a check of a figure needs"),
        ("value: 6", "reference: 6 +", "the expression '6 +' is no Python"),
        ("          - value: 6\n            message", "          - message", "needs 'value' or 'reference'"),
        (GOOD, "", "checks.yml:1: The file has no exercise. Start it with 'exercise:'."),
        (GOOD, "exercise: \xff", "checks.yml:1: Not UTF-8 text"),
        (GOOD, "a: \0", "checks.yml:1: Not YAML"),
    ],
)
def test_a_fault_is_told_with_the_file_and_the_place(checks_file, old, new, said):
    assert old in GOOD
    checks_file.write_bytes(GOOD.replace(old, new).encode("latin-1"))
    with pytest.raises(CourseError) as caught:
        load_checks(checks_file)
    assert said in str(caught.value) and str(caught.value).startswith(str(checks_file))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CourseError, match="checks.yml: The file of checks cannot be read"):
        load_checks(tmp_path / "checks.yml")


@given(st.integers(0, len(GOOD)), st.integers(0, 20), st.text(max_size=8))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_changed_anywhere_loads_or_gives_a_course_error(checks_file, start, length, new):
    checks_file.write_bytes((GOOD[:start] + new + GOOD[start + length :]).encode("utf-8", "surrogatepass"))
    try:
        assert isinstance(load_checks(checks_file), ExerciseChecks)
    except CourseError as problem:
        assert str(checks_file) in str(problem)


def check_for(kind: str, expected, **more) -> Check:
    return Check(expression="answer", kind=kind, expected=expected, message="Look again.", **more)


@pytest.mark.parametrize(
    "kind, expected, value, same",
    [
        ("number", 2.5, 2.54, True), ("number", 2.5, 2.56, False), ("number", 2.5, "2.5", False),
        ("number", 2.5, [2.5], False), ("number", 2.5, float("nan"), False), ("number", 2.5, 10**400, False),
        ("text", "a b", " a b\n", True), ("text", "a", "A", False), ("text", "7", 7, False),
        ("text", "a", ["a"], False),
        ("list", [1, 2], [1, 2], True), ("list", [1, 2], [2, 1], False), ("list", [1, 2], [1], False),
        ("list", [1, 2], 1, False), ("list", [1, 2], [[1], [2]], False), ("list", ["1"], [1], False),
        ("set", ["a", "b"], ["b", "a", "a"], True), ("set", ["a", "b"], ["a"], False), ("set", ["a"], "a", False),
    ],
)  # fmt: skip
def test_values_are_compared_as_the_kind_says(kind, expected, value, same):
    assert check_for(kind, expected, tolerance=0.05).matches(value, expected) is same


def test_two_questions_with_one_id_are_refused(tmp_path, monkeypatch):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "checks.yml").write_text(GOOD.replace("small", name))
    monkeypatch.setattr("unionstate.exercises.checks.exercises_path", lambda: tmp_path)
    with pytest.raises(CourseError, match="two.checks.yml: Two questions have the id '9a'"):
        load_all_checks()


@pytest.mark.parametrize("question", load_all_checks().values(), ids=lambda question: question.id)
def test_every_foreseen_wrong_answer_of_the_book_is_told_more_than_the_others(question):
    for check in question.checks:
        assert check.wrong or check.kind in {"series", "table", "function", "figure"}
        assert check.message not in [wrong.message for wrong in check.wrong]
        assert len({yaml.safe_dump([one.value, one.reference]) for one in check.wrong}) == len(check.wrong)


@pytest.mark.parametrize("file", sorted(exercises_path().glob("*/checks.yml")), ids=lambda file: file.parent.name)
def test_hidden_checks_hold_at_least_half_of_the_points(file):
    checks = [check for question in load_checks(file).questions for check in question.checks]
    hidden = sum(check.points for check in checks if not check.public)
    assert hidden >= sum(check.points for check in checks) / 2


def test_learners_get_neither_hidden_checks_nor_references_nor_points():
    wrong = [WrongAnswer(value=1, reference="n - 1", message="One less."), WrongAnswer(reference="n", message="No.")]
    shown = Check(expression="n", kind="number", expected=2, reference="m", points=3, message="Look.", wrong=wrong)
    secret = Check(expression="k", kind="number", public=False, message="Think.")
    checks = ExerciseChecks(exercise="small", questions=[Question(id="1a", title="A", checks=[secret, shown])])
    assert checks.for_learners()["questions"][0]["checks"] == [
        {
            "expression": "n",
            "kind": "number",
            "expected": 2,
            "message": "Look.",
            "wrong": [{"value": 1, "message": "One less."}],
        }
    ]
    assert ExerciseChecks.model_validate(checks.for_learners()).questions[0].checks[0].expected == 2
