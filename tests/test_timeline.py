"""The timeline: every dated event once, in order, with its source."""

from __future__ import annotations

from unionstate.data import load
from unionstate.timeline import CATEGORIES, events


def test_every_row_of_every_dated_table_is_there_once() -> None:
    expected = [
        *load("union_state_events")["event_id"],
        *load("sanctions_events")["event_id"],
        *load("energy_disputes")["dispute_id"],
        *load("loans")["loan_id"],
    ]
    assert sorted(event.id for event in events()) == sorted(expected)
    assert len(expected) > 250


def test_events_are_in_order_and_of_a_known_category() -> None:
    dates = [event.date for event in events()]
    assert dates == sorted(dates)
    assert {event.category for event in events()} == set(CATEGORIES)


def test_dates_are_as_exact_as_they_are_known() -> None:
    by_id = {event.id: event for event in events()}
    council = next(event for event in events() if event.date.isoformat().startswith("2016-02-25"))
    assert council.shown_date == "25 February 2016" and council.iso_date == "2016-02-25"
    for event in events():
        assert len(event.iso_date) == {"day": 10, "month": 7, "year": 4}[event.precision]
        assert str(event.date.year) in event.shown_date
    assert len(by_id) == len(events())


def test_every_event_says_what_happened_and_who_says_so() -> None:
    for event in events():
        assert len(event.text) > 15 and event.text.endswith((".", "!", "?")), event.id
        assert "nan" not in event.text.split() and event.source, event.id
        assert event.address.startswith(("http://", "https://")), event.id
