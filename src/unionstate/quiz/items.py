"""What an item is: the pydantic models of a quiz file, and the score of an answer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from unionstate.article import PARAGRAPHS

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


def _reference_as_text(value: object) -> object:
    """YAML reads an unquoted ``3`` or ``3.2`` as a number; as a reference it is text."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Reference = Annotated[str, BeforeValidator(_reference_as_text), StringConstraints(pattern=r"^[A-Za-z0-9][\w.:-]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Option(_Strict):
    """One choice of an item, and why it is right or wrong."""

    text: Text
    feedback: Text
    correct: bool = False
    misconception: Slug | None = None


class _Item(_Strict):
    """What items of every type have."""

    id: Slug
    part: Literal["before", "section", "closing"]
    objective: Literal["LO1", "LO2", "LO3", "LO4", "LO5", "LO6", "LO7", "LO8", "LO9", "LO10"]
    difficulty: Literal[1, 2, 3] = 1
    source: list[Reference] = Field(min_length=1)
    prompt: Text
    options: list[Option] = Field(min_length=2, max_length=9)
    hints: list[Text] = []

    @model_validator(mode="after")
    def _options_differ(self) -> _Item:
        # signs count: "+2" and "-2" are two answers
        texts = [re.sub(r"[\s.,;:!?*`]+", " ", option.text).strip().casefold() for option in self.options]
        for place, text in enumerate(texts):
            if text in texts[:place]:
                raise ValueError(f"options {texts.index(text) + 1} and {place + 1} say the same")
        return self

    @property
    def right(self) -> frozenset[int]:
        """The places of the right options, from 0."""
        return frozenset(place for place, option in enumerate(self.options) if option.correct)

    @property
    def version(self) -> str:
        """Changes with the item's prompt and options, so that an answer kept for an older wording is dropped."""
        words = "\n".join([self.prompt, *(f"{option.correct}{option.text}" for option in self.options)])
        return hashlib.sha256(words.encode()).hexdigest()[:8]


class Single(_Item):
    """Choose one; exactly one option is right."""

    type: Literal["single"]

    @model_validator(mode="after")
    def _one_right(self) -> Single:
        if len(self.right) != 1:
            raise ValueError(
                f"a single item needs exactly one option with 'correct: true', this one has {len(self.right)}"
            )
        return self


class Multiple(_Item):
    """Choose all that apply; at least one option is right and one wrong."""

    type: Literal["multiple"]

    @model_validator(mode="after")
    def _some_right(self) -> Multiple:
        if not 1 <= len(self.right) < len(self.options):
            raise ValueError(
                "a multiple item needs at least one option with 'correct: true' and at least one without, "
                f"this one has {len(self.right)} right of {len(self.options)}"
            )
        return self


class Commit(_Item):
    """Choose one; nothing is marked: the answer is kept and shown again later."""

    type: Literal["commit"]

    @model_validator(mode="after")
    def _none_right(self) -> Commit:
        if self.right:
            raise ValueError("a commit item has no right option: remove 'correct', or make it 'single'")
        return self


Item = Annotated[Single | Multiple | Commit, Field(discriminator="type")]


class Quiz(_Strict):
    """The items of a chapter, in the order of the file."""

    items: list[Item] = Field(min_length=1)

    def part(self, name: str) -> list[Item]:
        """The items of one part: before, section or closing."""
        return [item for item in self.items if item.part == name]


def score(item: Item, chosen: Collection[int]) -> float | None:
    """The score of an answer, from 0 to 1; None for a commit item, which has none.

    Single: 1 for the right option alone, else 0. Multiple: the share of the right options that were chosen minus the
    share of the wrong ones, never below 0, so that choosing everything earns nothing.

    Args:
        item: the item.
        chosen: the places of the chosen options, from 0.

    Raises:
        ValueError: if a place is not one of the item's options.
    """
    places = set(chosen)
    if not places <= set(range(len(item.options))):
        raise ValueError(f"item {item.id} has options 0 to {len(item.options) - 1}, not {sorted(places)}")
    if isinstance(item, Commit):
        return None
    if isinstance(item, Single):
        return float(places == item.right)
    hits, misses = len(places & item.right), len(places - item.right)
    return max(0.0, hits / len(item.right) - misses / (len(item.options) - len(item.right)))


def is_reference_to_article(reference: str) -> bool:
    """Whether a source is a paragraph (``0`` to ``7``) or a sentence (``3.2``) rather than a claim or a citation."""
    return bool(re.fullmatch(rf"[0-{PARAGRAPHS}](\.\d+)?", reference))
