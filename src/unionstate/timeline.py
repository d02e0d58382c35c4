"""All dated events of the data package as one list: what happened, when, of what kind, says who."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd

from unionstate.data import load

CATEGORIES = {
    "union": "Union State and integration",
    "sanctions": "Sanctions",
    "energy": "Energy disputes",
    "credit": "Loans and credit",
}


@dataclass(frozen=True)
class Event:
    """One dated event.

    Attributes:
        id: its key in its own table.
        date: the day, or the first day of the month or year.
        precision: day, month or year.
        category: a key of ``CATEGORIES``.
        text: what happened.
        source: title of the source.
        address: address of the source.
    """

    id: str
    date: pd.Timestamp
    precision: str
    category: str
    text: str
    source: str
    address: str

    @property
    def shown_date(self) -> str:
        """The date as the book writes it: 25 February 2016, February 2016 or 2016."""
        full = f"{self.date.day} {self.date:%B %Y}"
        return {"day": full, "month": full.split(" ", 1)[1], "year": str(self.date.year)}[self.precision]

    @property
    def iso_date(self) -> str:
        """The date for machines, as exact as it is known."""
        return self.date.date().isoformat()[: {"day": 10, "month": 7, "year": 4}[self.precision]]


@cache
def events() -> tuple[Event, ...]:
    """All events, oldest first; on one day in the order of the categories."""
    found = [*_union(), *_sanctions(), *_energy(), *_credit()]
    order, precision = list(CATEGORIES), ["year", "month", "day"]
    return tuple(
        sorted(
            found,
            key=lambda one: (one.date, precision.index(one.precision), order.index(one.category), one.id),
        )
    )


def _union() -> list[Event]:
    return [
        Event(
            row.event_id, row.date, row.date_precision, "union", _sentence(row.event), row.source_title, row.source_url
        )
        for row in load("union_state_events").itertuples()
    ]


def _sanctions() -> list[Event]:
    # a week is known to its month; where the source shows no date, the year alone is sure
    precisions = {"week": "month", "no": "year"}
    return [
        Event(
            row.event_id,
            row.date,
            precisions.get(row.date_seen, row.date_seen),
            "sanctions",
            _sentence(row.summary),
            row.source_title,
            row.source_url,
        )
        for row in load("sanctions_events").itertuples()
    ]


def _energy() -> list[Event]:
    return [
        Event(
            row.dispute_id,
            row.start,
            row.start_precision,
            "energy",
            f"{row.name}. {_sentence(row.what_happened)}",
            row.source_title,
            row.source_url,
        )
        for row in load("energy_disputes").itertuples()
    ]


def _credit() -> list[Event]:
    found = []
    for row in load("loans").itertuples():
        amount = "" if pd.isna(row.amount_million) else f" of {row.amount_million:,.10g} million {row.currency}"
        text = f"{row.lender}, {row.instrument}{amount}: {str(row.status).replace('_', ' ')}."
        found.append(Event(row.loan_id, row.date, row.date_precision, "credit", text, row.source_title, row.source_url))
    return found


def _sentence(text: str) -> str:
    """A text that ends like a sentence."""
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
