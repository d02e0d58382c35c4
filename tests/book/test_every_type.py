"""One item of every type in a page of the book: pointer, keyboard, no JavaScript, axe, print, hostile texts, weight."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from answering import LOCKED, begin_again, give, give_by_keyboard, order_of, right_answer, wrong_ways
from bs4 import BeautifulSoup
from playwright.sync_api import BrowserContext, Page, expect
from small_quiz import EVERY_TYPE
from test_pages import OF_COLOUR, barriers

from unionstate.book.assets import quiz_script, small_sheet
from unionstate.quiz.items import Item
from unionstate.quiz.judge import judge
from unionstate.quiz.load import load_all
from unionstate.quiz.render import STATIC, inline_text, render_items

ITEMS = EVERY_TYPE.items
HEAVIEST = 12 * 1024  # bytes compressed that 10 items may add to a page, script and style included


def page_of(site: Path, blocks: list[list[Item]]) -> str:
    """A chapter as built, its text replaced by these blocks of items."""
    soup = BeautifulSoup((site / "chapters/when-was-this-written.html").read_text(encoding="utf-8"), "html.parser")
    article = soup.select_one("article")
    article.clear()
    article.append(BeautifulSoup("<h1>Every type</h1>", "html.parser"))
    for number, items in enumerate(blocks, start=1):
        article.append(BeautifulSoup(render_items(items, label=f"Quiz {number}", page=True), "html.parser"))
    return str(soup)


@pytest.fixture
def show(site: Path, site_address: str) -> Callable[..., Page]:
    """Shows blocks of items (by default one with an item of every type) in a page, as a chapter of the book."""

    def shown(page: Page, *blocks: list[Item]) -> Page:
        html = page_of(site, [*blocks] or [ITEMS])
        address = f"{site_address}/chapters/every-type.html"
        page.route(address, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        page.goto(address)
        return page

    return shown


def block_of(page: Page, item: Item):
    return page.locator(f"#quiz-{item.id}")


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.type)
def test_every_wrong_way_shows_its_message_and_the_right_one_is_accepted(
    page: Page, show: Callable[..., Page], item: Item
) -> None:
    show(page)
    block = block_of(page, item)
    ways = [*wrong_ways(item), right_answer(item)]
    assert len(ways) >= 2
    for way in ways:
        give(block, item, way)
        # giving an answer does not judge it
        expect(block.get_by_role("status")).not_to_contain_text(re.compile("Right|Not yet|Kept"))
        block.locator(".quiz-check").click()
        found = judge(item, way)
        status = block.get_by_role("status")
        for place in found.lines:
            expect(status).to_contain_text(inline_text(item.lines[place].feedback))
        if found.score == 1 and item.type != "predict":
            expect(status).to_contain_text("Right.")
            assert block.get_attribute("data-state") == "right"
        elif found.score is not None and item.type != "predict":
            expect(status).to_contain_text("Not yet")
            assert block.get_attribute("data-state") == "wrong"
        if item.type in LOCKED:
            begin_again(page)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.type)
def test_an_item_is_answered_by_keyboard_alone(page: Page, show: Callable[..., Page], item: Item) -> None:
    show(page)
    block = block_of(page, item)
    give_by_keyboard(page, block, item, right_answer(item))
    expect(block.get_by_role("status")).to_contain_text(
        "Kept"
        if item.type in ("commit", "draw")
        else "Right"
        if item.marked and item.type != "predict"
        else "Your"
        if item.type == "estimate"
        else "You gave"
    )
    expect(block.locator(".quiz-check")).to_be_focused()


def test_the_whole_page_is_walked_by_tab_without_a_trap(page: Page, show: Callable[..., Page]) -> None:
    show(page)
    page.locator("#quiz-t-single input").first.focus()
    reached = []
    for _ in range(200):
        page.keyboard.press("Tab")
        here = page.evaluate("document.activeElement.closest('.quiz-item')?.id ?? ''")
        if here and (not reached or reached[-1] != here):
            reached.append(here)
        if reached and not here:
            break
    every = [f"quiz-{item.id}" for item in ITEMS]
    assert reached == every[1 if reached[0] != every[0] else 0 :]


def test_focus_is_seen_on_every_control(page: Page, show: Callable[..., Page]) -> None:
    show(page)
    unseen = []
    page.locator("#quiz-t-single input").first.focus()
    for _ in range(90):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => {
              let here = document.activeElement;
              if (!here.closest('.quiz-item')) return true;
              for (; here && !here.matches('.quiz-item'); here = here.parentElement) {
                const style = getComputedStyle(here);
                if (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) return true;
              }
              return document.activeElement.outerHTML;
            }"""
        )
        if seen is not True:
            unseen.append(seen)
    assert unseen == []


@pytest.mark.parametrize(("scheme", "other", "width"), [("light", "dark", 390), ("dark", "light", 1280)])
def test_axe_finds_no_barrier_before_during_and_after(
    new_context: Callable[..., BrowserContext], show: Callable[..., Page], scheme: str, other: str, width: int
) -> None:
    viewport = {"width": width, "height": 900}
    page = show(new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce").new_page())

    def found(when: str) -> list[str]:
        """In one scheme by all rules, in the other by those of colour: a page's structure has no scheme."""
        in_one = barriers(page, f"{when}, in the {scheme}")
        page.emulate_media(color_scheme=other)
        in_other = barriers(page, f"{when}, in the {other}", ".quiz", OF_COLOUR)
        page.emulate_media(color_scheme=scheme)
        return in_one + in_other

    assert found("before") == []
    for item in ITEMS:
        if item.type not in LOCKED:
            ways = wrong_ways(item)
            give(block_of(page, item), item, ways[len(ways) // 2])
            block_of(page, item).locator(".quiz-check").click()
            block_of(page, item).locator(".quiz-check").click()
    page.locator(".quiz-hint").evaluate_all("all => all.forEach((one) => (one.open = true))")
    page.locator(".quiz-reasons:not([hidden])").evaluate_all("all => all.forEach((one) => (one.open = true))")
    assert found("after wrong answers") == []
    for item in ITEMS:
        give(block_of(page, item), item, right_answer(item))
    assert found("answered, not checked") == []
    for item in ITEMS:
        block_of(page, item).locator(".quiz-check").click()
    page.locator(".quiz-reasons:not([hidden])").evaluate_all("all => all.forEach((one) => (one.open = true))")
    assert found("after right answers") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_javascript_all_can_be_read_and_filled_in_and_nothing_is_dead(
    new_context: Callable[..., BrowserContext], show: Callable[..., Page]
) -> None:
    page = show(new_context(java_script_enabled=False, viewport={"width": 390, "height": 900}).new_page())
    for item in ITEMS:
        block = block_of(page, item)
        expect(block.locator("legend")).to_contain_text(inline_text(item.prompt))
        for button in block.locator("button").all():
            expect(button).to_be_hidden()
        block.locator(".quiz-reasons summary").click()
        for line in item.lines:
            expect(block.locator(".quiz-reasons")).to_contain_text(inline_text(line.feedback))
        if item.type not in ("order",):
            give(block, item, right_answer(item))
        if item.type == "draw":
            expect(block.locator(".quiz-truth")).to_be_hidden()
    # the answers to fold out hold the data of the series too
    expect(block_of(page, next(item for item in ITEMS if item.type == "draw"))).to_contain_text("2004: 40 %")


def test_answers_come_back_after_a_reload_and_truths_stay_shown(page: Page, show: Callable[..., Page]) -> None:
    show(page)
    for item in ITEMS:
        give(block_of(page, item), item, right_answer(item))
        block_of(page, item).locator(".quiz-check").click()
    said = page.locator(".quiz-feedback").all_inner_texts()
    assert all(said)
    page.reload()
    assert page.locator(".quiz-feedback").all_inner_texts() == said
    for item in ITEMS:
        if item.type in LOCKED:
            assert block_of(page, item).locator(".quiz-check").get_attribute("aria-disabled") == "true"
    order = next(item for item in ITEMS if item.type == "order")
    assert order_of(block_of(page, order)) == right_answer(order)


@pytest.mark.parametrize("verdict", [0, 1])
def test_a_verdict_without_its_reason_comes_back_as_it_was(page: Page, show: Callable[..., Page], verdict: int) -> None:
    show(page)
    page.locator("#quiz-t-true-false input").nth(verdict).check()
    page.reload()
    checked = page.locator("#quiz-t-true-false input").evaluate_all("all => all.map((one) => one.checked)")
    assert [place for place, one in enumerate(checked) if one] == [verdict]


def test_where_the_truth_was_shown_the_answer_cannot_be_changed(page: Page, show: Callable[..., Page]) -> None:
    show(page)
    estimate = next(item for item in ITEMS if item.type == "estimate")
    block = block_of(page, estimate)
    give(block, estimate, "10")
    block.locator(".quiz-check").click()
    expect(block.get_by_role("status")).to_contain_text(
        "The data say 40 billion roubles. Your estimate is 75 % too low."
    )
    assert block.locator("input").get_attribute("readonly") is not None
    block.locator(".quiz-check").click(force=True)
    kept = page.evaluate("JSON.parse(localStorage['unionstate.quiz.t-estimate'])")
    assert (kept["answer"], kept["attempts"], kept["score"]) == ("10", 1, None)


def test_enter_in_a_field_checks_and_the_message_stays(page: Page, show: Callable[..., Page]) -> None:
    show(page)
    block = page.locator("#quiz-t-numeric")
    block.locator("input").press_sequentially("1 234,5")
    page.keyboard.press("Enter")
    expect(block.get_by_role("status")).to_contain_text("Right. Yes (price).")
    page.keyboard.press("Tab")
    expect(block.get_by_role("status")).to_contain_text("Right. Yes (price).")
    assert page.evaluate("JSON.parse(localStorage['unionstate.quiz.t-numeric']).checked") is True


@pytest.mark.parametrize(
    ("item_id", "said"),
    [
        ("t-single", "Choose an answer first."), ("t-true-false", "Choose the verdict and a reason first."),
        ("t-numeric", "Write a number first, for example 1,234.5."), ("t-short-text", "Write an answer first."),
        ("t-match", "Choose one for each first."), ("t-estimate", "Write a number first, for example 1,234.5."),
        ("t-draw", "Draw your line first."), ("t-predict", "Write a probability from 0 to 100 first."),
    ],
)  # fmt: skip
def test_checking_without_an_answer_says_what_is_missing(
    page: Page, show: Callable[..., Page], item_id: str, said: str
) -> None:
    show(page)
    block = page.locator(f"#quiz-{item_id}")
    block.locator(".quiz-check").click()
    expect(block.get_by_role("status")).to_have_text(said)


def test_a_misspelt_name_is_told_from_a_wrong_one(page: Page, show: Callable[..., Page]) -> None:
    show(page)
    block = page.locator("#quiz-t-short-text")
    for typed, said in [("Lukashanka", "close: check the spelling"), ("ЛУКАШЭНКА!", "Right."), ("Путин", "Russia")]:
        block.locator("input").fill(typed)
        block.locator(".quiz-check").click()
        expect(block.get_by_role("status")).to_contain_text(said)


def test_a_line_is_drawn_with_the_pointer(page: Page, show: Callable[..., Page]) -> None:
    show(page)
    block = page.locator("#quiz-t-draw")
    chart = block.locator("svg")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.97, box["y"] + box["height"] / 2, steps=30)
    page.mouse.up()
    values = [float(value) for value in block.locator("input").evaluate_all("all => all.map(one => one.value)")]
    assert all(40 < value < 60 for value in values), values
    block.locator(".quiz-check").click()
    expect(block.get_by_role("status")).to_contain_text("percentage points from the data")
    expect(block.locator(".quiz-truth")).to_be_visible()


def test_a_prediction_shows_its_brier_score(page: Page, show: Callable[..., Page]) -> None:
    show(page)
    block = page.locator("#quiz-t-predict")
    block.locator("input").fill("70 %")
    block.locator(".quiz-check").click()
    expect(block.get_by_role("status")).to_contain_text("You gave 70 %; it happened. Brier score 0.09")


def test_moving_an_entry_is_announced_and_keeps_the_focus(page: Page, show: Callable[..., Page]) -> None:
    show(page)
    block = page.locator("#quiz-t-order")
    button = block.locator("li").nth(1).get_by_role("button", name="Move up")
    name = button.get_attribute("aria-label").removeprefix("Move up: ")
    button.focus()
    page.keyboard.press("Enter")
    expect(block.get_by_role("status")).to_have_text(f"“{name}” is now 1 of 4.")
    assert page.evaluate("document.activeElement.ariaLabel") == f"Move up: {name}"


def test_long_words_break_and_marked_words_stay_apart(
    new_context: Callable[..., BrowserContext], show: Callable[..., Page]
) -> None:
    page = new_context(viewport={"width": 320, "height": 800}).new_page()
    single, other = ITEMS[0], next(item for item in ITEMS if item.type == "order")
    options = [single.options[0].model_copy(update={"text": "w" * 200}), *single.options[1:]]
    entries = [other.entries[0].model_copy(update={"text": "https://" + "w" * 200}), *other.entries[1:]]
    show(
        page,
        [
            single.model_copy(update={"prompt": "`One` **two** *three* _four_", "options": options}),
            other.model_copy(update={"entries": entries}),
        ],
    )
    page.locator(".quiz-item input").first.check()
    page.locator(".quiz-check").first.click()
    expect(page.locator("legend").first).to_contain_text("One two three _four_", use_inner_text=True)
    too_wide = "[...document.querySelectorAll('.quiz *')].filter((one) => one.getBoundingClientRect().right > 320)"
    assert page.evaluate(f"{too_wide}.map((one) => one.outerHTML.slice(0, 99))") == []


def test_targets_are_large_enough_for_a_finger(
    new_context: Callable[..., BrowserContext], show: Callable[..., Page]
) -> None:
    page = show(new_context(viewport={"width": 390, "height": 800}).new_page())
    for target in page.locator(
        ".quiz-option, .quiz button, .quiz select, .quiz input[type=text], .quiz input[type=range], .quiz summary"
    ).all():
        if target.is_visible():
            assert target.bounding_box()["height"] >= 43.9, target.evaluate("one => one.outerHTML")


def test_colours_of_the_system_and_paper_keep_what_matters(page: Page, show: Callable[..., Page]) -> None:
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    show(page)
    for item in ITEMS:
        give(block_of(page, item), item, right_answer(item))
        block_of(page, item).locator(".quiz-check").click()
    # marks are words, not colours alone
    marks = page.locator(".quiz [data-mark]")
    assert marks.count() > 5
    for mark in marks.all():
        assert mark.evaluate("one => getComputedStyle(one, '::after').content") == '"✓ right"'
    assert page.evaluate(
        "[...document.querySelectorAll('.quiz *')].every(one => getComputedStyle(one).animationName === 'none')"
    )
    page.emulate_media(media="print", forced_colors="none")
    for item in ITEMS:
        block = block_of(page, item)
        expect(block.locator("legend")).to_be_visible()
        expect(block.locator(".quiz-check")).to_be_hidden()
        assert block.locator(".quiz-reasons li").first.evaluate("one => one.getBoundingClientRect().height") > 5
    expect(page.locator("#quiz-t-match .quiz-choices")).to_be_visible()


def test_scripts_are_loaded_once_however_many_quizzes(page: Page, show: Callable[..., Page]) -> None:
    page.add_init_script("window.heard = []; document.addEventListener('quiz-answer', (e) => heard.push(e.detail.id))")
    show(page, ITEMS[:3], ITEMS[3:6], ITEMS[6:])
    assert page.locator("#quiz-script").count() == 1
    # a second copy of the module finds everything alive and does nothing
    page.add_script_tag(content=quiz_script())
    give(block_of(page, ITEMS[0]), ITEMS[0], [1])
    block_of(page, ITEMS[0]).locator(".quiz-check").click()
    assert page.evaluate("heard") == [ITEMS[0].id]
    assert page.evaluate("JSON.parse(localStorage['unionstate.quiz.t-single']).attempts") == 1


def added_by(items: list[Item]) -> int:
    """Bytes, compressed, that items add to a page without any."""
    html = render_items(items, label="Quiz of 10 questions", page=True)
    return len(gzip.compress((html + quiz_script() + small_sheet(STATIC / "quiz.css")).encode(), 6))


def test_ten_items_add_at_most_twelve_kilobytes() -> None:
    choices = [item for quiz in load_all().values() for item in quiz.items if item.type in ("single", "multiple")]
    assert added_by(choices[:10]) <= HEAVIEST
    # one of almost every type, with short texts
    assert added_by(ITEMS[:10]) <= HEAVIEST


@pytest.mark.parametrize("chapter", load_all())
def test_the_ten_items_that_close_a_chapter_are_light_too(chapter: str) -> None:
    items = load_all()[chapter].items[-10:]
    assert len(items) == 10
    assert added_by(items) <= HEAVIEST
