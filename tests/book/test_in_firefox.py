"""The quiz in a second browser, Debian's or any installed Firefox: by keyboard alone, and without JavaScript."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from answering import TABS_AT_MOST, keys_for, right_answer
from firefox import Firefox, find_firefox
from small_quiz import EVERY_TYPE
from test_every_type import page_of

from unionstate.book.serve import open_server
from unionstate.quiz.items import Item
from unionstate.quiz.render import inline_text

FIREFOX = find_firefox()
pytestmark = pytest.mark.skipif(FIREFOX is None, reason="no Firefox here; .ci/run installs one")
ITEMS = EVERY_TYPE.items


@pytest.fixture(scope="module")
def address(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page of the book with an item of every type."""
    folder = tmp_path_factory.mktemp("firefox-site")
    (folder / "_static").symlink_to(site / "_static")
    (folder / "chapters").mkdir()
    (folder / "chapters" / "every-type.html").write_text(page_of(site, [ITEMS]), encoding="utf-8")
    with open_server(folder, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/chapters/every-type.html"
        server.shutdown()


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with Firefox(FIREFOX, tmp_path_factory.mktemp("firefox")) as browser:
        yield browser


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.type)
def test_every_type_is_answered_by_keyboard_alone(firefox: Firefox, address: str, item: Item) -> None:
    firefox.goto(address)
    firefox.evaluate(f"document.querySelector('#quiz-{item.id} fieldset :is(input, select, button)').focus()")
    firefox.press(*keys_for(item, right_answer(item)))
    for _ in range(TABS_AT_MOST):
        firefox.press("Tab")
        if firefox.evaluate("document.activeElement.classList.contains('quiz-check')"):
            break
    firefox.press("Enter")
    said = firefox.evaluate(f"document.querySelector('#quiz-{item.id} .quiz-feedback').textContent")
    state = firefox.evaluate(f"document.querySelector('#quiz-{item.id}').dataset.state ?? ''")
    assert state == ("right" if item.marked and item.type != "predict" else "kept"), said
    assert firefox.evaluate("document.activeElement.className") == "quiz-check"
    if item.type not in ("order", "match", "classify"):
        (spoken,) = [line.feedback for line in item.lines if line.right is not False][:1]
        assert inline_text(spoken) in said or item.type == "multiple"


def test_without_javascript_answers_unfold_and_buttons_are_not_there(address: str, tmp_path: Path) -> None:
    with Firefox(FIREFOX, tmp_path / "profile", javascript=False) as browser:
        browser.goto(address)
        assert browser.evaluate("document.querySelectorAll('[data-live]').length") == 0
        for item in ITEMS:
            block = f"document.querySelector('#quiz-{item.id}')"
            buttons = f"[...{block}.querySelectorAll('button')]"
            shown = browser.evaluate(f"{buttons}.filter((one) => one.checkVisibility()).length")
            assert shown == 0
            browser.evaluate(f"{block}.querySelector('.quiz-reasons summary').focus()")
            browser.press("Enter")
            assert browser.evaluate(f"{block}.querySelector('.quiz-reasons').open") is True
            text = browser.evaluate(f"{block}.querySelector('.quiz-reasons').innerText")
            for line in item.lines:
                assert inline_text(line.feedback) in text
