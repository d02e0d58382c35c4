"""Every page in a real browser: no other host, no error, no barrier, light enough, right in both themes."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from crowded_labels import crowded_labels
from playwright.sync_api import BrowserContext, Page
from support import ROOT

PAGES = ["index", *re.findall(r"file: (\S+)", (ROOT / "_toc.yml").read_text()), "search"]
CHAPTERS = [name for name in PAGES if (ROOT / "chapters/quizzes" / f"{Path(name).name}.yml").exists()]
HEAVIEST = 50 * 1024  # bytes compressed, besides the figures


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_no_other_host_and_logs_no_error(page: Page, site_address: str, name: str) -> None:
    asked, faults = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: faults.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("response", lambda answer: faults.append(answer.url) if answer.status >= 400 else None)
    page.goto(f"{site_address}/{name}.html", wait_until="networkidle")
    assert asked
    assert [url for url in asked if not url.startswith(f"{site_address}/") and not url.startswith("data:")] == []
    assert faults == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_works_from_disk(page: Page, site: Path, name: str) -> None:
    faults, asked = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("requestfailed", lambda request: faults.append(request.url))
    page.goto((site / f"{name}.html").as_uri())
    assert faults == []
    assert all(url.startswith(("file:", "data:")) for url in asked)


@pytest.mark.parametrize(("scheme", "other", "width"), [("light", "dark", 390), ("dark", "light", 1280)])
@pytest.mark.parametrize("part", [0, 1])
def test_axe_finds_no_barrier(
    new_context: Callable[..., BrowserContext], site_address: str, scheme: str, other: str, width: int, part: int
) -> None:
    """Every page on a phone and on a desk, in the light and in the dark.

    The text has the same colours at either width, so each width reads it in one scheme; what is around the text (on a
    phone a bar, on a desk two columns) is read at both widths in both. A page's structure has no scheme.
    """
    page = new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    ).new_page()
    found = []
    for name in PAGES[part::2]:
        page.goto(f"{site_address}/{name}.html")
        # what is folded is part of the page
        page.evaluate("document.querySelectorAll('details:not([hidden])').forEach((one) => (one.open = true))")
        found += barriers(page, f"{name} in the {scheme}")
        page.emulate_media(color_scheme=other)
        found += barriers(page, f"{name} in the {other}", {"exclude": [["article"]]}, OF_COLOUR)
        page.emulate_media(color_scheme=scheme)
    assert found == []


AXE = Axe().axe_script
# the rules of axe-core on which the scheme bears; its third rule of colour, for enhanced contrast, is off
OF_COLOUR = ("color-contrast", "link-in-text-block")


def barriers(page: Page, name: str, where: str | dict | None = None, rules: Sequence[str] = ()) -> list[str]:
    """What axe-core reports for the page, or a part of it, as it is now; all its rules, or these."""
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate(
        "async ([where, options]) => (await axe.run(where ?? document, options)).violations", [where, options]
    )
    return [f"{name}: {fault['id']} ({fault['impact']}): {fault['nodes'][0]['html'][:150]}" for fault in found]


def test_no_other_rule_of_axe_is_of_colour(page: Page) -> None:
    page.evaluate(AXE)
    rules = page.evaluate("axe.getRules(['cat.color']).map((rule) => rule.ruleId)")
    assert sorted(rules) == sorted([*OF_COLOUR, "color-contrast-enhanced"])


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_is_wider_than_the_screen(
    new_context: Callable[..., BrowserContext], site_address: str, width: int
) -> None:
    page = new_context(viewport={"width": width, "height": 900}).new_page()
    for name in PAGES:
        page.goto(f"{site_address}/{name}.html")
        page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        if width == 390:
            assert page.evaluate(_UNFIT_FOR_A_PHONE) == [], name


# text under 10 px, tables of the prose that scroll sideways, the links back and on not left and right of each other
_UNFIT_FOR_A_PHONE = """
() => {
  const found = [];
  const texts = document.createTreeWalker(document.querySelector("#furo-main-content"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const parent = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !parent.checkVisibility()) continue;
    const svg = parent.closest("svg");
    const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
    if (parseFloat(getComputedStyle(parent).fontSize) * scale < 10) found.push(texts.currentNode.data);
  }
  for (const box of document.querySelectorAll(".table-wrapper")) {
    if (box.scrollWidth > box.clientWidth) found.push(box.textContent.slice(0, 60));
  }
  const [back, on] = [".prev-page", ".next-page"].map((one) => document.querySelector(one)?.getBoundingClientRect());
  if (back?.left > 40 || on?.right < innerWidth - 40 || (back && on && back.top > on.bottom)) found.push("ways");
  return found;
}
"""


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_is_light(page: Page, site: Path, site_address: str, name: str) -> None:
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    page.goto(f"{site_address}/{name}.html", wait_until="networkidle")
    total = 0
    for url in asked:
        raw = (site / unquote(urlsplit(url).path).lstrip("/")).read_bytes()
        if url.endswith(f"{name}.html"):
            raw = re.sub(rb'<figure class="course-figure".*?</figure>', b"", raw, flags=re.DOTALL)
        total += len(gzip.compress(raw, 6))
    assert 10_000 < total <= HEAVIEST


def test_math_comes_as_mathml_without_script(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/chapters/when-was-this-written.html")
    formula = page.locator(".formula math")
    assert formula.count() >= 1
    assert formula.first.bounding_box()["height"] > 15
    assert page.locator("script[src*='athjax'], script[src*='atex']").count() == 0


def test_every_link_inside_the_book_leads_somewhere(site: Path) -> None:
    anchors = {
        file: set(re.findall(r'\bid="([^"]+)"', file.read_text(encoding="utf-8"))) for file in site.rglob("*.html")
    }
    broken, checked = [], 0
    for file, ids in anchors.items():
        for link in re.findall(r'<a\b[^>]*?\bhref="([^"]*)"', file.read_text(encoding="utf-8")):
            parts = urlsplit(link.replace("&amp;", "&"))
            if parts.scheme or not link:
                continue
            checked += 1
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            known = anchors.get(target, set()) if target != file else ids
            fragment = unquote(parts.fragment)
            if not target.is_file() or (fragment and target.suffix == ".html" and fragment not in known):
                broken.append(f"{file.relative_to(site)}: {link}")
    assert checked > 200
    assert broken == []


def test_figures_follow_the_readers_theme(new_context: Callable[..., BrowserContext], site_address: str) -> None:
    page = new_context(color_scheme="light").new_page()
    page.goto(f"{site_address}/{CHAPTERS[0]}.html")
    colour = "getComputedStyle(document.querySelector('.course-figure svg text')).fill"
    light = page.evaluate(colour)
    page.get_by_role("button", name="Toggle Light / Dark / Auto color theme").locator("visible=true").first.click()
    page.wait_for_function("document.body.dataset.theme === 'dark'")
    assert page.evaluate(colour) != light


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_figure_has_a_title_a_text_alternative_a_size_a_source_and_a_table(
    page: Page, site_address: str, name: str
) -> None:
    page.goto(f"{site_address}/{name}.html")
    figures = page.locator(".course-figure")
    assert figures.count() >= 3
    for place in range(figures.count()):
        figure = figures.nth(place)
        drawing = figure.locator("svg[role=img]")
        assert len(drawing.get_attribute("aria-label")) >= 60
        assert int(drawing.get_attribute("width")) > 0 and int(drawing.get_attribute("height")) > 0
        assert len(figure.locator("figcaption").inner_text()) > 10
        assert figure.locator(".figure-source").inner_text().count("Source: ") == 1
        assert figure.locator("table tbody tr").count() >= 2
    # a drawing is scaled as a whole: what touches nothing here touches nothing on a phone
    assert crowded_labels(page) == []


def test_crowded_labels_are_found(page: Page) -> None:
    label = '<text x="{}" y="{}">{}</text>'.format
    page.set_content(
        '<figure class="course-figure" id="figure-f"><svg viewBox="0 0 400 300" width="400" height="300" '
        'style="font: 12px sans-serif"><defs><path id="d" d="M0 4A4 4 0 0 0 0 -4A4 4 0 0 0 0 4z"/></defs>'
        '<path d="M20 100L380 100" style="fill:none;stroke:#000"/>'
        '<use href="#d" x="200" y="200" style="fill:#000"/>'
        f"{label(30, 104, 'on a line')}{label(200, 96, 'above a line')}{label(196, 206, 'on a mark')}"
        f"{label(209, 250, 'free')}{label(30, 150, 'one')}{label(40, 150, 'another')}{label(380, 280, 'cut off')}"
        "</svg></figure>"
    )
    assert crowded_labels(page) == [
        "figure-f: “one” touches “another”",
        "figure-f: “cut off” sticks out",
        "figure-f: “on a line” touches a line",
        "figure-f: “on a mark” touches a mark",
    ]


def test_the_search_finds_words_of_the_article(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/search.html?q=kisses")
    page.locator("#search-results a", has_text="The article").first.wait_for(timeout=10_000)


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_has_its_bar_and_its_neighbours(page: Page, site: Path, site_address: str, name: str) -> None:
    page.goto(f"{site_address}/{name}.html")
    bar = page.locator(".page-bar")
    assert re.search(r"About \d+ minutes · exercise: \d+ minutes more · objectives LO", bar.inner_text())
    download = bar.get_by_role("link", name="Download as a notebook (.ipynb)")
    target = (site / f"{name}.html").parent / download.get_attribute("href")
    assert target.resolve().is_file() and target.suffix == ".ipynb"
    # the repository has no address yet: no launch link rather than a broken one
    assert bar.get_by_role("link", name="Open in Binder").count() == 0
    assert page.get_by_role("navigation", name="Previous and next page").get_by_role("link").count() == 2


@pytest.mark.parametrize("name", CHAPTERS)
def test_code_is_folded_and_set_up_is_not_shown(page: Page, site_address: str, name: str) -> None:
    page.goto(f"{site_address}/{name}.html")
    assert page.locator(".folded-code").count() >= 1
    assert page.locator(".folded-code[open]").count() == 0
    assert page.locator(".cell_input:visible").count() == 0
    assert "from unionstate.figures" not in page.content()


def test_solutions_and_live_only_cells_are_not_in_the_site(site: Path) -> None:
    sources = [*ROOT.glob("exercises/*/exercise.md"), *ROOT.glob("chapters/*.md")]
    cells = [
        cell
        for source in sources
        for cell in re.findall(r"^```\{code-cell\}.*?\n(.*?)^```", source.read_text(), flags=re.DOTALL | re.MULTILINE)
        if re.search(r":tags:.*\b(solution|live-only)\b", cell)
    ]
    lines = [line for cell in cells for line in cell.splitlines() if len(line) > 25 and not line.startswith(":tags:")]
    starters = "\n".join(source.read_text() for source in sources)
    lines = [line for line in lines if starters.count(line) == 1]
    assert len(lines) > 5
    for page in site.rglob("*.html"):
        words = re.sub(r"<[^>]+>", "", page.read_text())
        for line in lines:
            assert line.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;") not in words
            assert line not in words


@pytest.mark.parametrize("name", CHAPTERS)
def test_everything_that_takes_the_focus_on_a_phone_is_on_the_screen(
    new_context: Callable[..., BrowserContext], site_address: str, name: str
) -> None:
    page = new_context(viewport={"width": 390, "height": 800}, reduced_motion="reduce").new_page()
    page.goto(f"{site_address}/{name}.html")
    seen = 0
    for _ in range(40):
        page.keyboard.press("Tab")
        box = page.evaluate("(() => { const b = document.activeElement.getBoundingClientRect();"
                            " return [b.left, b.right, b.top, b.bottom, b.width]; })()")  # fmt: skip
        if box[4] > 1:  # a visually hidden checkbox of the theme has no place of its own
            seen += 1
            assert box[0] >= -1 and box[1] <= 391 and box[2] >= -1 and box[3] <= 801, box
    assert seen > 20


def test_motion_is_off_for_readers_who_ask_for_it(
    new_context: Callable[..., BrowserContext], site_address: str
) -> None:
    page = new_context(reduced_motion="reduce").new_page()
    page.goto(f"{site_address}/{CHAPTERS[0]}.html")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert page.evaluate("getComputedStyle(document.querySelector('.sidebar-drawer')).transitionDuration") == "0s"


def test_the_printed_page_has_no_skip_link_and_shows_hints(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/exercises/dates-as-intervals/exercise.html")
    page.emulate_media(media="print")
    assert page.locator(".skip-to-content").is_hidden()
    hint = page.locator(".hint-step > p").first
    assert hint.evaluate("(one) => one.getBoundingClientRect().height") > 5
