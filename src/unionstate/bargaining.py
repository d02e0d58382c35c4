"""Bargaining over support: what a deal between a giver and a receiver looks like, and when there is none.

The giver pays support, the receiver makes a concession. Money is the same to both, so a deal is one number, the
support. Two numbers frame it:

``floor``    the least that the receiver accepts: what it gets elsewhere, plus what the concession costs it
``ceiling``  the most that the giver pays: what the concession is worth to it, at what money is worth to it

Between them lies the zone of agreement; its width is the gain that a deal creates.

Sources:
    J. F. Nash (1950), The Bargaining Problem, Econometrica 18, 155-162: the deal that makes the product of the two
        gains largest.
    K. Binmore, A. Shaked, J. Sutton (1989), An Outside Option Experiment, Quarterly Journal of Economics: an outside
        option counts only if a party would really take it.
    A. Rubinstein (1982), Perfect Equilibrium in a Bargaining Model, Econometrica 50(1), 97-110: the more patient party
        gets the larger part of the gain.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

REFERENCE_OIL_PRICE = 100.0  # US dollars a barrel at which a dollar is worth a dollar to the giver


@dataclass(frozen=True)
class Deal:
    """What two parties agree on, or that they do not.

    Attributes:
        floor: the least that the receiver accepts.
        ceiling: the most that the giver pays.
        support: what is paid; ``None`` if there is no deal.
    """

    floor: float
    ceiling: float
    support: float | None

    @property
    def gain(self) -> float:
        """What the deal creates for both together: ``ceiling - floor``, and 0 without a deal."""
        return 0.0 if self.support is None else self.ceiling - self.floor

    @property
    def gain_of_receiver(self) -> float:
        """What the receiver gets beyond its floor."""
        return 0.0 if self.support is None else self.support - self.floor

    @property
    def gain_of_giver(self) -> float:
        """What the giver keeps below its ceiling."""
        return 0.0 if self.support is None else self.ceiling - self.support


def lowest_acceptable(alternative: float, concession: float = 0.0) -> float:
    """The receiver's floor.

    Formula: alternative + concession.

    Args:
        alternative: what the receiver gets elsewhere if the talks fail (its outside option).
        concession: what the thing asked of it costs the receiver.

    Raises:
        ValueError: if a number is not finite, or the concession is below zero.
    """
    _refuse_bad(alternative=alternative, concession=concession)
    _refuse_negative(concession=concession)
    return alternative + concession


def highest_payable(need: float, oil_price: float = REFERENCE_OIL_PRICE) -> float:
    """The giver's ceiling: what the concession is worth to a seller of oil.

    Formula: need * oil_price / 100. An assumption, not a finding: when oil brings half as much, each dollar is worth
    twice as much to its seller, so it pays half as many dollars for the same need.

    Args:
        need: what the concession is worth to the giver when oil costs 100 US dollars a barrel.
        oil_price: US dollars a barrel.

    Raises:
        ValueError: if a number is not finite, the need is below zero, or the price is not above zero.
    """
    _refuse_bad(need=need, oil_price=oil_price)
    _refuse_negative(need=need)
    if oil_price <= 0:
        raise ValueError(f"oil_price is {oil_price}: it must be above zero.")
    return need * oil_price / REFERENCE_OIL_PRICE


def split_the_difference(floor: float, ceiling: float, patience: float = 0.5) -> Deal:
    """The deal of Nash, with the outside option as the point to which both fall back.

    Formula: support = floor + patience * (ceiling - floor), if ceiling >= floor; otherwise there is no deal.
    With ``patience`` p this maximises (support - floor) ** p * (ceiling - support) ** (1 - p).

    Args:
        floor: the least that the receiver accepts.
        ceiling: the most that the giver pays.
        patience: the receiver's part of the gain, from 0 to 1; one half if the two differ in nothing else.

    Raises:
        ValueError: if a number is not finite, or the patience is outside 0 to 1.
    """
    _refuse_bad(floor=floor, ceiling=ceiling, patience=patience)
    if not 0 <= patience <= 1:
        raise ValueError(f"patience is {patience}: it must lie between 0 and 1.")
    if ceiling < floor:
        return Deal(floor, ceiling, None)
    support = floor + patience * (ceiling - floor)
    return Deal(floor, ceiling, min(max(support, floor), ceiling))  # rounding must not leave the zone


def only_if_credible(alternative: float, concession: float, ceiling: float, patience: float = 0.5) -> Deal:
    """The deal of Binmore, Shaked and Sutton: the outside option is no point to fall back to, but a limit.

    Formula: support = max(concession + patience * (ceiling - concession), alternative + concession), if the ceiling
    allows it. An alternative that is worse than the deal without it changes nothing: nobody would take it.

    Args:
        alternative: what the receiver gets elsewhere, 0 or more.
        concession: what the thing asked of it costs the receiver.
        ceiling: the most that the giver pays.
        patience: as for ``split_the_difference``.

    Raises:
        ValueError: if a number is not finite, the alternative or the concession is below zero, or the patience is
            outside 0 to 1.
    """
    floor = lowest_acceptable(alternative, concession)
    _refuse_negative(alternative=alternative)
    inside = split_the_difference(concession, ceiling, patience)
    if ceiling < floor or inside.support is None:
        return Deal(floor, ceiling, None)
    return Deal(floor, ceiling, max(inside.support, floor))


def _refuse_bad(**numbers: float) -> None:
    for name, number in numbers.items():
        if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
            raise ValueError(f"{name} is {number!r}: it needs a finite number.")


def _refuse_negative(**numbers: float) -> None:
    for name, number in numbers.items():
        if number < 0:
            raise ValueError(f"{name} is {number}: it must not be below zero.")
