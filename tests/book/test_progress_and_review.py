"""The reader's own progress and the review page: counts, dates, files, two tabs, closed storage, no JavaScript."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from firefox import Firefox, find_firefox
from playwright.sync_api import BrowserContext, Locator, Page, expect
from support import ROOT, keep_two_chapters, lend_outputs, run_unionstate
from test_pages import CHAPTERS, barriers

from unionstate.book.assets import scheduler_script
from unionstate.quiz.items import Item
from unionstate.quiz.load import load_chapter_quiz
from unionstate.quiz.render import STATIC, inline_text

CHAPTER = "when-was-this-written"
PAGE = "chapters/your-progress"
QUIZZES = {Path(name).name: load_chapter_quiz(Path(name).name).items for name in CHAPTERS}
ITEMS = {item.id: item for items in QUIZZES.values() for item in items}
START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)  # a Monday
ONE, TWO = [item for item in QUIZZES[CHAPTER] if item.type == "single"][:2]
MULTIPLE = next(item for item in ITEMS.values() if item.type == "multiple")
COMMIT = next(item for item in ITEMS.values() if item.type == "commit")


def right(item: Item) -> int:
    return min(item.right)


def wrong(item: Item) -> int:
    return next(place for place in range(len(item.options)) if place not in item.right)


def record(item: Item, place: int, at: datetime = START, **more: object) -> dict:
    """What the quiz keeps of an answered choice."""
    score = None if item.type == "commit" else float({place} == set(item.right))
    kept = {"version": item.version, "answer": [place], "said": "said", "checked": True, "attempts": 1, "score": score}
    return {**kept, "at": ms(at), **more}


def log(item: Item, *reviews: tuple[datetime, int]) -> dict:
    return {"version": item.version, "log": [[ms(at), rating] for at, rating in reviews]}


def ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def put(page: Page, key: str, value: object) -> None:
    """Put something into the storage; the page sees it when it loads again."""
    page.evaluate("([key, value]) => localStorage.setItem(key, value)", [f"unionstate.{key}", json.dumps(value)])


def kept(page: Page, key: str) -> dict | None:
    return json.loads(page.evaluate("(key) => localStorage.getItem(key)", f"unionstate.{key}") or "null")


@pytest.fixture
def reader(new_context: Callable[..., BrowserContext], site_address: str) -> Page:
    """The review page of a reader in Minsk on a Monday morning, with nothing answered yet."""
    page = new_context(timezone_id="Europe/Minsk", viewport={"width": 1280, "height": 900}).new_page()
    page.clock.install(time=START)
    page.goto(f"{site_address}/{PAGE}.html")
    return page


def told(page: Page, what: str = "due") -> Locator:
    return page.locator(f"[data-told={what}]")


def row(page: Page, chapter: str | None) -> list[str]:
    """Answered, right and due of a chapter, or of the whole book."""
    place = page.locator(f"tr:has(a[href='{chapter}.html'])" if chapter else "tfoot tr")
    return [place.locator(f"[data-cell={name}]").inner_text() for name in ("answered", "right", "due")]


def staged(page: Page) -> str:
    return (page.locator(".review-stage .quiz-item").get_attribute("id") or "").removeprefix("quiz-")


def answer(page: Page, *places: int) -> None:
    """Answer the choice on the stage."""
    for option in places:
        page.locator(".review-stage .quiz-option").nth(option).click()
    page.locator(".review-stage .quiz-check").click()


def days_later(page: Page, days: float) -> None:
    page.clock.set_system_time(START + timedelta(days=days))
    page.reload()


# Progress


def test_the_line_in_a_chapter_counts_with_every_answer(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/chapters/{CHAPTER}.html")
    line, count = page.locator(".quiz-progress"), len(QUIZZES[CHAPTER])
    expect(line).to_have_count(1)
    expect(line).to_contain_text(f"You have answered 0 of {count} questions of this chapter, 0 of them right.")
    for item, place in ((ONE, right(ONE)), (TWO, wrong(TWO))):
        block = page.locator(f"#quiz-{item.id}")
        block.locator(".quiz-option").nth(place).click()
        block.locator(".quiz-check").click()
    expect(line).to_contain_text(f"You have answered 2 of {count} questions of this chapter, 1 of them right.")
    page.reload()
    expect(line).to_contain_text(f"You have answered 2 of {count} questions of this chapter, 1 of them right.")
    page.locator(f"#quiz-{ONE.id} .quiz-option").nth(wrong(ONE)).click()
    expect(line).to_contain_text(f"You have answered 1 of {count} questions of this chapter, 0 of them right.")
    line.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your progress and review")


def test_the_table_counts_chapters_and_the_book_and_leaves_out_old_wordings(reader: Page) -> None:
    put(reader, f"quiz.{ONE.id}", record(ONE, right(ONE)))
    put(reader, f"quiz.{TWO.id}", record(TWO, right(TWO), version="old"))
    put(reader, f"quiz.{COMMIT.id}", record(COMMIT, 0))
    reader.reload()
    home = next(name for name, items in QUIZZES.items() if COMMIT in items)
    for name, items in QUIZZES.items():
        done = (name == CHAPTER) + (name == home)
        assert row(reader, name)[:2] == [f"{done} of {len(items)}", str(int(name == CHAPTER))]
    assert row(reader, None)[:2] == [f"2 of {len(ITEMS)}", "1"]
    expect(reader.locator("[data-without-script]").first).to_be_hidden()


def test_a_reset_asks_first_by_keyboard_and_deletes_only_its_chapter(reader: Page) -> None:
    other = next(item for name, items in QUIZZES.items() if name != CHAPTER for item in items if item.type == "single")
    for item in (ONE, other):
        put(reader, f"quiz.{item.id}", record(item, wrong(item)))
    put(reader, "note", "not ours to delete")
    reader.reload()
    button = reader.locator(f"tr:has(a[href='{CHAPTER}.html']) [data-do=reset]")
    button.focus()
    reader.keyboard.press("Enter")
    dialog = reader.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog).to_have_accessible_name(re.compile("Reset “When was this written"))
    expect(dialog).to_have_accessible_description(re.compile("1 question.*cannot be undone"))
    expect(dialog.get_by_role("button", name="Keep them")).to_be_focused()
    assert barriers(reader, PAGE) == []
    reader.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
    assert kept(reader, f"quiz.{ONE.id}")
    reader.keyboard.press("Enter")
    reader.keyboard.press("Enter")
    assert kept(reader, f"quiz.{ONE.id}")
    reader.keyboard.press("Enter")
    reader.keyboard.press("Tab")
    reader.keyboard.press("Enter")
    expect(told(reader, "file")).to_contain_text("are deleted")
    expect(button).to_be_focused()
    assert kept(reader, f"quiz.{ONE.id}") is None and kept(reader, f"review.{ONE.id}") is None
    assert kept(reader, f"quiz.{other.id}")
    assert row(reader, CHAPTER)[0] == f"0 of {len(QUIZZES[CHAPTER])}"
    reader.keyboard.press("Enter")
    expect(told(reader, "file")).to_contain_text("Nothing is kept")
    reader.locator("tfoot [data-do=reset]").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(told(reader, "file")).to_have_text("Your answers to the whole book are deleted.")
    assert row(reader, None) == [f"0 of {len(ITEMS)}", "0", "0"]
    assert kept(reader, "note") == "not ours to delete"


# Files


def save(page: Page, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name="Save my progress as a file").click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def take_in(page: Page, content: object) -> str:
    """Take in a file with that JSON or text; what the page says to it."""
    text = content if isinstance(content, str) else json.dumps(content)
    page.locator("[data-told=file]").evaluate("(line) => (line.textContent = '')")
    page.get_by_label("Take in a saved file").set_input_files(
        {"name": "progress.json", "mimeType": "application/json", "buffer": text.encode()}
    )
    expect(told(page, "file")).not_to_be_empty()
    return told(page, "file").inner_text()


def progress_file(answers: dict | None = None, reviews: dict | None = None) -> dict:
    return {"format": "unionstate-progress", "answers": answers or {}, "reviews": reviews or {}}


def everything(page: Page) -> dict[str, str]:
    return page.evaluate("Object.fromEntries(Object.entries(localStorage).filter(([key]) => key.startsWith('unions')))")


def test_progress_moves_to_another_browser_in_a_file(
    reader: Page, new_context: Callable[..., BrowserContext], site_address: str, tmp_path: Path
) -> None:
    put(reader, f"quiz.{ONE.id}", record(ONE, wrong(ONE)))
    put(reader, f"quiz.{COMMIT.id}", record(COMMIT, 1))
    reader.reload()
    days_later(reader, 1)
    answer(reader, right(ONE))
    before = everything(reader)
    file = save(reader, tmp_path)
    assert file.name == "pendulum-test-progress-2026-03-03.json"
    other = new_context().new_page()
    other.clock.install(time=START + timedelta(days=1, hours=1))
    other.goto(f"{site_address}/{PAGE}.html")
    assert "Taken in: 2 answers and the reviews of 1 question." in take_in(other, file.read_text())
    assert {key: json.loads(value) for key, value in everything(other).items()} == {
        key: json.loads(value) for key, value in before.items()
    }
    assert row(other, None)[0] == f"2 of {len(ITEMS)}"
    said = take_in(other, file.read_text())
    assert "Taken in: 0 answers" in said and "2 answers here are as new or newer, and stay." in said


def test_of_two_answers_the_newer_stays_and_reviews_are_united(reader: Page) -> None:
    put(reader, f"quiz.{ONE.id}", record(ONE, right(ONE), START - timedelta(days=2)))
    put(reader, f"quiz.{TWO.id}", record(TWO, right(TWO), START - timedelta(days=9)))
    put(reader, f"review.{ONE.id}", log(ONE, (START - timedelta(days=2), 3)))
    answers = {
        ONE.id: record(ONE, wrong(ONE), START - timedelta(days=5)),
        TWO.id: record(TWO, wrong(TWO), START - timedelta(days=5)),
        COMMIT.id: record(COMMIT, 0, START + timedelta(days=4000)),
    }
    reviews = {ONE.id: log(ONE, (START - timedelta(days=5), 1), (START - timedelta(days=2), 3))}
    said = take_in(reader, progress_file(answers, reviews))
    assert "Taken in: 2 answers and the reviews of 1 question." in said
    assert "1 answer here is as new or newer, and stays." in said
    assert kept(reader, f"quiz.{ONE.id}")["answer"] == [right(ONE)]
    assert kept(reader, f"quiz.{TWO.id}")["answer"] == [wrong(TWO)]
    # a clock that was ahead does not win for ever
    assert kept(reader, f"quiz.{COMMIT.id}")["at"] <= ms(START) + 60_000
    assert [rating for _, rating in kept(reader, f"review.{ONE.id}")["log"]] == [1, 3]


def test_an_answer_that_was_never_checked_does_not_replace_one_that_was(reader: Page) -> None:
    put(reader, f"quiz.{ONE.id}", record(ONE, right(ONE), START - timedelta(days=2)))
    newer = record(ONE, wrong(ONE), START, checked=False, score=None)
    assert "Taken in: 0 answers" in take_in(reader, progress_file({ONE.id: newer}))
    assert kept(reader, f"quiz.{ONE.id}")["answer"] == [right(ONE)]


NO_PROGRESS = [
    "", "not json", "{", "null", "[]", "3", '"text"', "{}", '{"format": "unionstate-progress"}', "[" * 100_000,
    '{"format": "unionstate-progress", "answers": [], "reviews": {}}',
    '{"format": "unionstate-progress", "answers": {}, "reviews": null}',
    '{"format": "other", "answers": {}, "reviews": {}}',
    '{"__proto__": {"format": "unionstate-progress", "answers": {}, "reviews": {}}}',
    "\ufeff\x00\x01", "<!doctype html><script>alert(1)</script>",
]  # fmt: skip


def test_a_file_that_is_no_progress_changes_nothing_and_is_told_so(reader: Page) -> None:
    faults: list[str] = []
    reader.on("pageerror", lambda error: faults.append(str(error)))
    put(reader, f"quiz.{ONE.id}", record(ONE, right(ONE)))
    reader.reload()
    before = everything(reader)
    for text in NO_PROGRESS:
        said = take_in(reader, text)
        assert "no file of progress" in said and said.endswith("Nothing was changed."), text[:80]
    said = take_in(reader, json.dumps(progress_file()) + " " * 2_000_000)
    assert "too large" in said and said.endswith("Nothing was changed.")
    assert everything(reader) == before and faults == []


BROKEN_RECORDS = [
    None, 3, "text", [], {}, [1], True,
    *({**record(ONE, 0), **change} for change in (
        {"version": "old"}, {"version": None}, {"answer": None}, {"answer": "0"}, {"answer": [0.5]}, {"answer": [-2]},
        {"answer": [99]}, {"answer": ["0"]}, {"answer": [[0]]}, {"answer": {"0": 0}}, {"answer": [0] * 51},
        {"answer": [1e300]}, {"said": 3}, {"said": "x" * 2001}, {"said": None}, {"checked": 1}, {"checked": "true"},
        {"attempts": -1}, {"attempts": 1.5}, {"attempts": "1"}, {"attempts": None}, {"score": 2}, {"score": -0.1},
        {"score": "1"}, {"score": [1]}, {"at": 0}, {"at": -1}, {"at": 1.5}, {"at": "2026"}, {"at": None}, {"at": 9e15},
        {"at": 1e300},
    )),
]  # fmt: skip
BROKEN_LOGS = [
    None, 3, "text", [], {}, True, [[1, 1]],
    *({"version": ONE.version, "log": reviews} for reviews in (
        None, 3, "11", {}, [1], [[1]], [[1, 2, 3]], [[1, 0]], [[1, 5]], [[1, 2.5]], [[1, "1"]], [["1", 1]], [[0, 1]],
        [[-5, 1]], [[1.5, 1]], [[None, None]], [{"0": 1, "1": 1}], [[9e15, 1]], [[at, 1] for at in range(1, 1002)],
    )),
    {"version": "old", "log": [[1, 1]]},
]  # fmt: skip


def test_broken_and_foreign_entries_are_left_out_and_counted_and_the_rest_is_taken(reader: Page) -> None:
    faults: list[str] = []
    reader.on("pageerror", lambda error: faults.append(str(error)))
    foreign = ["__proto__", "constructor", "toString", "hasOwnProperty", "", "no-such-item", "x" * 5000, "../note"]
    good = record(TWO, right(TWO))
    strange = json.dumps({name: good for name in foreign})
    for place, broken in enumerate(BROKEN_RECORDS):
        answers = {ONE.id: broken, **({TWO.id: {**good, "__proto__": {"polluted": 1}, "more": 1}} if not place else {})}
        text = json.dumps(progress_file(answers)).replace('"answers": {', f'"answers": {{{strange[1:-1]}, ', 1)
        said = take_in(reader, text)
        assert "1 entry was left out: damaged, or of an older wording" in said, broken
        assert f"{len(foreign)} entries were left out: this book has no such question." in said
    for broken in BROKEN_LOGS:
        assert "1 entry was left out" in take_in(reader, progress_file(reviews={ONE.id: broken})), broken
    stored = everything(reader)
    assert set(stored) == {f"unionstate.quiz.{TWO.id}", f"unionstate.review.{TWO.id}"}
    assert json.loads(stored[f"unionstate.quiz.{TWO.id}"]) == good
    assert reader.evaluate("({}).polluted === undefined && Object.prototype.version === undefined")
    assert faults == []


def test_what_stands_broken_in_the_storage_does_not_break_the_page(reader: Page) -> None:
    faults: list[str] = []
    reader.on("pageerror", lambda error: faults.append(str(error)))
    ids = list(ITEMS)
    for place, broken in enumerate([*BROKEN_RECORDS, *BROKEN_LOGS]):
        for kind in ("quiz", "review"):
            put(reader, f"{kind}.{ids[place % len(ids)]}", broken)
        reader.evaluate("(id) => localStorage.setItem(`unionstate.quiz.${id}`, 'no json')", ids[-1])
        if place % len(ids) == len(ids) - 1:
            reader.reload()
            expect(told(reader)).to_contain_text("Nothing to review yet")
    assert faults == []


# Review


def test_an_empty_review_is_calm(reader: Page) -> None:
    expect(told(reader)).to_have_text(re.compile("Nothing to review yet. Answer questions in the chapters"))
    assert reader.locator(".review-stage").inner_html() == ""
    assert reader.locator(".review-buttons").first.locator("button:visible").count() == 0


@pytest.mark.parametrize("place, attempts, days", [("wrong", 1, 1), ("wrong", 3, 1), ("right", 2, 2), ("right", 1, 3)])
def test_an_answer_in_a_chapter_comes_back_on_its_day(reader: Page, place: str, attempts: int, days: int) -> None:
    put(reader, f"quiz.{ONE.id}", record(ONE, {"wrong": wrong, "right": right}[place](ONE), attempts=attempts))
    reader.reload()
    day = START + timedelta(days=days)
    shown = f"{'tomorrow,' if days == 1 else 'on'} {day:%A} {day.day} March 2026"
    expect(told(reader)).to_contain_text(f"The next question comes back {shown}")
    days_later(reader, days - 14 / 24)  # an hour before midnight in Minsk
    expect(told(reader)).to_contain_text("Nothing is due today.")
    # one minute after midnight in Minsk, three hours before midnight in Greenwich
    days_later(reader, days - 13 / 24 + 1 / 1440)
    expect(told(reader)).to_have_text("1 question is due today.")
    assert staged(reader) == ONE.id
    assert row(reader, CHAPTER)[2] == "1"


def test_a_half_right_answer_counts_as_hard(reader: Page) -> None:
    half = record(MULTIPLE, right(MULTIPLE), score=0.5)
    put(reader, f"quiz.{MULTIPLE.id}", half)
    reader.reload()
    assert kept(reader, f"review.{MULTIPLE.id}")["log"][0][1] == 2


def test_items_come_fresh_one_at_a_time_and_the_first_try_counts(reader: Page) -> None:
    for item, days in ((ONE, 0), (TWO, -1)):
        put(reader, f"quiz.{item.id}", record(item, wrong(item), START + timedelta(days=days)))
    days_later(reader, 1)
    expect(told(reader)).to_have_text("2 questions are due today.")
    assert staged(reader) == TWO.id  # the longer overdue one
    stage = reader.locator(".review-stage")
    expect(stage.locator("legend")).to_contain_text(inline_text(TWO.prompt))
    assert stage.locator("input:checked").count() == 0
    expect(stage.get_by_role("status")).to_be_empty()
    following = reader.get_by_role("button", name="Next question")
    expect(following).to_be_hidden()
    answer(reader, wrong(TWO))
    expect(stage.get_by_role("status")).to_contain_text(inline_text(TWO.options[wrong(TWO)].feedback))
    expect(told(reader, "answer")).to_contain_text("This question comes back tomorrow, Wednesday 4 March 2026")
    expect(told(reader)).to_have_text("1 question is due today.")
    answer(reader, right(TWO))
    expect(reader.get_by_role("button", name="It was easy")).to_be_hidden()
    assert [rating for _, rating in kept(reader, f"review.{TWO.id}")["log"]] == [1, 1]
    # what was answered in the chapter stays as it was
    assert kept(reader, f"quiz.{TWO.id}") == record(TWO, wrong(TWO), START - timedelta(days=1))
    following.click()
    assert staged(reader) == ONE.id
    expect(stage.get_by_role("heading")).to_be_focused()
    answer(reader, right(ONE))
    expect(told(reader)).to_contain_text("Done for today. The next question comes back tomorrow")
    expect(following).to_be_hidden()
    # one that was missed can be practised at once, which moves no date
    reader.get_by_role("button", name="Practise the 1 question you missed last").click()
    assert staged(reader) == TWO.id
    answer(reader, right(TWO))
    expect(told(reader, "answer")).to_contain_text("This question comes back tomorrow, Wednesday 4 March 2026")
    expect(reader.get_by_role("button", name="It was easy")).to_be_hidden()
    expect(reader.get_by_role("button", name=re.compile("Practise"))).to_be_hidden()


def test_easy_moves_the_date_further(reader: Page) -> None:
    put(reader, f"quiz.{ONE.id}", record(ONE, right(ONE)))
    days_later(reader, 3)
    answer(reader, right(ONE))
    days = "in (\\d+) days"
    good = int(re.search(days, told(reader, "answer").inner_text())[1])
    easy = reader.get_by_role("button", name="It was easy")
    easy.focus()
    reader.keyboard.press("Enter")
    assert int(re.search(days, told(reader, "answer").inner_text())[1]) > good > 3
    expect(easy).to_be_hidden()
    assert reader.evaluate("document.activeElement !== document.body")


def test_unmarked_items_do_not_come_back(reader: Page) -> None:
    for item in ITEMS.values():
        if not item.marked:
            put(reader, f"quiz.{item.id}", {**record(COMMIT, 0), "version": item.version})
    days_later(reader, 40)
    expect(told(reader)).to_contain_text("Nothing to review yet")
    assert reader.locator("template[data-item]").count() == sum(item.marked for item in ITEMS.values())


# in one step: with a pointer, field by field, every item is answered in test_quiz_in_page
_ANSWER_ALL_THAT_IS_DUE = """
() => {
  const one = (selector) => document.querySelector(selector);
  const found = [];
  while (one('.review-stage .quiz-item') && found.length < 1000) {
    const stage = one('.review-stage');
    const id = one('.review-stage .quiz-item').id;
    const before = one('[data-told=due]').textContent;
    for (const field of stage.querySelectorAll('input[type=text]')) field.value = '50';
    for (const select of stage.querySelectorAll('select')) select.selectedIndex = 1;
    const choices = [...stage.querySelectorAll('input[type=radio], input[type=checkbox]')];
    choices.filter((one, place) => one.name !== choices[place - 1]?.name).forEach((first) => first.click());
    stage.querySelector('.quiz-check').click();
    const next = one('[data-do=next]');
    found.push([id, before, stage.querySelector('.quiz-feedback').textContent, one('[data-told=answer]').textContent]);
    if (!next.checkVisibility()) break;
    next.click();
  }
  return found;
}
"""


def test_every_item_that_comes_back_can_be_answered(reader: Page) -> None:
    marked = [item for item in ITEMS.values() if item.marked]
    for item in marked:
        put(reader, f"review.{item.id}", log(item, (START - timedelta(days=30), 1)))
    reader.reload()
    found = reader.evaluate(_ANSWER_ALL_THAT_IS_DUE)
    assert sorted(id_ for id_, *_ in found) == sorted(f"quiz-{item.id}" for item in marked)
    for left, (id_, told_before, feedback, date) in zip(range(len(marked), 0, -1), found, strict=True):
        assert told_before == f"{left} question{'s are' if left > 1 else ' is'} due today."
        assert feedback and "This question comes back" in date, id_
    expect(told(reader)).to_contain_text("Done for today.")


def test_a_new_day_is_noticed_while_the_page_is_open(reader: Page) -> None:
    put(reader, f"quiz.{ONE.id}", record(ONE, wrong(ONE)))
    reader.reload()
    expect(told(reader)).to_contain_text("Nothing is due today.")
    reader.clock.fast_forward(timedelta(hours=14) // timedelta(milliseconds=1))
    expect(told(reader)).to_have_text("1 question is due today.")
    assert staged(reader) == ONE.id


def test_a_clock_that_was_ahead_makes_items_due_and_no_date_is_lost_for_long(reader: Page) -> None:
    ahead = START + timedelta(days=900)
    put(reader, f"review.{ONE.id}", log(ONE, (ahead, 3)))
    put(reader, f"quiz.{TWO.id}", record(TWO, right(TWO), ahead))
    reader.reload()
    expect(told(reader)).to_have_text("1 question is due today.")
    answer(reader, right(ONE))
    assert len(kept(reader, f"review.{ONE.id}")["log"]) == 1
    expect(told(reader)).to_contain_text("The next question comes back on Thursday 5 March 2026")
    assert kept(reader, f"review.{TWO.id}")["log"][0][0] <= ms(START) + 60_000


def test_days_are_those_of_the_calendar_where_clocks_change(
    new_context: Callable[..., BrowserContext], site_address: str
) -> None:
    page = new_context(timezone_id="Europe/Berlin").new_page()
    evening = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)  # half an hour before midnight; the next day has 23 hours
    page.clock.install(time=evening)
    page.goto(f"{site_address}/{PAGE}.html")
    put(page, f"quiz.{ONE.id}", record(ONE, wrong(ONE), evening))
    page.reload()
    expect(told(page)).to_contain_text("tomorrow, Sunday 29 March 2026")
    page.clock.set_system_time(evening + timedelta(hours=1))
    page.reload()
    expect(told(page)).to_have_text("1 question is due today.")
    answer(page, right(ONE))
    assert "Sunday 29" not in told(page).inner_text()


def test_two_tabs_agree(reader: Page, site_address: str) -> None:
    put(reader, f"quiz.{ONE.id}", record(ONE, wrong(ONE)))
    days_later(reader, 1)
    chapter = reader.context.new_page()
    chapter.clock.install(time=START + timedelta(days=1))
    chapter.goto(f"{site_address}/chapters/{CHAPTER}.html")
    block = chapter.locator(f"#quiz-{TWO.id}")
    for place in (wrong(TWO), right(TWO)):
        block.locator(".quiz-option").nth(place).click()
        block.locator(".quiz-check").click()
        chapter.clock.fast_forward(1000)
    expect(reader.locator(f"tr:has(a[href='{CHAPTER}.html']) [data-cell=answered]")).to_have_text(
        f"2 of {len(QUIZZES[CHAPTER])}"
    )
    expect(reader.locator(f"tr:has(a[href='{CHAPTER}.html']) [data-cell=right]")).to_have_text("1")
    # right at the second try: the wrong first one, which the open page has seen, does not stay
    # (each tab has a clock of its own here: one that is behind takes what is new for the future until it is looked at)
    reader.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert [rating for _, rating in kept(reader, f"review.{TWO.id}")["log"]] == [2]
    second = reader.context.new_page()
    second.clock.install(time=START + timedelta(days=1))
    second.goto(f"{site_address}/{PAGE}.html")
    assert staged(reader) == staged(second) == ONE.id
    answer(reader, right(ONE))
    expect(told(second)).to_contain_text("Practice: this moves no date")
    second.clock.fast_forward(1000)
    answer(second, wrong(ONE))
    assert [rating for _, rating in kept(second, f"review.{ONE.id}")["log"]][1] == 3
    expect(told(second, "answer")).to_contain_text(told(reader, "answer").inner_text().split(".")[0])


CLOSED = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError'); }});"
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"


@pytest.mark.parametrize("state", [CLOSED, FULL], ids=["closed", "full"])
def test_closed_or_full_storage_is_told_and_breaks_nothing(page: Page, site_address: str, state: str) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.add_init_script(state)
    page.clock.install(time=START)
    page.goto(f"{site_address}/index.html")
    of_the_theme = len(faults)  # which reads the storage without a guard; it has no quiz
    page.goto(f"{site_address}/{PAGE}.html")
    expect(told(page, "storage")).to_contain_text("storage is closed or full")
    before = START - timedelta(days=5)
    file = progress_file({ONE.id: record(ONE, wrong(ONE), before)}, {ONE.id: log(ONE, (before, 1))})
    assert "lasts until you leave the page" in take_in(page, file)
    assert row(page, CHAPTER) == [f"1 of {len(QUIZZES[CHAPTER])}", "0", "1"]
    answer(page, right(ONE))
    expect(told(page)).to_contain_text("Done for today.")
    page.locator("tfoot [data-do=reset]").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(told(page, "file")).to_contain_text("are deleted")
    assert row(page, CHAPTER)[0] == f"0 of {len(QUIZZES[CHAPTER])}"
    page.goto(f"{site_address}/chapters/{CHAPTER}.html")
    block = page.locator(f"#quiz-{ONE.id}")
    block.locator(".quiz-option").first.click()
    block.locator(".quiz-check").click()
    expect(page.locator(".quiz-progress")).to_contain_text("You have answered 1 of")
    expect(page.locator(".quiz-progress")).to_contain_text("This browser cannot keep answers.")
    assert len(faults) == 3 * of_the_theme <= 3


# Everywhere


def test_progress_and_review_work_from_disk_and_ask_nobody(page: Page, site: Path, tmp_path: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.install(time=START)
    page.goto((site / f"chapters/{CHAPTER}.html").as_uri())
    block = page.locator(f"#quiz-{ONE.id}")
    block.locator(".quiz-option").nth(wrong(ONE)).click()
    block.locator(".quiz-check").click()
    page.clock.set_system_time(START + timedelta(days=1))
    page.locator(".quiz-progress a").click()
    answer(page, right(ONE))
    expect(told(page)).to_contain_text("Done for today.")
    assert json.loads(save(page, tmp_path).read_text())["answers"][ONE.id]["answer"] == [wrong(ONE)]
    assert asked and all(url.startswith(("file:", "data:", "blob:")) for url in asked)


def test_without_javascript_the_page_says_why_and_links_every_quiz(
    new_context: Callable[..., BrowserContext], site_address: str
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{site_address}/{PAGE}.html")
    expect(page.locator("p[data-without-script]")).to_contain_text("only where JavaScript is on")
    links = page.locator("ul[data-without-script] a")
    assert links.count() == len(QUIZZES)
    expect(page.locator(".review, .progress").first).to_be_hidden()
    assert page.locator("article button:visible, article input:visible").count() == 0
    page.goto(f"{site_address}/chapters/{links.last.get_attribute('href')}")
    assert page.locator(":target.quiz-item").count() == 1
    assert page.locator("[data-progress]").inner_text() == ""


def press(browser: Firefox, selector: str) -> None:
    browser.evaluate(f"document.querySelector({json.dumps(selector)}).click()")


@pytest.mark.skipif(find_firefox() is None, reason="no Firefox here; .ci/run installs one")
@pytest.mark.parametrize("from_disk", [True, False])
def test_firefox_brings_a_question_back_too(site: Path, site_address: str, tmp_path: Path, from_disk: bool) -> None:
    base = site.as_uri() if from_disk else site_address
    with Firefox(find_firefox() or "", tmp_path / "profile") as browser:
        browser.goto(f"{base}/chapters/{CHAPTER}.html")
        press(browser, f"#quiz-{ONE.id} .quiz-option:nth-of-type({1 + wrong(ONE)})")
        press(browser, f"#quiz-{ONE.id} .quiz-check")
        # as if that had been three days ago
        browser.evaluate(
            "for (const [key, value] of Object.entries(localStorage).filter(([key]) => key.startsWith('unionstate.')))"
            " localStorage.setItem(key, JSON.stringify({...JSON.parse(value), at: Date.now() - 3 * 864e5}));"
        )
        browser.goto(f"{base}/{PAGE}.html")
        assert browser.evaluate("document.querySelector('[data-told=due]').textContent") == "1 question is due today."
        press(browser, f".review-stage .quiz-option:nth-of-type({1 + right(ONE)})")
        press(browser, ".review-stage .quiz-check")
        said = browser.evaluate("document.querySelector('.review').innerText")
        assert "Right." in said and "Done for today. The next question comes back on" in said


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_there_is_no_barrier_before_while_and_after_reviewing(
    new_context: Callable[..., BrowserContext], site_address: str, scheme: str, width: int
) -> None:
    page = new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()
    page.clock.install(time=START)
    page.goto(f"{site_address}/{PAGE}.html")
    for item in (ONE, TWO):
        put(page, f"quiz.{item.id}", record(item, wrong(item), START - timedelta(days=3)))
    page.reload()
    assert barriers(page, PAGE) == []
    answer(page, right(ONE))
    assert barriers(page, PAGE) == []
    for target in page.locator("article button:visible, .progress input, .review .quiz-option").all():
        assert target.bounding_box()["height"] >= 44 and target.bounding_box()["width"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # scrolling up shows the link to the top
    expect(page.locator("nav > .back-to-top + *, nav > .back-to-top ~ *")).to_have_count(0)
    expect(page.locator("nav > .back-to-top")).to_have_count(1)
    page.locator("tfoot [data-do=reset]").click()
    assert barriers(page, PAGE) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_review_is_done_by_keyboard_alone(reader: Page) -> None:
    for item in (ONE, TWO):
        put(reader, f"quiz.{item.id}", record(item, wrong(item), START - timedelta(days=3)))
    reader.reload()
    first = ITEMS[staged(reader)]
    reader.locator(".review-stage input").first.focus()
    reader.keyboard.press("Space")
    for _ in range(right(first)):
        reader.keyboard.press("ArrowDown")
    reader.keyboard.press("Tab")
    reader.keyboard.press("Enter")
    expect(reader.locator(".review-stage").get_by_role("status")).to_contain_text("Right.")
    for _ in range(8):
        reader.keyboard.press("Tab")
        if reader.evaluate("document.activeElement.dataset.do") == "next":
            break
    reader.keyboard.press("Enter")
    assert staged(reader) != first.id
    expect(reader.locator(".review-stage h3")).to_be_focused()
    assert reader.locator(".review-stage h3").evaluate("(one) => getComputedStyle(one).outlineStyle") == "solid"


def test_paper_shows_the_counts_and_no_control(reader: Page) -> None:
    put(reader, f"quiz.{ONE.id}", record(ONE, wrong(ONE), START - timedelta(days=3)))
    reader.reload()
    reader.emulate_media(media="print")
    assert reader.locator("article button:visible, article input:visible").count() == 0
    expect(reader.locator(".progress-table")).to_be_visible()
    reader.goto(reader.url.replace("your-progress", CHAPTER))
    expect(reader.locator(".quiz-progress")).to_be_hidden()


def test_the_controls_keep_their_edges_in_forced_colours(
    new_context: Callable[..., BrowserContext], site_address: str
) -> None:
    page = new_context(forced_colors="active").new_page()
    page.goto(f"{site_address}/{PAGE}.html")
    button = page.get_by_role("button", name="Save my progress")
    assert button.evaluate("(one) => getComputedStyle(one).borderTopWidth") == "2px"
    assert barriers(page, PAGE) == []


def test_a_missing_scheduler_leaves_the_progress(page: Page, site_address: str) -> None:
    page.route("**/ts-fsrs.js*", lambda route: route.abort())
    page.goto(f"{site_address}/{PAGE}.html")
    expect(told(page)).to_contain_text("a part of this page did not load")
    assert row(page, None)[0] == f"0 of {len(ITEMS)}"


# The pure part, in the module itself


def call(page: Page, body: str, *arguments: object) -> object:
    """Run a function body with the module as ``m`` and FSRS as ``library``."""
    return page.evaluate(
        """async ([source, body, values]) => {
            const m = await import(URL.createObjectURL(new Blob([source], {type: "text/javascript"})));
            return new Function("m", "library", "values", body)(m, globalThis.FSRS, values);
        }""",
        [(STATIC / "review.js").read_text(), body, list(arguments)],
    )


def test_dates_are_those_of_the_library_and_the_order_of_merging_does_not_matter(reader: Page) -> None:
    body = """
      const schedule = m.fsrsScheduler(library);
      let seed = 7;
      const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
      const faults = [];
      for (let run = 0; run < 500; run++) {
        let day = 20000 + random(500), card = library.createEmptyCard(new Date(day * 864e5));
        const log = [], f = library.fsrs({enable_fuzz: false, enable_short_term: false, maximum_interval: 365});
        for (let n = 1 + random(12); n; n--) {
          log.push([day, 1 + random(4)]);
          card = f.next(card, new Date(day * 864e5), log.at(-1)[1]).card;
          if (n > 1) day += 1 + random(60);
        }
        const due = schedule(log);
        if (due !== card.due.getTime() / 864e5 || due <= day || due > day + 368) faults.push([log, due]);
        const half = random(log.length + 1), times = log.map(([d, r]) => [d * 864e5 + 1, r]);
        const both = [m.union(times.slice(half), times.slice(0, half)), m.union(times, times.slice(half))];
        if (both.some((one) => JSON.stringify(one) !== JSON.stringify(times))) faults.push("union");
      }
      return faults;
    """
    assert call(reader, body) == []


@pytest.mark.parametrize(
    "kind, score, attempts, rating",
    [
        ("single", 1, 1, 3), ("single", 1, 2, 2), ("single", 0, 1, 1), ("multiple", 0.5, 1, 2),
        ("multiple", 0.49, 1, 1), ("order", 0.9, 1, 2), ("predict", 1, 1, 3), ("predict", 0.9, 1, 3),
        ("predict", 0.8, 1, 2), ("predict", 0.75, 1, 2), ("predict", 0.7, 1, 1),
    ],
)  # fmt: skip
def test_ratings_come_from_answers(reader: Page, kind: str, score: float, attempts: int, rating: int) -> None:
    assert call(reader, "return m.ratingOf(...values)", kind, score, attempts) == rating


def test_random_files_are_read_without_an_error_and_nothing_odd_is_taken(reader: Page) -> None:
    facts = {item.id: [item.version, item.type, item.key.get("count", 0)] for item in ITEMS.values()}
    body = """
      const [facts, good] = values;
      const items = new Map(Object.entries(facts).map(([id, [version, type, count]]) => [id, {version, type, count}]));
      let seed = 11;
      const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
      const odd = [null, 0, -1, 1.5, 1e309, "", "x", [], {}, [[]], true, "__proto__", 9007199254740993];
      const mutate = (value) => {
        if (random(25) === 0) return odd[random(odd.length)];
        if (Array.isArray(value)) return value.map(mutate);
        if (value && typeof value === "object") {
          return Object.fromEntries(Object.entries(value).flatMap(([key, one]) => {
            if (random(40) === 0) return [];
            return [[random(40) === 0 ? odd[random(odd.length)] : key, mutate(one)]];
          }));
        }
        return value;
      };
      const faults = [];
      let taken = 0;
      for (let run = 0; run < 5000; run++) {
        let text = JSON.stringify({...good, answers: mutate(good.answers), reviews: mutate(good.reviews)});
        if (random(5) === 0) text = text.slice(0, random(text.length));
        try {
          const found = m.fromFile(text, items, 1.8e12);
          for (const [id, one] of found.answers) {
            taken++;
            const keys = Object.keys(one).join() === "version,answer,said,checked,attempts,score,at";
            if (!keys || !m.asRecord(one, items.get(id)) || one.at > 1.8e12) faults.push(one);
          }
          for (const [id, log] of found.logs) {
            if (!m.asLog({version: items.get(id).version, log}, items.get(id))) faults.push(log);
          }
        } catch (error) { faults.push(String(error)); }
      }
      return [taken > 500, faults];
    """
    good = progress_file(
        {item.id: record(item, 0) for item in (ONE, TWO, COMMIT)},
        {item.id: log(item, (START, 1), (START, 3)) for item in (ONE, TWO)},
    )
    assert call(reader, body, facts, good) == [True, []]


# Weight, vendored code, other books


def test_the_vendored_scheduler_is_the_documented_release() -> None:
    folder = STATIC / "ts-fsrs"
    readme = (folder / "README.md").read_text()
    assert hashlib.sha256((folder / "index.umd.js").read_bytes()).hexdigest() in readme
    assert "sha512-" in readme and "5.4.2" in readme
    script = scheduler_script()
    assert script.startswith("/*! ts-fsrs 5.4.2\nMIT License") and "5.4.2" in script.split("*/")[1]
    assert "sourceMappingURL" not in script


def test_chapters_load_nothing_of_the_review_page_and_the_page_is_light(site: Path) -> None:
    for name in CHAPTERS:
        html = (site / f"{name}.html").read_text()
        assert "ts-fsrs" not in html and "review.css" not in html and "fsrsScheduler" not in html
    assert len(gzip.compress((site / "_static/ts-fsrs.js").read_bytes(), 6)) < 11_000
    assert len(gzip.compress((site / "_static/review.css").read_bytes(), 6)) < 1_200
    html = (site / f"{PAGE}.html").read_text()
    own = [script for script in re.findall(r"<script[^>]*>(.*?)</script>", html, flags=re.DOTALL) if "FSRS" in script]
    assert len(own) == 1 and len(gzip.compress(own[0].encode(), 6)) < 6_000


def test_a_book_without_quizzes_and_one_without_this_page_build(course_copy: Path, site: Path) -> None:
    keep_two_chapters(course_copy)
    lend_outputs(course_copy)
    toc = course_copy / "_toc.yml"
    toc.write_text(re.sub(rf" *- file: {PAGE}\n", "", toc.read_text()))
    (course_copy / f"{PAGE}.md").unlink()
    done = run_unionstate(course_copy, "book")
    assert done.returncode == 0, done.stdout + done.stderr
    chapter = (course_copy / f"_build/html/chapters/{CHAPTER}.html").read_text()
    assert "data-progress" in chapter and "your-progress" not in chapter
    (course_copy / f"{PAGE}.md").write_text((ROOT / f"{PAGE}.md").read_text())
    toc.write_text(f"format: jb-book\nroot: index\nchapters:\n  - file: {PAGE}\n")
    for source in [*course_copy.glob("chapters/*.md"), *course_copy.glob("chapters/quizzes/*.yml")]:
        if source.stem != "your-progress":
            source.unlink()
    for exercise in course_copy.glob("exercises/*/exercise.md"):
        for file in exercise.parent.iterdir():
            file.unlink()
        exercise.parent.rmdir()
    (course_copy / "index.md").write_text("# A book\n\nThis book has a page of progress and nothing to answer.\n")
    done = run_unionstate(course_copy, "book")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "This book has no questions." in (course_copy / f"_build/html/{PAGE}.html").read_text()
