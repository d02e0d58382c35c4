"""What the built book depends on, so that nothing is built twice and nothing old is kept."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable
from pathlib import Path

# What a notebook's outputs depend on besides its own code, and what a page depends on besides its own source.
_EXECUTION_INPUTS = ("chapters/data", "seeds", "requirements/author.txt", "src/unionstate")
_NOT_EXECUTED = ("src/unionstate/book", "src/unionstate/quiz", "src/unionstate/exercises")
_PAGE_INPUTS = ("_config.yml", "_toc.yml", "chapters/references.bib", "chapters/glossary.md", *_EXECUTION_INPUTS)
_BOOK_INPUTS = ("index.md", "chapters", "exercises", "binder", "requirements", "LICENSE", *_PAGE_INPUTS)
# What the finding depends on that the tables have no fault.
_TABLE_INPUTS = ("chapters/data", "requirements/author.txt", "src/unionstate/data.py", "src/unionstate/data_check.py")
_DONE = "book.json"
_RUNNING = "running"


def built_pages(html: Path) -> set[str]:
    """The pages in a built book."""
    return {
        file.relative_to(html).as_posix()
        for file in html.rglob("*.html")
        if not {"_static", "_sources"} & set(file.relative_to(html).parts)
    }


def is_built(root: Path) -> bool:
    """Whether the last build succeeded, from just these sources, and all its files are still there."""
    try:
        done = json.loads((root / "_build" / _DONE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return done == _state(root)


def remember_build(root: Path) -> None:
    """Note that the book was built from the sources as they are now."""
    (root / "_build" / _DONE).write_text(json.dumps(_state(root), indent=1), encoding="utf-8")


def begin_build(root: Path) -> None:
    """Note that a build runs; if the note of an earlier one is still there, it was cut off: its caches may be torn."""
    note = root / "_build" / _RUNNING
    if note.exists():
        for cache in (".jupyter_cache", ".doctrees"):
            shutil.rmtree(root / "_build" / cache, ignore_errors=True)
    note.touch()


def end_build(root: Path) -> None:
    """Note that the build came to its end, good or bad."""
    (root / "_build" / _RUNNING).unlink(missing_ok=True)


def _state(root: Path) -> dict[str, object]:
    html = root / "_build" / "html"
    files = {one.relative_to(html).as_posix(): one.stat().st_size for one in sorted(html.rglob("*")) if one.is_file()}
    return {"inputs": _fingerprint(root, _BOOK_INPUTS, ()), "files": files}


def check_tables(root: Path) -> None:
    """Check the tables, unless they are just those that were found without a fault before.

    Raises:
        CourseErrors: as ``check_package`` does.
    """
    stamp = root / "_build" / "tables.checked"
    now = _fingerprint(root, _TABLE_INPUTS, ())
    if not stamp.is_file() or stamp.read_text() != now:
        from unionstate.data_check import check_package  # here: a book that is built already needs no pandas

        check_package()
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(now)


def drop_outdated(root: Path) -> None:
    """Forget cached outputs and pages if something changed that Sphinx does not watch."""
    build = root / "_build"
    build.mkdir(exist_ok=True)
    (build / _DONE).unlink(missing_ok=True)
    for cache, inputs, excluded in (
        (".jupyter_cache", _EXECUTION_INPUTS, _NOT_EXECUTED),
        (".doctrees", _PAGE_INPUTS, ()),
    ):
        stamp = build / f"{cache.strip('.')}.inputs"
        now = _fingerprint(root, inputs, excluded)
        if (build / cache).exists() and (not stamp.is_file() or stamp.read_text() != now):
            shutil.rmtree(build / cache)
        stamp.write_text(now)


def _fingerprint(root: Path, inputs: Iterable[str], excluded: Iterable[str]) -> str:
    left_out = tuple(f"{name}/" for name in excluded)
    files = {
        file
        for top in (root / name for name in inputs)
        for file in (top.rglob("*") if top.is_dir() else [top])
        if file.is_file() and file.suffix != ".pyc"
    }
    digest = hashlib.sha256()
    for file in sorted(files):
        relative = file.relative_to(root).as_posix()
        if not relative.startswith(left_out):
            digest.update(relative.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
