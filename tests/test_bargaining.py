"""Bargaining: the worked example of a textbook, the largest product, and what moves when a lever moves."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from unionstate.bargaining import Deal, highest_payable, lowest_acceptable, only_if_credible, split_the_difference

AMOUNTS = st.floats(0, 1000)
PARTS = st.floats(0, 1)
STEPS = st.floats(0.01, 100)


def test_the_textbook_cake_of_a_hundred():
    # Public Choice 113 (2002), 491-495, on Muthoo: fallbacks of 10 and 70, a surplus of 20, so 20 and 80
    deal = split_the_difference(floor=10, ceiling=100 - 70)
    assert deal.support == 20 and 100 - deal.support == 80
    assert (deal.gain, deal.gain_of_receiver, deal.gain_of_giver) == (20, 10, 10)


def test_the_levers_by_hand():
    assert lowest_acceptable(alternative=1, concession=2) == 3
    assert highest_payable(need=6) == 6
    assert highest_payable(need=6, oil_price=50) == 3
    assert split_the_difference(3, 6).support == 4.5
    assert split_the_difference(3, 3).support == 3
    assert split_the_difference(3, 2) == Deal(3, 2, None)


def test_without_a_deal_nobody_gains():
    deal = split_the_difference(3, 2)
    assert (deal.gain, deal.gain_of_receiver, deal.gain_of_giver) == (0, 0, 0)


def test_a_worse_alternative_changes_nothing_a_better_one_sets_the_price():
    assert [only_if_credible(alternative, 1, 7).support for alternative in (0, 1, 3, 4, 6)] == [4, 4, 4, 5, 7]
    assert only_if_credible(6.5, 1, 7).support is None
    assert only_if_credible(0, 8, 7).support is None


@given(AMOUNTS, STEPS, st.floats(0.05, 0.95))
def test_no_other_deal_has_a_larger_product_of_gains(floor, width, patience):
    ceiling = floor + width

    def product(support):
        return max(support - floor, 0) ** patience * max(ceiling - support, 0) ** (1 - patience)

    best = product(split_the_difference(floor, ceiling, patience).support)
    assert all(product(floor + width * step / 200) <= best * (1 + 1e-9) for step in range(201))


@given(AMOUNTS, AMOUNTS, PARTS)
def test_a_deal_lies_in_the_zone_and_its_gains_add_up(floor, ceiling, patience):
    deal = split_the_difference(floor, ceiling, patience)
    assert (deal.support is None) == (ceiling < floor)
    assert deal.gain_of_receiver >= 0 and deal.gain_of_giver >= 0
    assert deal.gain == pytest.approx(deal.gain_of_receiver + deal.gain_of_giver)
    if deal.support is not None:
        assert floor <= deal.support <= ceiling


@given(AMOUNTS, AMOUNTS, STEPS, st.floats(0.1, 0.9))
def test_a_better_alternative_raises_support_and_lowers_the_gain(floor, width, step, patience):
    assume(step < width)
    before, after = (split_the_difference(low, floor + width, patience) for low in (floor, floor + step))
    assert after.support - before.support == pytest.approx((1 - patience) * step, abs=1e-6)
    assert after.gain < before.gain


@given(AMOUNTS, STEPS, STEPS)
def test_more_need_raises_support_and_dearer_money_lowers_it(floor, width, step):
    before = split_the_difference(floor, floor + width).support
    assert split_the_difference(floor, floor + width + step).support > before
    assert highest_payable(floor + step, 50) < highest_payable(floor + step, 100)


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, PARTS)
def test_both_rules_keep_their_zone_and_grow_with_the_alternative(alternative, more, concession, ceiling, patience):
    low = only_if_credible(alternative, concession, ceiling, patience)
    high = only_if_credible(alternative + more, concession, ceiling, patience)
    if high.support is not None:
        assert low.support is not None and low.support <= high.support
        assert high.floor <= high.support <= high.ceiling


@given(AMOUNTS, AMOUNTS, AMOUNTS, PARTS)
def test_a_limit_never_pays_more_than_a_fallback(alternative, concession, ceiling, patience):
    fallback = split_the_difference(lowest_acceptable(alternative, concession), ceiling, patience)
    limit = only_if_credible(alternative, concession, ceiling, patience)
    assert (fallback.support is None) == (limit.support is None)
    if limit.support is not None:
        assert limit.support <= fallback.support + 1e-9


@given(AMOUNTS, AMOUNTS, STEPS)
def test_the_zone_moves_with_its_two_ends(floor, width, step):
    near, far = split_the_difference(floor, floor + width), split_the_difference(floor + step, floor + width + step)
    assert far.support - near.support == pytest.approx(step)
    assert far.gain_of_receiver == pytest.approx(near.gain_of_receiver, abs=1e-6)


@pytest.mark.parametrize(
    "call",
    [
        lambda: split_the_difference(math.nan, 1),
        lambda: split_the_difference(0, math.inf),
        lambda: split_the_difference(0, 1, patience=1.1),
        lambda: split_the_difference(True, 1),
        lambda: split_the_difference("0", 1),
        lambda: lowest_acceptable(1, -1),
        lambda: highest_payable(-1),
        lambda: highest_payable(1, 0),
        lambda: only_if_credible(-1, 0, 5),
    ],
)
def test_numbers_that_make_no_sense_are_refused(call):
    with pytest.raises(ValueError, match=r"is .*: it (needs a finite number|must)"):
        call()
