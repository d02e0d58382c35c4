"""The score of every type keeps its stated rule, whatever the item and the answer."""

from __future__ import annotations

import pytest
from answering import right_answer
from hypothesis import given, settings
from hypothesis import strategies as st
from small_quiz import EVERY_TYPE
from test_parity import some_answer, some_item

from unionstate.quiz.judge import judge, score
from unionstate.quiz.readings import is_near, normalized, read_numbers

SAMPLES = {item.type: item for item in EVERY_TYPE.items}
MARKED = [kind for kind, item in SAMPLES.items() if item.marked]


@pytest.mark.parametrize("kind", MARKED)
@given(dice=st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_right_answer_earns_one_and_no_answer_more(kind, dice):
    item = some_item(kind, dice)
    if kind == "predict" and item.outcome is None:
        assert score(item, "40") is None
        return
    assert score(item, right_answer(item)) == 1
    try:
        found = judge(item, some_answer(item, dice))
    except ValueError:
        return
    assert 0 <= found.score <= 1
    assert found.lines and all(0 <= place < len(item.lines) for place in found.lines)
    # full marks and the words for them go together
    if kind not in ("multiple", "predict"):
        assert (found.score == 1) == all(item.lines[place].right for place in found.lines)


@given(st.integers(3, 8).flatmap(lambda count: st.permutations(range(count))))
def test_an_order_is_worth_its_pairs_and_names_as_few_entries_as_need_moving(places):
    item = SAMPLES["order"].model_copy(update={"entries": [SAMPLES["order"].entries[0]] * len(places)})
    found = judge(item, places)
    reversed_score = score(item, places[::-1])
    assert found.score == 0 or reversed_score == 0
    # what is left when the named entries are taken out stands in order
    if list(places) != sorted(places):
        kept = [place for place in places if place not in found.lines]
        assert kept == sorted(kept) and len(kept) >= 1
    else:
        assert (found.score, found.lines) == (1, (len(places),))


@given(st.integers(0, 100), st.booleans())
def test_a_prediction_is_scored_by_brier_and_honesty_pays(chance, outcome):
    item = SAMPLES["predict"].model_copy(update={"outcome": outcome})
    assert score(item, f"{chance} %") == pytest.approx(1 - (chance / 100 - outcome) ** 2)


@given(st.floats(0, 1))
def test_the_best_answer_to_an_event_of_that_chance_is_the_chance(chance):
    happened, failed = (SAMPLES["predict"].model_copy(update={"outcome": outcome}) for outcome in (True, False))
    expected = [chance * score(happened, str(p)) + (1 - chance) * score(failed, str(p)) for p in range(101)]
    assert abs(expected.index(max(expected)) / 100 - chance) <= 0.011


@given(st.floats(-1e9, 1e9), st.sampled_from(["{:,.2f}", "{:.2f}", "{:+.2f}", " {:.2f} usd", "$ {:,.2f}"]))
def test_a_number_is_read_back_in_every_form(number, form):
    assert round(number, 2) in read_numbers(form.format(number), ["usd", "$"])
    comma = f"{abs(number):,.2f}".replace(",", "\u202f").replace(".", ",")
    assert round(abs(number), 2) in read_numbers(comma, [])


@given(st.text(max_size=20))
def test_a_normalized_text_stays_itself(text):
    assert normalized(normalized(text)) == normalized(text)


@given(st.text("abc", max_size=8), st.text("abc", max_size=8))
def test_nearness_is_mutual_for_texts_of_like_length(one, other):
    if (len(one) >= 8) == (len(other) >= 8):
        assert is_near(one, other) == is_near(other, one)
    assert is_near(one, one)


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("single", [3]), ("single", [-1]), ("single", "0"), ("single", [True]), ("single", [0.0]), ("multiple", []),
        ("true-false", [0]), ("true-false", [2, 0]), ("true-false", [0, 2]), ("numeric", ""), ("numeric", [1]),
        ("numeric", "many"), ("short-text", "…"), ("short-text", [0]), ("order", [0, 1, 2]), ("order", [0, 1, 2, 2]),
        ("match", [0]), ("match", [0, -1]), ("classify", [0, 1, 2]), ("estimate", "lots"), ("draw", [1, 2]),
        ("draw", [1, 2, 3, 4, float("nan")]), ("draw", "12345"), ("predict", "101"), ("predict", "-1 %"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused_with_the_item(kind, answer):
    with pytest.raises(ValueError, match=f"item t-{kind}: "):
        judge(SAMPLES[kind], answer)
