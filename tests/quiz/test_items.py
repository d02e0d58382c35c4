"""Items: what a score is worth, and that the book's items explain every answer."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from unionstate.quiz.items import Commit, Multiple, Option, Single, is_reference_to_article, score
from unionstate.quiz.load import load_all

KINDS = {"single": Single, "multiple": Multiple, "commit": Commit}
BOOK = [item for quiz in load_all().values() for item in quiz.items]


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
    return st.sets(st.integers(0, len(item.options) - 1))


@given(marked_items().flatmap(lambda item: st.tuples(st.just(item), answers(item))))
def test_a_score_lies_between_0_and_1_and_is_1_for_the_right_answer_alone(case):
    item, chosen = case
    assert 0 <= score(item, chosen) <= 1
    assert (score(item, chosen) == 1) == (chosen == item.right)


@given(marked_items())
def test_choosing_everything_or_nothing_does_not_pay(item):
    assert score(item, range(len(item.options))) == 0
    assert score(item, []) == 0


@given(marked_items().flatmap(lambda item: st.tuples(st.just(item), answers(item))))
def test_a_wrong_choice_never_raises_the_score(case):
    item, chosen = case
    for place in range(len(item.options)):
        if place not in item.right:
            assert score(item, chosen | {place}) <= score(item, chosen)


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
    places = range(len(item.options))
    sizes = range(1, len(places) + 1 if item.type == "multiple" else 2)
    wrong_ways = [way for size in sizes for way in combinations(places, size) if score(item, way) != 1]
    messages = {tuple(item.options[place].feedback for place in way) for way in wrong_ways}
    assert len(messages) == len(wrong_ways) >= len(places) - 1
    assert len({option.feedback for option in item.options}) == len(places)
    assert all(feedback != item.options[place].text for place, feedback in enumerate(o.feedback for o in item.options))


@pytest.mark.parametrize("item", [item for item in BOOK if item.type != "commit"], ids=lambda item: item.id)
def test_a_wrong_option_names_its_misconception_and_a_right_one_none(item):
    assert [option.misconception is None for option in item.options] == [option.correct for option in item.options]
