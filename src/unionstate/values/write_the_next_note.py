"""Numbers of chapter 10, computed from the tables of events and meetings."""

from __future__ import annotations

import pandas as pd

from unionstate.article import the_article
from unionstate.figures.write_the_next_note import (
    SURE,
    base_rate,
    events_after,
    expected_penalty,
    years_with_a_meeting,
)
from unionstate.paths import data_path
from unionstate.values import value


def _table(name: str) -> pd.DataFrame:
    return pd.read_csv(data_path(f"{name}.csv"))


def _years() -> pd.Series:
    return years_with_a_meeting(_table("council_meetings"))


@value("note.words-a-claim")
def words_a_claim() -> str:
    """Words of the article for each claim in its text."""
    words = sum(len(sentence.text.split()) for sentence in the_article().sentences)
    claims = int((_table("article_claims")["paragraph"] > 0).sum())
    return f"{words / claims:.0f}"


@value("note.events-after")
def events_after_the_article() -> str:
    return str(len(events_after(_table("union_state_events"))))


@value("note.disputes-in-events")
def disputes_in_events() -> str:
    return str(int((events_after(_table("union_state_events"))["category"] == "dispute").sum()))


@value("note.disputes-elsewhere")
def disputes_elsewhere() -> str:
    """Disputes over energy that began after the last dispute of the table of events."""
    events = events_after(_table("union_state_events"))
    last = events.loc[events["category"] == "dispute", "date"].max()
    return str(int((pd.to_datetime(_table("energy_disputes")["start"]) > last).sum()))


@value("note.years")
def years() -> str:
    return str(len(_years()))


@value("note.years-with-a-council")
def years_with_a_council() -> str:
    return str(int((_years() > 0).sum()))


@value("note.base-rate")
def base_rate_percent() -> str:
    return f"{100 * base_rate(_table('council_meetings')):.0f}"


@value("note.base-rate-later")
def base_rate_later() -> str:
    """The share of the ten years 2015 to 2024 with a Council."""
    return f"{100 * (_years().loc[2015:] > 0).mean():.0f}"


@value("note.penalty-honest")
def penalty_honest() -> str:
    rate = base_rate(_table("council_meetings"))
    return f"{expected_penalty(rate, rate):.2f}"


@value("note.penalty-sure")
def penalty_sure() -> str:
    return f"{expected_penalty(SURE, base_rate(_table('council_meetings'))):.2f}"


@value("note.penalty-even")
def penalty_even() -> str:
    return f"{expected_penalty(0.5, base_rate(_table('council_meetings'))):.2f}"


@value("note.sure")
def sure() -> str:
    return f"{100 * SURE:.0f}"
