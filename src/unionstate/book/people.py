"""People and bodies of the course, from their table."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from unionstate.data import load


@dataclass(frozen=True)
class Office:
    """What a person held or a body is: in words, since when, until when, where the article names it, says who."""

    role: str
    start: str
    end: str
    place: str
    sources: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Entry:
    """A person or a body with names in three languages; a name is empty if no source for it was seen."""

    id: str
    name: str
    belarusian: str
    russian: str
    others: str
    offices: tuple[Office, ...]


def who_is_who(kind: str) -> list[Entry]:
    """The persons or the bodies; persons by family name."""
    table = load("people_and_bodies").fillna("")
    found = []
    for _, rows in table[table["kind"] == kind].groupby("entry_id", sort=False):
        first = rows.iloc[0]
        offices = tuple(_office(row) for row in rows.itertuples())
        found.append(Entry(first.entry_id, first.name_en, first.name_be, first.name_ru, first.other_spellings, offices))
    return sorted(found, key=lambda one: one.name.split()[-1]) if kind == "person" else found


def _office(row: object) -> Office:
    sources = ((row.source_title, row.source_url), (row.source_title_2, row.source_url_2))
    return Office(
        row.role,
        str(row.role_start),
        str(row.role_end),
        str(row.article_place),
        tuple(one for one in sources if one[0]),
    )


def shown_date(text: str) -> str:
    """A date as exact as it is known, as the book writes it.

    >>> shown_date("2016-02-25"), shown_date("2016-02"), shown_date("2016")
    ('25 February 2016', 'February 2016', '2016')
    """
    date = pd.Timestamp(text)
    month = f"{date:%B %Y}"
    return {4: text, 7: month}.get(len(text), f"{date.day} {month}")
