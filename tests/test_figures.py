"""Figures: text alternative, theme colours, ids of their own, contrast; and the figures of the chapters."""

import gzip
import importlib
import inspect
import pkgutil
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from functools import partial

import matplotlib.dates
import pandas as pd
import pytest
from support import WhenAsked

from unionstate import figures
from unionstate.figures import THEME_COLOURS, Published, new_axes, publish
from unionstate.paths import course_root, data_path

TABLES = {
    "claims": "article_claims.csv", "sentences": "article_sentences.csv", "clues": "dating_clues.csv",
    "items": "site_items.csv", "sanctions": "sanctions_events.csv", "levels": "sanctions_levels.csv",
    "words": "probability_words.csv", "predictions": "predictions.csv", "forecasts": "class_forecasts.csv",
    "institutions": "institutions.csv", "membership": "integration_membership.csv",
    "meetings": "council_meetings.csv", "budget": "union_state_budget.csv", "macro": "macro.csv",
    "events": "union_state_events.csv", "gas": "gas_prices.csv", "estimates": "subsidy_estimates.csv",
}  # fmt: skip
ALT = "Two lines cross a band: one rises from 0 to 3, the other falls from 3 to 0, and a dot marks where they meet."


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(data_path(TABLES.get(name, f"{name}.csv")), dtype={"sentence_id": str})


def drawing(**changes) -> Published:
    """A drawing with all that needs an id: clipped lines, markers, a band, and text in two colours."""
    figure, axes = new_axes()
    axes.plot([0, 3], [0, 3], marker="o", color=figures.BLUE)
    axes.plot([3, 0], [0, 3], marker="s", color=figures.ORANGE, linestyle="--")
    axes.axvspan(1, 2, color=figures.GRID)
    axes.text(1, 1, 'a < b & "c"', color=figures.GREEN)
    axes.set_xlabel("x")
    parts = {"name": "a-drawing", "title": "They cross", "alt": ALT, "source": "Source: made up", "data": "site_items"}
    return publish(figure, **{**parts, "table": pd.DataFrame({"x": [1.5], "y": [1.5]}), **changes})


def chapter_figures() -> dict[str, Callable[[], Published]]:
    def draw(function: Callable[..., Published]) -> Published:
        return function(*map(table, inspect.signature(function).parameters))

    found = {}
    for module in pkgutil.iter_modules(figures.__path__):
        for name, function in inspect.getmembers(importlib.import_module(f"unionstate.figures.{module.name}")):
            home = getattr(function, "__module__", "")
            if home.endswith(module.name) and function.__annotations__.get("return") == "Published":
                found[f"{module.name}.{name}"] = partial(draw, function)
    return found


CHAPTERS = WhenAsked(chapter_figures())
ALL = WhenAsked({"drawing": drawing, **{name: partial(CHAPTERS.__getitem__, name) for name in CHAPTERS}})
every_figure = pytest.mark.parametrize("figure", ALL, indirect=True)


@pytest.fixture
def figure(request) -> Published:
    return ALL[request.param]


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"alt": "A drawing."}, "has 10 of 60 characters"),
        ({"alt": "A drawing." + " " * 80}, "has 10 of 60 characters"),
        ({"title": " "}, "needs a title"),
        ({"source": ""}, "needs a title .* and a source"),
        ({"name": "A drawing"}, "use lower-case letters"),
        ({"name": "1st"}, "use lower-case letters"),
        ({"name": 'x" onload="'}, "use lower-case letters"),
    ],
)
def test_a_figure_that_lacks_something_is_refused(changes, said):
    with pytest.raises(ValueError, match=said):
        drawing(**changes)


@every_figure
def test_the_drawing_has_its_text_alternative_and_size(figure):
    svg = ElementTree.fromstring(figure.svg)
    assert svg.get("role") == "img" and svg.get("aria-label") == figure.alt and len(figure.alt) >= 60
    assert 300 < int(svg.get("width")) <= 480 and int(svg.get("height")) > 100


@every_figure
def test_every_colour_is_a_theme_colour_with_its_fallback(figure):
    used = re.findall(r"var\(--fig-(\w+), (#[0-9a-f]{6})\)", figure.svg)
    assert used and all(THEME_COLOURS[name] == colour for name, colour in used)
    bare = re.sub(r"var\([^)]*\)", "", figure.svg)
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\"])|rgb", bare)


@every_figure
def test_every_id_is_the_figures_own_and_every_reference_leads_to_one(figure):
    ids = re.findall(r'\bid="([^"]*)"', figure.svg)
    used = re.findall(r'(?:href="#|url\(#)([^")]*)', figure.svg)
    assert len(set(ids)) == len(ids) and set(used) == set(ids)
    assert all(one.startswith(f"{figure.name}-") for one in ids)


def test_a_drawing_with_clipped_lines_and_markers_keeps_its_ids():
    assert len(re.findall(r'\bid="a-drawing-', ALL["drawing"].svg)) >= 3
    assert "<use" in ALL["drawing"].svg and "clip-path" in ALL["drawing"].svg


@every_figure
def test_no_style_of_the_drawing_reaches_the_page(figure):
    shown = figure._repr_html_()
    assert not re.search(r"<style|<script|<!--|\*\s*\{|<metadata|xlink|DejaVu", shown)


@every_figure
def test_text_stays_text_in_the_pages_font(figure):
    words = [node.text for node in ElementTree.fromstring(figure.svg).iter("{http://www.w3.org/2000/svg}text")]
    assert len(words) >= 2
    assert figure.svg.count("font-family") == 1 and "font-family: var(--font-stack" in figure.svg


@every_figure
def test_a_figure_shows_finding_drawing_source_and_table(figure):
    shown = figure._repr_html_()
    parts = [f'id="figure-{figure.name}"', "<figcaption>", "<svg", "figure-source", "<details>", "<table"]
    places = [shown.index(part) for part in parts]
    assert places == sorted(places) and figure.table.count("<tr") >= 2
    assert repr(figure).splitlines() == [figure.title, figure.alt, figure.source]


def test_wild_text_in_a_figure_is_escaped():
    wild = '</svg><script>"x"</script> & more'
    shown = drawing(alt=wild + ALT, title=wild, source=wild, table=pd.DataFrame({wild: [wild]}))._repr_html_()
    assert "<script" not in shown and shown.count("&lt;script&gt;") == 6
    assert ElementTree.fromstring(drawing(alt=wild + ALT).svg).get("aria-label") == wild + ALT


def test_the_same_drawing_gives_the_same_bytes():
    assert drawing() == drawing()


def test_the_figures_of_the_chapters_have_names_of_their_own():
    assert CHAPTERS and len({figure.name for figure in CHAPTERS.values()}) == len(CHAPTERS)


def test_switching_clues_on_and_off_changes_what_is_left():
    from unionstate.figures.when_was_this_written import explore_clues

    clues = pd.read_csv(data_path("dating_clues.csv"), parse_dates=["not_before", "not_after"])
    *boxes, result = explore_clues(clues).children
    assert len(boxes) == len(clues)
    texts = set()
    for value in (False, True):
        for box in boxes:
            box.value = value
        texts.add(result.value)
    boxes[clues["clue_id"].tolist().index("last-week")].value = False
    texts.add(result.value)
    assert len(texts) == 3


def test_choosing_a_motion_or_an_indicator_changes_what_is_shown():
    from unionstate.figures.testing_the_pendulum import explore_indicators
    from unionstate.figures.what_would_a_pendulum_look_like import explore_motions

    years = pd.read_csv(data_path("pendulum_annual.csv"))
    for explore in (explore_motions, explore_indicators):
        *controls, result = explore(years).children
        shown = {result.value}
        for choice in controls[0].options[1:]:
            controls[0].value = choice
            shown.add(result.value)
        assert len(shown) == len(controls[0].options)
        assert all("<svg" in one for one in shown)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def theme(selector: str) -> dict[str, str]:
    """The colours of figures under one selector of the style sheet."""
    css = (course_root() / "src/unionstate/book/static/book.css").read_text(encoding="utf-8")
    block = re.search(rf"^\s*{re.escape(selector)}\s*\{{(.*?)\}}", css, flags=re.DOTALL | re.MULTILINE)[1]
    return dict(re.findall(r"--fig-(\w+):\s*(#[0-9a-f]{6})\b", block))


DARK = ['body[data-theme="dark"]', 'body:not([data-theme="light"])']


def test_the_light_theme_has_the_constants():
    assert theme("body") == THEME_COLOURS


@pytest.mark.parametrize("selector", DARK)
def test_the_dark_theme_has_a_twin_for_every_constant(selector):
    assert theme(selector).keys() == THEME_COLOURS.keys() and theme(selector) == theme(DARK[0])
    assert not set(theme(selector).values()) & set(THEME_COLOURS.values())


@pytest.mark.parametrize("name", sorted(THEME_COLOURS.keys() - {"grid"}))
def test_every_colour_but_the_grids_can_carry_text_in_both_themes(name):
    assert contrast(THEME_COLOURS[name], "#ffffff") >= 4.5
    assert contrast(theme(DARK[0])[name], "#131416") >= 4.5


def test_contrast_is_measured_as_the_guidelines_say():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("years", [True, False])
def test_the_articles_week_is_marked_where_it_lies(years):
    figure, axes = new_axes()
    if years:
        axes.plot([2004, 2020], [0, 1])
    else:
        axes.plot(pd.to_datetime(["2015-01-01", "2017-01-01"]), [0, 1])
    figures.mark_article_week(axes)
    (band,) = axes.patches
    left, right = band.get_x(), band.get_x() + band.get_width()
    if years:
        assert 2016.15 < left < right < 2016.2
    else:
        assert matplotlib.dates.num2date(left).date().isoformat() == "2016-02-29"
        assert matplotlib.dates.num2date(right).date().isoformat() == "2016-03-06"
    assert axes.texts[0].get_text() == "the article"


@pytest.mark.parametrize("name", sorted(CHAPTERS))
def test_a_published_drawing_is_small(name):
    assert len(gzip.compress(CHAPTERS[name].svg.encode())) < 60_000
