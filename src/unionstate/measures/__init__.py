"""Measures that chapters build by hand first and then reuse: pure functions over numbers and pandas columns.

``votes``                agreement under three definitions, distance between positions, overlap of uncertainty bands
``trade``                shares, and how they change when a group of countries grows
``money``                the subsidy that a low price implies, and amounts in real terms
``sanctions``            a monthly level from single decisions
``agreement_of_coders``  how far two people code alike: observed agreement and Cohen's kappa
``series``               correlation of short series, and two ways to ask whether it could be chance
``forecasts``            the Brier score of probabilities, its parts, and calibration
"""

from unionstate.measures.agreement_of_coders import cohens_kappa, observed_agreement
from unionstate.measures.forecasts import BrierParts, brier_parts, brier_score, calibration_table
from unionstate.measures.money import implied_subsidy, nominal_terms, percent_of_gdp, price_index, real_terms
from unionstate.measures.sanctions import deciding_events, level_in_force, monthly_level
from unionstate.measures.series import RandomisationTest, block_shift_test, correlation, permutation_test
from unionstate.measures.trade import ShareChange, change_in_share, share, share_change_by_membership
from unionstate.measures.votes import (
    agreement_identical,
    agreement_lijphart,
    agreement_no_abstention,
    bands_overlap,
    distance,
    lies_between,
)

__all__ = [
    "BrierParts",
    "RandomisationTest",
    "ShareChange",
    "agreement_identical",
    "agreement_lijphart",
    "agreement_no_abstention",
    "bands_overlap",
    "block_shift_test",
    "brier_parts",
    "brier_score",
    "calibration_table",
    "change_in_share",
    "cohens_kappa",
    "correlation",
    "deciding_events",
    "distance",
    "implied_subsidy",
    "level_in_force",
    "lies_between",
    "monthly_level",
    "nominal_terms",
    "observed_agreement",
    "percent_of_gdp",
    "permutation_test",
    "price_index",
    "real_terms",
    "share",
    "share_change_by_membership",
]
