"""Chapter 1 in JupyterLab, as a learner opens it from Binder: all cells run, a quiz item answered wrong and right."""

from __future__ import annotations

import json
import re
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from unionstate.quiz.load import load_chapter_quiz
from unionstate.quiz.render import inline_text
from unionstate.settings import NOTEBOOKS, Settings

CHAPTER = "an-article-to-take-apart"
TOKEN = "for-this-test-only"


@pytest.fixture(scope="module")
def jupyterlab(learner) -> Iterator[str]:
    """The address of a JupyterLab on the loopback address, started in the image's folder as Binder does."""
    command = [
        str(learner.programs / "jupyter-lab"), "--no-browser", "--ip=127.0.0.1", "--port=0", "--allow-root",
        f"--IdentityProvider.token={TOKEN}", "--LabApp.news_url=", "--LabApp.check_for_updates_class="
        "jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    log = learner.image / "jupyterlab.log"
    with log.open("w") as output:
        server = subprocess.Popen(command, cwd=learner.image, env=learner.variables, stdout=output, stderr=output)
    try:
        yield _wait_for(server, log)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(server: subprocess.Popen, log) -> str:
    for _ in range(240):
        assert server.poll() is None, log.read_text()
        if found := re.search(r"http://127\.0\.0\.1:(\d+)/", log.read_text()):
            address = f"http://127.0.0.1:{found[1]}"
            try:
                urllib.request.urlopen(f"{address}/api/status?token={TOKEN}", timeout=2).close()
                return address
            except OSError:
                pass
        time.sleep(0.5)
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


def run_all(page: Page, saved: Path) -> None:
    """Run all cells from the menu, then save until the saved notebook shows that every code cell has run."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    for _ in range(60):
        page.wait_for_timeout(2000)
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
