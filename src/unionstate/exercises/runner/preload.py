"""Loads what exercises use, and uses it once, so that no submission pays for the first time."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

_TABLE = "year,day,country,price,note\n2004,2004-02-18,BY,46.7,a\n2005,2005-12-23,UA,,b\n2006,2006-04-03,BY,230,\n"


def preload() -> Callable[[str], str]:
    """Import what exercises use, once for all submissions; gives the transformation of IPython's syntax."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt
    import numpy
    import pandas
    from IPython.core.inputtransformer2 import TransformerManager

    import unionstate.data
    import unionstate.exercises.check  # noqa: F401

    _use_tables(pandas)
    _draw(pandas, plt)
    numpy.random.default_rng(0).permutation(3)
    manager = TransformerManager()
    manager.transform_cell("%matplotlib inline\n1")
    return manager.transform_cell


def _use_tables(pandas: Any) -> None:
    """What pandas imports and sets up late: half of the time that reading a first table takes."""
    table = pandas.read_csv(io.StringIO(_TABLE), parse_dates=["day"])
    prices = table.set_index("year")["price"]
    ((prices - prices.shift()) * 2).fillna(0).cumsum().round(1).idxmax()
    table[(table["price"] > 50) & table["country"].isin(["BY"]) & table["year"].between(2004, 2006)].describe()
    table["country"].str.upper().value_counts()
    table["day"].dt.year.astype(float).corr(table["price"])
    table.sort_values("price").dropna().assign(half=table["price"] / 2).merge(table, on="year")
    table.groupby("country")["price"].agg(["mean", "sum", "median"])
    table.pivot_table(index="year", columns="country", values="price").reindex([2004, 2005])
    table.loc[table["price"].notna(), "price"].map(str).tolist()
    repr(table)
    table.to_html()


def _draw(pandas: Any, plt: Any) -> None:
    """What drawing imports late."""
    pandas.Series([0.0, 1.0]).plot()
    _, axes = plt.subplots()
    axes.plot([0, 1], [1, 0], label="a")
    axes.bar([0, 1], [1, 2])
    axes.set(title="a", xlabel="b", ylabel="c")
    axes.legend()
    plt.close("all")
