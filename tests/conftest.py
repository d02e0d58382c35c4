"""What several tests share: the built site, a server for it, a browser, a copy of the course to break."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import FLAGS, find_browser
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from unionstate.paths import course_root

ROOT = course_root()
# what a clone of the repository holds
SOURCES = [
    "_config.yml", "_toc.yml", "index.md", "LICENSE", "README.md", "pyproject.toml", "Makefile",
    "binder", "chapters", "exercises", "requirements", "seeds", "src", "tools",
]  # fmt: skip


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


def copy_course(target: Path) -> Path:
    """Copy what a clone holds, without caches."""
    target.mkdir(parents=True, exist_ok=True)
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.rmtree(target / name, ignore_errors=True)
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target / name)
    return target


def run_unionstate(course: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line with the package and the course of that folder."""
    return subprocess.run(
        [sys.executable, "-c", "import sys; from unionstate.cli import main; sys.exit(main())", *arguments],
        cwd=course,
        env={**os.environ, "PYTHONPATH": str(course / "src")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
