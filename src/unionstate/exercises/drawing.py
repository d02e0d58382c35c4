"""A drawn figure as plain data: what its axes say and which series they show, without colours or positions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["line", "bars", "points", "area"]
KINDS = ("line", "bars", "points", "area")


@dataclass(frozen=True)
class DrawnSeries:
    """One series of a panel.

    Attributes:
        kind: line, bars, points or area.
        label: as in the legend; "" without.
        x: positions; days since 1970 where matplotlib draws dates, 0, 1, 2 … where it draws categories.
        y: values (heights of bars, upper edges of areas); nan where nothing is drawn.
    """

    kind: Kind
    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True)
class Panel:
    """One pair of axes; answers ``get_title()``, ``get_xlabel()`` and ``get_ylabel()`` as matplotlib's Axes do.

    Attributes:
        title: above it.
        xlabel: below it.
        ylabel: beside it.
        legend: the texts of its legend, () without one.
        series: in the order drawn; lines that only mark a level or a date (axhline, axvline) are left out.
    """

    title: str = ""
    xlabel: str = ""
    ylabel: str = ""
    legend: tuple[str, ...] = ()
    series: tuple[DrawnSeries, ...] = ()

    def get_title(self) -> str:
        """The title."""
        return self.title

    def get_xlabel(self) -> str:
        """The label of the x axis."""
        return self.xlabel

    def get_ylabel(self) -> str:
        """The label of the y axis."""
        return self.ylabel


@dataclass(frozen=True)
class Drawing:
    """A figure, or one pair of axes of it, as plain data.

    Attributes:
        axes: its panels. Of a single one the drawing itself answers ``get_title()`` and its like.
    """

    axes: tuple[Panel, ...] = ()

    def get_title(self) -> str:
        """The title of the only panel; ValueError if there are none or several."""
        return self._only().title

    def get_xlabel(self) -> str:
        """The x label of the only panel; ValueError if there are none or several."""
        return self._only().xlabel

    def get_ylabel(self) -> str:
        """The y label of the only panel; ValueError if there are none or several."""
        return self._only().ylabel

    def _only(self) -> Panel:
        if len(self.axes) != 1:
            raise ValueError(f"the figure has {len(self.axes)} panels: name one of them")
        return self.axes[0]


def is_drawn(value: Any) -> bool:
    """Whether a value is a figure or axes of matplotlib, or already a drawing."""
    if isinstance(value, Drawing | Panel):
        return True
    module = type(value).__module__
    if not module.startswith(("matplotlib.", "pandas.plotting")):  # matplotlib need not be loaded to say no
        return False
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    return isinstance(value, Axes | Figure)


def describe(drawn: Any) -> Drawing:
    """Describe a figure or axes.

    Args:
        drawn: a Figure or Axes of matplotlib; a Drawing or Panel is returned as it is.

    Raises:
        TypeError: if it is none of these.
    """
    if isinstance(drawn, Drawing):
        return drawn
    if isinstance(drawn, Panel):
        return Drawing((drawn,))
    if not is_drawn(drawn):
        raise TypeError(f"{type(drawn).__name__} is no figure")
    from matplotlib.axes import Axes

    panels = [drawn] if isinstance(drawn, Axes) else drawn.axes
    return Drawing(tuple(_panel(axes) for axes in panels))


def _panel(axes: Any) -> Panel:
    legend = axes.get_legend()
    # a title may stand at the left or the right
    titles = (axes.get_title(loc=place) for place in ("center", "left", "right"))
    return Panel(
        title=next((title for title in titles if title), ""),
        xlabel=axes.get_xlabel(),
        ylabel=axes.get_ylabel(),
        legend=tuple(text.get_text() for text in legend.get_texts()) if legend else (),
        series=tuple(_series(axes)),
    )


def _series(axes: Any) -> list[DrawnSeries]:
    from matplotlib.collections import PathCollection, PolyCollection
    from matplotlib.container import BarContainer
    from matplotlib.lines import Line2D

    bars = {id(bar): box for box in axes.containers if isinstance(box, BarContainer) for bar in box.patches}
    found: list[DrawnSeries] = []
    seen: set[int] = set()
    for artist in axes.get_children():
        box = bars.get(id(artist))
        if box is not None:
            if id(box) not in seen:
                seen.add(id(box))
                found.append(_bars(box))
        elif isinstance(artist, Line2D):
            # the level of an axhline and the date of an axvline are not in data coordinates on both axes
            if artist.get_transform().contains_branch(axes.transData):
                pointed = artist.get_linestyle() in ("None", "none", " ", "")
                found.append(_made("points" if pointed else "line", artist, *artist.get_data(orig=False)))
        elif isinstance(artist, PathCollection):
            offsets = artist.get_offsets()
            found.append(_made("points", artist, offsets[:, 0], offsets[:, 1]))
        elif isinstance(artist, PolyCollection) and artist.get_paths():
            found.append(_area(artist))
    # pandas draws the upper edge of an area once more, as a line without a label
    edges = {(one.x, one.y) for one in found if one.kind == "area"}
    return [one for one in found if one.kind != "line" or one.label or (one.x, one.y) not in edges]


def _bars(box: Any) -> DrawnSeries:
    lying = getattr(box, "orientation", "vertical") == "horizontal"
    if lying:
        x, y = [bar.get_y() + bar.get_height() / 2 for bar in box.patches], [bar.get_width() for bar in box.patches]
    else:
        x, y = [bar.get_x() + bar.get_width() / 2 for bar in box.patches], [bar.get_height() for bar in box.patches]
    return _made("bars", box, x, y)


def _area(artist: Any) -> DrawnSeries:
    """The upper edge of an area: at each x the largest y of its outline."""
    upper: dict[float, float] = {}
    for path in artist.get_paths():
        for x, y in path.vertices.tolist():
            upper[x] = max(y, upper.get(x, -math.inf))
    return _made("area", artist, sorted(upper), [upper[x] for x in sorted(upper)])


def _made(kind: Kind, artist: Any, x: Any, y: Any) -> DrawnSeries:
    label = str(artist.get_label() or "")
    return DrawnSeries(kind, "" if label.startswith("_") else label, _numbers(x), _numbers(y))


def _numbers(values: Any) -> tuple[float, ...]:
    import numpy as np

    return tuple(np.ma.filled(np.ma.asarray(values, dtype=float), np.nan).ravel().tolist())
