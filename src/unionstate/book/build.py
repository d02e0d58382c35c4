"""Builds the book: checks what authors wrote, runs Jupyter Book strictly, adds the notebooks, asserts the pages."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from unionstate import bibliography
from unionstate.article import check_article
from unionstate.book.course_map import check_coverage
from unionstate.book.highlight_style import keep_used_styles
from unionstate.book.inputs import begin_build, built_pages, check_tables, drop_outdated, end_build, remember_build
from unionstate.book.pages_check import check_pages, check_toc
from unionstate.book.sessions import read_sessions
from unionstate.book.source_notes import read_library
from unionstate.errors import CourseError, CourseErrors
from unionstate.exercises.checks import load_all_checks
from unionstate.notebooks import write_notebooks
from unionstate.paths import course_root
from unionstate.quiz.load import load_all
from unionstate.settings import NOTEBOOKS, check_binder, read_settings

_FETCHED = re.compile(
    r"<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\bsrc=[\"']?((?:https?:)?//[^\"'\s>]+)", re.IGNORECASE
)


def build_book(root: Path | None = None) -> Path:
    """Build the book into ``_build/html``.

    Pages and notebooks that did not change are not read or executed again. A warning fails the build and leaves nothing
    behind that would let the next build pass without it.

    Returns:
        The front page.

    Raises:
        CourseError: if a source is faulty, Jupyter Book warns, or the pages are not those of ``_toc.yml``.
    """
    root = root or course_root()
    build = root / "_build"
    check_sources(root)
    from jupyter_book.sphinx import build_sphinx  # here: a fault in the sources is told before Sphinx is loaded

    pages = expected_pages(root)
    drop_outdated(root)
    begin_build(root)
    _remove_strays(build / "html", pages)
    _isolate_kernel(build)
    with contextlib.redirect_stdout(_WithoutSettings(sys.stdout)):
        # Jupyter Book's own call, without its command line, which ends in a traceback whenever a page has a fault
        outcome = build_sphinx(
            root,
            build / "html",
            path_config=root / "_config.yml",
            noconfig=True,
            confoverrides={
                "external_toc_path": str(root / "_toc.yml"),
                "latex_individualpages": False,
                "nitpicky": True,
            },
            warningiserror=True,
            keep_going=True,
        )
    if isinstance(outcome, KeyboardInterrupt):
        raise outcome
    shutil.rmtree(build / "html" / "reports", ignore_errors=True)  # tracebacks of notebooks, told above
    end_build(root)
    if outcome != 0:
        # Sphinx warns about a page only when it reads it; without this the next build would be green
        shutil.rmtree(build / ".doctrees", ignore_errors=True)
        raise CourseError("The book was not built.", remedy="Mend what the lines marked WARNING or ERROR above name.")
    keep_used_styles(build / "html")
    write_notebooks(build / "html" / NOTEBOOKS, archive=True)
    assert_pages(build / "html", pages)
    assert_no_other_host(build / "html")
    remember_build(root)
    return build / "html" / "index.html"


class _WithoutSettings:
    """A stream for the build's progress that drops the two lines in which MyST prints all its settings."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        if "ParserConfig(" not in text:
            self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _isolate_kernel(build: Path) -> None:
    """Run the notebooks without the author's own IPython settings, and without its notice about local sockets."""
    profile = build / "ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text('get_config().IPKernelApp.log_level = "ERROR"\n')
    os.environ["IPYTHONDIR"] = str(build / "ipython")


def check_sources(root: Path) -> None:
    """Check configuration, tables, article, bibliography, quizzes, exercises, and what pages say of each other.

    Raises:
        CourseErrors: with all faults found.
    """
    _raise_all(
        lambda: check_binder(read_settings(root / "_config.yml"), root),
        lambda: check_toc(root),
        lambda: check_tables(root),
        check_article,
        bibliography.check_entries,
        load_all,
        load_all_checks,
        lambda: check_pages(root),
    )
    # these hold the sources against each other, so each of them must be sound by itself
    _raise_all(read_library, read_sessions, lambda: check_coverage(root))


def _raise_all(*checks: Callable[[], object]) -> None:
    """Make all checks and raise the faults of all."""
    errors: dict[str, CourseError] = {}
    for check in checks:
        try:
            check()
        except CourseErrors as problem:
            errors |= {str(one): one for one in problem.errors}
        except CourseError as problem:
            errors[str(problem)] = problem
    if errors:
        raise CourseErrors(list(errors.values()))


def expected_pages(root: Path) -> set[str]:
    """The HTML files that the table of contents promises, and the search page."""
    from sphinx_external_toc.parsing import parse_toc_yaml

    return {f"{docname.removesuffix('.md')}.html" for docname in parse_toc_yaml(root / "_toc.yml")} | {"search.html"}


def assert_pages(html: Path, expected: set[str]) -> None:
    """Compare the built pages with the expected ones.

    Raises:
        CourseError: naming the pages that are missing or too many.
    """
    found = built_pages(html)
    missing, extra = sorted(expected - found), sorted(found - expected)
    if missing or extra:
        raise CourseError(
            "The built pages are not those of _toc.yml."
            + (f" Missing: {', '.join(missing)}." if missing else "")
            + (f" Too many: {', '.join(extra)}." if extra else ""),
            file=html,
        )


def assert_no_other_host(html: Path) -> None:
    """Find what a page would fetch from another host.

    Raises:
        CourseError: naming the first page and address.
    """
    for page in sorted(built_pages(html)):
        found = _FETCHED.search((html / page).read_text(encoding="utf-8"))
        if found:
            raise CourseError(
                f"The page {page} would fetch {found[1]} from another host.",
                file=html / page,
                remedy="Put the file into the book: readers are offline, and other hosts see them.",
            )


def _remove_strays(html: Path, expected: set[str]) -> None:
    """Pages of an earlier build that are no longer in the table of contents."""
    for page in built_pages(html) - expected if html.is_dir() else ():
        (html / page).unlink()
