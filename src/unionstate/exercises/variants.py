"""Draws the variant of a student or a cohort from a secret: the same always and everywhere, and not to be guessed."""

from __future__ import annotations

import base64
import hmac
import itertools
import math
from dataclasses import dataclass
from functools import cache

from unionstate.errors import CourseError
from unionstate.exercises.source import Exercise, holds
from unionstate.frontmatter import Setting, read_front_matter

_MOST_LISTED = 20_000
_MOST_TRIES = 10_000
_TOKEN_BYTES = 5  # eight characters, so that two of 10,000 students share one once in 22,000 courses


@dataclass(frozen=True)
class Variant:
    """An exercise with its parameters chosen.

    Attributes:
        parameters: the value of each parameter.
        token: says which variant it is to who knows the secret, and nothing about the secret; "" for the default.
    """

    parameters: dict[str, Setting]
    token: str = ""


def default_variant(exercise: Exercise) -> Variant:
    """The variant that the book shows."""
    return Variant(dict(exercise.defaults))


def draw(exercise: Exercise, secret: bytes, who: str) -> Variant:
    """The variant of a student or a cohort.

    The book's own variant is never drawn, since its solution may be published. An exercise without parameters has
    only that one.

    Args:
        exercise: the exercise.
        secret: of the assignment; who has it can draw everybody's variant.
        who: the student's id, or the cohort's label.

    Raises:
        CourseError: if the exercise has parameters and no combination besides the default.
    """
    token = base64.b32encode(_digest(secret, "token", exercise.name, who)[:_TOKEN_BYTES]).decode().lower()
    if not exercise.parameters:
        return Variant({}, token)
    numbers = (
        int.from_bytes(_digest(secret, "draw", exercise.name, who, str(turn)), "big") for turn in itertools.count()
    )
    if _combinations(exercise) <= _MOST_LISTED:
        listed = _listed(exercise)
        if listed:
            return Variant(dict(listed[next(numbers) % len(listed)]), token)
    else:
        for number in itertools.islice(numbers, _MOST_TRIES):
            parameters = _nth(exercise, number % _combinations(exercise))
            if _is_drawn(exercise, parameters):
                return Variant(parameters, token)
    raise CourseError(
        "No combination of parameters besides the default meets the constraints.",
        file=exercise.file,
        line=read_front_matter(exercise.text, exercise.file)[1]["exercise", "parameters"],
        remedy="Widen the domains in the front matter, or take a constraint out.",
    )


def all_variants(exercise: Exercise) -> list[dict[str, Setting]] | None:
    """Every combination that can be drawn; None if there are too many to list."""
    return [dict(one) for one in _listed(exercise)] if _combinations(exercise) <= _MOST_LISTED else None


def space(exercise: Exercise) -> str:
    """How many variants there are, in words for an instructor."""
    listed = all_variants(exercise)
    if listed is None:
        return f"up to {_combinations(exercise):,} variants"
    return "one variant" if len(listed) == 1 else f"{len(listed):,} variants" if listed else "no variants"


def _digest(secret: bytes, *parts: str) -> bytes:
    """A keyed digest of the parts; each stands with its length, so that no two lists of parts are the same."""
    message = b"".join(len(part.encode()).to_bytes(8, "big") + part.encode() for part in parts)
    return hmac.digest(secret, message, "sha256")


def _combinations(exercise: Exercise) -> int:
    return math.prod(len(one.values) for one in exercise.parameters.values())


def _nth(exercise: Exercise, place: int) -> dict[str, Setting]:
    parameters = {}
    for name, one in exercise.parameters.items():
        place, at = divmod(place, len(one.values))
        parameters[name] = one.values[at]
    return parameters


def _is_drawn(exercise: Exercise, parameters: dict[str, Setting]) -> bool:
    return parameters != exercise.defaults and holds(exercise.constraints, parameters)


@cache
def _listed(exercise: Exercise) -> tuple[dict[str, Setting], ...]:
    return tuple(
        parameters
        for place in range(_combinations(exercise))
        if exercise.parameters and _is_drawn(exercise, parameters := _nth(exercise, place))
    )
