"""Advice on items: each rule fires on what it warns of and is silent otherwise; the book's own quizzes need none."""

from __future__ import annotations

import pytest

from unionstate.quiz.advice import advise
from unionstate.quiz.items import Quiz
from unionstate.quiz.load import load_all


def quiz(*items: dict) -> Quiz:
    return Quiz.model_validate({"items": list(items)})


def single(*texts: str, right: int = 0, prompt: str = "Which holds?", name: str = "one", kind: str = "single") -> dict:
    options = [{"text": text, "feedback": "Because.", "correct": place == right} for place, text in enumerate(texts)]
    return {
        "id": name,
        "type": kind,
        "part": "closing",
        "objective": "LO1",
        "source": ["1"],
        "prompt": prompt,
        "options": options,
    }


def said(*items: dict) -> str:
    return "\n".join(map(str, advise(quiz(*items))))


def test_a_plain_item_gets_no_advice() -> None:
    assert said(single("In May of that year", "In June of that year", "In July of that year")) == ""


def test_a_right_option_that_is_by_far_the_longest() -> None:
    long = "Only after the two governments had signed the protocol of that year"
    assert "one: The right option is by far the longest." in said(single(long, "Before that", "Never"))
    assert said(single(long, "Before that", "Never", right=1)) == ""


@pytest.mark.parametrize(
    "text",
    ["All of the above", "All the above", "none of the above.", "Both of these", "A and C", "All answers are right"],
)
def test_catch_all_options(text: str) -> None:
    assert "or the like" in said(single("First reason", text, "Third reason"))


@pytest.mark.parametrize(
    ("prompt", "warned"),
    [
        ("Which is not a claim?", True),
        ("Which claim isn't supported?", True),
        ("Which cannot be told from the table?", True),
        ("Which is incorrect?", True),
        ("Which is *incorrect*?", False),
        ("Does it matter whether or not he came?", False),
        ("Who said «I do not know»?", False),
        ("Which is *not* a claim?", False),
        ("Which is NOT a claim?", False),
        ("He did not come. What follows?", False),
        ("Who wrote “it is not true”?", False),
        ("Which is a claim?", False),
    ],
)
def test_negative_questions_without_emphasis(prompt: str, warned: bool) -> None:
    assert ("negative" in said(single("One thing", "Another thing", prompt=prompt))) is warned


def test_an_option_inside_another() -> None:
    found = said(single("Before May 2012", "Not before May 2012, and not after it", "After 2020"))
    assert "Option 1 is contained in option 2." in found


@pytest.mark.parametrize(
    ("texts", "warned"),
    [
        (["10 to 20", "15 to 25", "30 to 40"], True),
        (["10 to 20 %", "20 to 30 %", "over 30 %"], True),
        (["more than 1,000", "more than 2,000", "fewer than 5"], True),
        (["In 2014", "In 2014 or 2015", "In 2016"], True),
        (["up to 10", "11 to 20", "more than 20"], False),
        (["less than 10", "at least 10"], False),
        (["10 to 20 years", "10 to 20 months"], False),
        (["8 June to 14 June", "11 June to 17 June"], False),
        (["In 2014", "In 2015", "In 2016"], False),
    ],
)
def test_options_that_overlap(texts: list[str], warned: bool) -> None:
    assert ("Make the options exclusive." in said(single(*texts))) is warned


def test_a_favourite_place_and_a_favourite_length() -> None:
    items = [single("Right one here", "Wrong one", "Wrong two", right=0, name=f"i{n}") for n in range(6)]
    found = said(*items)
    assert "6 of 6 right options stand in place 1." in found
    assert "In 6 of 6 items the right option is the longest." in found
    assert said(*items[:5]) == ""


def test_the_books_own_quizzes_need_no_advice() -> None:
    assert {name: [str(one) for one in advise(found)] for name, found in load_all().items() if advise(found)} == {}
