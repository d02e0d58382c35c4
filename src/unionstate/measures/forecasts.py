"""Forecasts: how good were probabilities, once one knows what happened."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from unionstate.measures._inputs import Column, numbers, refuse


@dataclass(frozen=True)
class BrierParts:
    """The three parts of a Brier score.

    Attributes:
        reliability: how far the probabilities are from how often things then happened; 0 is best.
        resolution: how far the forecasts tell cases apart; more is better.
        uncertainty: how hard the questions were: the score of always saying the base rate.
    """

    reliability: float
    resolution: float
    uncertainty: float

    @property
    def score(self) -> float:
        """The Brier score: reliability - resolution + uncertainty."""
        return self.reliability - self.resolution + self.uncertainty


def brier_score(probabilities: Column, outcomes: Column) -> float:
    """Mean squared distance between the probabilities stated and what happened.

    Formula: mean((p - o)^2), with o = 1 if it happened and 0 if not.

    Args:
        probabilities: from 0 to 1, one a forecast.
        outcomes: 1 or 0 (or True and False), one a forecast, in the same order.

    Returns:
        A number from 0 (certain and right each time) to 1 (certain and wrong); always saying 0.5 gives 0.25.

    Raises:
        ValueError: if there are no forecasts, a value is missing or out of range, or the rows differ.

    Reference:
        Brier, G. W. (1950). Verification of Forecasts Expressed in Terms of Probability. Monthly Weather Review 78(1),
        1-3. (He adds the squares over all outcomes, "rain" and "no rain", so that his score is twice this one.)
    """
    probabilities, outcomes = _forecasts(probabilities, outcomes)
    return float(((probabilities - outcomes) ** 2).mean())


def brier_parts(probabilities: Column, outcomes: Column) -> BrierParts:
    """The Brier score taken apart.

    Forecasts with the same probability form a group k of n_k, in which the share o_k happened; o is the share of all.
    Formula: reliability = sum(n_k * (p_k - o_k)^2) / n; resolution = sum(n_k * (o_k - o)^2) / n;
    uncertainty = o * (1 - o); score = reliability - resolution + uncertainty.

    With few forecasts a group both resolution and reliability come out too large; round the probabilities (to tenths,
    say) before, so that groups are not of one each.

    Args:
        probabilities: from 0 to 1, one a forecast.
        outcomes: 1 or 0 (or True and False), one a forecast, in the same order.

    Returns:
        The three parts, which give the score of ``brier_score``.

    Raises:
        ValueError: as for ``brier_score``.

    Reference:
        Murphy, A. H. (1973). A New Vector Partition of the Probability Score. Journal of Applied Meteorology 12(4),
        595-600.
    """
    groups = calibration_table(probabilities, outcomes)
    weights = groups["forecasts"] / groups["forecasts"].sum()
    base_rate = float((weights * groups["happened"]).sum())
    return BrierParts(
        reliability=float((weights * (groups.index.to_series() - groups["happened"]) ** 2).sum()),
        resolution=float((weights * (groups["happened"] - base_rate) ** 2).sum()),
        uncertainty=base_rate * (1 - base_rate),
    )


def calibration_table(probabilities: Column, outcomes: Column) -> pd.DataFrame:
    """How often things happened, by the probability stated.

    Args:
        probabilities: from 0 to 1, one a forecast.
        outcomes: 1 or 0 (or True and False), one a forecast, in the same order.

    Returns:
        One row a probability, lowest first, the probability as index; columns ``forecasts`` (how many) and
        ``happened`` (the share that came true, 0 to 1). A calibrated forecaster has ``happened`` near the index.

    Raises:
        ValueError: as for ``brier_score``.
    """
    probabilities, outcomes = _forecasts(probabilities, outcomes)
    groups = outcomes.groupby(probabilities.rename("probability").to_numpy())
    return groups.agg(forecasts="size", happened="mean").rename_axis("probability")


def _forecasts(probabilities: Column, outcomes: Column) -> list[pd.Series]:
    found = numbers(probabilities=probabilities, outcomes=outcomes)
    if not all(isinstance(one, pd.Series) for one in found):
        raise ValueError("probabilities and outcomes need a list or a column each, one entry a forecast.")
    refuse((found[0] < 0) | (found[0] > 1), "probabilities is outside 0 to 1")
    refuse(~found[1].isin([0, 1]), "outcomes is neither 0 nor 1")
    return found
