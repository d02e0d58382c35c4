"""Two coders: values of kappa worked out on paper, and what must hold for any codes."""

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from unionstate.measures import cohens_kappa, observed_agreement

LEVEL = st.integers(0, 4)
PAIRS = st.lists(st.tuples(LEVEL, LEVEL), min_size=1, max_size=40)


def from_table(*rows):
    """The codes behind a table of counts: rows are one coder's codes, columns the other's."""
    cases = [(i, j) for i, row in enumerate(rows) for j, count in enumerate(row) for _ in range(count)]
    return [one for one, _ in cases], [other for _, other in cases]


@pytest.mark.parametrize(
    ("table", "agreement", "kappa"),
    [
        # 110 cases, four codes: p_o = 60/110 and p_e = 3352/12100, so that kappa is 3248/8748
        (([34, 10, 2, 0], [6, 8, 8, 2], [2, 5, 4, 12], [0, 1, 2, 14]), 60 / 110, 3248 / 8748),
        # 200 cases, three codes: p_o = 0.70 and p_e = 0.41, so that kappa is 29/59
        (([88, 14, 18], [10, 40, 10], [2, 6, 12]), 0.70, 0.4915254237288136),
        # 50 cases, half of each answer from one coder: p_e = 1/2, so that kappa is 2/5 on paper
        (([20, 5], [10, 15]), 0.70, 0.4),
        # same agreement, lopsided answers: kappa falls although p_o does not
        (([45, 15], [25, 15]), 0.60, 0.13043478260869568),
        (([25, 35], [5, 35]), 0.60, 0.2592592592592593),
        # chance exactly, and worse than chance
        (([1, 1], [1, 1]), 0.5, 0.0),
        (([0, 5], [5, 0]), 0.0, -1.0),
    ],
)
def test_known_tables(table, agreement, kappa):
    one, other = from_table(*table)
    assert observed_agreement(one, other) == pytest.approx(agreement, abs=1e-12)
    assert cohens_kappa(one, other) == pytest.approx(kappa, abs=1e-12)


@given(PAIRS)
def test_range_and_symmetry(pairs):
    one, other = zip(*pairs, strict=True)
    assume(len({*one, *other}) > 1)
    agreement, kappa = observed_agreement(one, other), cohens_kappa(one, other)
    assert 0 <= agreement <= 1
    assert -1 - 1e-12 <= kappa <= agreement + 1e-12
    assert kappa == pytest.approx(cohens_kappa(other, one))
    assert (kappa == pytest.approx(1, abs=1e-12)) == (agreement == 1)


@given(st.lists(LEVEL, min_size=2).filter(lambda codes: len(set(codes)) > 1))
def test_kappa_is_1_for_identical_codes(codes):
    assert cohens_kappa(codes, codes) == pytest.approx(1)
    assert observed_agreement(codes, codes) == 1


@given(PAIRS, st.permutations(["none", "symbolic", "targeted", "heavy", "broad"]))
def test_kappa_does_not_depend_on_what_the_codes_are_called(pairs, names):
    one, other = zip(*pairs, strict=True)
    assume(len({*one, *other}) > 1)
    renamed = [names[code] for code in one], [names[code] for code in other]
    assert cohens_kappa(*renamed) == pytest.approx(cohens_kappa(one, other), abs=1e-12)
    assert observed_agreement(*renamed) == observed_agreement(one, other)


@given(PAIRS, st.randoms())
def test_the_order_of_cases_does_not_matter(pairs, random):
    assume(len({code for pair in pairs for code in pair}) > 1)
    shuffled = random.sample(pairs, len(pairs))
    expected = pytest.approx(cohens_kappa(*zip(*pairs, strict=True)), abs=1e-12)
    assert cohens_kappa(*zip(*shuffled, strict=True)) == expected


@pytest.mark.parametrize(
    ("one", "other", "message"),
    [
        ([], [], "one is empty"),
        ([1, 2], [1], "The columns differ in length: one 2, other 1"),
        ([1, None], [1, 2], "one has no value in row 1"),
        ([1, 2], ["1", "2"], "One coder uses numbers and the other text"),
        ("12", "12", "one is str"),
        (pd.Series([1, 2]), pd.Series([1, 2], index=[5, 6]), "do not have the same rows"),
        ([0.5, 1.5], [1, 2], "one holds a code that is neither a whole number nor True, False or text in row 0, 1"),
        ([1, 2], [1, 2.5], "other holds a code that is neither a whole number .* in row 1"),
        ([1, float("inf")], [1, 2], "one holds a code that is neither a whole number .* in row 1"),
        ([1, 2], [-np.inf, 2], "other holds a code that is neither a whole number .* in row 0"),
        ([1 + 0j, 2], [1, 2], "one holds a code that is neither"),
        ([Decimal(1), 2], [1, 2], "one holds a code that is neither .* in row 0"),
        ([date(2016, 2, 25)], ["heavy"], "one holds a code that is neither"),
        ([b"a", b"b"], ["a", "b"], "one holds a code that is neither"),
        ([(1, 2)], [(1, 2)], "one holds a code that is neither"),
        ([1, "2"], [1, 2], "one mixes numbers and text"),
    ],
)
def test_bad_input_is_refused_and_named(one, other, message):
    for measure in (observed_agreement, cohens_kappa):
        with pytest.raises(ValueError, match=message):
            measure(one, other)


@pytest.mark.parametrize(
    "kind",
    [
        lambda codes: [float(code) for code in codes],
        lambda codes: [code == 1 for code in codes],
        lambda codes: np.array(codes, dtype="int8"),
        lambda codes: pd.Series(codes, dtype="Int64"),
        lambda codes: pd.Series(codes, dtype="Float64"),
        lambda codes: pd.Series(codes, dtype="category"),
        lambda codes: pd.Series(codes, dtype=object),
    ],
)
def test_whole_numbers_and_booleans_of_any_kind_are_codes(kind):
    one, other = [1, 0, 1, 1], [1, 0, 0, 1]
    assert cohens_kappa(kind(one), kind(other)) == pytest.approx(0.5) == cohens_kappa(kind(one), other)
    assert observed_agreement(kind(one), other) == 0.75


def test_text_of_any_kind_and_very_large_numbers_are_codes():
    one, other = pd.Series(["a", "b", "a", "a"], dtype="category"), pd.Series(["a", "c", "a", "b"], dtype="string")
    assert observed_agreement(one, other) == 0.5
    assert cohens_kappa(one, other) == pytest.approx(cohens_kappa(list(one), list(other)))
    assert cohens_kappa([10**30, 1], [10**30, 2]) == cohens_kappa([3, 1], [3, 2])


def test_kappa_of_one_code_only_is_not_defined():
    assert observed_agreement([1, 1], [1, 1]) == 1
    with pytest.raises(ValueError, match="Both coders use one code for every case: kappa is not defined"):
        cohens_kappa([1, 1], [1, 1])
