"""Votes in the UN General Assembly: agreement under three definitions, distance, overlap of bands.

The counts of one pair of countries in one year (or pooled over years or issues: add the counts first, divide once):
roll calls in which both voted yes, no or abstained; of these the identical ones, those where exactly one abstained,
and those with a yes against a no. Absences are not counted.
"""

from __future__ import annotations

import pandas as pd

from unionstate.measures._inputs import Values, numbers, refuse


def agreement_identical(same: Values, votes: Values) -> Values:
    """Share of identical votes.

    Formula: same / votes.

    Args:
        same: roll calls with identical votes, two abstentions included; a number or a column of counts.
        votes: roll calls in which both took part; same shape.

    Returns:
        A share from 0 to 1, in the shape of the input.

    Raises:
        ValueError: if a count is missing, negative or larger than the votes, or there are no votes.
    """
    same, votes = numbers(same=same, votes=votes)
    _check_counts(votes, same=same)
    return same / votes


def agreement_lijphart(same: Values, one_abstains: Values, votes: Values) -> Values:
    """Index of agreement in which an abstention against a yes or a no counts as half an agreement.

    Formula: (same + one_abstains / 2) / votes.

    Args:
        same: roll calls with identical votes; a number or a column of counts.
        one_abstains: roll calls in which exactly one of the two abstained; same shape.
        votes: roll calls in which both took part; same shape.

    Returns:
        A share from 0 to 1, in the shape of the input; never below ``agreement_identical``.

    Raises:
        ValueError: if a count is missing or negative, the parts exceed the votes, or there are no votes.

    Reference:
        Lijphart, A. (1963). The Analysis of Bloc Voting in the General Assembly: A Critique and a Proposal. American
        Political Science Review 57(4), 902-917. (He prints it in per cent.)
    """
    same, one_abstains, votes = numbers(same=same, one_abstains=one_abstains, votes=votes)
    _check_counts(votes, same=same, one_abstains=one_abstains)
    return (same + one_abstains / 2) / votes


def agreement_no_abstention(opposed: Values, votes_no_abstention: Values) -> Values:
    """Share of identical votes among the roll calls in which neither abstained.

    Formula: (votes_no_abstention - opposed) / votes_no_abstention.

    Args:
        opposed: roll calls with a yes against a no; a number or a column of counts.
        votes_no_abstention: roll calls in which both voted yes or no; same shape.

    Returns:
        A share from 0 to 1, in the shape of the input.

    Raises:
        ValueError: if a count is missing, negative or larger than the votes, or there are no votes.
    """
    opposed, votes = numbers(opposed=opposed, votes_no_abstention=votes_no_abstention)
    _check_counts(votes, opposed=opposed)
    return (votes - opposed) / votes


def distance(one: Values, other: Values) -> Values:
    """Distance between two positions on one scale, for example two ideal points.

    Formula: |one - other|.

    Args:
        one: a position, or a column of positions by year; the scale has no natural unit.
        other: the same of the other country.

    Returns:
        A distance, 0 or more, in the unit of the scale and the shape of the input.

    Raises:
        ValueError: if a position is missing or the rows differ.

    Reference:
        On ideal points: Bailey, M. A., Strezhnev, A. and Voeten, E. (2017). Estimating Dynamic State Preferences from
        United Nations Voting Data. Journal of Conflict Resolution 61(2), 430-456.
    """
    one, other = numbers(one=one, other=other)
    return abs(one - other)


def lies_between(position: Values, one: Values, other: Values) -> bool | pd.Series:
    """Whether a position lies strictly between two others.

    Formula: min(one, other) < position < max(one, other).

    Args:
        position: a position, or a column of positions by year.
        one: a pole; same shape.
        other: the other pole, whichever is higher; same shape.

    Returns:
        True or False, or a column of these.

    Raises:
        ValueError: if a position is missing or the rows differ.
    """
    position, one, other = numbers(position=position, one=one, other=other)
    return ((one < position) & (position < other)) | ((other < position) & (position < one))


def bands_overlap(low_one: Values, high_one: Values, low_other: Values, high_other: Values) -> bool | pd.Series:
    """Whether two uncertainty bands overlap. If they do, the data do not settle which position is higher.

    Formula: low_one < high_other and low_other < high_one. Bands that only touch do not overlap.

    Args:
        low_one: the lower end of a band, for example the 5th percentile; a number or a column by year.
        high_one: its upper end, for example the 95th percentile; same shape.
        low_other: the lower end of the other band.
        high_other: its upper end.

    Returns:
        True or False, or a column of these.

    Raises:
        ValueError: if an end is missing, the rows differ, or a lower end is above its upper end.
    """
    low_one, high_one, low_other, high_other = numbers(
        low_one=low_one, high_one=high_one, low_other=low_other, high_other=high_other
    )
    refuse(low_one > high_one, "low_one is above high_one")
    refuse(low_other > high_other, "low_other is above high_other")
    return (low_one < high_other) & (low_other < high_one)


def _check_counts(votes: Values, **parts: Values) -> None:
    refuse(votes <= 0, "There are no votes to take a share of")
    for name, part in parts.items():
        refuse(part < 0, f"{name} is below zero")
    names = " and ".join(parts)
    refuse(sum(parts.values()) > votes, f"{names} exceed{'' if len(parts) > 1 else 's'} the number of votes")
