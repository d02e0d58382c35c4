"""Two coders: how far they code alike, and how much of that chance would give."""

from __future__ import annotations

import pandas as pd

from unionstate.measures._inputs import Column, columns


def observed_agreement(one: Column, other: Column) -> float:
    """Share of cases that two coders code alike.

    Formula: p_o = equal codes / cases.

    Args:
        one: a coder's codes (numbers or text), one a case, for example a level a month.
        other: the other coder's codes of the same cases in the same order.

    Returns:
        A share from 0 to 1.

    Raises:
        ValueError: if there are no cases, a code is missing, the cases differ, or one codes in numbers and the other
            in text.
    """
    one, other = _codes(one, other)
    return float((one == other).mean())


def cohens_kappa(one: Column, other: Column) -> float:
    """Agreement beyond what two coders with these habits would reach by chance.

    Formula: kappa = (p_o - p_e) / (1 - p_e), where p_o is the observed agreement and p_e the sum, over the codes, of
    the product of the shares in which the two coders use it. All disagreements weigh the same.

    Args:
        one: a coder's codes (numbers or text), one a case.
        other: the other coder's codes of the same cases in the same order.

    Returns:
        1 for full agreement, 0 for what chance gives, below 0 for less; without a unit.

    Raises:
        ValueError: as for ``observed_agreement``, or if both coders use one and the same code for every case: then
            chance alone gives full agreement and kappa is not defined.

    Reference:
        Cohen, J. (1960). A Coefficient of Agreement for Nominal Scales. Educational and Psychological Measurement
        20(1), 37-46. Computed by ``sklearn.metrics.cohen_kappa_score``.
    """
    one, other = _codes(one, other)
    if one.nunique() == other.nunique() == 1 and one.iloc[0] == other.iloc[0]:
        raise ValueError("Both coders use one code for every case: kappa is not defined.")
    from sklearn.metrics import cohen_kappa_score  # here: it takes most of a second to import

    return float(cohen_kappa_score(one.to_list(), other.to_list()))


def _codes(one: Column, other: Column) -> tuple[pd.Series, pd.Series]:
    one, other = columns(one=one, other=other)
    if pd.api.types.is_numeric_dtype(one) != pd.api.types.is_numeric_dtype(other):
        raise ValueError("One coder uses numbers and the other text: 1 and '1' would never agree.")
    return one, other
