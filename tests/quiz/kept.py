"""What quiz.js keeps of an answer, and right and wrong answers to the items of every_type.yml."""

from __future__ import annotations

from typing import Any

from small_quiz import EVERY_TYPE

from unionstate.quiz.items import Item

AT = 1_790_000_000_000  # 2026-09-21T14:13:20Z
BY_ID = {item.id: item for item in EVERY_TYPE.items}


def kept(item: Item, answer: Any, **other: Any) -> dict[str, Any]:
    """A record as the browser sends it."""
    return {
        "version": item.version, "answer": answer, "said": "", "checked": True, "attempts": 1, "score": 1, "at": AT,
    } | other  # fmt: skip


def right_answer(item: Item) -> Any:
    """A right answer to an item, any answer where nothing is marked; forms as in judge.py."""
    key = item.key
    match item.type:
        case "numeric" | "estimate":
            return f"{key['value']:g}"
        case "short-text":
            return item.accept[0]
        case "predict":
            return "100" if key["outcome"] else "0"
        case "order":
            return list(range(key["count"]))
        case "draw":
            return list(key["values"])
        case "commit":
            return [0]
        case "single" | "evidence":
            return key["right"][:1]
        case _:
            return key["right"]


def wrong_answer(item: Item) -> Any:
    """An answer to a marked item that earns less than 1."""
    key = item.key
    match item.type:
        case "numeric":
            return f"{key['value'] + 10 * key['tolerance'] + 1:g}"
        case "short-text":
            return "nobody at all"
        case "predict":
            return "20" if key["outcome"] else "80"
        case "order":
            return [*range(1, key["count"]), 0]
        case "match" | "classify":
            return [(place + 1) % key["count"] for place in key["right"]]
        case "true-false":
            return [1 - key["right"][0], key["right"][1]]
        case _:
            return [next(place for place in range(key["count"]) if place not in key["right"])]
