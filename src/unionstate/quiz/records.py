"""What was kept of an item, by a browser or in a results file: read as an answer, and told in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from unionstate.quiz.items import (
    Choice,
    Classify,
    Draw,
    Evidence,
    Item,
    Match,
    Multiple,
    Order,
    Predict,
    TrueFalse,
    shown_number,
)
from unionstate.quiz.judge import Answer, Judgement, judge
from unionstate.quiz.render import inline_text

LONGEST_ANSWER = 10_000  # characters of a typed answer; nobody types more into a field of one line
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Record:
    """An answer that fits its item.

    Attributes:
        answer: in the form that ``judge`` tells.
        attempts: how often an answer was checked.
        at: when this one was; None where no time can be read.
        judgement: what it is worth.
    """

    answer: Answer
    attempts: int
    at: datetime | None
    judgement: Judgement


def read_record(item: Item, kept: object) -> Record:
    """Read what was kept of an item: ``{version, answer, attempts, at}``; anything else in it is passed over.

    Raises:
        ValueError: with the reason, if it is no answer to this item as it is worded now.
    """
    if not isinstance(kept, dict):
        raise ValueError("it is damaged")
    if kept.get("version") != item.version:
        raise ValueError("the item's wording or key has changed since")
    answer, attempts = kept.get("answer"), kept.get("attempts")
    if not isinstance(answer, list | str) or type(attempts) is not int or not 1 <= attempts < 10**6:
        raise ValueError("it is damaged")
    if isinstance(answer, str) and len(answer) > LONGEST_ANSWER:
        raise ValueError(f"it is longer than {LONGEST_ANSWER:,} characters")
    try:
        judgement = judge(item, answer)
    except (ValueError, TypeError, OverflowError):
        raise ValueError("it does not fit the item") from None
    if isinstance(item, Choice | Evidence):
        if len(judgement.lines) > 1 and not isinstance(item, Multiple):
            raise ValueError("it does not fit the item")
        answer = list(judgement.lines)
    return Record(answer, attempts, read_time(kept.get("at")), judgement)


def read_time(at: object) -> datetime | None:
    """A time in milliseconds, as browsers count, or in ISO 8601 with its zone; None for anything else."""
    try:
        if isinstance(at, str):
            time = datetime.fromisoformat(at)
            return time.astimezone(UTC) if time.tzinfo and _EARLIEST <= time < _LATEST else None
        if isinstance(at, int | float) and not isinstance(at, bool) and math.isfinite(at):
            time = _EPOCH + timedelta(milliseconds=at)
            return time if _EARLIEST <= time < _LATEST else None
    except (ValueError, OverflowError):
        pass
    return None


def answer_in_words(item: Item, answer: Answer) -> str:
    """An answer that fits the item, as a person reads it."""
    if isinstance(item, Choice):
        said = [item.options[place].text for place in answer]
    elif isinstance(item, Evidence):
        said = [f"¶{item.sentences[place][0]} {item.sentences[place][1]}" for place in answer]
    elif isinstance(item, TrueFalse):
        said = ["False" if answer[0] else "True", f"because: {item.reasons[answer[1]].text}"]
    elif isinstance(item, Order):
        said = [f"{number}. {item.entries[place].text}" for number, place in enumerate(answer, start=1)]
    elif isinstance(item, Match | Classify):
        said = [f"{stem}: {item.choices[place]}" for stem, place in zip(item.stems, answer, strict=True)]
    elif isinstance(item, Draw):
        drawn = list(zip(item.series, answer, strict=True))[item.given :]
        said = [f"{x:.10g}: {shown_number(value)}" for (x, _), value in drawn]
    else:
        typed = " ".join(str(answer).split())
        return f"{typed} %" if isinstance(item, Predict) and typed[-1:].isdigit() else typed
    return "; ".join(inline_text(text) for text in said)
