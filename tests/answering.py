"""Answers items in a page as a reader would, by pointer or by keyboard alone; and the wrong ways to answer an item."""

from __future__ import annotations

from itertools import combinations, permutations
from typing import Any

from playwright.sync_api import Locator, Page

from unionstate.quiz.items import Item
from unionstate.quiz.judge import judge, score

TYPED = ("numeric", "short-text", "estimate", "predict")
CHOSEN = ("single", "multiple", "commit", "evidence")
# shown once: the truth stands there then, and the answer cannot be changed
LOCKED = ("estimate", "draw", "predict")


def right_answer(item: Item) -> Any:
    """The answer that earns the full mark; for an item that is not marked, an answer."""
    key = item.key
    answers = {
        "commit": lambda: [0],
        "numeric": lambda: repr(item.number),
        "estimate": lambda: repr(item.number),
        "short-text": lambda: item.accept[0],
        "order": lambda: list(range(key["count"])),
        "predict": lambda: "0" if item.outcome is False else "100",
        "evidence": lambda: key["right"][:1],
        "draw": lambda: [y for _, y in item.series],
    }
    return answers.get(item.type, lambda: key["right"])()


def wrong_ways(item: Item) -> list[Any]:
    """Wrong answers of every kind that a reader can give to an item; of the many numbers and words, some."""
    count = item.key.get("count", 0)
    if item.type in CHOSEN:
        sizes = range(1, count + 1 if item.type == "multiple" else 2)
        ways = [list(way) for size in sizes for way in combinations(range(count), size)]
    elif item.type == "true-false":
        ways = [[verdict, reason] for verdict in (0, 1) for reason in range(count)]
    elif item.type == "numeric":
        far = max(abs(item.number), *(abs(entry.value) for entry in item.wrong), 1) * 7 + item.tolerance * 3
        ways = [repr(float(entry.value)) for entry in item.wrong] + [repr(far)]
    elif item.type == "short-text":
        ways = [spelling for entry in item.wrong for spelling in entry.accept] + ["zzqx"]
    elif item.type == "order":
        ways = [list(way) for way in permutations(range(count))]
    elif item.type in ("match", "classify"):
        right = item.key["right"]
        ways = [[*right[:stem], place, *right[stem + 1 :]] for stem in range(len(right)) for place in range(count)]
    elif item.type == "estimate":
        ways = [repr(item.number + change * (abs(item.number) * item.near / 50 + 1)) for change in (-1, 1)]
    elif item.type == "draw":
        ways = [[item.range[0]] * len(item.series)]
    else:
        ways = ["0", "50", "100"]
    return [way for way in ways if score(item, way) != 1]


def give(block: Locator, item: Item, answer: Any) -> None:
    """Put an answer into an item with the pointer, without checking it."""
    if item.type in TYPED:
        block.locator("input[type=text]").fill(answer)
    elif item.type in CHOSEN:
        boxes = block.locator("fieldset input")
        for place in range(boxes.count()):
            if boxes.nth(place).is_checked() != (place in answer) and (place in answer or item.type == "multiple"):
                block.locator(".quiz-option").nth(place).click()
    elif item.type == "true-false":
        block.locator(".quiz-verdicts .quiz-option").nth(answer[0]).click()
        block.locator("[aria-label=Reason] .quiz-option").nth(answer[1]).click()
    elif item.type in ("match", "classify"):
        for stem, place in enumerate(answer):
            block.locator("select").nth(stem).select_option(index=place + 1)
    elif item.type == "order":
        for place, entry in enumerate(answer):
            while (at := order_of(block).index(entry)) > place:
                block.locator("ol li").nth(at).get_by_role("button", name="Move up").click()
    else:
        for slider, value in zip(block.locator("input[type=range]").all(), answer[item.given :], strict=True):
            slider.fill(f"{value:g}")


def order_of(block: Locator) -> list[int]:
    """The entries of an order item as they stand."""
    return [int(place) for place in block.locator("ol li").evaluate_all("all => all.map(one => one.dataset.place)")]


def give_by_keyboard(page: Page, block: Locator, item: Item, answer: Any) -> None:
    """Answer an item with keys alone, Tab by Tab from its first field, and press its button."""
    fields = block.locator("fieldset :is(input, select, button)")
    fields.first.focus()
    if item.type in TYPED:
        page.keyboard.type(answer)
    elif item.type == "multiple":
        for place in range(len(item.options)):
            if place in answer:
                page.keyboard.press("Space")
            if place < len(item.options) - 1:
                page.keyboard.press("Tab")
    elif item.type in CHOSEN:
        _arrow_to(page, answer[0])
    elif item.type == "true-false":
        _arrow_to(page, answer[0])
        page.keyboard.press("Tab")
        _arrow_to(page, answer[1])
    elif item.type in ("match", "classify"):
        for stem, place in enumerate(answer):
            for _ in range(place + 1):
                page.keyboard.press("ArrowDown")
            if stem < len(answer) - 1:
                page.keyboard.press("Tab")
    elif item.type == "order":
        _order_by_keyboard(page, block, answer)
    else:
        step = (item.range[1] - item.range[0]) / 100
        sliders = block.locator("input[type=range]").all()
        for number, value in enumerate(answer[item.given :]):
            steps = round((value - float(sliders[number].input_value())) / step)
            for _ in range(abs(steps)):
                page.keyboard.press("ArrowRight" if steps > 0 else "ArrowLeft")
            if number < len(sliders) - 1:
                page.keyboard.press("Tab")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('quiz-check')"):
            break
    page.keyboard.press("Enter")


def _arrow_to(page: Page, place: int) -> None:
    """In a group of radio buttons: Space takes the first, arrows move on."""
    page.keyboard.press("Space")
    for _ in range(place):
        page.keyboard.press("ArrowDown")


def _order_by_keyboard(page: Page, block: Locator, answer: list[int]) -> None:
    """Move each entry up with its own button; the button keeps the focus while its entry moves."""
    for place, entry in enumerate(answer):
        block.locator(f"li[data-place='{entry}'] button").first.focus()
        while order_of(block).index(entry) > place:
            page.keyboard.press("Space")


def covering_ways(item: Item) -> list[Any]:
    """Of the wrong ways, as few as let every line that answers one appear."""
    seen: set[int] = set()
    ways = []
    for way in sorted(wrong_ways(item), key=lambda way: -len(judge(item, way).lines)):
        lines = set(judge(item, way).lines)
        if not lines <= seen:
            seen |= lines
            ways.append(way)
    return ways


def begin_again(page: Page) -> None:
    """Forget every kept answer and load the page anew."""
    page.evaluate("localStorage.clear()")
    page.reload()
