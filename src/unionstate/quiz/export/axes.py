"""The axes of a draw item for paper: blank with the given points on the worksheet, with the data on the key."""

from __future__ import annotations

from dataclasses import dataclass

from unionstate.quiz.export.wording import shown_x
from unionstate.quiz.items import Draw, shown_number

_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 580, 12, 300
_STEPS = 10  # of the y axis; every second one has its number


@dataclass(frozen=True)
class Tick:
    """A line of the grid: where it is, and the number beside it."""

    at: float
    text: str


@dataclass(frozen=True)
class Axes:
    """What the template draws, in the units of the picture's viewBox.

    Attributes:
        across: a line for every point of the series.
        up: the lines of the y axis.
        given: the points that the question shows.
        data: all points.
    """

    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    given: tuple[tuple[float, float], ...]
    data: tuple[tuple[float, float], ...]
    left: int = _LEFT
    right: int = _RIGHT
    top: int = _TOP
    bottom: int = _BOTTOM


def axes_of(item: Draw) -> Axes:
    """The axes of a draw item; the points stand at equal distances, as in the book."""
    low, high = item.range
    series = item.series
    places = [round(_LEFT + (_RIGHT - _LEFT) * place / (len(series) - 1), 1) for place in range(len(series))]

    def at(value: float) -> float:
        return round(_BOTTOM + (_TOP - _BOTTOM) * (value - low) / (high - low), 1)

    values = [low + (high - low) * step / _STEPS for step in range(_STEPS + 1)]
    points = tuple((place, at(y)) for place, (_, y) in zip(places, series, strict=True))
    many = len(series) > 12
    return Axes(
        across=tuple(
            Tick(place, "" if many and number % 2 else shown_x(x))
            for number, (place, (x, _)) in enumerate(zip(places, series, strict=True))
        ),
        up=tuple(Tick(at(y), "" if step % 2 else shown_number(y)) for step, y in enumerate(values)),
        given=points[: item.given],
        data=points,
    )
