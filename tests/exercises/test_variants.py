"""Every variant of every exercise can be solved, asks for something, and is not solved by the starter."""

from functools import cache

import pytest

from unionstate.cli import main
from unionstate.errors import CourseError
from unionstate.exercises.answer_key import answer_key, assert_starter_earns_nothing
from unionstate.exercises.source import exercise_names, holds, load_exercise, parameter_text
from unionstate.exercises.variants import Variant, all_variants, default_variant, draw, space

NAMES = exercise_names()
SECRET = bytes(range(32))
DRAWS = 1000


@pytest.fixture(scope="module", params=NAMES)
def drawn(request):
    """An exercise and the different variants among 1,000 draws."""
    return _drawn(request.param)


@cache
def _drawn(name):
    exercise = load_exercise(name)
    variants = {}
    for number in range(DRAWS):
        variant = draw(exercise, SECRET, f"student-{number}")
        variants[repr(variant.parameters)] = variant
    return exercise, list(variants.values())


@cache
def _keys(name):
    """The answers of each of these variants: worked out once for all tests of an exercise (see tests/conftest.py)."""
    exercise, variants = _drawn(name)
    return [answer_key(exercise, variant) for variant in variants]


def test_a_thousand_draws_can_be_solved(drawn):
    exercise, variants = drawn
    # raises if the reference misses a point, or if an answer is missing, empty or a foreseen wrong one
    keys = _keys(exercise.name)
    assert len(keys) == len(variants)
    for key in keys:
        assert set(key) == set(exercise.checks)


def test_the_starters_of_a_hundred_variants_give_nothing_away(drawn):
    exercise, variants = drawn
    for variant in [default_variant(exercise), *variants[:100]]:
        assert_starter_earns_nothing(exercise, variant)  # raises if it gets a point


def test_the_default_keeps_what_checks_yml_says(drawn):
    exercise, _ = drawn
    key = answer_key(exercise, default_variant(exercise))
    for id_, check in exercise.checks.items():
        assert check.expected is None or check.kind == "figure" or check.matches(key[id_].value, check.expected)


def test_what_is_drawn_meets_the_constraints_and_is_never_the_default(drawn):
    exercise, variants = drawn
    for variant in variants:
        assert holds(exercise.constraints, variant.parameters) and variant.parameters != exercise.defaults
        assert all(variant.parameters[name] in one.values for name, one in exercise.parameters.items())


def test_a_published_solution_gives_away_the_method_and_not_the_answers(drawn):
    exercise, variants = drawn
    assert len(variants) >= 20, space(exercise)
    default = answer_key(exercise, default_variant(exercise))
    points = {id_: check.points for id_, check in exercise.checks.items() if not check.public}
    shares = []
    for key in _keys(exercise.name):
        same = sum(points[id_] for id_ in points if exercise.checks[id_].matches(default[id_].value, key[id_].value))
        shares.append(same / sum(points.values()))
    assert sum(shares) / len(shares) <= 0.75


def test_the_same_secret_gives_the_same_variant_and_another_one_another():
    exercise = load_exercise("the-implied-gas-subsidy")
    assert draw(exercise, SECRET, "Ada") == draw(exercise, SECRET, "Ada")
    assert draw(exercise, SECRET, "Ada").token != draw(exercise, SECRET, "Eve").token
    others = {repr(draw(exercise, bytes([n]) * 32, "Ada").parameters) for n in range(50)}
    assert len(others) > 30


def test_a_draw_is_the_same_on_every_machine():
    variant = draw(load_exercise("the-implied-gas-subsidy"), SECRET, "Ada")
    assert variant.token == "27gy6ivh"
    assert variant.parameters == {
        "window": [2009, 2018],
        "year": 2008,
        "later_year": 2011,
        "period": [2012, 2016],
        "countries": ["Lithuania", "Latvia", "Western Europe"],
    }


def test_draws_spread_over_all_variants():
    exercise = load_exercise("the-implied-gas-subsidy")
    found = {repr(draw(exercise, SECRET, str(number)).parameters) for number in range(3000)}
    assert found == {repr(one) for one in all_variants(exercise)}


def small(tmp_path, monkeypatch, matter: str, cell: str, prose: str = "", checks: str = "") -> str:
    """An exercise of one question in a folder of its own."""
    folder = tmp_path / "small"
    folder.mkdir(exist_ok=True)
    (folder / "exercise.md").write_text(
        "---\n"
        "jupytext:\n  text_representation: {extension: .md, format_name: myst}\n"
        "kernelspec: {name: python3, display_name: Python 3, language: python}\n"
        f"exercise:\n  chapter: when-was-this-written\n  objectives: [LO1]\n  minutes: 10\n{matter}---\n\n"
        f"# Small\n\nTwice. {prose}\n\n"
        f"```{{code-cell}} python\n:tags: [parameters]\n{cell}\n```\n\n"
        "```{code-cell} python\n:tags: [starter]\nanswer = ...\n```\n\n"
        "```{code-cell} python\n:tags: [solution, remove-cell]\nanswer = 100 / (n - 4)\n```\n"
    )
    (folder / "checks.yml").write_text(
        "exercise: small\nquestions:\n  - id: 9a\n    title: Twice\n    checks:\n"
        "      - expression: float(answer)\n        kind: number\n        expected: -100\n"
        f"        message: Look again.\n{checks}"
    )
    monkeypatch.setattr("unionstate.exercises.source.exercises_path", lambda: tmp_path)
    return "small"


DECLARED = "  parameters:\n    n: {from: 3, to: 6}\n"


def test_a_list_stands_in_prose_as_in_a_sentence():
    parameters = {"one": ["Latvia"], "two": [0.8, 0.6], "three": ["Ukraine", "Lithuania", "Latvia"], "year": 2006}
    shown = [parameter_text(name, parameters) for name in ("one", "two", "three", "two[1:]", "year - 1")]
    assert shown == ["Latvia", "0.8 and 0.6", "Ukraine, Lithuania and Latvia", "0.6", "2005"]


@pytest.mark.parametrize(
    "matter, cell, prose, said",
    [
        (DECLARED, "n = 7", "", "exercise.md:19: The default of 'n', 7, is none of its values."),
        (DECLARED, "n = 3.0", "", "exercise.md:19: The default of 'n', 3.0, is none of its values."),
        (DECLARED, "m = 3", "", "exercise.md:19: 'm' is no declared parameter."),
        (DECLARED, "n = 3\nk = n", "", "exercise.md:20: The parameters cell holds more than 'name = value' lines."),
        (DECLARED, "n = 3", "{param}`nn`", "exercise.md:15: There is no parameter 'nn'. Did you mean n?"),
        (DECLARED, "n = 3", "{param}`n / 0`", "exercise.md:15: 'n / 0' cannot be computed (Zero"),
        (DECLARED + "  constraints: [n > 3]\n", "n = 3", "", "exercise.md:11: The constraint 'n > 3' does not fit"),
        (DECLARED + "  constraints: [k > 3]\n", "n = 3", "", "exercise.md:11: The constraint 'k > 3' does not fit"),
        (DECLARED + "  constraints:\n  - n < 4\n  - n > 3\n", "n = 3", "", "exercise.md:13: The constraint 'n > 3'"),
        ("", "n = 3", "", "There are 1 cells tagged 'parameters'; the front matter declares 0 parameters."),
        ("  parameters:\n    n: {from: 6, to: 3}\n", "n = 3", "", "exercise.md:10: Front matter"),
        ("  parameters:\n    n: {from: 6, to: 3}\n", "n = 3", "", "'from' and 'to' go together, the smaller one first"),
        ("  parameters:\n    n: {from: 6}\n", "n = 3", "", "'from' and 'to' go together"),
        ("  parameters:\n    n: {}\n", "n = 3", "", "a parameter needs 'choices', or 'from' and 'to'"),
    ],
)  # fmt: skip
def test_a_fault_in_the_source_is_told_with_its_place(tmp_path, monkeypatch, matter, cell, prose, said):
    with pytest.raises(CourseError) as caught:
        load_exercise(small(tmp_path, monkeypatch, matter, cell, prose))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "n, checks, said",
    [
        (4, "", "The solution stops with ZeroDivisionError: division by zero (n = 4)."),
        (5, "        wrong: [{reference: 500 / n, message: No.}]\n", "n = 5: wrong answer 1 is the right one, 100.0."),
        (5, "        reference: float('nan')\n", "Check 9a.1 of small, n = 5: the answer, or a part of it, is nan."),
        (5, "        reference: answer[0]\n", "no answer (TypeError: 'float' object is not subscriptable)"),
        (3, "        reference: 1 + answer\n", "n = 3: 'expected' is -100, the reference gives -99.0."),
        (5, "        wrong: [{reference: 1 / 0, message: No.}]\n", "wrong answer 1 cannot be computed (Zero"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_asked_for_is_refused(tmp_path, monkeypatch, n, checks, said):
    exercise = load_exercise(small(tmp_path, monkeypatch, DECLARED, "n = 3", checks=checks))
    with pytest.raises(CourseError) as caught:
        answer_key(exercise, Variant({"n": n}))
    assert said in str(caught.value)


def test_a_starter_that_holds_the_answer_is_refused(tmp_path, monkeypatch):
    name = small(tmp_path, monkeypatch, DECLARED, "n = 3")
    file = tmp_path / name / "exercise.md"
    file.write_text(file.read_text().replace("answer = ...", "answer = -100"))
    with pytest.raises(CourseError, match="the starter passes without an answer"):
        assert_starter_earns_nothing(load_exercise(name), Variant({"n": 3}))


def test_an_exercise_with_nothing_but_its_default_cannot_be_drawn(tmp_path, monkeypatch):
    matter = DECLARED + "  constraints: [n < 4]\n"
    exercise = load_exercise(small(tmp_path, monkeypatch, matter, "n = 3"))
    assert space(exercise) == "no variants"
    with pytest.raises(CourseError, match="exercise.md:9: No combination of parameters besides the default"):
        draw(exercise, SECRET, "Ada")


def test_a_space_too_large_to_list_is_drawn_from_all_the_same(tmp_path, monkeypatch):
    many = "".join(f"    n{place}: {{from: 1, to: 100, step: 0.1}}\n" for place in range(3))
    matter = f"  parameters:\n    n: {{from: 3, to: 6}}\n{many}  constraints: [n0 < n1]\n"
    exercise = load_exercise(small(tmp_path, monkeypatch, matter, "n = 3\nn0 = 1.0\nn1 = 2.0\nn2 = 1.0"))
    drawn = [draw(exercise, SECRET, str(number)).parameters for number in range(200)]
    assert all(one["n0"] < one["n1"] for one in drawn) and len({repr(one) for one in drawn}) == 200
    assert space(exercise) == "up to 3,892,969,084 variants"


def test_the_command_solves_every_variant_and_tells_what_it_found(tmp_path, monkeypatch, capsys):
    small(tmp_path, monkeypatch, DECLARED, "n = 3")
    assert main(["exercise", "check", "small"]) == 1
    said = capsys.readouterr()
    assert said.err.splitlines()[0].endswith("The solution stops with ZeroDivisionError: division by zero (n = 4).")
    small(tmp_path, monkeypatch, "  parameters:\n    n: {choices: [3, 5, 7]}\n", "n = 3", prose="Again.")
    assert main(["exercise", "check"]) == 0
    said = capsys.readouterr().out
    assert said == "small: 2 variants, 3 tried, no fault found; 0 of 1 points are hidden.\n"


@pytest.mark.parametrize(
    "name, said", [("the-implied-gas-subsidi", "Did you mean the-implied-gas-subsidy?"), ("../x", "There are: a-note")]
)
def test_an_unknown_exercise_leads_to_those_there_are(name, said):
    with pytest.raises(CourseError) as caught:
        load_exercise(name)
    assert said in str(caught.value)
