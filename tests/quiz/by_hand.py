"""Answers items in a browser as a reader does: by what is seen, not by what the markup numbers."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator

from unionstate.quiz.items import Item


def give(block: Locator, item: Item, answer: Any) -> None:
    """Put an answer, in the form of judge.py, into a shown item; does not press its button."""
    inputs = block.locator("input")
    match item.type:
        case "numeric" | "short-text" | "estimate" | "predict":
            inputs.fill(answer)
        case "match" | "classify":
            for stem, place in enumerate(answer):
                block.locator("select").nth(stem).select_option(index=place + 1)
        case "true-false":
            inputs.nth(answer[0]).check()
            inputs.nth(2 + answer[1]).check()
        case "order":
            texts = block.locator("li > span:first-child")
            for target, place in enumerate(answer):
                while (now := texts.all_inner_texts().index(item.entries[place].text)) > target:
                    block.locator("ol li").nth(now).get_by_role("button", name="Move up").click()
        case "draw":
            for place, value in enumerate(answer[item.given :]):
                inputs.nth(place).fill(f"{value:g}")
        case _:
            for place in answer:
                inputs.nth(place).check()
            if item.type == "multiple":
                for place in set(range(len(item.options))) - set(answer):
                    inputs.nth(place).uncheck()


def answer(block: Locator, item: Item, given: Any) -> None:
    """Give an answer and press the item's button."""
    give(block, item, given)
    block.locator(".quiz-check").click()
