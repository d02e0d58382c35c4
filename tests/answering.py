"""Answers items in a page as a reader would, by pointer or by keyboard alone; and the wrong ways to answer an item."""

from __future__ import annotations

from itertools import combinations, permutations
from typing import Any

from playwright.sync_api import Locator, Page

from unionstate.quiz.items import Item
from unionstate.quiz.judge import judge, score
from unionstate.quiz.render import inline_text

TYPED = ("numeric", "short-text", "estimate", "predict")
CHOSEN = ("single", "multiple", "commit", "evidence")
# shown once: the truth stands there then, and the answer cannot be changed
LOCKED = ("estimate", "draw", "predict")
TABS_AT_MOST = 40  # from the first field of an item to its button


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
        checked = block.locator("fieldset input").evaluate_all("all => all.map((one) => one.checked)")
        for place, now in enumerate(checked):
            if now != (place in answer) and (place in answer or item.type == "multiple"):
                block.locator(".quiz-option").nth(place).click()
    elif item.type == "true-false":
        block.locator(".quiz-verdicts .quiz-option").nth(answer[0]).click()
        block.locator("[aria-label=Reason] .quiz-option").nth(answer[1]).click()
    elif item.type in ("match", "classify"):
        for stem, place in enumerate(answer):
            block.locator("select").nth(stem).select_option(index=place + 1)
    elif item.type == "order":
        # by what is read: the numbers in the markup are not everywhere those of the file
        texts = block.locator("li > span:first-child")
        for place, entry in enumerate(answer):
            while (at := texts.all_inner_texts().index(inline_text(item.entries[entry].text))) > place:
                block.locator("ol li").nth(at).get_by_role("button", name="Move up").click()
    else:
        for slider, value in zip(block.locator("input[type=range]").all(), answer[item.given :], strict=True):
            slider.fill(f"{value:g}")


_GIVE_AT_ONCE = """
(block, [texts, answer]) => {
  const all = (selector) => [...block.querySelectorAll(selector)];
  const tell = (field) => ['input', 'change'].forEach((name) => field.dispatchEvent(new Event(name, {bubbles: true})));
  const boxes = all('fieldset input:is([type=radio], [type=checkbox])');
  const pairs = block.dataset.type === 'true-false';
  const chosen = pairs ? [answer[0], 2 + answer[1]] : answer;
  boxes.forEach((box, place) => {
    const wanted = chosen.includes(place);
    if (box.checked !== wanted && (wanted || box.type === 'checkbox')) box.click();
  });
  all('select').forEach((select, stem) => {
    select.selectedIndex = answer[stem] + 1;
    tell(select);
  });
  all('input[type=text]').forEach((field) => {
    field.value = answer;
    tell(field);
  });
  const given = answer.length - all('input[type=range]').length;
  all('input[type=range]').forEach((slider, place) => {
    slider.value = answer[given + place];
    tell(slider);
  });
  texts.forEach((_, place) => {
    const entry = () => all('ol li').find((one) => one.firstElementChild.textContent === texts[answer[place]]);
    while (all('ol li').indexOf(entry()) > place) entry().querySelector('button').click();
  });
  block.querySelector('.quiz-check').click();
  return block.querySelector('.quiz-feedback').textContent;
}
"""


def submit_at_once(block: Locator, item: Item, answer: Any) -> str:
    """Put an answer into an item and press its button in one step inside the page; return what the item says to it."""
    texts = [inline_text(entry.text) for entry in item.entries] if item.type == "order" else []
    return block.evaluate(_GIVE_AT_ONCE, [texts, answer])


def submit(block: Locator, item: Item, answer: Any) -> None:
    """Put an answer into an item with the pointer and press its button."""
    give(block, item, answer)
    block.locator(".quiz-check").click()


def order_of(block: Locator) -> list[int]:
    """The entries of an order item as they stand."""
    return [int(place) for place in block.locator("ol li").evaluate_all("all => all.map(one => one.dataset.place)")]


def keys_for(item: Item, answer: Any) -> list[str]:
    """The keys that give an answer to a fresh item, from its first field on; they end in the item's last field."""
    if item.type in TYPED:
        return list(answer)
    if item.type == "multiple":
        presses = [["Space"] if place in answer else [] for place in range(len(item.options))]
        return _joined(presses)
    if item.type in CHOSEN:
        return _radio(answer[0])
    if item.type == "true-false":
        return _joined([_radio(answer[0]), _radio(answer[1])])
    if item.type in ("match", "classify"):
        return _joined([["ArrowDown"] * (place + 1) for place in answer])
    if item.type == "order":
        return _order_keys(item, answer)
    step = (item.range[1] - item.range[0]) / 100
    start = item.series[item.given - 1][1] if item.given else sum(item.range) / 2
    steps = [round((value - start) / step) for value in answer[item.given :]]
    return _joined([["ArrowRight" if count > 0 else "ArrowLeft"] * abs(count) for count in steps])


def _joined(groups: list[list[str]]) -> list[str]:
    """Groups of keys with a Tab between them."""
    return [key for number, group in enumerate(groups) for key in (["Tab"] if number else []) + group]


def _radio(place: int) -> list[str]:
    """In a group of radio buttons: Space takes the first, arrows move on."""
    return ["Space"] + ["ArrowDown"] * place


def _order_keys(item: Item, answer: list[int]) -> list[str]:
    """Each entry in turn goes up to its place by its own first button, which keeps the focus; Tab leads on."""
    keys, focus = [], 0  # buttons are counted from 0: up, down, up, down …
    now = item.shuffled(len(item.entries))
    for place, entry in enumerate(answer):
        at = now.index(entry)
        keys += ["Tab"] * (2 * at - focus) + ["Space"] * (at - place)
        now.insert(place, now.pop(at))
        focus = 2 * place
    return keys


def give_by_keyboard(page: Page, block: Locator, item: Item, answer: Any) -> None:
    """Answer an item with keys alone, from its first field, and press its button."""
    block.locator("fieldset :is(input, select, button)").first.focus()
    for key in keys_for(item, answer):
        page.keyboard.press(key)
    for _ in range(TABS_AT_MOST):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('quiz-check')"):
            break
    page.keyboard.press("Enter")


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
