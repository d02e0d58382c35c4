"""In JupyterLab, as a learner opens it from Binder: chapter 1 runs and answers; a live quiz, twice, silent, again."""

from __future__ import annotations

import json
import re
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect
from support import ROOT

from unionstate.quiz.load import load_chapter_quiz
from unionstate.quiz.render import inline_text
from unionstate.settings import NOTEBOOKS, Settings

CHAPTER = "an-article-to-take-apart"
TOKEN = "for-this-test-only"


@pytest.fixture(scope="module")
def jupyterlab(learner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab on the loopback address, started in the image's folder as Binder does."""
    command = [
        str(learner.programs / "jupyter-lab"), "--no-browser", "--ip=127.0.0.1", "--port=0", "--allow-root",
        f"--IdentityProvider.token={TOKEN}", "--LabApp.news_url=", "--LabApp.check_for_updates_class="
        "jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    # what one run opened or set is not there in the next
    kept = {f"JUPYTERLAB_{name}_DIR": str(tmp_path_factory.mktemp(name)) for name in ("SETTINGS", "WORKSPACES")}
    log = learner.image / "jupyterlab.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            command, cwd=learner.image, env=learner.variables | kept, stdout=output, stderr=output
        )
    try:
        yield _wait_for(server, log)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(server: subprocess.Popen, log) -> str:
    for _ in range(1200):
        assert server.poll() is None, log.read_text()
        if found := re.search(r"http://127\.0\.0\.1:(\d+)/", log.read_text()):
            address = f"http://127.0.0.1:{found[1]}"
            try:
                urllib.request.urlopen(f"{address}/api/status?token={TOKEN}", timeout=2).close()
                return address
            except OSError:
                pass
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def launch_path() -> str:
    """The path that the launch address opens inside Binder, taken from the address itself."""
    address = Settings("", "https://github.com/owner/name", "main", "", "").launch_address(f"{CHAPTER}.ipynb")
    return parse_qs(urlsplit(address).query)["urlpath"][0]


def test_the_launch_address_names_a_file_that_the_image_has(learner, launch_path: str) -> None:
    inside = launch_path.removeprefix("lab/tree/")
    assert inside.startswith(f"{NOTEBOOKS}/")
    assert (learner.image / inside).is_file()


def test_chapter_1_opens_runs_and_its_quiz_answers(
    new_context: Callable[..., BrowserContext], learner, jupyterlab: str, launch_path: str
) -> None:
    page = new_context(viewport={"width": 1280, "height": 1000}).new_page()
    page.goto(f"{jupyterlab}/{launch_path}?token={TOKEN}")
    page.locator(".jp-Notebook").wait_for(timeout=60_000)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
    run_all(page, learner.image / launch_path.removeprefix("lab/tree/"))
    item = next(item for item in load_chapter_quiz(CHAPTER).items if item.type == "single" and item.part == "section")
    block = scroll_to(page, f"#quiz-{item.id}")
    wrong = next(place for place in range(len(item.options)) if place not in item.right)
    for place, verdict in ((wrong, "Not yet."), (min(item.right), "Right.")):
        block.locator(".quiz-option").nth(place).click()
        block.get_by_role("button", name="Check").click()
        expect(block.get_by_role("status")).to_contain_text(verdict)
        expect(block.get_by_role("status")).to_contain_text(inline_text(item.options[place].feedback))
    # nothing of MyST shows
    assert not re.search(r"\{[a-z-]+\}`|```\{", page.locator(".jp-Notebook").inner_text())


LIVE = """\
from unionstate.quiz import quiz
live = quiz("live", "t-numeric", "t-order", "t-single")
live
---
live
---
silent = quiz("live", "t-numeric", "t-order", reveal=False)
silent
---
print(live.answers, live.score, silent.answers, silent.score)
"""


@pytest.fixture
def live_notebook(learner) -> Iterator[str]:
    """The path of a notebook with live quizzes of types that few chapters have."""
    quiz_file = learner.image / "chapters" / "quizzes" / "live.yml"
    quiz_file.write_bytes((ROOT / "tests" / "quiz" / "every_type.yml").read_bytes())
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell.strip()) for cell in LIVE.split("---")],
        metadata={"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
    )
    nbformat.write(notebook, learner.image / "live.ipynb")
    yield "live.ipynb"
    quiz_file.unlink()


def test_a_live_quiz_is_one_in_all_its_views_tells_nothing_where_asked_and_starts_anew_with_the_kernel(
    new_context: Callable[..., BrowserContext], learner, jupyterlab: str, live_notebook: str
) -> None:
    page = new_context(viewport={"width": 1280, "height": 2400}).new_page()
    problems: list[str] = []
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    page.goto(f"{jupyterlab}/lab/workspaces/live/tree/{live_notebook}?token={TOKEN}")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
    run_all(page, learner.image / live_notebook)
    first, second, silent = (page.locator(".quiz").nth(number) for number in range(3))
    silent.wait_for()

    put_in_order(first)
    first.locator("#quiz-t-numeric input").fill("1 234,5")
    first.locator("#quiz-t-numeric input").press("Enter")
    second.locator("#quiz-t-single input").nth(1).check()
    second.locator("#quiz-t-single .quiz-check").press("Enter")
    for view in (first, second):
        for item in ("t-order", "t-numeric", "t-single"):
            expect(view.locator(f"#quiz-{item} .quiz-feedback")).to_contain_text("Right.")
        expect(view.locator("#quiz-t-single input").nth(1)).to_be_checked()
    page.wait_for_timeout(1000)  # the kernel has told the page what it was told
    expect(second.locator("#quiz-t-single .quiz-check")).to_be_focused()
    put_in_order(silent)
    silent.locator("#quiz-t-numeric input").fill("7")
    silent.locator("#quiz-t-numeric .quiz-check").click()
    for item in ("t-order", "t-numeric"):
        expect(silent.locator(f"#quiz-{item} .quiz-feedback")).to_have_text("Recorded.")
    assert not silent.locator("[data-mark], [data-state]").count()

    last = page.locator(".jp-CodeCell").last
    last.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(last.locator(".jp-OutputArea-output")).to_have_text(
        "{'t-order': [0, 1, 2, 3], 't-numeric': '1 234,5', 't-single': [1]} "
        "{'t-order': 1.0, 't-numeric': 1.0, 't-single': 1.0} "
        "{'t-order': [0, 1, 2, 3], 't-numeric': '7'} {'t-order': 1.0, 't-numeric': 0.0}"
    )

    choose_from_menu(page, "Settings", "Theme", "JupyterLab Dark")
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    found = Axe().run(page, context=".quiz").response["violations"]
    # the same item in two views has the same id twice
    found = [one for one in found if not one["id"].startswith("duplicate-id")]
    assert [(one["id"], one["nodes"][0]["html"][:150]) for one in found] == []

    choose_from_menu(page, "Kernel", "Restart Kernel…")
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
    # what was shown stays; a new run starts with no answers
    expect(first.locator("#quiz-t-single .quiz-feedback")).to_contain_text("Right.")
    first.locator("#quiz-t-single input").nth(0).check()
    first.locator("#quiz-t-single .quiz-check").click()
    expect(first.locator("#quiz-t-single .quiz-feedback")).to_contain_text("Not yet.")
    run_all(page, learner.image / live_notebook)
    expect(last.locator(".jp-OutputArea-output")).to_have_text("{} {} {} {}", timeout=60_000)
    for view in (first, second, silent):
        expect(view.locator("#quiz-t-numeric .quiz-feedback")).to_be_empty()
    assert problems == []


def put_in_order(quiz: Locator) -> None:
    """Order the entries of t-order by their texts, and answer."""
    item = quiz.locator("#quiz-t-order")
    for target, text in enumerate(("First thing", "Second thing", "Third thing", "Fourth thing")):
        while (now := item.locator("li > span:first-child").all_inner_texts().index(text)) > target:
            item.locator("ol li").nth(now).get_by_role("button", name="Move up").click()
    item.locator(".quiz-check").click()


def choose_from_menu(page: Page, menu: str, *names: str) -> None:
    """Open a menu of the bar and go to an entry; entries with a menu of their own have no role there."""
    page.get_by_role("menuitem", name=menu, exact=True).click()
    for name in names:
        page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{re.escape(name)}$")).click()


def run_all(page: Page, saved: Path) -> None:
    """Run all cells from the menu, then save until the saved notebook shows that every code cell has run."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    for _ in range(120):
        page.wait_for_timeout(500)
        page.locator(".jp-NotebookPanel-toolbar [data-jp-item-name=save]").first.click()
        page.wait_for_timeout(500)
        cells = [cell for cell in json.loads(saved.read_text())["cells"] if cell["cell_type"] == "code"]
        if all(cell["execution_count"] for cell in cells):
            outputs = [output for cell in cells for output in cell["outputs"]]
            assert not [output for output in outputs if output["output_type"] == "error"]
            return
    raise AssertionError("not all cells ran within two minutes")


def scroll_to(page: Page, selector: str):
    """JupyterLab draws cells only near the screen: scroll until the one wanted is there."""
    notebook = page.locator(".jp-WindowedPanel-outer").first
    notebook.evaluate("(one) => one.scrollTo(0, 0)")
    for _ in range(80):
        if page.locator(selector).count():
            page.locator(selector).scroll_into_view_if_needed()
            return page.locator(selector)
        notebook.evaluate("(one) => one.scrollBy(0, 500)")
        page.wait_for_timeout(150)
    raise AssertionError(f"{selector} did not appear")
