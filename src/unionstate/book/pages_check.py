"""Checks what pages say of each other before anything is built: contents, front matter, items, checks, tags."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from sphinx_external_toc.parsing import MalformedError, parse_toc_yaml

from unionstate.errors import CourseError, CourseErrors
from unionstate.exercises.checks import load_checks
from unionstate.frontmatter import Chapter, Exercise, read_contract
from unionstate.quiz.load import load_chapter_quiz

TAGS = {"remove-cell", "remove-input", "remove-output", "live-only", "parameters", "starter", "solution", "check"}
_QUIZ = re.compile(r"^`{3,}\{quiz\}[ \t]*(.*)$", re.MULTILINE)
_TAG_LINE = re.compile(r"^:tags:\s*\[([^\]]*)\]", re.MULTILINE)


def check_toc(root: Path) -> None:
    """Check that ``_toc.yml`` can be read, names only pages that are there, and names every page of the course.

    Raises:
        CourseErrors: with file, line and remedy of each fault.
    """
    file = root / "_toc.yml"
    try:
        named = list(parse_toc_yaml(file))
        text = file.read_text(encoding="utf-8")
    except OSError:
        raise CourseErrors([CourseError("The table of contents is missing.", file=file)]) from None
    except UnicodeDecodeError:
        raise CourseErrors([CourseError("Not UTF-8 text.", file=file, remedy="Save the file as UTF-8.")]) from None
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else None
        raise CourseErrors([CourseError(f"Not YAML: {problem.problem}.", file=file, line=line)]) from None
    except (MalformedError, yaml.YAMLError, TypeError, ValueError, KeyError, AttributeError) as problem:
        said = str(problem).splitlines()[0].rstrip(".")
        remedy = "It needs 'format', 'root' and 'parts' or 'chapters', as in the repository."
        raise CourseErrors([CourseError(f"No table of contents: {said}.", file=file, remedy=remedy)]) from None
    errors = [
        CourseError(
            f"There is no page {name}.md.", file=file, line=_line(text, name), remedy="Write it, or take it out."
        )
        for name in named
        if not (root / f"{name}.md").is_file()
    ]
    pages = [*(root / "chapters").glob("*.md"), *(root / "exercises").glob("*/exercise.md")]
    for page in sorted(pages):
        name = page.relative_to(root).with_suffix("").as_posix()
        if name not in named:
            errors.append(CourseError(f"The page is not in {file.name}.", file=page, remedy=f"Add '- file: {name}'."))
    if errors:
        raise CourseErrors(errors)


def check_pages(root: Path) -> None:
    """Check front matter, tags of cells, that every item is shown once, and that every question has its checks.

    Raises:
        CourseErrors: with file, line and remedy of each fault.
    """
    errors: list[CourseError] = []
    for page in sorted([*(root / "chapters").glob("*.md"), *(root / "exercises").glob("*/exercise.md")]):
        try:
            contract = read_contract(page)
            text = page.read_text(encoding="utf-8-sig")
            errors += _faults(page, contract, text)
        except CourseErrors as problem:
            errors += problem.errors
        except CourseError as problem:
            errors.append(problem)
    if errors:
        raise CourseErrors(errors)


def _faults(page: Path, contract: Chapter | Exercise | None, text: str) -> list[CourseError]:
    if not text.strip():
        return [CourseError("The page is empty.", file=page, remedy="Restore it from the repository.")]
    if contract is None and "```{code-cell}" in text:
        remedy = "Start it with the front matter of a chapter or an exercise, as in CONTRIBUTING.md."
        return [CourseError("The page has code but does not say what it is.", file=page, line=1, remedy=remedy)]
    errors = []
    for found in _TAG_LINE.finditer(text):
        unknown = {tag.strip() for tag in found[1].split(",")} - TAGS
        if unknown:
            said = f"Unknown tag: {', '.join(sorted(unknown))}."
            remedy = f"Use one of: {', '.join(sorted(TAGS))}."
            errors.append(CourseError(said, file=page, line=text.count("\n", 0, found.start()) + 1, remedy=remedy))
    if isinstance(contract, Chapter):
        shown = [name for found in _QUIZ.finditer(text) for name in found[1].split()]
        for item in load_chapter_quiz(page.stem).items:
            times = shown.count(item.id)
            if times > 1 or (times == 0 and item.part != "closing"):
                said = f"The item {item.id!r} is shown {times} times."
                errors.append(CourseError(said, file=page, line=_line(text, item.id), remedy="Show it once."))
    if isinstance(contract, Exercise):
        file = page.with_name("checks.yml")
        if not file.is_file():
            return [*errors, CourseError("The exercise has no checks.yml.", file=page, remedy="Write one beside it.")]
        asked = set(re.findall(r"^check\([\"']([^\"']+)[\"']\)", text, flags=re.MULTILINE))
        there = {question.id for question in load_checks(file).questions}
        for name in sorted(asked ^ there):
            where, said = (page, "has no checks in checks.yml") if name in asked else (file, "is not asked on the page")
            errors.append(CourseError(f"The question {name!r} {said}.", file=where, remedy="Give both the same id."))
    return errors


def _line(text: str, words: str) -> int | None:
    at = text.find(words)
    return text.count("\n", 0, at) + 1 if at >= 0 else None
