"""The contract of a page: what the front matter of chapters and exercises must say."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from unionstate.article import PARAGRAPHS
from unionstate.errors import CourseError, CourseErrors
from unionstate.paths import chapters_path, course_root
from unionstate.yaml_source import Lines, parse_yaml

_MOST_VALUES = 1000
Objective = Annotated[str, Field(pattern=r"^LO([1-9]|10)$")]


class _Contract(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    objectives: list[Objective] = Field(min_length=1)


class Chapter(_Contract):
    """What a chapter works on: objectives, paragraphs of the article, its exercise and how long that takes."""

    article: list[Annotated[int, Field(ge=0, le=PARAGRAPHS)]] = Field(min_length=1)
    exercise: str
    exercise_minutes: Annotated[int, Field(ge=5, le=90)]


Setting = bool | int | float | str | list[bool | int | float | str]


class Domain(BaseModel):
    """What a parameter of an exercise may be: one of some choices, or a number from, to, in steps.

    Attributes:
        choices: the values.
        first: the smallest number (written ``from``).
        last: the largest number (written ``to``), included if the steps lead to it.
        step: from one number to the next; 1 by default.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    choices: list[Setting] | None = Field(default=None, min_length=1)
    first: int | float | None = Field(default=None, alias="from")
    last: int | float | None = Field(default=None, alias="to")
    step: Annotated[int | float, Field(gt=0)] = 1

    @model_validator(mode="after")
    def _one_of_two(self) -> Domain:
        if (self.choices is None) == (self.first is None and self.last is None):
            raise ValueError("a parameter needs 'choices', or 'from' and 'to'")
        if self.choices is None and (self.first is None or self.last is None or self.first > self.last):
            raise ValueError("'from' and 'to' go together, the smaller one first")
        if self.choices is not None and len({repr(one) for one in self.choices}) < len(self.choices):
            raise ValueError("a choice stands twice")
        if len(self.values()) > _MOST_VALUES:
            raise ValueError(f"these are more than {_MOST_VALUES} values")
        return self

    def values(self) -> list[Setting]:
        """All values, in order; numbers in steps are rounded as the step is written, so that 0.1 + 0.2 is 0.3."""
        if self.choices is not None:
            return list(self.choices)
        places = max(_decimals(one) for one in (self.first, self.step))
        count = min(int((self.last - self.first) / self.step + 1e-9) + 1, _MOST_VALUES + 1)
        return [round(self.first + place * self.step, places) for place in range(count)]


class Exercise(_Contract):
    """Which chapter an exercise belongs to, how long it takes, and what varies in it from student to student.

    Attributes:
        chapter: its chapter's name.
        minutes: how long it takes.
        parameters: what each parameter may be, by its name.
        constraints: Python expressions over the parameters, true for every combination that may be drawn.
    """

    chapter: str
    minutes: Annotated[int, Field(ge=5, le=90)]
    parameters: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Domain] = {}
    constraints: list[str] = []


def _decimals(number: float) -> int:
    return max(0, -int(Decimal(str(number)).normalize().as_tuple().exponent))


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
    matter, lines = read_front_matter(text, file)
    for key, model, folder, linked in (
        ("chapter", Chapter, "exercises", "exercise"),
        ("exercise", Exercise, "chapters", "chapter"),
    ):
        if key not in matter:
            continue
        try:
            contract = model.model_validate(matter[key])
        except ValidationError as problem:
            raise CourseErrors(_findings(problem, key, model, lines, file)) from None
        name = getattr(contract, linked)
        target = course_root() / folder / (f"{name}.md" if folder == "chapters" else f"{name}/exercise.md")
        if not target.is_file():
            said = f"Front matter '{key}.{linked}': there is no {linked} {name!r}."
            raise CourseError(said, file=file, line=lines[key, linked])
        return contract
    return None


def read_front_matter(text: str, file: Path) -> tuple[dict[str, Any], Lines]:
    """The front matter of a page, and the line of every key by its path, such as ``("chapter", "article")``.

    Args:
        text: the page; without front matter there are no keys.
        file: its file, for messages.

    Raises:
        CourseError: with file, line and remedy, if the front matter cannot be read.
    """
    if not text.startswith("---\n"):
        return {}, {}
    block = text.removeprefix("---\n").split("\n---\n", 1)[0]
    if not block.strip() or block.startswith("---\n"):
        return {}, {}
    # an empty line in the place of the first one: lines are counted as in the page
    return parse_yaml("\n" + block, file, empty=("The front matter has no keys.", "Write 'key: value' lines."))


def _findings(
    problem: ValidationError, key: str, model: type[_Contract], lines: Lines, file: Path
) -> list[CourseError]:
    """What pydantic found, each with the line of its key; of a value that fits none of several types, one."""
    needed = [name for name, one in model.model_fields.items() if one.is_required()]
    errors: dict[tuple[int, str], CourseError] = {}
    for finding in problem.errors():
        known = path = (key, *finding["loc"])
        while known not in lines:
            known = known[:-1]
        # the name of a key that is missing stands in no line, that of a type in none either
        shown = path if finding["type"] == "missing" else known
        field = ".".join(str(part) for part in shown)
        error = CourseError(
            f"Front matter '{field}': {finding['msg'].removeprefix('Value error, ')}.",
            file=file,
            line=lines[known],
            remedy=f"Every {key} needs: {', '.join(needed)}.",
        )
        errors.setdefault((lines[known], field), error)
    return [error for _, error in sorted(errors.items())]


def chapters() -> list[Path]:
    """The files of all chapters, by name."""
    return [file for file in sorted(chapters_path().glob("*.md")) if isinstance(read_contract(file), Chapter)]
