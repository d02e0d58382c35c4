"""House style for figures: matplotlib drawings published as one inline SVG that follows the reader's theme.

A figure is drawn at phone width, with text kept as text. Its colours are the constants below; in the published SVG
each becomes a CSS variable (``BLUE`` -> ``--fig-blue``) with the constant as fallback, so that one drawing serves the
light theme, the dark theme, print and a notebook.
"""

from __future__ import annotations

import html
import io
import re
from dataclasses import dataclass

import matplotlib
import matplotlib.dates
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from unionstate.paths import data_path

# Dark enough for 4.5:1 on white; book.css gives each its light twin for the dark theme (tested). The hues differ for
# the common kinds of colour blindness (after the palette of Okabe and Ito, darkened for text).
INK = "#1c1d20"
MUTED = "#5b5f66"
GRID = "#d5d8dd"
BLUE = "#0b62a8"
ORANGE = "#b34700"
GREEN = "#0b7a53"
PURPLE = "#8a3d8f"
THEME_COLOURS = {
    "ink": INK,
    "muted": MUTED,
    "grid": GRID,
    "blue": BLUE,
    "orange": ORANGE,
    "green": GREEN,
    "purple": PURPLE,
}

WIDTH = 4.8  # inches, 461 CSS pixels: shrunk to a 390 px phone the text stays above 10 px
SHORTEST_ALT = 60  # characters

HOUSE_STYLE = {
    "figure.figsize": (WIDTH, 3.0),
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "font.size": 10.5,
    "axes.labelsize": 10.5,
    "xtick.labelsize": 10.5,
    "ytick.labelsize": 10.5,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "grid.color": GRID,
    "axes.prop_cycle": matplotlib.cycler(color=[BLUE, ORANGE, GREEN, PURPLE]),
    "svg.fonttype": "none",
    "svg.hashsalt": "unionstate",
}
matplotlib.rcParams.update(HOUSE_STYLE)


@dataclass(frozen=True)
class Published:
    """A finished figure: shows itself in a notebook and in the book.

    Attributes:
        name: its identifier on the page.
        title: the finding, in one sentence.
        alt: the text alternative.
        source: the source line.
        svg: the drawing.
        table: what it shows, as HTML.
        data: the table of the data package that it draws, by name.
    """

    name: str
    title: str
    alt: str
    source: str
    svg: str
    table: str
    data: str

    def _repr_html_(self) -> str:
        return (
            f'<figure class="course-figure" id="figure-{self.name}">'
            f"<figcaption>{html.escape(self.title)}</figcaption>"
            f"{self.svg}"
            f'<p class="figure-source">{html.escape(self.source)}</p>'
            "<details><summary>The figure as a table</summary>"
            f'<div class="figure-table" role="region" tabindex="0" aria-label="Table of the figure: '
            f'{html.escape(self.title)}">{self.table}</div>'
            f'<p><a href="data/{self.data}.csv" download>All rows and columns: {self.data}.csv</a></p>'
            "</details></figure>"
        )

    def __repr__(self) -> str:
        return f"{self.title}\n{self.alt}\n{self.source}"


def new_axes(height: float = 3.0) -> tuple[Figure, Axes]:
    """A figure of house width and one pair of axes.

    Args:
        height: in inches.
    """
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    return figure, figure.add_subplot()


def mark_article_week(axes: Axes, *, label: str = "the article", at: float = 0.98) -> None:
    """Mark the week in which the article was written, 29 February to 6 March 2016, on an axis of dates or years.

    Args:
        axes: with dates, or with years as numbers, on the horizontal axis.
        label: the words beside the mark.
        at: their height, from 0 (bottom) to 1 (top).
    """
    left, right = axes.get_xlim()
    first, last = (pd.Timestamp("2016-02-29"), pd.Timestamp("2016-03-06"))
    if right < 3000:  # years as numbers; matplotlib's dates are days since 1970
        start, end = (2016 + (day.day_of_year - 1) / 366 for day in (first, last))
    else:
        start, end = (matplotlib.dates.date2num(day) for day in (first, last))
    axes.axvspan(start, end, color=GRID, linewidth=1, zorder=0)
    near_right = (start - left) / (right - left) > 0.7
    axes.annotate(
        label, ((start + end) / 2, at), xycoords=("data", "axes fraction"), textcoords="offset points",
        xytext=(-4 if near_right else 4, 0), ha="right" if near_right else "left", va="top", color=MUTED,
    )  # fmt: skip


def publish(
    figure: Figure, *, name: str, title: str, alt: str, source: str, table: pd.DataFrame, data: str
) -> Published:
    """Turn a drawing into a published figure.

    Args:
        figure: the drawing, in the colours of this module, without a title of its own.
        name: lower-case identifier, unique on the page.
        title: the finding, in one sentence.
        alt: the text alternative; at least ``SHORTEST_ALT`` characters, saying what the figure shows.
        source: the source line.
        table: what the figure shows, one row a mark.
        data: the table of the data package that it draws, by name.

    Raises:
        ValueError: if the name is no identifier, the alternative too short, or a text or the data are missing.
    """
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise ValueError(f"figure name {name!r}: use lower-case letters, digits and hyphens")
    if len(alt.strip()) < SHORTEST_ALT:
        raise ValueError(f"figure {name}: the text alternative has {len(alt.strip())} of {SHORTEST_ALT} characters")
    if not title.strip() or not source.strip():
        raise ValueError(f"figure {name}: needs a title (its finding) and a source")
    if not data_path(f"{data}.csv").is_file():
        raise ValueError(f"figure {name}: there is no table {data!r}")
    table_html = table.to_html(index=False, border=0, na_rep="", justify="left")
    return Published(name, title.strip(), alt.strip(), source.strip(), _themed_svg(figure, name, alt), table_html, data)


def inline_svg(figure: Figure, *, name: str, alt: str) -> str:
    """A drawing as an inline SVG, for a page that is not the book's and sets the ``--fig-`` colours itself.

    Args:
        figure: the drawing, in the colours of this module.
        name: unique on the page; the ids in the SVG begin with it.
        alt: the text alternative.
    """
    return _themed_svg(figure, name, alt)


def _themed_svg(figure: Figure, name: str, alt: str) -> str:
    """The figure as an inline SVG: accessible name, theme colours, the page's font, ids of its own."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    # matplotlib's own rule is for *, which in an inline SVG would reach the whole page
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<[^>]+>", lambda tag: _themed_tag(tag.group(), name), re.sub(r">\s+<", "><", svg))
    svg = _slimmed(svg)
    view = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    width, height = (round(float(points) * 96 / 72) for points in view.groups())
    opening = (
        f'<svg role="img" aria-label="{html.escape(alt.strip())}" width="{width}" height="{height}" '
        f'viewBox="{view.group(0)[9:-1]}" '
        'style="background: var(--fig-paper, #fff); stroke-linejoin: round; stroke-linecap: butt; '
        'font-family: var(--font-stack, sans-serif)" '
        'xmlns="http://www.w3.org/2000/svg">'
    )
    return opening + svg[svg.index(">", svg.index("<svg")) + 1 :].strip()


def _themed_tag(tag: str, name: str) -> str:
    """One tag with theme colours, the page's font, shorter numbers, and ids that are the figure's own."""
    for variable, colour in THEME_COLOURS.items():
        tag = tag.replace(colour, f"var(--fig-{variable}, {colour})")
    tag = re.sub(r"; font-family: [^;\"]*", "", tag)  # the drawing as a whole has the page's font
    tag = re.sub(r"\s+", " ", tag).replace("; ", ";").replace(": ", ":").replace(' "', '"')
    tag = re.sub(r"-?\d+\.\d{3,}", lambda number: f"{float(number.group()):.2f}".rstrip("0").rstrip("."), tag)
    # several figures share a page: without a prefix one figure's clip path would cut another
    return (
        tag.replace(' id="', f' id="{name}-')
        .replace("url(#", f"url(#{name}-")
        .replace('xlink:href="#', f'href="#{name}-')
    )


def _slimmed(svg: str) -> str:
    """The drawing without what shows nothing: unfilled backgrounds, ids that nothing refers to, empty groups."""
    svg = re.sub(r'<path d="[^"]*"( clip-path="[^"]*")? style="fill:none"/>', "", svg)
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    svg = re.sub(r' id="([^"]*)"', lambda found: found.group() if found[1] in used else "", svg)
    svg = re.sub(r' transform="rotate\(-?0 [^"]*"', "", svg)
    previous = ""
    while svg != previous:
        previous = svg
        svg = re.sub(r"<g></g>|<defs></defs>", "", svg)
    return svg
