"""Shares and their change under two memberships."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionstate.measures import change_in_share, share, share_change_by_membership

PER_CENT = st.floats(0, 100)


def test_a_share_is_in_per_cent():
    assert share(1, 4) == 25
    assert list(share(pd.Series([1, 2]), pd.Series([4, 4]))) == [25, 50]


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=20))
def test_the_shares_of_all_parts_add_to_a_hundred(parts):
    parts = pd.Series(parts)
    total = parts.sum()
    assert sum(share(min(part, total), total) for part in parts) == pytest.approx(100)


@given(PER_CENT, PER_CENT, PER_CENT)
def test_changes_add_up_along_the_way_and_turn_sign_on_the_way_back(first, second, third):
    shares = pd.Series([first, second, third], index=[2003, 2004, 2005])
    steps = change_in_share(shares, 2003, 2004) + change_in_share(shares, 2004, 2005)
    assert change_in_share(shares, 2003, 2005) == pytest.approx(steps)
    assert change_in_share(shares, 2004, 2003) == -change_in_share(shares, 2003, 2004)


@given(PER_CENT, PER_CENT)
def test_the_same_members_leave_nothing_to_membership(first, second):
    shares = pd.Series([first, second], index=[2003, 2004])
    assert share_change_by_membership(shares, shares, 2003, 2004).by_membership == 0


def test_a_member_who_joins_moves_the_share_though_no_trade_moves():
    fixed = pd.Series([36.0, 36.0], index=[2003, 2004])
    changing = pd.Series([23.0, 36.0], index=[2003, 2004])
    change = share_change_by_membership(changing, fixed, 2003, 2004)
    assert (change.changing, change.fixed, change.by_membership) == (13, 0, 13)


SHARES = pd.Series([10.0, 20.0, 30.0], index=[2003, 2004, 2004])


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        (lambda: share(5, 4), "part exceeds whole"),
        (lambda: share(-1, 4), "part is below zero"),
        (lambda: share(0, 0), "whole is not above zero"),
        (lambda: change_in_share(SHARES, 2003, 2016), "shares has no values for 2016; it runs from 2003 to 2004"),
        (lambda: change_in_share(SHARES, 2003, 2004), "shares has 2 values for 2004"),
        (lambda: change_in_share(SHARES * 10, 2003, 2003), "outside 0 to 100 per cent in row 2004, 2004"),
        (lambda: share_change_by_membership(SHARES, SHARES[:2], 2003, 2003), "differ in length"),
        (lambda: change_in_share(5, 2003, 2004), "shares needs one value a year, the year as index"),
        (lambda: share_change_by_membership(5, 5, 2003, 2004), "shares needs one value a year"),
        (lambda: change_in_share(pd.Series([10.0, 20.0]), False, True), "shares has no values for True: give a year"),
    ],
)
def test_bad_input_is_refused_and_named(measure, message):
    with pytest.raises(ValueError, match=message):
        measure()
