"""What several tests share: the built site, a server for it, a browser, a copy of the course to break."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import FLAGS, find_browser
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from support import ROOT, copy_course, run_unionstate
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# What shares a folder, an environment or a browser of its own: with several workers, all of it goes to one.
_TOGETHER = (
    ("tests/notebooks/",),
    ("tests/book/test_build.py",),
    ("tests/book/test_in_firefox.py",),
    ("tests/exercises/test_killed.py", "tests/exercises/test_distribute.py"),  # both look at the same undisturbed run
)
# Of these, the tests with the same parameter: they share what was worked out for it.
_BY_PARAMETER = ("tests/exercises/test_variants.py", "tests/test_figures.py", "tests/test_notebooks.py")


class _Together(LoadScopeScheduling):
    """Gives the tests of each of these to one worker, and first, and every other test to the worker that is free.

    Marks of groups do not do it: pytest-xdist 3.8 writes the group into an attribute that pytest 9 does not read.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(_BY_PARAMETER):
            file, _, test = nodeid.partition("::")
            return file + (test[test.index("[") :] if "[" in test else "")
        return next((group[0] for group in _TOGETHER if nodeid.startswith(group)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """How tests are shared out where several run at a time."""
    return _Together(config, log)


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built book, up to date."""
    done = run_unionstate(ROOT, "book")
    assert done.returncode == 0, done.stdout + done.stderr
    return ROOT / "_build" / "html"


@pytest.fixture(scope="session")
def site_address(site: Path) -> Iterator[str]:
    """The address of a loopback server for the built book."""
    from unionstate.book.serve import open_server

    with open_server(site, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless browser."""
    path = find_browser()
    assert path, "no browser: run `make test`, which finds or installs one"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def new_context(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts (fresh storage) that are closed after the test."""
    contexts: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        contexts.append(chromium.new_context(**options))
        return contexts[-1]

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page at desktop size."""
    return new_context(viewport={"width": 1280, "height": 900}).new_page()


@pytest.fixture
def course_copy(tmp_path: Path) -> Path:
    """A copy of the course's sources, to be broken at will; run it with ``run_unionstate``."""
    return copy_course(tmp_path / "course")
