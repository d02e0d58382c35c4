"""Items: what a score is worth, and that the book's items explain every answer."""

import pytest
from answering import wrong_ways
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from small_quiz import EVERY_TYPE

from unionstate.quiz.items import Commit, Multiple, Option, Single, is_reference_to_article
from unionstate.quiz.judge import judge, score
from unionstate.quiz.load import load_all

KINDS = {"single": Single, "multiple": Multiple, "commit": Commit}
BOOK = [item for quiz in load_all().values() for item in quiz.items] + EVERY_TYPE.items


def build(kind: str, right: set[int], size: int):
    options = [Option(text=f"Option {n}", feedback=f"Because {n}", correct=n in right) for n in range(size)]
    return KINDS[kind](
        id="one", type=kind, part="section", objective="LO1", source=["3"], prompt="Which?", options=options
    )


@st.composite
def marked_items(draw):
    size = draw(st.integers(2, 9))
    if draw(st.booleans()):
        return build("single", {draw(st.integers(0, size - 1))}, size)
    return build("multiple", draw(st.sets(st.integers(0, size - 1), min_size=1, max_size=size - 1)), size)


def answers(item):
    return st.sets(st.integers(0, len(item.options) - 1), min_size=1)


@given(marked_items().flatmap(lambda item: st.tuples(st.just(item), answers(item))))
def test_a_score_lies_between_0_and_1_and_is_1_for_the_right_answer_alone(case):
    item, chosen = case
    assert 0 <= score(item, chosen) <= 1
    assert (score(item, chosen) == 1) == (chosen == item.right)


@given(marked_items())
def test_choosing_everything_does_not_pay_and_nothing_is_no_answer(item):
    assert score(item, range(len(item.options))) == 0
    with pytest.raises(ValueError, match="choose from the options"):
        score(item, [])


@given(marked_items().flatmap(lambda item: st.tuples(st.just(item), answers(item))))
def test_a_wrong_choice_never_raises_the_score(case):
    item, chosen = case
    for place in range(len(item.options)):
        if place not in item.right:
            assert score(item, sorted(chosen | {place})) <= score(item, sorted(chosen))


@pytest.mark.parametrize(
    "kind, right, chosen, expected",
    [
        ("single", {1}, [1], 1), ("single", {1}, [0], 0), ("single", {1}, [0, 1], 0),
        ("multiple", {0, 1}, [0], 0.5), ("multiple", {0, 1}, [0, 2], 0), ("multiple", {0, 1}, [0, 1, 2], 0),
        ("multiple", {0, 1}, [0, 0], 0.5), ("commit", set(), [2], None),
    ],
)  # fmt: skip
def test_the_score_is_the_share_of_right_options_minus_the_share_of_wrong_ones(kind, right, chosen, expected):
    assert score(build(kind, right, 3), chosen) == expected


@pytest.mark.parametrize("place", [-1, 3])
@pytest.mark.parametrize("kind, right", [("single", {0}), ("commit", set())])
def test_an_option_that_is_not_there_cannot_be_chosen(kind, right, place):
    with pytest.raises(ValueError, match="options 0 to 2"):
        score(build(kind, right, 3), [place])


@pytest.mark.parametrize("kind, right", [("single", set()), ("single", {0, 1}), ("multiple", set()), ("commit", {1})])
def test_the_right_options_must_fit_the_type(kind, right):
    with pytest.raises(ValidationError, match="right option|correct: true"):
        build(kind, right, 3)


def test_options_may_differ_in_a_sign_alone():
    options = [Option(text=text, feedback="Why", correct=text == "+2") for text in ("+2", "-2", "2", "20", "0.2")]
    item = {"id": "a", "type": "single", "part": "section", "objective": "LO1", "source": ["3"], "prompt": "?"}
    assert len(Single(**item, options=options).options) == 5


def test_the_version_follows_what_the_reader_answers_to():
    item = build("single", {0}, 3)
    assert item.version == build("single", {0}, 3).version
    assert item.version == item.model_copy(update={"hints": ["Look."]}).version
    assert item.version != item.model_copy(update={"prompt": "Which one?"}).version
    assert len({item.version, build("single", {1}, 3).version, build("single", {0}, 4).version}) == 3


@pytest.mark.parametrize("reference, expected", [("0", True), ("7", True), ("3.2", True), ("8", False), ("C01", False)])
def test_a_reference_to_the_article_is_known_from_others(reference, expected):
    assert is_reference_to_article(reference) is expected


@pytest.mark.parametrize("item", BOOK, ids=lambda item: item.id)
def test_every_wrong_way_to_answer_has_a_message_of_its_own(item):
    ways = wrong_ways(item)
    assert ways
    for way in ways:
        assert judge(item, way).lines
    spoken = {line.feedback for line in item.lines}
    assert len(spoken) == len(item.lines)
    reached = {place for way in ways for place in judge(item, way).lines}
    # every line but those of the right answer answers some wrong way
    assert {place for place, line in enumerate(item.lines) if line.right is False} <= reached


@pytest.mark.parametrize("item", [item for item in BOOK if item.marked], ids=lambda item: item.id)
def test_a_wrong_line_names_its_misconception_and_a_right_one_none(item):
    for line in item.lines:
        if line.right is not None:
            assert (line.misconception is None) == line.right, line.label
