"""Hostile texts in every field of every item type, in a page and in the widget: no script runs, no text is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from playwright.sync_api import Page
from samples import ATTACK, HOSTILE, MORE_ATTACK
from test_every_type import page_of

from unionstate.quiz.items import Item
from unionstate.quiz.render import STATIC, inline_text, render_items

LONG = 100_000  # characters; texts of that size have a page of their own
_MARKER = "the items stand here"
# Answers every item with whatever comes first, types a hostile text into every field, and reads what is there then.
_ANSWER_ALL = """
(typed) => [...document.querySelectorAll('.quiz-item')].map((item) => {
  for (const box of item.querySelectorAll('input[type=radio], input[type=checkbox]')) box.click();
  for (const field of item.querySelectorAll('input[type=text]')) field.value = typed;
  for (const slider of item.querySelectorAll('input[type=range]')) {
    slider.value = slider.max;
    slider.dispatchEvent(new Event('input', {bubbles: true}));
  }
  for (const select of item.querySelectorAll('select')) select.selectedIndex = 1;
  item.dispatchEvent(new Event('change'));
  for (const button of item.querySelectorAll('ol button')) button.click();
  item.querySelector('.quiz-check').click();
  for (const field of item.querySelectorAll('input[type=text]')) field.value = '42';
  item.querySelector('.quiz-check').click();
  return [item.id, item.querySelector('.quiz-feedback').textContent];
})
"""
_TEXTS = "[...document.querySelectorAll('.quiz-item')].map((one) => [one.id, one.textContent])"


def spoken(text: str) -> str:
    """A text as a browser holds it: line ends are one character."""
    return re.sub(r"\r\n?", "\n", inline_text(text))


def texts_of_item(item: Item) -> Iterator[str]:
    """Everything an item says, beside its options' labels in attributes."""
    yield item.prompt
    yield from item.hints
    for line in item.lines:
        yield from (line.label, line.feedback, line.answer)


def groups() -> Iterator[tuple[str, list[Item]]]:
    items = [*ATTACK.items, *MORE_ATTACK.items]
    short = [item for item in items if all(len(text) < LONG for text in texts_of_item(item))]
    assert len(HOSTILE) >= 60 and {item.type for item in short} >= {"draw", "match", "predict"}
    rest = iter(short)
    for number in range(1, 6):
        yield f"group {number} of 5", list(islice(rest, -(-len(short) // 5)))
    # a megabyte in one option: in every field of every type it would be 60 MB
    (text,) = (text for text in HOSTILE if len(text) >= 1_000_000)
    single = next(item for item in short if item.type == "single")
    option = single.options[1].model_copy(update={"text": text})
    options = [single.options[0], option, *single.options[2:]]
    yield "a megabyte", [single.model_copy(update={"options": options})]


GROUPS = dict(groups())


def holds_all(found: list[list[str]], items: list[Item]) -> None:
    texts = dict(found)
    assert len(texts) == len(items)
    for item in items:
        for text in texts_of_item(item):
            assert spoken(text) in texts[f"quiz-{item.id}"], (item.id, text[:80])


@pytest.mark.parametrize("group", GROUPS)
def test_in_a_page_no_script_runs_and_no_text_is_lost(page: Page, site: Path, site_address: str, group: str) -> None:
    items = GROUPS[group]
    # the page's frame is parsed and written anew; the items stand in it exactly as rendered
    frame = page_of(site, []).replace("<h1>Every type</h1>", _MARKER)
    html = frame.replace(_MARKER, render_items(items, label=HOSTILE[3], page=True))
    assert _MARKER not in html
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    address = f"{site_address}/chapters/hostile.html"
    page.route(address, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.goto(address)
    holds_all(page.evaluate(_TEXTS), items)
    answered = page.evaluate(_ANSWER_ALL, HOSTILE[4])
    assert all(said for _, said in answered)
    assert page.evaluate("window.hacked") is None
    assert faults == []
    assert [url for url in asked if not url.startswith((site_address, "data:"))] == []
    # what was kept comes back as text too
    page.reload()
    assert page.evaluate("window.hacked") is None and faults == []
    assert [said for _, said in page.evaluate(_TEXTS)] != []


@pytest.mark.parametrize("group", GROUPS)
def test_in_the_widget_no_script_runs_and_no_text_is_lost(page: Page, site_address: str, group: str) -> None:
    items = GROUPS[group]
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{site_address}/index.html")
    page.evaluate(
        """async ([script, html]) => {
          const module = await import(URL.createObjectURL(new Blob([script], {type: "text/javascript"})));
          const traits = {html, records: {}};
          const model = {get: (name) => traits[name], set: (name, value) => (traits[name] = value), save_changes() {},
            on() {}, off() {}, send() {}};
          const el = document.body.appendChild(document.createElement("div"));
          module.default.render({model, el});
        }""",
        [(STATIC / "quiz.js").read_text(encoding="utf-8"), render_items(items, label=HOSTILE[3], page=False)],
    )
    holds_all(page.evaluate(_TEXTS), items)
    assert all(said for _, said in page.evaluate(_ANSWER_ALL, HOSTILE[4]))
    assert page.evaluate("window.hacked") is None
    assert faults == []
