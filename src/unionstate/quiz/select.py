"""Picks the items that a page or a notebook cell asks for."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from unionstate.errors import CourseError
from unionstate.quiz.items import Item, Quiz

PARTS = ("before", "section", "closing")


def select_items(quiz: Quiz, ids: Sequence[str], part: str | None) -> list[Item]:
    """The items with these ids in this order; without ids all items, or all of one part.

    Raises:
        CourseError: if there is no such item or part, with the nearest name.
    """
    if part is not None:
        if part not in PARTS:
            raise CourseError(f"There is no part {part!r}.", remedy=f"Use one of: {', '.join(PARTS)}.")
        chosen = quiz.part(part)
        if not chosen:
            raise CourseError(f"This quiz has no items with 'part: {part}'.")
        return chosen
    by_id = {item.id: item for item in quiz.items}
    for item_id in ids:
        if item_id not in by_id:
            near = difflib.get_close_matches(item_id, by_id, n=1)
            raise CourseError(
                f"There is no item {item_id!r} in this quiz.", remedy=f"Did you mean {near[0]!r}?" if near else ""
            )
    return [by_id[item_id] for item_id in ids] if ids else list(quiz.items)


def block_label(items: Sequence[Item]) -> str:
    """The accessible name of a block of items."""
    if len(items) > 1:
        return f"Quiz of {len(items)} questions"
    return "Before you read" if items[0].part == "before" else "Question"
