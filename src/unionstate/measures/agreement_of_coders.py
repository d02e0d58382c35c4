"""Two coders: how far they code alike, and how much of that chance would give."""

from __future__ import annotations

import numpy as np
import pandas as pd

from unionstate.measures._inputs import Column, columns, refuse, whole


def observed_agreement(one: Column, other: Column) -> float:
    """Share of cases that two coders code alike.

    Formula: p_o = equal codes / cases.

    Args:
        one: a coder's codes (whole numbers, True and False, or text), one a case, for example a level a month.
        other: the other coder's codes of the same cases in the same order.

    Returns:
        A share from 0 to 1.

    Raises:
        ValueError: if there are no cases, a code is missing or something else (1.5, infinity, a date), the cases
            differ, one coder mixes numbers and text, or one codes in numbers and the other in text.
    """
    one, other = _codes(one, other)
    return float((one == other).mean())


def cohens_kappa(one: Column, other: Column) -> float:
    """Agreement beyond what two coders with these habits would reach by chance.

    Formula: kappa = (p_o - p_e) / (1 - p_e), where p_o is the observed agreement and p_e the sum, over the codes, of
    the product of the shares in which the two coders use it. All disagreements weigh the same.

    Args:
        one: a coder's codes (whole numbers, True and False, or text), one a case.
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

    names, _ = pd.factorize(pd.concat([one, other]))  # kappa does not depend on what the codes are called
    return float(cohen_kappa_score(names[: len(one)], names[len(one) :]))


def _codes(one: Column, other: Column) -> tuple[pd.Series, pd.Series]:
    found, in_text = [], []
    for name, codes in zip(("one", "other"), columns(one=one, other=other), strict=True):
        codes = pd.Series(codes.to_list(), index=codes.index, dtype=object)
        text = codes.map(lambda code: isinstance(code, str)).astype(bool)
        number = codes.map(lambda code: whole(code) or isinstance(code, bool | np.bool_)).astype(bool)
        refuse(~(text | number), f"{name} holds a code that is neither a whole number nor True, False or text")
        if text.any() and number.any():
            raise ValueError(f"{name} mixes numbers and text: 1 and '1' would never agree.")
        found.append(codes if text.all() else codes.map(int).astype(object))
        in_text.append(bool(text.all()))
    if in_text[0] != in_text[1]:
        raise ValueError("One coder uses numbers and the other text: 1 and '1' would never agree.")
    return found[0], found[1]
