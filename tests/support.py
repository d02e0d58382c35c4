"""What several tests share besides fixtures: where the course is, a copy of it to break, its command line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from unionstate.paths import course_root

ROOT = course_root()
# what a clone of the repository holds
SOURCES = [
    "_config.yml", "_toc.yml", "index.md", "LICENSE", "README.md", "pyproject.toml", "Makefile",
    "binder", "chapters", "exercises", "requirements", "seeds", "src", "tools",
]  # fmt: skip


class WhenAsked(Mapping[str, Any]):
    """Names, known at once, each with what a function makes when it is asked for first: tests are listed by name."""

    def __init__(self, makers: Mapping[str, Callable[[], Any]]) -> None:
        self._makers = makers
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


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


def keep_two_chapters(course: Path) -> None:
    """Take all chapters but the first two out of a copy of the course, with their exercises and quizzes."""
    contents = course / "_toc.yml"
    toc = yaml.safe_load(contents.read_text(encoding="utf-8"))
    part = next(part for part in toc["parts"] if part["caption"] == "Chapters")
    for chapter in part["chapters"][2:]:
        (course / f"{chapter['file']}.md").unlink()
        (course / "chapters" / "quizzes" / f"{Path(chapter['file']).name}.yml").unlink()
        for exercise in chapter.get("sections", []):
            shutil.rmtree((course / exercise["file"]).parent)
    part["chapters"] = part["chapters"][:2]
    contents.write_text(yaml.safe_dump(toc, sort_keys=False), encoding="utf-8")


def lend_outputs(course: Path) -> None:
    """Give a copy of the course what the chapters of the built book printed and drew, so that it need not run them."""
    build = course / "_build"
    shutil.copytree(ROOT / "_build" / ".jupyter_cache", build / ".jupyter_cache")
    shutil.copy2(ROOT / "_build" / "jupyter_cache.inputs", build)


def start_unionstate(course: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start the command line with the package and the course of that folder."""
    return subprocess.Popen(
        [sys.executable, "-c", "import sys; from unionstate.cli import main; sys.exit(main())", *arguments],
        cwd=course,
        env={**os.environ, "PYTHONPATH": str(course / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run_unionstate(course: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line with the package and the course of that folder to its end."""
    with start_unionstate(course, *arguments) as process:
        try:
            output, problems = process.communicate(timeout=300)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, output, problems)
