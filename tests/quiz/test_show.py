"""The widget of a notebook: what the browser records becomes answers, attempts and scores."""

import pytest
import traitlets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_quiz import QUIZ

from unionstate.errors import CourseError
from unionstate.quiz import quiz
from unionstate.quiz.load import load_all
from unionstate.quiz.show import QuizWidget


def record(*chosen: int, checked: bool = True, attempts: int = 1) -> dict:
    """What quiz.js keeps for an item."""
    return {"version": "0", "chosen": list(chosen), "checked": checked, "attempts": attempts}


@pytest.fixture
def widget() -> QuizWidget:
    return QuizWidget(QUIZ.items)


def test_checked_answers_become_traits(widget):
    widget.records = {"first-item": record(0), "second-item": record(2, 0, attempts=3), "third-item": record(1)}
    assert widget.answers == {"first-item": [0], "second-item": [0, 2], "third-item": [1]}
    assert widget.attempts == {"first-item": 1, "second-item": 3, "third-item": 1}
    assert widget.score == {"first-item": 1.0, "second-item": 0.0}


def test_a_later_answer_replaces_the_earlier(widget):
    widget.records = {"first-item": record(1)}
    assert widget.score == {"first-item": 0.0}
    widget.records = {"first-item": record(0, attempts=2)}
    assert widget.answers == {"first-item": [0]}
    assert widget.attempts == {"first-item": 2}
    assert widget.score == {"first-item": 1.0}


def test_a_choice_counts_only_once_checked(widget):
    widget.records = {"first-item": record(0, checked=False, attempts=0)}
    assert (widget.answers, widget.attempts, widget.score) == ({}, {}, {})


def test_learners_read_the_traits_and_cannot_set_them(widget):
    for name in ("answers", "attempts", "score", "html"):
        with pytest.raises(traitlets.TraitError):
            setattr(widget, name, {})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 3) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)
odd_records = st.fixed_dictionaries({}, optional=dict.fromkeys(record(), json_values))


@given(odd_records | json_values)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_record_that_fits_no_answer_is_left_aside(widget, odd):
    widget.records = {"first-item": odd, "nobody": record(0), "second-item": record(0, 1)}
    assert widget.score["second-item"] == 1.0 and "nobody" not in widget.answers
    assert set(widget.answers.get("first-item", [])) <= {0, 1}
    assert widget.answers.keys() == widget.attempts.keys()


@pytest.mark.parametrize("odd", [record(7), record(-1), {"checked": True}, {**record(0), "attempts": None}, "x", None])
def test_a_known_kind_of_bad_record_gives_no_answer(widget, odd):
    widget.records = {"first-item": odd}
    assert (widget.answers, widget.attempts, widget.score) == ({}, {}, {})


def test_a_quiz_is_shown_by_chapter_items_or_part():
    name, book = next(iter(load_all().items()))
    first, second = book.items[:2]
    assert all(f'data-item="{item.id}"' in quiz(name).html for item in book.items)
    shown = quiz(name, second.id).html
    assert f'data-item="{second.id}"' in shown and f'data-item="{first.id}"' not in shown
    assert quiz(name, part="closing").html.count("data-item") == len(book.part("closing"))


@pytest.mark.parametrize(
    "arguments, part, said",
    [
        (["when-was-this-writen"], None, "Did you mean when-was-this-written?"),
        (["when-was-this-written", "no-such-item"], None, "no item 'no-such-item'"),
        (["when-was-this-written"], "middle", "before, section, closing"),
        (["when-was-this-written", "stamp-twin"], "closing", "not both"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(arguments, part, said):
    with pytest.raises(CourseError) as caught:
        quiz(*arguments, part=part)
    assert said in str(caught.value)
