"""Quizzes in the built book: keyboard, announced feedback, kept answers, no JavaScript, print, disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from answering import LOCKED, begin_again, covering_ways, give, right_answer, submit_at_once, wrong_ways
from playwright.sync_api import BrowserContext, Locator, Page, expect
from test_pages import CHAPTERS, OF_COLOUR, barriers

from unionstate.quiz.items import Item
from unionstate.quiz.judge import judge
from unionstate.quiz.load import load_chapter_quiz
from unionstate.quiz.render import inline_text

CHAPTER = "when-was-this-written"


def item_of(page: Page, item: Item) -> Locator:
    return page.locator(f"#quiz-{item.id}")


def first(kind: str) -> Item:
    return next(item for item in load_chapter_quiz(CHAPTER).items if item.type == kind)


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_wrong_answer_of_every_item_shows_its_own_message(page: Page, site_address: str, name: str) -> None:
    page.goto(f"{site_address}/{name}.html")
    items = load_chapter_quiz(Path(name).name).items
    assert page.locator(".quiz-item").count() == len(items)
    ways = {item.id: covering_ways(item) for item in items}
    # an item that shows the truth takes one answer a visit
    visits = max([1, *(len(ways[item.id]) for item in items if item.type in LOCKED)])
    for visit in range(visits):
        for item in items:
            block = item_of(page, item)
            now = ways[item.id][visit : visit + 1] if item.type in LOCKED else ways[item.id] if visit == 0 else []
            for way in now:
                said = submit_at_once(block, item, way)
                for place in judge(item, way).lines:
                    assert inline_text(item.lines[place].feedback) in said
                if item.marked and item.type != "predict":
                    assert "Not yet" in said
        begin_again(page)


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_right_answer_of_every_item_is_accepted(page: Page, site_address: str, name: str) -> None:
    page.goto(f"{site_address}/{name}.html")
    items = load_chapter_quiz(Path(name).name).items
    for item in items:
        give(item_of(page, item), item, right_answer(item))
        item_of(page, item).locator(".quiz-check").click()
    shown = page.locator(".quiz-item").evaluate_all(
        "all => all.map((one) => [one.id, one.dataset.state, one.querySelector('[role=status]').textContent,"
        " one.querySelector('.quiz-reasons').checkVisibility()])"
    )
    assert len(shown) == len(items)
    for item, (id_, state, said, reasons) in zip(items, shown, strict=True):
        assert id_ == f"quiz-{item.id}"
        if item.marked and item.type != "predict":
            assert (state, reasons) == ("right", True) and "Right." in said, id_
        else:
            assert state == "kept", id_


def test_a_single_item_is_answered_by_keyboard_alone(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/chapters/{CHAPTER}.html")
    item = first("single")
    block = item_of(page, item)
    block.locator("input").first.focus()
    page.keyboard.press("Space")
    right = min(item.right)
    for _ in range(right):
        page.keyboard.press("ArrowDown")
    # moving through the options does not grade
    expect(block.get_by_role("status")).to_be_empty()
    page.keyboard.press("Tab")
    expect(block.get_by_role("button", name="Check")).to_be_focused()
    page.keyboard.press("Enter")
    expect(block.get_by_role("status")).to_contain_text("Right.")
    expect(block.get_by_role("button", name="Check")).to_be_focused()


def test_a_multiple_item_is_answered_by_keyboard_alone(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/chapters/{CHAPTER}.html")
    item = first("multiple")
    block = item_of(page, item)
    block.locator("input").first.focus()
    for place in range(len(item.options)):
        if place in item.right:
            page.keyboard.press("Space")
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(block.get_by_role("status")).to_contain_text("Right.")


def test_a_half_right_answer_says_what_is_missing(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/chapters/{CHAPTER}.html")
    item = next(i for i in load_chapter_quiz(CHAPTER).items if i.type == "multiple" and len(i.right) == 2)
    block = item_of(page, item)
    give(block, item, sorted({min(item.right)}))
    block.get_by_role("button", name="Check").click()
    expect(block.get_by_role("status")).to_contain_text("Not yet: 1 right one is not chosen.")


def test_checking_without_an_answer_asks_for_one(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/chapters/{CHAPTER}.html")
    block = item_of(page, first("single"))
    block.get_by_role("button", name="Check").click()
    expect(block.get_by_role("status")).to_have_text("Choose an answer first.")


def test_reasons_wait_for_the_answer_and_come_after_two_tries(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/chapters/{CHAPTER}.html")
    item = first("single")
    block = item_of(page, item)
    reasons = block.locator(".quiz-reasons")
    expect(reasons).to_be_hidden()
    wrong = next(place for place in range(len(item.options)) if place not in item.right)
    give(block, item, sorted({wrong}))
    block.get_by_role("button").click()
    expect(reasons).to_be_hidden()
    block.get_by_role("button").click()
    expect(reasons).to_be_visible()


def test_answers_are_kept_between_visits_and_shown_again(
    new_context: Callable[..., BrowserContext], site_address: str
) -> None:
    context = new_context()
    address = f"{site_address}/chapters/{CHAPTER}.html"
    guess = first("commit")
    page = context.new_page()
    page.goto(address)
    give(item_of(page, guess), guess, [1])
    item_of(page, guess).get_by_role("button", name="Keep my answer").click()
    recall = page.locator(f"[data-recall={guess.id}]")
    expect(recall).to_contain_text(inline_text(guess.options[1].text))
    page.close()
    page = context.new_page()
    page.goto(address)
    assert item_of(page, guess).locator("input").nth(1).is_checked()
    expect(item_of(page, guess).get_by_role("status")).to_contain_text("Kept.")
    expect(page.locator(f"[data-recall={guess.id}]")).to_contain_text(inline_text(guess.options[1].text))


def test_an_answer_to_an_older_wording_is_dropped(
    new_context: Callable[..., BrowserContext], site_address: str
) -> None:
    page = new_context().new_page()
    page.goto(f"{site_address}/chapters/{CHAPTER}.html")
    item = first("single")
    page.evaluate(
        "(id) => localStorage.setItem(`unionstate.quiz.${id}`,"
        " JSON.stringify({version: 'old', answer: [0], checked: true, attempts: 9}))",
        item.id,
    )
    page.reload()
    assert item_of(page, item).locator("input:checked").count() == 0
    expect(item_of(page, item).get_by_role("status")).to_be_empty()


@pytest.mark.parametrize("stored", ["not json", "null", "[]", '{"version": 3}', '"text"'])
def test_broken_storage_does_not_break_the_quiz(page: Page, site_address: str, stored: str) -> None:
    item = first("single")
    page.add_init_script(f"localStorage.setItem('unionstate.quiz.{item.id}', {stored!r})")
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{site_address}/chapters/{CHAPTER}.html")
    give(item_of(page, item), item, right_answer(item))
    item_of(page, item).get_by_role("button", name="Check").click()
    expect(item_of(page, item).get_by_role("status")).to_contain_text("Right.")
    assert faults == []


def test_closed_storage_does_not_break_the_quiz(page: Page, site_address: str) -> None:
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };")
    page.goto(f"{site_address}/chapters/{CHAPTER}.html")
    item = first("single")
    give(item_of(page, item), item, right_answer(item))
    item_of(page, item).get_by_role("button", name="Check").click()
    expect(item_of(page, item).get_by_role("status")).to_contain_text("Right.")


@pytest.mark.parametrize("name", CHAPTERS)
def test_axe_finds_no_barrier_while_and_after_answering(
    new_context: Callable[..., BrowserContext], site_address: str, name: str
) -> None:
    page = new_context(viewport={"width": 390, "height": 800}, reduced_motion="reduce").new_page()
    page.goto(f"{site_address}/{name}.html")

    def found() -> list[str]:
        """In the quizzes, where answers change the page: in the light by all rules, in the dark by those of colour."""
        in_the_light = barriers(page, f"{name} in the light", ".quiz")
        page.emulate_media(color_scheme="dark")
        in_the_dark = barriers(page, f"{name} in the dark", ".quiz", OF_COLOUR)
        page.emulate_media(color_scheme="light")
        return in_the_light + in_the_dark

    items = load_chapter_quiz(Path(name).name).items
    for item in items:
        if item.type not in LOCKED:
            assert submit_at_once(item_of(page, item), item, wrong_ways(item)[0])
    assert found() == []
    for item in items:
        assert submit_at_once(item_of(page, item), item, right_answer(item))
    page.evaluate("document.querySelectorAll('.quiz-reasons:not([hidden])').forEach((one) => (one.open = true))")
    assert found() == []


def test_without_javascript_everything_is_readable_and_nothing_dead_is_shown(
    new_context: Callable[..., BrowserContext], site_address: str
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{site_address}/chapters/{CHAPTER}.html")
    for item in load_chapter_quiz(CHAPTER).items:
        block = item_of(page, item)
        expect(block.locator("legend")).to_contain_text(inline_text(item.prompt))
        expect(block.locator(".quiz-check")).to_be_hidden()
        block.locator(".quiz-reasons summary").click()
        for line in item.lines:
            expect(block.locator(".quiz-reasons")).to_contain_text(inline_text(line.feedback))


def test_in_print_questions_boxes_and_reasons_are_there_and_buttons_are_not(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/chapters/{CHAPTER}.html")
    page.emulate_media(media="print")
    for item in load_chapter_quiz(CHAPTER).items:
        block = item_of(page, item)
        expect(block.locator("legend")).to_be_visible()
        expect(block.locator(".quiz-check")).to_be_hidden()
        reason = block.locator(".quiz-reasons li").first
        assert reason.evaluate("(one) => one.getBoundingClientRect().height") > 5
    assert page.locator(".page-bar-links").is_hidden()


def test_the_quiz_works_from_disk(page: Page, site: Path) -> None:
    page.goto((site / f"chapters/{CHAPTER}.html").as_uri())
    item = first("single")
    give(item_of(page, item), item, right_answer(item))
    item_of(page, item).get_by_role("button", name="Check").click()
    expect(item_of(page, item).get_by_role("status")).to_contain_text("Right.")


def test_targets_are_large_enough_for_a_finger(new_context: Callable[..., BrowserContext], site_address: str) -> None:
    page = new_context(viewport={"width": 390, "height": 800}).new_page()
    page.goto(f"{site_address}/chapters/{CHAPTER}.html")
    for target in page.locator(".quiz-option, .quiz-check").all():
        assert target.bounding_box()["height"] >= 44
