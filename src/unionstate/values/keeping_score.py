"""Numbers in the prose of chapter 9: outcomes, base rates, and the scores of an invented class."""

from __future__ import annotations

import pandas as pd

from unionstate.figures.keeping_score import council_years
from unionstate.measures.forecasts import brier_score, calibration_table
from unionstate.paths import data_path
from unionstate.values import value

BIG_LOAN = 1000  # million US dollars


def _predictions() -> pd.DataFrame:
    return pd.read_csv(data_path("predictions.csv"), parse_dates=["deadline", "happened_on"])


def _constant(probability: float) -> str:
    """The Brier score of one probability for all statements."""
    happened = _predictions()["happened"]
    return f"{brier_score([probability] * len(happened), happened):.2f}"


def _council() -> pd.DataFrame:
    return council_years(pd.read_csv(data_path("council_meetings.csv")))


def _loan_years() -> pd.Series:
    """For each year from 2007 to 2015, whether Russia or the Eurasian fund agreed to a state loan of a billion."""
    loans = pd.read_csv(data_path("loans.csv"), parse_dates=["date"])
    big = loans["lender"].isin(["Russia", "EFSD"]) & loans["instrument"].isin(["state loan", "financial credit"])
    big &= loans["amount_usd_million"] >= BIG_LOAN
    years = set(loans.loc[big, "date"].dt.year)
    return pd.Series({year: year in years for year in range(2007, 2016)})


def _class() -> pd.DataFrame:
    forecasts = pd.read_csv(data_path("class_forecasts.csv"))
    return forecasts.merge(_predictions()[["prediction_id", "happened"]], on="prediction_id")


def _class_scores() -> pd.Series:
    both = _class()
    return ((both["probability"] - both["happened"]) ** 2).groupby(both["forecaster"]).mean()


def _crowd() -> float:
    means = _class().groupby("prediction_id").mean(numeric_only=True)
    return brier_score(means["probability"], means["happened"])


@value("score.statements")
def statements() -> str:
    return str(len(_predictions()))


@value("score.happened")
def happened() -> str:
    return str(int(_predictions()["happened"].sum()))


@value("score.late")
def late() -> str:
    rows = _predictions()
    return str(int((rows["happened_on"] > rows["deadline"]).sum()))


@value("score.never")
def never() -> str:
    return str(int(_predictions()["happened_on"].isna().sum()))


@value("score.coin")
def coin() -> str:
    return _constant(0.5)


@value("score.tone")
def tone() -> str:
    """The score of reading every statement as 70 per cent likely."""
    return _constant(0.7)


@value("score.tone-low")
def tone_low() -> str:
    return _constant(0.55)


@value("score.tone-high")
def tone_high() -> str:
    return _constant(0.8)


@value("score.council-years")
def council_all() -> str:
    return str(len(_council()))


@value("score.council-years-two")
def council_two() -> str:
    return str(int((_council()["meetings"] > 1).sum()))


@value("score.council-share")
def council_share() -> str:
    return f"{(_council()['meetings'] > 1).mean():.0%}"


def _early() -> pd.DataFrame:
    years = _council()
    return years[years["early"]]


@value("score.council-early")
def council_early() -> str:
    return str(len(_early()))


@value("score.council-early-two")
def council_early_two() -> str:
    return str(int((_early()["meetings"] > 1).sum()))


@value("score.council-early-share")
def council_early_share() -> str:
    return f"{(_early()['meetings'] > 1).mean():.0%}"


@value("score.council-penalty")
def council_penalty() -> str:
    """The penalty of the wide base rate for the statement on the Council, which did not come true."""
    return f"{(_council()['meetings'] > 1).mean() ** 2:.2f}"


@value("score.council-early-penalty")
def council_early_penalty() -> str:
    return f"{(_early()['meetings'] > 1).mean() ** 2:.2f}"


@value("score.loan-years")
def loan_years() -> str:
    return str(len(_loan_years()))


@value("score.loan-years-big")
def loan_years_big() -> str:
    return str(int(_loan_years().sum()))


@value("score.loan-share")
def loan_share() -> str:
    return f"{_loan_years().mean():.0%}"


@value("score.class-size")
def class_size() -> str:
    return str(len(_class_scores()))


@value("score.class-forecasts")
def class_forecasts() -> str:
    return str(len(_class()))


@value("score.class-best")
def class_best() -> str:
    return f"{_class_scores().min():.2f}"


@value("score.class-worst")
def class_worst() -> str:
    return f"{_class_scores().max():.2f}"


@value("score.class-worse-than-coin")
def class_worse_than_coin() -> str:
    return str(int((_class_scores() > 0.25 + 1e-9).sum()))


@value("score.crowd")
def crowd() -> str:
    return f"{_crowd():.2f}"


@value("score.crowd-beats")
def crowd_beats() -> str:
    return str(int((_class_scores() > _crowd()).sum()))


def _group(probability: float) -> pd.Series:
    both = _class()
    return calibration_table(both["probability"], both["happened"]).loc[probability]


@value("score.ninety-said")
def ninety_said() -> str:
    return str(int(_group(0.9)["forecasts"]))


@value("score.ninety-happened")
def ninety_happened() -> str:
    return f"{_group(0.9)['happened']:.0%}"


@value("score.ten-happened")
def ten_happened() -> str:
    return f"{_group(0.1)['happened']:.0%}"
