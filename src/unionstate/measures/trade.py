"""Trade: shares of partners, and how a share changes when the group of partners grows."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import pandas as pd

from unionstate.measures._inputs import Values, at, numbers, refuse


@dataclass(frozen=True)
class ShareChange:
    """The change of a group's share between two years, in percentage points, under two definitions of the group.

    Attributes:
        changing: with the members of each year.
        fixed: with the same members in both years.
    """

    changing: float
    fixed: float

    @property
    def by_membership(self) -> float:
        """The part that comes from members who joined or left, not from trade: changing - fixed."""
        return self.changing - self.fixed


def share(part: Values, whole: Values) -> Values:
    """Share of a part in a whole.

    Formula: 100 * part / whole.

    Args:
        part: a value, for example exports to one partner; a number or a column.
        whole: the total, in the same unit and shape.

    Returns:
        Per cent, from 0 to 100, in the shape of the input.

    Raises:
        ValueError: if a value is missing, the part is negative or exceeds the whole, or the whole is not above zero.
    """
    part, whole = numbers(part=part, whole=whole)
    refuse(whole <= 0, "whole is not above zero")
    refuse(part < 0, "part is below zero")
    refuse(part > whole, "part exceeds whole")
    return 100 * part / whole


def change_in_share(shares: pd.Series, start: Hashable, end: Hashable) -> float:
    """Change of a share from one year to another.

    Formula: shares[end] - shares[start].

    Args:
        shares: shares in per cent, one a year, the year as index.
        start: the first year.
        end: the last year.

    Returns:
        Percentage points; negative if the share fell. Shares rounded beforehand give a change that may be off by one
        in the last digit.

    Raises:
        ValueError: if a share is missing or outside 0 to 100, there is one number only, or a year is not there
            exactly once.
    """
    (shares,) = numbers(shares=shares)
    refuse((shares < 0) | (shares > 100), "shares is outside 0 to 100 per cent")
    return at(shares, end, "shares") - at(shares, start, "shares")


def share_change_by_membership(changing: pd.Series, fixed: pd.Series, start: Hashable, end: Hashable) -> ShareChange:
    """Change of a group's share with the members of each year, beside the change with fixed membership.

    Formula: the difference of the two, ``by_membership``, is what enlargement alone adds:
    (changing[end] - changing[start]) - (fixed[end] - fixed[start]).

    Args:
        changing: the group's share in per cent with the members of each year, the year as index.
        fixed: its share with the same members in all years; same years.
        start: the first year.
        end: the last year.

    Returns:
        Both changes and their difference, in percentage points.

    Raises:
        ValueError: as for ``change_in_share``, or if the two columns differ in years.
    """
    changing, fixed = numbers(changing=changing, fixed=fixed)
    return ShareChange(change_in_share(changing, start, end), change_in_share(fixed, start, end))
