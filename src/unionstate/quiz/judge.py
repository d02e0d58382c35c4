"""What an answer is worth, and which of an item's lines answer it; ``static/quiz.js`` judges alike.

The form of an answer: the places of the chosen options (single, multiple, commit, evidence); the verdict, 0 for true
and 1 for false, and the place of the reason (true-false); the typed text (numeric, short-text, estimate, predict); the
places of the entries in the learner's order (order); the place of the choice for each stem (match, classify); the y
values drawn (draw).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from unionstate.quiz.items import Item
from unionstate.quiz.readings import is_near, normalized, read_numbers

Answer = Sequence[int] | Sequence[float] | str


@dataclass(frozen=True)
class Judgement:
    """The verdict on an answer.

    Attributes:
        score: from 0 to 1; None where nothing is marked.
        lines: places of the lines (see ``Item.lines``) that answer it.
        near: a short text is one or two letters from a right spelling.
    """

    score: float | None
    lines: tuple[int, ...]
    near: bool = False


def score(item: Item, answer: Answer) -> float | None:
    """The score of an answer, from 0 to 1; None where nothing is marked.

    Raises:
        ValueError: if the answer does not have the form of the item's answers.
    """
    return judge(item, answer).score


def judge(item: Item, answer: Answer) -> Judgement:
    """Judge an answer; each type's rule stands in its class as ``scoring``.

    Raises:
        ValueError: if the answer does not have the form of the item's answers.
    """
    try:
        return _JUDGES[item.type](item.key, answer)
    except ValueError as problem:
        raise ValueError(f"item {item.id}: {problem}") from None


def _places(key: dict[str, Any], answer: Answer) -> list[int]:
    """The answer as sorted places of options."""
    places = sorted(set(_integers(answer)))
    if not places or places[0] < 0 or places[-1] >= key["count"]:
        raise ValueError(f"choose from the options 0 to {key['count'] - 1}, not {list(answer)!r:.80}")
    return places


def _integers(answer: Answer) -> list[int]:
    if isinstance(answer, str) or not all(type(place) is int for place in answer):
        raise ValueError(f"the answer is a list of whole numbers, not {answer!r:.80}")
    return list(answer)


def _single(key: dict[str, Any], answer: Answer) -> Judgement:
    places = _places(key, answer)
    return Judgement(float(len(places) == 1 and places[0] in key["right"]), tuple(places))


def _multiple(key: dict[str, Any], answer: Answer) -> Judgement:
    places = _places(key, answer)
    right = len(key["right"])
    hits = sum(place in key["right"] for place in places)
    share = hits / right - (len(places) - hits) / (key["count"] - right)
    return Judgement(max(0.0, share), tuple(places))


def _commit(key: dict[str, Any], answer: Answer) -> Judgement:
    return Judgement(None, tuple(_places(key, answer)))


def _true_false(key: dict[str, Any], answer: Answer) -> Judgement:
    places = _integers(answer)
    if len(places) != 2 or places[0] not in (0, 1) or not 0 <= places[1] < key["count"]:
        raise ValueError("give the verdict, 0 for true or 1 for false, and the place of a reason")
    verdict, reason = places[0] == key["right"][0], places[1] == key["right"][1]
    return Judgement((0.5 + 0.5 * reason) * verdict, (0 if verdict else 1, 2 + places[1]))


def _typed_numbers(answer: Answer, units: list[str]) -> list[float]:
    numbers = read_numbers(answer, units) if isinstance(answer, str) else []
    if not numbers:
        raise ValueError(f"{answer!r:.80} is no number")
    return numbers


def _within(number: float, value: float, tolerance: float) -> bool:
    # 0.1 + 0.2 must count as 0.3
    return abs(number - value) <= tolerance + 1e-9 * max(1.0, abs(value))


def _numeric(key: dict[str, Any], answer: Answer) -> Judgement:
    numbers = _typed_numbers(answer, key["units"])
    known = [(key["value"], key["tolerance"]), *key["wrong"]]
    for place, (value, tolerance) in enumerate(known):
        if any(_within(number, value, tolerance) for number in numbers):
            return Judgement(float(place == 0), (place,))
    return Judgement(0.0, (len(known),))


def _short_text(key: dict[str, Any], answer: Answer) -> Judgement:
    text = normalized(answer) if isinstance(answer, str) else ""
    if not text:
        raise ValueError("the answer is a text with letters or digits")
    known = [key["accept"], *key["wrong"]]
    for place, spellings in enumerate(known):
        if text in spellings:
            return Judgement(float(place == 0), (place,))
    return Judgement(0.0, (len(known),), any(is_near(text, spelling) for spelling in key["accept"]))


def _order(key: dict[str, Any], answer: Answer) -> Judgement:
    places, count = _integers(answer), key["count"]
    if sorted(places) != list(range(count)):
        raise ValueError(f"the answer holds each of 0 to {count - 1} once")
    pairs = list(combinations(places, 2))
    rising = sum(earlier < later for earlier, later in pairs)
    return Judgement(max(0.0, (2 * rising - len(pairs)) / len(pairs)), tuple(_out_of_order(places)) or (count,))


def _out_of_order(places: list[int]) -> list[int]:
    """The entries outside a longest run that is in order: those to move."""
    runs: list[list[int]] = []
    for entry in places:
        before = max((run for run in runs if run[-1] < entry), key=len, default=[])
        runs.append([*before, entry])
    longest = max(runs, key=len)
    return [entry for entry in places if entry not in longest]


def _assignment(key: dict[str, Any], answer: Answer) -> Judgement:
    places, right = _integers(answer), key["right"]
    if len(places) != len(right) or not all(0 <= place < key["count"] for place in places):
        raise ValueError(f"the answer holds {len(right)} places of 0 to {key['count'] - 1}")
    wrong = [stem for stem, place in enumerate(places) if place != right[stem]]
    return Judgement((len(right) - len(wrong)) / len(right), tuple(wrong) or (len(right),))


def _estimate(key: dict[str, Any], answer: Answer) -> Judgement:
    number = _typed_numbers(answer, key["units"])[0]
    if _within(number, key["value"], abs(key["value"]) * key["near"] / 100):
        return Judgement(None, (0,))
    return Judgement(None, (1 if number < key["value"] else 2,))


def _draw(key: dict[str, Any], answer: Answer) -> Judgement:
    good = not isinstance(answer, str) and all(
        isinstance(y, int | float) and not isinstance(y, bool) and math.isfinite(y) for y in answer
    )
    if not good or len(answer) != len(key["values"]):
        raise ValueError(f"the answer holds {len(key['values'])} y values")
    return Judgement(None, (0,))


def _predict(key: dict[str, Any], answer: Answer) -> Judgement:
    chances = [number for number in _typed_numbers(answer, key["units"]) if 0 <= number <= 100]
    if not chances:
        raise ValueError("a probability lies between 0 and 100 %")
    if key["outcome"] is None:
        return Judgement(None, (0,))
    distance = chances[0] / 100 - key["outcome"]
    return Judgement(1 - distance * distance, (0,))


_JUDGES = {
    "single": _single,
    "multiple": _multiple,
    "commit": _commit,
    "true-false": _true_false,
    "numeric": _numeric,
    "short-text": _short_text,
    "order": _order,
    "match": _assignment,
    "classify": _assignment,
    "evidence": _single,
    "estimate": _estimate,
    "draw": _draw,
    "predict": _predict,
}
