"""The contract of a page: what the front matter of chapters and exercises must say."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from unionstate.article import PARAGRAPHS
from unionstate.errors import CourseError
from unionstate.paths import chapters_path, course_root

Objective = Annotated[str, Field(pattern=r"^LO([1-9]|10)$")]


class _Contract(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    objectives: list[Objective] = Field(min_length=1)


class Chapter(_Contract):
    """What a chapter works on: objectives, paragraphs of the article, its exercise and how long that takes."""

    article: list[Annotated[int, Field(ge=0, le=PARAGRAPHS)]] = Field(min_length=1)
    exercise: str
    exercise_minutes: Annotated[int, Field(ge=5, le=90)]


class Exercise(_Contract):
    """Which chapter an exercise belongs to and how long it takes."""

    chapter: str
    minutes: Annotated[int, Field(ge=5, le=90)]


def read_contract(file: Path) -> Chapter | Exercise | None:
    """The contract in a page's front matter; None for a page that is neither chapter nor exercise.

    Raises:
        CourseError: with file, line and remedy, if the contract is incomplete.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as problem:
        raise CourseError(
            f"Not UTF-8 text (byte {problem.start + 1}).", file=file, remedy="Save the file as UTF-8."
        ) from None
    if not text.startswith("---\n"):
        return None
    block = text[4:].split("\n---\n", 1)[0]
    try:
        matter = yaml.safe_load(block) or {}
    except (yaml.YAMLError, ValueError) as problem:
        raise CourseError(f"The front matter is not YAML: {problem}", file=file, line=1) from None
    if not isinstance(matter, dict):
        raise CourseError("The front matter has no keys.", file=file, line=2, remedy="Write 'key: value' lines.")
    for key, model, folder, linked in (
        ("chapter", Chapter, "exercises", "exercise"),
        ("exercise", Exercise, "chapters", "chapter"),
    ):
        if key not in matter:
            continue
        line = block[: block.find(key)].count("\n") + 2
        try:
            contract = model.model_validate(matter[key])
        except ValidationError as problem:
            finding = problem.errors()[0]
            field = ".".join(str(part) for part in finding["loc"])
            raise CourseError(
                f"Front matter '{key}.{field}': {finding['msg']}.",
                file=file,
                line=line,
                remedy=f"A {key} needs: {', '.join(model.model_fields)}.",
            ) from None
        name = getattr(contract, linked)
        target = course_root() / folder / (f"{name}.md" if folder == "chapters" else f"{name}/exercise.md")
        if not target.is_file():
            raise CourseError(f"Front matter '{key}.{linked}': there is no {linked} {name!r}.", file=file, line=line)
        return contract
    return None


def chapters() -> list[Path]:
    """The files of all chapters, by name."""
    return [file for file in sorted(chapters_path().glob("*.md")) if isinstance(read_contract(file), Chapter)]
