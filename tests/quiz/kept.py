"""What quiz.js keeps of an answer, for the items of every_type.yml."""

from __future__ import annotations

from typing import Any

from answering import wrong_ways
from small_quiz import EVERY_TYPE

from unionstate.quiz.items import Item

AT = 1_790_000_000_000  # 2026-09-21T14:13:20Z
BY_ID = {item.id: item for item in EVERY_TYPE.items}


def kept(item: Item, answer: Any, **other: Any) -> dict[str, Any]:
    """A record as the browser sends it."""
    return {
        "version": item.version, "answer": answer, "said": "", "checked": True, "attempts": 1, "score": 1, "at": AT,
    } | other  # fmt: skip


def wrong_answer(item: Item) -> Any:
    """An answer to a marked item that earns less than 1."""
    return wrong_ways(item)[0]
