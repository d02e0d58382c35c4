"""Which items a page or a cell gets."""

import pytest
from small_quiz import ITEMS, QUIZ

from unionstate.errors import CourseError
from unionstate.quiz.items import Quiz
from unionstate.quiz.select import block_label, select_items


@pytest.mark.parametrize(
    "ids, part, expected",
    [
        ([], None, ["first-item", "second-item", "third-item"]),
        (["third-item", "first-item"], None, ["third-item", "first-item"]),
        ([], "closing", ["second-item"]),
    ],
)
def test_items_come_by_id_in_the_order_asked_for_or_by_part(ids, part, expected):
    assert [item.id for item in select_items(QUIZ, ids, part)] == expected


@pytest.mark.parametrize(
    "ids, part, said",
    [
        (["frist-item"], None, "no item 'frist-item' in this quiz. Did you mean 'first-item'?"),
        (["zzz"], None, "no item 'zzz'"),
        ([], "end", "no part 'end'. Use one of: before, section, closing."),
        ([], "", "no part ''"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(ids, part, said):
    with pytest.raises(CourseError) as caught:
        select_items(QUIZ, ids, part)
    assert said in str(caught.value)


def test_a_part_without_items_is_said():
    with pytest.raises(CourseError, match="no items with 'part: closing'"):
        select_items(Quiz(items=[ITEMS["single"]]), [], "closing")


def test_the_label_of_a_block_says_what_it_holds():
    assert block_label(QUIZ.items) == "Quiz of 3 questions"
    assert block_label([ITEMS["single"]]) == "Question"
    assert block_label([ITEMS["commit"]]) == "Before you read"
