"""checks.yml: what a right answer looks like, and what a faulty file leads to."""

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unionstate.errors import CourseError
from unionstate.exercises.checks import Check, ExerciseChecks, load_all_checks, load_checks

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
        ("exercise: small", "exercise: other", "'exercise' is 'other', the folder is 'small'. Give both the same"),
        ("message: Count again.", "mesage: Count again.", "questions.0.checks.0.mesage"),
        ("id: 9a", "id: nine", "questions.0.id"),
        ("expected: 7", "expected: seven", "'seven' is no number"),
        ("value: 6", "value: 7", "the wrong answer 7 is the expected one"),
        ("int(answer)", "int(answer", "is no Python"),
        ("expected: 7", "expected: 2016-13-45", "Not YAML"),
        ("    title", "\ttitle", "checks.yml:4: Not YAML"),
        (GOOD, "", "valid dictionary"),
        (GOOD, "exercise: \xff", "cannot be read"),
        (GOOD, "a: \0", "Not YAML"),
    ],
)
def test_a_fault_is_told_with_the_file_and_the_place(checks_file, old, new, said):
    assert old in GOOD
    checks_file.write_bytes(GOOD.replace(old, new).encode("latin-1"))
    with pytest.raises(CourseError) as caught:
        load_checks(checks_file)
    assert said in str(caught.value) and str(caught.value).startswith(str(checks_file))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CourseError, match="checks.yml: The checks cannot be read"):
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
        assert check.wrong and check.message not in [wrong.message for wrong in check.wrong]
        assert len({yaml.safe_dump(wrong.value) for wrong in check.wrong}) == len(check.wrong)
