"""Numbers in the prose of chapter 5, from the tables of decisions and of levels."""

from __future__ import annotations

import pandas as pd

from unionstate.figures.sanctions import eu_on_belarus, freeze_counts, headline_dates, level_series
from unionstate.measures.agreement_of_coders import cohens_kappa, observed_agreement
from unionstate.measures.sanctions import deciding_events
from unionstate.paths import data_path
from unionstate.values import series, value


def _events() -> pd.DataFrame:
    return pd.read_csv(data_path("sanctions_events.csv"))


def _eu() -> pd.DataFrame:
    return eu_on_belarus(_events())


def _reference() -> pd.Series:
    return level_series(pd.read_csv(data_path("sanctions_levels.csv")), "BLR", "EU")


def _after(event: str, column: str) -> str:
    return str(int(_eu().set_index("event_id").loc[event, column]))


def _added_until(event: str) -> int:
    """Names added from March 2011 to the decision, this one included."""
    added = _eu().set_index("event_id")["persons_added"].loc["SE-035":event]
    return int(added.sum())


@value("sanctions.months")
def months() -> str:
    return str(len(_reference()))


@value("sanctions.rows")
def rows() -> str:
    """Decisions of the EU on Belarus, 2004 to 2016."""
    return str(len(_eu()))


@value("sanctions.rows-deciding")
def rows_deciding() -> str:
    """Of these, the rows that may change the level."""
    return str(len(deciding_events(_eu(), "BLR", "EU")))


@value("sanctions.level-changes")
def level_changes() -> str:
    reference = _reference()
    return str(int((reference.diff().fillna(0) != 0).sum()))


@value("sanctions.listed-peak")
def listed_peak() -> str:
    return str(int(_eu()["persons_listed_after"].max()))


@value("sanctions.entities-peak")
def entities_peak() -> str:
    return str(int(_eu()["entities_listed_after"].max()))


@value("sanctions.listed-october")
def listed_october() -> str:
    """On the list when the measures were paused in October 2015."""
    return _after("SE-072", "persons_listed_after")


@value("sanctions.in-force-october")
def in_force_october() -> str:
    return _after("SE-072", "persons_in_force_after")


@value("sanctions.paused-october")
def paused_october() -> str:
    return str(int(listed_october()) - int(in_force_october()))


@value("sanctions.listed-thaw")
def listed_thaw() -> str:
    """On the list when the entry ban was paused in 2008."""
    return _after("SE-148", "persons_listed_after")


@value("sanctions.paused-thaw")
def paused_thaw() -> str:
    return str(int(listed_thaw()) - int(_after("SE-148", "persons_in_force_after")))


@value("sanctions.added-to-june")
def added_to_june() -> str:
    return str(_added_until("SE-036"))


@value("sanctions.added-to-summer")
def added_to_summer() -> str:
    return str(_added_until("SE-037"))


@value("sanctions.added-to-october")
def added_to_october() -> str:
    return str(_added_until("SE-039"))


@value("sanctions.added-to-december")
def added_to_december() -> str:
    return str(_added_until("SE-040"))


@value("sanctions.start-from-june")
def start_from_june() -> str:
    return str(188 - _added_until("SE-036"))


@value("sanctions.start-from-summer")
def start_from_summer() -> str:
    return str(192 - _added_until("SE-037"))


@value("sanctions.start-from-october")
def start_from_october() -> str:
    return str(208 - _added_until("SE-039"))


@value("sanctions.start-from-december")
def start_from_december() -> str:
    return str(210 - _added_until("SE-040"))


def _share(other: pd.Series) -> str:
    return f"{observed_agreement(_reference(), other):.0%}"


def _kappa(other: pd.Series) -> str:
    return f"{cohens_kappa(_reference(), other):.2f}"


def _always_one() -> pd.Series:
    return _reference() * 0 + 1


@value("sanctions.months-second-differs")
def months_second_differs() -> str:
    reference = _reference()
    return str(int((reference != freeze_counts(reference)).sum()))


@value("sanctions.months-second-equal")
def months_second_equal() -> str:
    return str(int(months()) - int(months_second_differs()))


@value("sanctions.share-second")
def share_second() -> str:
    return _share(freeze_counts(_reference()))


@value("sanctions.kappa-second")
def kappa_second() -> str:
    return _kappa(freeze_counts(_reference()))


@value("sanctions.chance-second")
def chance_second() -> str:
    """The agreement that chance would give the reference and the second coder."""
    reference = _reference()
    second = freeze_counts(reference)
    one, other = (codes.value_counts(normalize=True) for codes in (reference, second))
    return f"{one.mul(other, fill_value=0).sum():.0%}"


@value("sanctions.months-headline-differs")
def months_headline_differs() -> str:
    reference = _reference()
    return str(int((reference != headline_dates(reference)).sum()))


@value("sanctions.share-headline")
def share_headline() -> str:
    return _share(headline_dates(_reference()))


@value("sanctions.kappa-headline")
def kappa_headline() -> str:
    return _kappa(headline_dates(_reference()))


@value("sanctions.share-lazy")
def share_lazy() -> str:
    """Agreement of the reference with someone who writes 1 for every month."""
    return _share(_always_one())


@value("sanctions.kappa-lazy")
def kappa_lazy() -> str:
    return f"{cohens_kappa(_reference(), _always_one()):.0f}"


@value("sanctions.level-belarus")
def level_belarus() -> str:
    return str(_reference().loc["2016-02"])


@value("sanctions.level-belarus-before")
def level_belarus_before() -> str:
    return str(_reference().loc["2015-09"])


@value("sanctions.level-russia")
def level_russia() -> str:
    levels = pd.read_csv(data_path("sanctions_levels.csv"))
    return str(level_series(levels, "RUS", "EU").loc["2016-02"])


@series("sanctions.persons-in-force")
def persons_in_force() -> list[tuple[float, float]]:
    """Persons on whom all the EU's measures on Belarus applied, at the end of each year from 2004 to 2016."""
    rows = _eu().dropna(subset=["persons_in_force_after"])
    last = rows.groupby(rows["date"].dt.year)["persons_in_force_after"].last()
    return [(float(year), float(count)) for year, count in last.reindex(range(2004, 2017)).ffill().items()]
